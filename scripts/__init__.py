"""Commands for those who work on PEP Speedrun."""
