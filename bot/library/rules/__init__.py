"""What lessons must obey, one small function a rule. `bot.library.registry` lists them all."""
