"""Withdrawing a round that went wrong: points, sums and streaks are as if it had never been.

The guesses stay in the database; nothing that counts reads those of a void round. What freezes
covered, and what the missed date cost somebody, is counted anew from the dates that are left, and
so are the final ranks of a season that is over.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.audit import Deed
from bot.core.errors import AnnounceFailed, RoundNotOpen, UnknownRound
from bot.core.results import Voiding
from bot.core.rounds import RoundState
from bot.services.audit import record
from bot.services.global_board import settle_global_shares
from bot.services.lessons import lesson_of
from bot.services.recounting import take_out_round
from bot.services.seasons import recount_season
from bot.storage.plays import list_guesses
from bot.storage.round_lists import list_recent_rounds
from bot.storage.rounds import load_round, mark_withdrawn

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.rounds import Guess, Round
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

RECENT = 25
"""So many rounds back can be withdrawn by choosing from a list."""


async def voidable_rounds(db: Database, guild_id: int) -> list[Round]:
    """The guild's posted rounds that are not void, the newest first."""
    return await db.read(lambda tx: list_recent_rounds(tx, guild_id, RECENT))


async def consider_voiding(ctx: Context, guild_id: int, round_id: int) -> Voiding:
    """What withdrawing that round would take back; nothing is changed.

    Raises:
        UnknownRound: This guild has no such round.
        RoundNotOpen: It is void already.
    """

    def work(tx: Transaction) -> tuple[Round, list[Guess]]:
        return _round_of(tx, guild_id, round_id), list_guesses(tx, round_id)

    round_, guesses = await ctx.db.read(work)
    return await _voiding(ctx, round_, guesses)


async def void_round(
    ctx: Context, guild_id: int, round_id: int, now: datetime, *, by: int | None = None
) -> Voiding:
    """Withdraw a round of the guild, and say so on its messages.

    Its date stays used: no other round takes its place. Where Discord refuses the edit the round
    is void all the same, and its buttons say so.

    Raises:
        UnknownRound: This guild has no such round.
        RoundNotOpen: It is void already.
    """

    def work(tx: Transaction) -> tuple[Round, list[Guess], bool]:
        round_ = _round_of(tx, guild_id, round_id)
        guesses = list_guesses(tx, round_id)
        mark_withdrawn(tx, round_id, "withdrawn by a moderator")
        take_out_round(tx, round_)
        has_recounted = bool(guesses) and recount_season(tx, round_)
        record(
            tx,
            guild_id,
            Deed.VOID,
            now,
            by=by,
            subject=round_.puzzle_date.isoformat(),
            before=f"PEP {round_.pep}, {round_.state}, {len(guesses)} guesses",
        )
        return round_, guesses, has_recounted

    async with ctx.locks.of(guild_id):
        round_, guesses, has_recounted = await ctx.db.write(work)
        voiding = await _voiding(ctx, round_, guesses)
        voiding = replace(voiding, has_recounted_season=has_recounted)
        log.info("withdrew round=%s guild=%s by=%s", round_id, guild_id, by)
        if round_.message_id is not None:
            try:
                await ctx.announcer.withdraw(round_, voiding.lesson)
            except AnnounceFailed as failure:
                log.warning("round=%s kept its messages: %s", round_id, failure)
    # Member by member: what is due in the guild does not wait for it.
    await settle_global_shares(ctx.db)
    return voiding


async def _voiding(ctx: Context, round_: Round, guesses: list[Guess]) -> Voiding:
    lesson, _ = await lesson_of(ctx.db, ctx.library, round_)
    return Voiding(round_, lesson, len(guesses), sum(guess.points for guess in guesses))


def _round_of(tx: Transaction, guild_id: int, round_id: int) -> Round:
    round_ = load_round(tx, round_id)
    if round_ is None or round_.guild_id != guild_id:
        raise UnknownRound(round_id)
    if round_.state is RoundState.VOID:
        raise RoundNotOpen(round_id, round_.state)
    return round_
