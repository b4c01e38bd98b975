"""All SQL of the project. Rows stop here: what leaves is a value of `bot.core`."""
