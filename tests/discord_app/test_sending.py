"""What goes to a channel is what discord.py's own `send` and `edit` would send."""

from __future__ import annotations

import json
from typing import Any

import discord
import pytest

from bot.discord_app import sending
from bot.discord_app.layout import build, build_edit
from bot.rendering.cards import (
    Accent,
    Button,
    Buttons,
    Card,
    ChannelMenu,
    Choice,
    Divider,
    File,
    Menu,
    Picture,
    Style,
    Text,
)
from bot.rendering.post import post_card
from tests.doubles import CHANNEL, a_lesson, a_round, library_of
from tests.wire.payloads import me
from tests.wire.state import User

MESSAGE = 7_000_000_000_000_000_009
POST = post_card(a_lesson(8), library_of(a_lesson(8), a_lesson(9)), a_round())
MENU = Menu(
    "speedrun:related:1",
    "Or another",
    (Choice("PEP 9", "9", "a hook", is_chosen=True), Choice("PEP 10", "10")),
    fewest=0,
    most=2,
)
PICTURE = Picture("code.png", b"\x89PNG", "Before: x. After: y.")
CARDS = {
    "post": POST,
    "picture": Card((Text("A"), PICTURE, Divider(), MENU), Accent.QUIET),
    "menu": Card((Buttons((Button("Go", "speedrun:start:1", Style.SUCCESS),)), MENU)),
    "too long": Card((Text("a" * 5_000), Text("b" * 3_000))),
    # What is left to discord.py's own objects.
    "file": Card((Text("A"), File("export.json", b"{}"))),
    "channel menu": Card((ChannelMenu("speedrun:channel:1", "Where"),)),
}
NOBODY = discord.AllowedMentions.none()
SOMEBODY = discord.AllowedMentions(
    everyone=False, users=False, roles=[discord.Object(7_000_000_000_000_000_007)]
)


class Requests:
    """Takes down what discord.py's HTTP client is told to send."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    async def send_message(self, channel_id: int, *, params: Any) -> dict[str, Any]:
        self.seen.append((channel_id, *_read(params)))
        author = me(User(9, "Speedrun", bot=True))
        return {"id": str(MESSAGE), "channel_id": str(CHANNEL), "author": author} | _BLANK

    async def edit_message(self, channel_id: int, message_id: int, *, params: Any) -> Any:
        self.seen.append((channel_id, message_id, *_read(params)))
        return await self.send_message(channel_id, params=params)


_BLANK: dict[str, Any] = {
    "content": "", "timestamp": "2026-03-02T09:00:00+00:00", "edited_timestamp": None,
    "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
    "attachments": [], "embeds": [], "pinned": False, "type": 0, "components": [],
}  # fmt: skip


def _read(params: Any) -> tuple[Any, Any]:
    """The payload as values, and the parts of a form with the bytes of its files."""
    parts = [
        part["value"].read() if hasattr(part["value"], "read") else json.loads(part["value"])
        for part in params.multipart or ()
    ]
    names = [
        {key: value for key, value in part.items() if key != "value"}
        for part in params.multipart or ()
    ]
    return params.payload, (names, parts)


@pytest.fixture
async def client() -> discord.Client:
    made = discord.Client(intents=discord.Intents.none(), allowed_mentions=NOBODY)
    made.http = Requests()  # type: ignore[assignment]
    made._connection.http = made.http
    return made


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("mentions", [NOBODY, SOMEBODY])
async def test_a_message_is_sent_as_discord_py_would_send_it(client, name, mentions) -> None:
    card, silent = CARDS[name], mentions is NOBODY
    options: dict[str, Any] = {"nonce": "speedrun-1-post", "silent": silent}
    message_id = await sending.send(client, CHANNEL, card, mentions=mentions, **options)
    channel = client.get_partial_messageable(CHANNEL)
    message = await channel.send(**build(card), allowed_mentions=mentions, **options)
    ours, stock = client.http.seen  # type: ignore[attr-defined]
    assert ours == stock
    assert message_id == message.id


@pytest.mark.parametrize("name", CARDS)
async def test_a_message_is_edited_as_discord_py_would_edit_it(client, name) -> None:
    await sending.edit(client, CHANNEL, MESSAGE, CARDS[name])
    channel = client.get_partial_messageable(CHANNEL)
    await channel.get_partial_message(MESSAGE).edit(**build_edit(CARDS[name]))
    edits = client.http.seen[::2]  # type: ignore[attr-defined]
    assert edits[0] == edits[1]
