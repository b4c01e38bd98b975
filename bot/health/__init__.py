"""How the bot is and what it did, for whoever hosts it: figures, and a page on its own port."""
