"""Finds every text that people see, and brings the catalogues up to date with them.

``make words``, or ``python scripts/words.py``. New texts stand in each ``bot.po`` without a
translation, and those that are no more are gone. Exits with 1 where a translation is missing.
"""

from __future__ import annotations

import ast
import asyncio
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from discord import Client, Intents, Locale, app_commands

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.discord_app.commands.localized import NAME_LOCATIONS
from bot.discord_app.commands.tree import all_commands
from bot.rendering.language import LOCALES
from bot.rendering.manual import COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message
    from discord.app_commands import TranslationContextTypes, locale_str

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_WHO_AND_WHEN = (
    *(b'"Report-Msgid-Bugs-To', b'"POT-Creation-Date', b'"PO-Revision-Date'),
    *(b'"Last-Translator', b'"Language-Team', b'"Generated-By'),
)
"""Headers that change with every writing; git knows better."""
_COMMANDS = "bot/discord_app/commands"


def found() -> Catalog:
    """Every text of the source and of the commands."""
    catalogue = Catalog(project="PEP Speedrun", charset="utf-8")
    sources = extract_from_dir(ROOT / "bot", [("**.py", by_syntax)], keywords=KEYWORDS)
    for filename, _line, message, _comments, context in sources:
        catalogue.add(message, locations=[(f"bot/{filename}", 0)], context=context)
    for context, message in asyncio.run(_command_texts()):
        catalogue.add(message, locations=[(_COMMANDS, 0)], context=context)
    return catalogue


def by_syntax(
    file: BinaryIO, keywords: Iterable[str], *_: object, **_options: object
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """A method for Babel that finds calls in f-strings too: its own can't before Python 3.12."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in keywords:
            texts = tuple(_literal(part) for part in node.args)
            if texts and any(texts):
                yield node.lineno, node.func.id, texts, []


def _literal(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None


async def _command_texts() -> list[tuple[str | None, str]]:
    """Context and text of whatever discord.py asks a translator for."""
    asked: list[tuple[str | None, str]] = []

    class Listening(app_commands.Translator):
        async def translate(
            self, string: locale_str, locale: Locale, context: TranslationContextTypes
        ) -> None:
            if locale is Locale.german:
                is_name = context.location in NAME_LOCATIONS
                asked.append((COMMAND if is_name else None, string.message))

    tree = app_commands.CommandTree(Client(intents=Intents.none()))
    desk: Any = None  # declaring commands asks nothing of it
    for command in all_commands(desk):
        await command.get_translated_payload(tree, Listening())
    return asked


def updated(path: Path, texts: Catalog) -> Catalog:
    """The catalogue of that file with the texts as they are now; nothing is guessed."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The file's content: the same texts make the same bytes, whoever writes them, whenever."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_WHO_AND_WHEN))


def is_told(message: Message) -> bool:
    """Whether every form of the message is translated."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def main() -> int:
    """Write the catalogues; name what is missing."""
    texts, missing = found(), 0
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/bot.po")):
        catalogue = updated(path, texts)
        path.write_bytes(written(catalogue))
        for message in catalogue:
            if message.id and not is_told(message):
                missing += 1
                print(f"{path.relative_to(ROOT)}: not translated: {message.id!r}")
    print(f"{len(texts)} texts, {missing} translations missing")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
