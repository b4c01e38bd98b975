"""The slash commands: each parses, calls a use case, renders and replies."""
