"""Names, descriptions and choices of the commands in the languages that Discord asks for.

discord.py makes every such text translatable by itself, so commands are declared in plain English.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.rendering.language import ENGLISH, _, languages, speaking
from bot.rendering.manual import command_name

if TYPE_CHECKING:
    from discord.app_commands import TranslationContextTypes, locale_str


_Location = app_commands.TranslationContextLocation
NAME_LOCATIONS = (_Location.command_name, _Location.group_name, _Location.parameter_name)


class CommandWords(app_commands.Translator):
    """Looks the texts of commands up; None, which is English, where there is no translation."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """The text in that language."""
        language = locale.value.partition("-")[0]
        if language == ENGLISH or language not in languages():
            return None
        with speaking(language):
            text = told(string.message, context.location)
        return None if text == string.message else text


def told(message: str, location: app_commands.TranslationContextLocation) -> str:
    """A command's text in the language spoken."""
    return command_name(message) if location in NAME_LOCATIONS else _(message)


async def digest(tree: app_commands.CommandTree[Any]) -> str:
    """What tells one set of commands from another, their translations with them."""
    words = CommandWords()
    payload = [await command.get_translated_payload(tree, words) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
