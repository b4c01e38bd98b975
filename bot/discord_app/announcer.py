"""The announcer: posts and reveals in a guild's channel, once each.

Every send carries a nonce made from the round's id; Discord answers a repeated nonce with the
first message for a few minutes (discord.py sets ``enforce_nonce``). Beyond those minutes the
channel itself is the record: `find_post` and `find_reveal` look for our own buttons in it.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import aiohttp
import discord

from bot.core.errors import AnnounceFailed
from bot.core.results import Posted
from bot.core.settings import CodeView
from bot.discord_app.sending import edit, send
from bot.rendering.actions import Verb, action
from bot.rendering.language import speaking
from bot.rendering.post import post_card, thread_name, withdrawn_card
from bot.rendering.reveal import reveal_card, withdrawn_reveal_card
from bot.rendering.seasons import season_card
from bot.services.options import guild_options
from bot.services.schedules import manner_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime

    from bot.core.lessons import Lesson, Library
    from bot.core.results import RevealFacts
    from bot.core.rounds import Round
    from bot.core.seasons import Season, SeasonFacts
    from bot.core.settings import Manner
    from bot.discord_app.pace import Pace
    from bot.rendering.cards import Card, Picture
    from bot.rendering.pictures.album import Album
    from bot.storage.database import Database

    MakeCard = Callable[[Picture | None], Card]

log = logging.getLogger(__name__)
_T = TypeVar("_T")

_PICTURE_REFUSED = (400, 403, 413)
_THREAD_MINUTES: Literal[1440] = 1440
"""A thread leaves the list after a day without a word, as the round does."""
_THREAD_EXISTS = 160004
"""Discord's code: the message has one already."""
_PAGE = 100
_SEARCH_PAGES = 10
"""How many messages after a reservation are searched for our own, a request a page."""
_CLOCK_SLACK = timedelta(minutes=2)
"""How far our clock may be ahead of Discord's when a search begins at a stored instant."""


