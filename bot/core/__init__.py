"""The pure core: values and rules. No discord, database, file, clock or random in here."""
