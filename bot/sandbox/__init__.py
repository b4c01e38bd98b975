"""Runs a snippet and says what happened. Imports core and the standard library only."""