class DiscordAnnouncer:
    """Implements `bot.core.ports.Announcer` on a client."""

    def __init__(
        self,
        client: discord.Client,
        db: Database,
        library: Library,
        album: Album,
        pace: Pace,
    ) -> None:
        self._client = client
        self._db = db
        self._library = library
        self._album = album
        self._pace = pace

    async def post(self, round_: Round, lesson: Lesson) -> Posted:
        """Post an opening round, ping the schedule's role and begin its thread."""
        manner = await self._manner(round_)
        role_id = manner.role_id
        make = partial(post_card, lesson, self._library, round_, role_id=role_id)
        nonce = f"speedrun-{round_.id}-post"
        # What all members see speaks the server's language, whoever's command it came from.
        with speaking(manner.language):
            picture = await self._lesson_picture(manner, lesson)
            posted = await self._send(round_, make, picture, nonce=nonce, role_id=role_id)
        if not manner.has_thread:
            return posted
        has_thread = await self.begin_thread(round_, lesson, posted.message_id)
        return replace(posted, has_thread=has_thread)

    async def find_post(self, round_: Round) -> Posted | None:
        """The round's post, if it is in the channel."""
        return await self._find(round_, action(Verb.START, round_.id), round_.reserved_at)

    async def begin_thread(self, round_: Round, lesson: Lesson, message_id: int) -> bool:
        """A place to talk below the post; without it, the speedrun is a speedrun all the same."""
        message = self._channel(round_).get_partial_message(message_id)
        try:
            with _failures(f"begin a thread in channel {round_.channel_id}"):
                async with self._pace.turn():
                    await _begun(message, thread_name(lesson))
        except (AnnounceFailed, ValueError) as failure:
            log.warning("no thread on round=%s guild=%s: %s", round_.id, round_.guild_id, failure)
            return False
        return True

    async def reveal(self, facts: RevealFacts) -> Posted:
        """Post the reveal of a scored round."""
        picture = None
        make, nonce = partial(reveal_card, facts), f"speedrun-{facts.round.id}-reveal"
        manner = await self._manner(facts.round)
        with speaking(manner.language):
            if manner.code is CodeView.PICTURE:
                picture = await self._album.reveal(facts)
            return await self._send(facts.round, make, picture, nonce=nonce)

    async def find_reveal(self, round_: Round) -> Posted | None:
        """The round's reveal, if it is in the channel."""
        # After the round's end: a busy channel has more messages in a day than are searched.
        since = round_.closes_at or round_.opened_at or round_.reserved_at
        return await self._find(round_, action(Verb.REMATCH, round_.id), since)

    async def season(self, facts: SeasonFacts) -> Posted:
        """Post the podium of a season that is over."""
        nonce = f"speedrun-season-{facts.season.id}"
        options = await guild_options(self._db, facts.season.guild_id)
        with speaking(options.language):
            card = season_card(facts)
            return await self._send(facts.season, lambda _: card, None, nonce=nonce)

    async def find_season(self, season: Season) -> Posted | None:
        """The season's podium, if it is in the channel."""
        if season.reserved_at is None:
            return None
        return await self._find(season, action(Verb.SEASON, season.id), season.reserved_at)

    async def retire_post(self, round_: Round, lesson: Lesson) -> None:
        """Turn the post's Start into Practise; a deleted post is no failure."""
        make = partial(post_card, lesson, self._library, round_, is_over=True)
        manner = await self._manner(round_)
        with speaking(manner.language):
            picture = await self._lesson_picture(manner, lesson)
            await self._edit(round_, round_.message_id, make, picture)

    async def withdraw(self, round_: Round, lesson: Lesson) -> None:
        """Say on the post of a void round, and on its reveal, that it counts for nobody."""
        manner = await self._manner(round_)
        with speaking(manner.language):
            picture = await self._lesson_picture(manner, lesson)
            await self._edit(round_, round_.message_id, partial(withdrawn_card, lesson), picture)
            await self._edit(round_, round_.reveal_message_id, withdrawn_reveal_card, None)

    async def _edit(
        self, round_: Round, message_id: int | None, make: MakeCard, picture: Picture | None
    ) -> None:
        if message_id is None:
            return

        async def change(card: Card) -> None:
            async with self._pace.turn():
                await edit(self._client, round_.channel_id, message_id, card)

        with _failures(f"edit a message in channel {round_.channel_id}"):
            try:
                await _shown(change, make, picture)
            except discord.NotFound:
                log.info("message=%s of round=%s is gone", message_id, round_.id)

    async def _manner(self, round_: Round) -> Manner:
        return await manner_of(self._db, round_.guild_id, round_.slot)

    async def _send(
        self,
        round_: Round | Season,
        make: MakeCard,
        picture: Picture | None,
        *,
        nonce: str,
        role_id: int | None = None,
    ) -> Posted:
        mentions = discord.AllowedMentions.none()
        if role_id is not None:
            mentions = discord.AllowedMentions(
                everyone=False, users=False, roles=[discord.Object(role_id)]
            )

        async def post(card: Card) -> int:
            channel_id, silent = round_.channel_id, role_id is None
            async with self._pace.turn():
                return await send(
                    self._client, channel_id, card, nonce=nonce, silent=silent, mentions=mentions
                )

        with _failures(f"post in channel {round_.channel_id}"):
            message_id = await _shown(post, make, picture)
        return Posted(message_id, discord.utils.snowflake_time(message_id))

    async def _lesson_picture(self, manner: Manner, lesson: Lesson) -> Picture | None:
        if manner.code is not CodeView.PICTURE:
            return None
        return await self._album.lesson(lesson)

    async def _find(self, round_: Round | Season, custom_id: str, since: datetime) -> Posted | None:
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
                        has_thread = message.flags.has_thread
                        return Posted(message.id, message.created_at, has_thread)
                if len(page) < _PAGE:
                    break
                after = page[-1]
        return None

    def _channel(self, round_: Round | Season) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(round_.channel_id, guild_id=round_.guild_id)


async def _begun(message: discord.PartialMessage, name: str) -> None:
    try:
        await message.create_thread(name=name, auto_archive_duration=_THREAD_MINUTES)
    except discord.HTTPException as error:
        # A try before this one got through, and its answer did not.
        if error.code != _THREAD_EXISTS:
            raise


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
