"""The announcer: posts and reveals in a guild's channel, once each.

Every send carries a nonce made from the round's id; Discord answers a repeated nonce with the
first message for a few minutes (discord.py sets ``enforce_nonce``). Beyond those minutes the
channel itself is the record: `find_post` and `find_reveal` look for our own buttons in it.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import discord

from bot.core.errors import AnnounceFailed
from bot.core.results import Posted
from bot.core.settings import CodeView
from bot.discord_app.layout import build, build_edit
from bot.discord_app.pace import Pace
from bot.rendering.actions import Verb, action
from bot.rendering.language import speaking
from bot.rendering.post import post_card
from bot.rendering.reveal import reveal_card
from bot.services.options import guild_options
from bot.services.schedules import code_view

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from datetime import datetime

    from bot.core.lessons import Lesson, Library
    from bot.core.results import RevealFacts
    from bot.core.rounds import Round
    from bot.rendering.cards import Card, Picture
    from bot.rendering.pictures.album import Album
    from bot.storage.database import Database

    MakeCard = Callable[[Picture | None], Card]

log = logging.getLogger(__name__)
_T = TypeVar("_T")

_PICTURE_REFUSED = (400, 403, 413)
_PAGE = 100
_SEARCH_PAGES = 10
"""How many messages after a reservation are searched for our own, a request a page."""
_CLOCK_SLACK = timedelta(minutes=2)
"""How far our clock may be ahead of Discord's when a search begins at a stored instant."""


class DiscordAnnouncer:
    """Implements `bot.core.ports.Announcer` on a client."""

    def __init__(
        self, client: discord.Client, db: Database, library: Library, album: Album
    ) -> None:
        self._client = client
        self._db = db
        self._library = library
        self._album = album
        self._pace = Pace()

    async def post(self, round_: Round, lesson: Lesson) -> Posted:
        """Post an opening round."""
        make = partial(post_card, lesson, self._library, round_)
        async with self._guild_language(round_):
            picture = await self._lesson_picture(round_, lesson)
            return await self._send(round_, make, picture, nonce=f"speedrun-{round_.id}-post")

    async def find_post(self, round_: Round) -> Posted | None:
        """The round's post, if it is in the channel."""
        return await self._find(round_, action(Verb.START, round_.id), round_.reserved_at)

    async def reveal(self, facts: RevealFacts) -> Posted:
        """Post the reveal of a scored round."""
        picture = None
        make, nonce = partial(reveal_card, facts), f"speedrun-{facts.round.id}-reveal"
        async with self._guild_language(facts.round):
            if await self._wants_pictures(facts.round):
                picture = await self._album.reveal(facts)
            return await self._send(facts.round, make, picture, nonce=nonce)

    async def find_reveal(self, round_: Round) -> Posted | None:
        """The round's reveal, if it is in the channel."""
        since = round_.opened_at or round_.reserved_at
        return await self._find(round_, action(Verb.REMATCH, round_.id), since)

    async def retire_post(self, round_: Round, lesson: Lesson) -> None:
        """Turn the post's Start into Practise; a deleted post is no failure."""
        if round_.message_id is None:
            return
        message = self._channel(round_).get_partial_message(round_.message_id)
        make = partial(post_card, lesson, self._library, round_, is_over=True)

        async def edit(card: Card) -> None:
            changed = build_edit(card)
            async with self._pace.turn():
                await message.edit(**changed)

        async with self._guild_language(round_):
            picture = await self._lesson_picture(round_, lesson)
            with _failures(f"edit the post in channel {round_.channel_id}"):
                try:
                    await _shown(edit, make, picture)
                except discord.NotFound:
                    log.info("the post of round=%s is gone", round_.id)

    @asynccontextmanager
    async def _guild_language(self, round_: Round) -> AsyncIterator[None]:
        """What all members see speaks the server's language, whoever's command it came from."""
        options = await guild_options(self._db, round_.guild_id)
        with speaking(options.language):
            yield

    async def _send(
        self, round_: Round, make: MakeCard, picture: Picture | None, *, nonce: str
    ) -> Posted:
        async def send(card: Card) -> discord.Message:
            message = build(card)
            async with self._pace.turn():
                return await self._channel(round_).send(**message, nonce=nonce, silent=True)

        with _failures(f"post in channel {round_.channel_id}"):
            message = await _shown(send, make, picture)
        return Posted(message.id, message.created_at)

    async def _lesson_picture(self, round_: Round, lesson: Lesson) -> Picture | None:
        if not await self._wants_pictures(round_):
            return None
        return await self._album.lesson(lesson)

    async def _wants_pictures(self, round_: Round) -> bool:
        return await code_view(self._db, round_.guild_id, round_.slot) is CodeView.PICTURE

    async def _find(self, round_: Round, custom_id: str, since: datetime) -> Posted | None:
        me = self._client.user
        after: datetime | discord.Message = since - _CLOCK_SLACK
        with _failures(f"read the history of channel {round_.channel_id}"):
            for _ in range(_SEARCH_PAGES):
                async with self._pace.turn():
                    history = self._channel(round_).history(limit=_PAGE, after=after)
                    page = [message async for message in history]
                for message in page:
                    is_ours = me is not None and message.author.id == me.id
                    if is_ours and custom_id in custom_ids(message.components):
                        return Posted(message.id, message.created_at)
                if len(page) < _PAGE:
                    break
                after = page[-1]
        return None

    def _channel(self, round_: Round) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(round_.channel_id, guild_id=round_.guild_id)


async def _shown(
    do: Callable[[Card], Awaitable[_T]], make: MakeCard, picture: Picture | None
) -> _T:
    """Send or edit with the picture; without it where Discord takes no picture."""
    if picture is not None:
        try:
            return await do(make(picture))
        except discord.HTTPException as error:
            # Attach Files may be missing, the file too large or refused: text says the same.
            if error.status not in _PICTURE_REFUSED:
                raise
            log.warning("Discord took no picture, text goes in its place: %s", error)
    return await do(make(None))


def custom_ids(components: Any) -> set[str]:  # noqa: ANN401  (any of discord.py's components)
    """Every custom_id in a message's components, however deep."""
    found = set()
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id is not None:
            found.add(custom_id)
        found |= custom_ids(getattr(component, "children", ()))
    return found


@contextmanager
def _failures(what: str) -> Iterator[None]:
    """Turn whatever keeps Discord from doing ``what`` into `AnnounceFailed`."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        # 403: the permission is missing; 404: the channel is gone. Neither heals in seconds.
        raise AnnounceFailed(f"Discord refused to {what}: {error.text}", is_lasting=True) from error
    except (discord.HTTPException, discord.DiscordException) as error:
        raise AnnounceFailed(f"Discord did not {what}: {error}") from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise AnnounceFailed(f"could not reach Discord to {what}: {error}") from error
