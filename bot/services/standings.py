"""Leaderboards and profiles: one read on the reader connection each."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from bot.core.errors import GuildNotSetUp
from bot.core.results import Profile
from bot.core.streaks import history_of
from bot.core.streaks import now as streak_now
from bot.core.windows import Window
from bot.storage.firsts import load_all_answers
from bot.storage.guilds import load_settings
from bot.storage.options import load_options
from bot.storage.plays import list_plays
from bot.storage.round_lists import list_round_dates, load_open_date
from bot.storage.streaks import list_closed_after, load_streak
from bot.storage.totals import (
    count_players,
    load_leaderboard,
    load_standing,
    with_movement,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.core.windows import Leaderboard
    from bot.storage.database import Database, Transaction


async def leaderboard(
    db: Database, guild_id: int, window: Window, *, viewer_id: int, now: datetime
) -> Leaderboard:
    """The guild's best of the window that holds today, and the viewer's own row.

    Raises:
        GuildNotSetUp: The guild has no calendar to tell today by.
    """
    return await db.read(lambda tx: points_board(tx, guild_id, window, viewer_id, now))


def points_board(
    tx: Transaction, guild_id: int, window: Window, viewer_id: int, now: datetime, page: int = 0
) -> Leaderboard:
    """One page of the guild's board of the window that holds today.

    Raises:
        GuildNotSetUp: The guild has no calendar to tell today by.
    """
    today = today_of(tx, guild_id, now)
    key = window.key(today)
    board = load_leaderboard(tx, guild_id, window, key, viewer_id=viewer_id, page=page)
    has_global = load_options(tx, guild_id).has_global_board
    board = replace(board, sheet=replace(board.sheet, has_global=has_global))
    return with_movement(tx, guild_id, board, today)


async def profile(db: Database, guild_id: int, player_id: int, now: datetime) -> Profile:
    """A player's record in the guild.

    Raises:
        GuildNotSetUp: The guild has no calendar to tell today by.
    """

    def work(tx: Transaction) -> Profile:
        today = today_of(tx, guild_id, now)
        standings = {
            window: load_standing(tx, guild_id, window, window.key(today), player_id)
            for window in Window
        }
        streak = load_streak(tx, guild_id, player_id)
        plays = list_plays(tx, guild_id, player_id)
        last = streak.last_date
        since = streak_now(streak, [] if last is None else list_closed_after(tx, guild_id, last))
        played = {play.puzzle_date for play in plays}
        covered = history_of(list_round_dates(tx, guild_id), played).covered
        times = [play.elapsed_ms for play in plays if play.is_right]
        return Profile(
            player_id=player_id,
            standings=standings,
            streak=streak,
            streak_now=since,
            covered=covered + since.covered,
            answers=load_all_answers(tx),
            median_ms=round(median(times)) if times else None,
            players=count_players(tx, guild_id, Window.ALL, Window.ALL.key(today)),
            today=today,
            plays=tuple(plays),
        )

    return await db.read(work)


def today_of(tx: Transaction, guild_id: int, now: datetime) -> date:
    """The puzzle date that members mean by today: the newest round's while it is open.

    Raises:
        GuildNotSetUp: The guild has no calendar to tell it by.
    """
    settings = load_settings(tx, guild_id)
    if settings is None:
        raise GuildNotSetUp
    # Of the newest date alone: another schedule's round may be open for a week.
    return load_open_date(tx, guild_id) or settings.schedule.puzzle_date(now)
