"""Sharing a result: who may, and what is shown. A claim is one transaction; nothing is posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import NotGuessed, RoundNotOpen, UnknownRound
from bot.core.results import Share, ShareWay
from bot.core.rounds import RoundState
from bot.services.lessons import lesson_of
from bot.storage.options import load_options
from bot.storage.plays import load_guess
from bot.storage.round_lists import count_rounds_until
from bot.storage.rounds import load_round
from bot.storage.shares import delete_share, insert_share
from bot.storage.streaks import load_streak

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Library
    from bot.core.rounds import Guess, Round
    from bot.storage.database import Database, Transaction


async def claim_share(
    db: Database,
    library: Library,
    *,
    guild_id: int,
    round_id: int,
    player_id: int,
    at: datetime,
    may_speak: bool,
) -> Share:
    """What the player may show of their guess, and in which way.

    The way is `ShareWay.POST` once a round and player; whoever gets it posts, or gives it back.

    Raises:
        UnknownRound: This guild has no such round.
        RoundNotOpen: It was voided, or never posted.
        NotGuessed: There is nothing to share.
    """

    def work(tx: Transaction) -> tuple[Round, Guess, int, int, ShareWay]:
        round_ = load_round(tx, round_id)
        if round_ is None or round_.guild_id != guild_id:
            raise UnknownRound(round_id)
        if round_.state in (RoundState.RESERVED, RoundState.VOID):
            raise RoundNotOpen(round_id, round_.state)
        guess = load_guess(tx, round_id, player_id)
        if guess is None:
            raise NotGuessed(round_id)
        way = ShareWay.POST
        if not load_options(tx, guild_id).has_sharing:
            way = ShareWay.SWITCHED_OFF
        elif not may_speak:
            way = ShareWay.NO_PERMISSION
        elif not insert_share(tx, round_id, player_id, at):
            way = ShareWay.ALREADY
        number = count_rounds_until(tx, round_)
        return round_, guess, number, load_streak(tx, guild_id, player_id).length, way

    round_, guess, number, streak, way = await db.write(work)
    lesson, _ = await lesson_of(db, library, round_)
    return Share(round_, lesson, guess, number, streak, way)


async def give_back_share(db: Database, round_id: int, player_id: int) -> None:
    """The claimed share was not posted: it may be tried again."""
    await db.write(lambda tx: delete_share(tx, round_id, player_id))
