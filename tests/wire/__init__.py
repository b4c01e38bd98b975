"""A small Discord on loopback, REST and gateway, that discord.py logs in to and that can fail."""
