"""The short way for the presses that come by the thousand: start, hint and guess.

Measured (docs/performance.md): of what a press costs discord.py, a quarter goes into objects for
the pressed message, its author and the channel, and a sixth into views built for the answer and
into reading back the message that Discord made of it. These presses need none of that. Two things
are different here, and nothing else:

1. `QuickPress` is a `discord.Interaction` of which only the cheap fields are filled in. Reading any
   other (``user``, ``message``, ``channel``, ...) fills in all of them, by discord.py's own code:
   whatever a handler asks for, it gets; it only takes longer.
2. `answer` sends a card as JSON over a connection of its own (`bot.discord_app.poster`). What gets
   no plain yes or no is handed to discord.py's own sender, which knows what to do.

What is not exactly as expected goes the stock way: another event, another button, a payload without
a member, a client whose HTTP is not discord.py's own (simcord's is not). `tests/discord_app/
test_fast.py` compares both ways.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from http.client import responses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import discord
from discord.http import HTTPClient, Route
from discord.utils import _from_json, _to_json
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.discord_app.payloads import components_of
from bot.discord_app.poster import Poster, Unsent
from bot.rendering.actions import Verb, action

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp
    from discord.state import ConnectionState

    from bot.discord_app.poster import Answer
    from bot.rendering.cards import Card

    Json = dict[str, Any]

log = logging.getLogger(__name__)

HOT = tuple(action(verb) + ":" for verb in (Verb.START, Verb.HINT, Verb.GUESS))
"""How the custom_ids begin whose presses go this way."""
_COMPONENT, _BUTTON = 3, 2
_WHISPER, _REPLACE = 4, 7
_EPHEMERAL, _V2 = 1 << 6, 1 << 15
_LATE_FIELDS = frozenset(
    ("message", "user", "channel", "context", "filesize_limit", "entitlements", "application_id",
     "entitlement_sku_ids", "version", "_integration_owners", "_permissions", "_app_permissions")
)  # fmt: skip
"""What `discord.Interaction` fills in and a `QuickPress` does not until somebody asks."""
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_.=-]+")
_ALREADY_ANSWERED = 40060
_REFUSALS = {403: discord.Forbidden, 404: discord.NotFound}


class QuickPress(discord.Interaction[Any]):
    """A press of one of our own buttons, read as far as it is needed."""

    __slots__ = ("_payload", "poster", "presser_id")

    def __init__(self, *, data: Json, state: ConnectionState[Any], poster: Poster) -> None:
        # Everything that `discord.Interaction.__init__` sets but what `_from_data` makes of the
        # payload; of that, what costs next to nothing.
        self._state = state
        self._client = state._get_client()  # noqa: SLF001
        self._session = _session_of(state)
        self._original_response = None
        self._baton = discord.utils.MISSING
        self.extras = {}
        self.command_failed = False
        self._payload: Json | None = data
        self.poster = poster
        self.id = int(data["id"])
        self.type = discord.InteractionType.component
        self.token = data["token"]
        self.guild_id = int(data["guild_id"])
        self.data = data["data"]
        self.locale = discord.enums.try_enum(discord.Locale, data.get("locale", "en-US"))
        locale = data.get("guild_locale")
        self.guild_locale = (
            None if locale is None else discord.enums.try_enum(discord.Locale, locale)
        )
        self.presser_id = int(data["member"]["user"]["id"])

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (any field of an interaction)
        # Called only where a slot is empty.
        payload = self._payload
        if name not in _LATE_FIELDS or payload is None:
            raise AttributeError(name)
        self._payload = None
        self._from_data(cast("Any", payload))
        return getattr(self, name)


def install(client: discord.Client, take: Callable[[QuickPress], None]) -> Poster:
    """Let the client read hot presses the short way, and ``take`` them; everything else as before.

    What their answers are sent by is the caller's to close.
    """
    state = client._connection  # noqa: SLF001  (the parsers have no public name)
    poster = Poster(Route.BASE, state.http.user_agent)
    stock = state.parsers["INTERACTION_CREATE"]
    state.parsers["INTERACTION_CREATE"] = _parser(state, stock, poster, take)
    return poster


def _parser(
    state: ConnectionState[Any],
    stock: Callable[[Any], None],
    poster: Poster,
    take: Callable[[QuickPress], None],
) -> Callable[[Any], None]:
    def parse(data: Json) -> None:
        try:
            press = (
                QuickPress(data=data, state=state, poster=poster) if _is_hot(data, state) else None
            )
        except Exception:
            # Whatever is odd about it, discord.py's own parser has the last word.
            log.warning("a press was not read the short way", exc_info=True)
            press = None
        if press is None:
            stock(data)
        else:
            take(press)

    return parse


def _is_hot(data: Json, state: ConnectionState[Any]) -> bool:
    """Whether it is a press on one of our hot buttons, in a guild, on a client of discord.py's."""
    if data.get("type") != _COMPONENT:
        return False
    pressed = data["data"]
    return (
        pressed.get("component_type") == _BUTTON
        and pressed["custom_id"].startswith(HOT)
        and "member" in data
        and _PLAIN_TOKEN.fullmatch(data["token"]) is not None
        and type(state.http) is HTTPClient
        and state.http.proxy is None
        and type(async_context.get()) is AsyncWebhookAdapter
    )


