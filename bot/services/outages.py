"""Whether the bot was there to be played with; a round that mostly had none breaks no streak.

The rule: a round is excused where the bot answered nobody for more than half of the time that it
was open. Half, because a member who has most of the day can still play, and one who has less may
well have had no chance. An excused round counts in full for those who played it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.streaks import missed_time
from bot.services.recounting import recount_round
from bot.storage.outages import insert_outage, list_outages, mark_excused
from bot.storage.state import load_state, save_state

if TYPE_CHECKING:
    from bot.core.rounds import Round
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

NOTE_EVERY = timedelta(minutes=1)
"""How often it is written down that the bot answers."""
OUTAGE_AFTER = timedelta(minutes=3)
"""A longer silence is an outage; a restart or a reconnect takes less."""
_KEY = "answering at"


async def note_answering(
    db: Database, now: datetime, outage_after: timedelta = OUTAGE_AFTER
) -> None:
    """Write down that the bot answers at ``now``; a silence that long before it is an outage."""

    def work(tx: Transaction) -> datetime | None:
        noted = load_state(tx, _KEY)
        save_state(tx, _KEY, now.isoformat())
        before = None if noted is None else datetime.fromisoformat(noted)
        # A clock that was set back says nothing of what was missed.
        if before is None or now - before < outage_after:
            return None
        insert_outage(tx, before, now)
        return before

    began = await db.write(work)
    if began is not None:
        log.warning(
            "answered nobody from %s to %s; dates without a round in between break no streak",
            began.isoformat(timespec="seconds"),
            now.isoformat(timespec="seconds"),
        )


def excuse_if_missed(tx: Transaction, round_: Round) -> bool:
    """Excuse a round that has ended, where the bot was away for most of it."""
    if round_.opened_at is None or round_.closes_at is None:
        return False
    outages = list_outages(tx, round_.opened_at, round_.closes_at)
    missed = missed_time(outages, round_.opened_at, round_.closes_at)
    if missed * 2 <= round_.closes_at - round_.opened_at:
        return False
    mark_excused(tx, round_.id)
    # Where the next round was open beside it, streaks may have been counted as broken already, or
    # as kept by a freeze.
    recount_round(tx, round_.guild_id, round_.puzzle_date)
    log.warning(
        "excused round=%s guild=%s: the bot was away for %s of %s, so it breaks nobody's streak",
        round_.id,
        round_.guild_id,
        missed,
        round_.closes_at - round_.opened_at,
    )
    return True
