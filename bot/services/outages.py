"""Whether the bot was there to be played with; a round that mostly had none breaks no streak.

The rule: a round is excused where the bot answered nobody for more than half of the time that it
was open. Half, because a member who has most of the day can still play, and one who has less may
well have had no chance. An excused round counts in full for those who played it.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.shards import shard_of
from bot.core.streaks import missed_time
from bot.services.recounting import recount_streaks_since
from bot.storage.outages import insert_outage, list_outages, mark_excused
from bot.storage.state import list_state, save_state

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.rounds import Round
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)

NOTE_EVERY = timedelta(minutes=1)
"""How often it is written down that the bot answers."""
OUTAGE_AFTER = timedelta(minutes=3)
"""A longer silence is an outage; a restart or a reconnect takes less."""
ONE_CONNECTION = ((0, 1),)
"""The shards of a bot that has none: number 0 of 1."""
_KEY = "answering at"
_SHARD = re.compile(r", shard (\d+) of (\d+)$")
"""How the key of one of several shards ends."""


async def note_answering(
    db: Database,
    now: datetime,
    shards: Collection[tuple[int, int]] = ONE_CONNECTION,
    outage_after: timedelta = OUTAGE_AFTER,
) -> None:
    """Write down that the bot answers at ``now``; a silence that long before it is an outage.

    ``shards`` are those whose connections stand, as (id, count); each has its own silences.
    """

    def work(tx: Transaction) -> dict[tuple[int, int], datetime]:
        noted = {key: datetime.fromisoformat(text) for key, text in list_state(tx, _KEY).items()}
        silent = {}
        for shard in shards:
            before = _before(noted, shard)
            save_state(tx, _key(shard), now.isoformat())
            # A clock that was set back says nothing of what was missed.
            if before is not None and now - before >= outage_after:
                insert_outage(tx, shard, before, now)
                silent[shard] = before
        return silent

    for shard, began in (await db.write(work)).items():
        log.warning(
            "answered nobody%s from %s to %s; dates without a round in between break no streak",
            "" if shard in ONE_CONNECTION else f" of shard {shard[0]} of {shard[1]}",
            began.isoformat(timespec="seconds"),
            now.isoformat(timespec="seconds"),
        )


def _key(shard: tuple[int, int]) -> str:
    return _KEY if shard in ONE_CONNECTION else f"{_KEY}, shard {shard[0]} of {shard[1]}"


def _before(noted: dict[str, datetime], shard: tuple[int, int]) -> datetime | None:
    """When the shard's servers were answered last: by it, or when the count was another."""
    siblings = {_key((number, shard[1])) for number in range(shard[1])} - {_key(shard)}
    return max((at for key, at in noted.items() if key not in siblings), default=None)


def _answered_at(tx: Transaction, guild_id: int) -> datetime | None:
    """When the guild was last answered, whatever the number of shards was; None if never."""
    found = []
    for key, text in list_state(tx, _KEY).items():
        shard = _SHARD.search(key)
        number, count = map(int, shard.groups()) if shard else ONE_CONNECTION[0]
        if shard_of(guild_id, count) == number:
            found.append(datetime.fromisoformat(text))
    return max(found, default=None)


def excuse_if_missed(tx: Transaction, round_: Round) -> bool:
    """Excuse a round that has ended, where the bot was away for most of it."""
    if round_.opened_at is None or round_.closes_at is None:
        return False
    outages = list_outages(tx, round_.guild_id, round_.opened_at, round_.closes_at)
    answered_at = _answered_at(tx, round_.guild_id)
    if answered_at is not None and round_.closes_at - answered_at >= OUTAGE_AFTER:
        # It lasts: the process lives and scores, while Discord is away.
        outages.append((answered_at, round_.closes_at))
    missed = missed_time(outages, round_.opened_at, round_.closes_at)
    if missed * 2 <= round_.closes_at - round_.opened_at:
        return False
    mark_excused(tx, round_.id)
    # Where the next round was open beside it, streaks may have been counted as broken already, or
    # as kept by a freeze.
    recount_streaks_since(tx, round_.guild_id, round_.puzzle_date)
    log.warning(
        "excused round=%s guild=%s: the bot was away for %s of %s, so it breaks nobody's streak",
        round_.id,
        round_.guild_id,
        missed,
        round_.closes_at - round_.opened_at,
    )
    return True
