"""Use cases: one function, one use case, one transaction a step. No discord, no files, no clock."""