async def answer(press: QuickPress, card: Card, *, in_place: bool) -> bool:
    """Answer with the card, whispered or in the message's place; False where the card can't be.

    Raises:
        InteractionResponded: It was answered already.
        HTTPException: Discord refused.
    """
    response = press.response
    if response.is_done():
        raise discord.InteractionResponded(press)
    components = components_of(card)
    if components is None:
        return False
    await _send(press, _payload(components, press._state.allowed_mentions, in_place=in_place))  # noqa: SLF001
    kind = discord.InteractionResponseType(_REPLACE if in_place else _WHISPER)
    response._response_type = kind  # noqa: SLF001  (what its own methods set)
    return True


def _payload(
    components: list[Json], mentions: discord.AllowedMentions | None, *, in_place: bool
) -> Json:
    data: Json = {
        "tts": False,
        "components": components,
        "flags": _V2 if in_place else _V2 | _EPHEMERAL,
    }
    if mentions is not None:
        data["allowed_mentions"] = mentions.to_dict()
    if in_place:
        data["attachments"] = []
    return {"type": _REPLACE if in_place else _WHISPER, "data": data}


async def _send(press: QuickPress, payload: Json) -> None:
    path = f"/interactions/{press.id}/{press.token}/callback"
    try:
        said = await press.poster.post(path, _to_json(payload).encode())
    except Unsent as failure:
        log.info("an answer goes the stock way: %s", failure)
        await _send_stock(press, payload)
        return
    if said.status >= HTTPStatus.BAD_REQUEST:
        # Not once more: it would be told the same, and most of these are late already.
        _raise_refusal(said)


def _raise_refusal(said: Answer) -> None:
    """Raise what discord.py raises for such an answer, unless it says that Discord has ours."""
    try:
        why = _from_json(said.body)
    except ValueError:
        why = None
    error = _REFUSALS.get(said.status, discord.HTTPException)(
        cast("Any", SimpleNamespace(status=said.status, reason=responses.get(said.status))),
        why if isinstance(why, dict) else said.body.decode(errors="replace"),
    )
    if error.code != _ALREADY_ANSWERED:
        raise error


async def _send_stock(press: QuickPress, payload: Json) -> None:
    """Once more by discord.py, with its waits; Discord may have taken the first one after all."""
    http = press._state.http  # noqa: SLF001
    params = discord.http.MultipartParameters(payload=payload, multipart=None, files=None)
    try:
        await async_context.get().create_interaction_response(
            press.id, press.token, session=press._session, proxy=http.proxy,  # noqa: SLF001
            proxy_auth=http.proxy_auth, params=params,
        )  # fmt: skip
    except discord.HTTPException as error:
        if error.code != _ALREADY_ANSWERED:
            raise


def _session_of(state: ConnectionState[Any]) -> aiohttp.ClientSession:
    session: aiohttp.ClientSession = state.http._HTTPClient__session  # type: ignore[attr-defined]  # noqa: SLF001
    return session
