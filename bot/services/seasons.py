"""Seasons: a month ends, its ranks are kept, and its podium is posted once.

As with rounds, each step commits before the next begins: the ranks are kept and the post reserved,
the podium is posted, the post is recorded. A resumed post first looks in the channel for itself.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.core.backoff import retry_delay
from bot.core.errors import AnnounceFailed, StorageUnavailable, UnknownSeason
from bot.core.seasons import KEPT_RANKS, SeasonFacts, SeasonState, ends_at, month_of
from bot.core.windows import Window
from bot.storage.guilds import load_settings
from bot.storage.options import load_options
from bot.storage.seasons import (
    insert_final_ranks,
    insert_season,
    list_due_seasons,
    list_final_ranks,
    list_past_seasons,
    load_season,
    load_season_of,
    mark_posted,
    mark_reserved,
    mark_season_channel,
    mark_season_failure,
    mark_silent,
    replace_final_ranks,
)
from bot.storage.totals import count_players, list_standings, load_standing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.results import Posted
    from bot.core.rounds import Round
    from bot.core.seasons import Season
    from bot.core.windows import Standing
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

SEASON_PATIENCE = timedelta(days=1)
"""How long a podium is tried where it can't be posted; then it is kept, unseen."""
PAST_SEASONS = 12


def note_season(tx: Transaction, round_: Round) -> None:
    """Note that the round's month has a round that was scored, and when the month ends."""
    settings = load_settings(tx, round_.guild_id)
    if settings is not None:
        month = month_of(round_.puzzle_date)
        insert_season(tx, round_.guild_id, month, ends_at(month, settings.schedule.zone))


def recount_season(tx: Transaction, round_: Round) -> bool:
    """Count the final ranks of the round's month anew; False where none are kept (yet).

    The sums of the month are right again by now. What was posted of it stays as it was posted.
    """
    season = load_season_of(tx, round_.guild_id, month_of(round_.puzzle_date))
    # One that ended in a server without a schedule kept no ranks.
    if season is None or season.reserved_at is None:
        return False
    players, ranks = _final_ranks(tx, season)
    replace_final_ranks(tx, season, players, ranks)
    if not players and season.state is SeasonState.RESERVED:
        mark_silent(tx, season.id)
    return True


async def end_seasons(ctx: Context, guild_id: int, now: datetime) -> None:
    """Keep and post what the guild's months that are over came to. The caller holds its lock.

    A failure at Discord is stored with the time of the next try; nothing is raised for it, nor for
    a bug: the next speedrun comes after the podium, and is not to wait for it.
    """
    for season in await ctx.db.read(lambda tx: list_due_seasons(tx, guild_id, now)):
        is_resumed = season.state is SeasonState.RESERVED
        waiting = await ctx.db.write(partial(_reserve, season=season, now=now))
        if waiting is None:
            continue
        try:
            posted = await _posted(ctx, waiting, is_resumed=is_resumed)
        except AnnounceFailed as failure:
            log.warning("season=%s guild=%s: %s", season.id, guild_id, failure)
            await ctx.db.write(partial(_postpone, season=waiting, now=now, failure=failure))
            continue
        except StorageUnavailable:
            raise
        except Exception as bug:
            log.exception("season=%s guild=%s failed", season.id, guild_id)
            told = AnnounceFailed(f"{type(bug).__name__}: {bug}")
            await ctx.db.write(partial(_postpone, season=waiting, now=now, failure=told))
            continue
        await ctx.db.write(partial(mark_posted, season_id=season.id, message_id=posted.message_id))
        log.info("posted season=%s guild=%s month=%s", season.id, guild_id, season.month)


async def season_facts(db: Database, guild_id: int, season_id: int, viewer_id: int) -> SeasonFacts:
    """A season of the guild that is over, and the viewer's own row of it.

    Raises:
        UnknownSeason: This guild has no such season, or it still runs.
    """

    def work(tx: Transaction) -> SeasonFacts:
        season = load_season(tx, season_id)
        running = SeasonState.RUNNING
        if season is None or season.guild_id != guild_id or season.state is running:
            raise UnknownSeason(season_id)
        key = Window.MONTH.key(season.month)
        viewer = load_standing(tx, guild_id, Window.MONTH, key, viewer_id)
        return SeasonFacts(season, tuple(list_final_ranks(tx, season.id)), viewer)

    return await db.read(work)


async def past_seasons(db: Database, guild_id: int) -> tuple[SeasonFacts, ...]:
    """The guild's last seasons that are over, the newest first."""

    def work(tx: Transaction) -> tuple[SeasonFacts, ...]:
        seasons = list_past_seasons(tx, guild_id, PAST_SEASONS)
        return tuple(
            SeasonFacts(season, tuple(list_final_ranks(tx, season.id)))
            for season in seasons
            if season.players
        )

    return await db.read(work)


def _reserve(tx: Transaction, *, season: Season, now: datetime) -> Season | None:
    """Keep the ranks of a season that ran until now; None where nothing is to be posted."""
    settings = load_settings(tx, season.guild_id)
    if settings is None:
        mark_silent(tx, season.id)
        return None
    if season.state is SeasonState.RUNNING:
        players, ranks = _final_ranks(tx, season)
        channel_id = settings.channel_id
        if not mark_reserved(tx, season.id, channel_id=channel_id, players=players, now=now):
            return None
        insert_final_ranks(tx, season, ranks)
        if not players or not load_options(tx, season.guild_id).has_season_post:
            mark_silent(tx, season.id)
            return None
    return load_season(tx, season.id)


def _final_ranks(tx: Transaction, season: Season) -> tuple[int, list[Standing]]:
    """How many the month ranks, and the best of them."""
    key = Window.MONTH.key(season.month)
    ranks = list_standings(tx, season.guild_id, Window.MONTH, key, limit=KEPT_RANKS)
    return count_players(tx, season.guild_id, Window.MONTH, key), ranks


async def _posted(ctx: Context, season: Season, *, is_resumed: bool) -> Posted:
    if is_resumed:
        found = await ctx.announcer.find_season(season)
        if found is not None:
            return found
    ranks = await ctx.db.read(lambda tx: list_final_ranks(tx, season.id))
    return await ctx.announcer.season(SeasonFacts(season, tuple(ranks)))


def _postpone(tx: Transaction, *, season: Season, now: datetime, failure: AnnounceFailed) -> None:
    settings = load_settings(tx, season.guild_id)
    began = season.reserved_at or now
    if failure.is_lasting and now - began >= SEASON_PATIENCE:
        mark_silent(tx, season.id)
        return
    if failure.is_lasting and settings is not None:
        # It was refused where it was to go: nothing of it is there, and it may go elsewhere.
        mark_season_channel(tx, season.id, settings.channel_id)
    delay = retry_delay(season.attempts + 1, is_lasting=failure.is_lasting)
    mark_season_failure(tx, season.id, retry_at=now + delay, error=str(failure))
