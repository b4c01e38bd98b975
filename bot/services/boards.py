"""Boards: one read on the reader connection each, of rows that are kept, never of the guesses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.boards import RecordBoard, Records, Scope, Special, StreakBoard
from bot.core.errors import GlobalBoardOff
from bot.core.windows import PAGE_SIZE, Leaderboard, Sheet, Window
from bot.services.standings import points_board, today_of
from bot.storage.firsts import count_records, list_records, load_record
from bot.storage.hidden import is_hidden, load_names
from bot.storage.options import load_options
from bot.storage.streaks import count_living, list_last_closed, list_living, load_living
from bot.storage.totals import GLOBAL, list_newcomers, load_leaderboard

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.boards import Wanted
    from bot.core.windows import Standing
    from bot.storage.database import Database, Transaction

Board = Leaderboard | StreakBoard | RecordBoard


async def board_of(
    db: Database, guild_id: int, wanted: Wanted, *, viewer_id: int, now: datetime
) -> Board:
    """The page of the board that is asked for, the last one where there are fewer.

    Raises:
        GuildNotSetUp: The guild has no calendar to tell today by.
        GlobalBoardOff: The global board was asked for where the server takes no part.
    """
    return await db.read(lambda tx: _board(tx, guild_id, wanted, viewer_id, now))


def _board(tx: Transaction, guild_id: int, wanted: Wanted, viewer_id: int, now: datetime) -> Board:
    name = wanted.name
    if isinstance(name, Records):
        return _records(tx, guild_id, name.pep, viewer_id, wanted.page)
    if name is Special.STREAKS:
        return _streaks(tx, guild_id, viewer_id, wanted.page)
    if name is Special.NEWCOMERS:
        return _newcomers(tx, guild_id, viewer_id, now, wanted.page)
    window = name if isinstance(name, Window) else Window.MONTH
    if wanted.scope is Scope.GLOBAL:
        return _global(tx, guild_id, window, viewer_id, now, wanted.page)
    return points_board(tx, guild_id, window, viewer_id, now, wanted.page)


def _global(
    tx: Transaction, guild_id: int, window: Window, viewer_id: int, now: datetime, page: int
) -> Leaderboard:
    if not load_options(tx, guild_id).has_global_board:
        raise GlobalBoardOff
    key = window.key(today_of(tx, guild_id, now))
    board = load_leaderboard(tx, GLOBAL, window, key, viewer_id=viewer_id, page=page)
    names = load_names(tx, [standing.player_id for standing in board.standings])

    def named(standing: Standing) -> Standing:
        return replace(standing, name=names.get(standing.player_id, ""))

    return replace(
        board,
        standings=tuple(map(named, board.standings)),
        sheet=replace(board.sheet, has_global=True),
    )


def _newcomers(
    tx: Transaction, guild_id: int, viewer_id: int, now: datetime, page: int
) -> Leaderboard:
    first = today_of(tx, guild_id, now).replace(day=1)
    month = Window.MONTH.key(first)
    rows = list_newcomers(tx, guild_id, first, month, viewer_id=viewer_id)
    hides = is_hidden(tx, viewer_id)
    own = next((row for row in rows if row.player_id == viewer_id), None)
    shown = [row for row in rows if not (hides and row is own)]
    # Best first: the rank of so many points is the place of the first who has them.
    first_place: dict[int, int] = {}
    for index, row in enumerate(shown):
        first_place.setdefault(row.points, index + 1)
    sheet = _sheet(len(shown), page, is_hidden=hides)
    begin = sheet.number * PAGE_SIZE
    return Leaderboard(
        Window.MONTH,
        month,
        tuple(replace(r, rank=first_place[r.points]) for r in shown[begin : begin + PAGE_SIZE]),
        None if own is None else replace(own, rank=1 + sum(r.points > own.points for r in shown)),
        len(shown),
        sheet,
        is_newcomers=True,
    )


def _streaks(tx: Transaction, guild_id: int, viewer_id: int, page: int) -> StreakBoard:
    closed = list_last_closed(tx, guild_id)
    count = count_living(tx, guild_id, closed)
    sheet = _sheet(count, page, is_hidden=is_hidden(tx, viewer_id))
    offset = sheet.number * PAGE_SIZE
    places = list_living(tx, guild_id, closed, limit=PAGE_SIZE, offset=offset)
    return StreakBoard(tuple(places), load_living(tx, guild_id, closed, viewer_id), sheet)


def _records(tx: Transaction, guild_id: int, pep: int, viewer_id: int, page: int) -> RecordBoard:
    count = count_records(tx, guild_id, pep)
    sheet = _sheet(count, page, is_hidden=is_hidden(tx, viewer_id))
    offset = sheet.number * PAGE_SIZE
    places = list_records(tx, guild_id, pep, limit=PAGE_SIZE, offset=offset)
    return RecordBoard(pep, tuple(places), load_record(tx, guild_id, pep, viewer_id), sheet)


def _sheet(players: int, page: int, *, is_hidden: bool) -> Sheet:
    last = max(players - 1, 0) // PAGE_SIZE
    return Sheet(players, min(page, last), is_hidden=is_hidden)
