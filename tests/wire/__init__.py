"""A small Discord on loopback, REST and gateway, that the real discord.py logs in to and that can fail."""
