"""A member's own data: what there is, a copy of it, and being forgotten.

Nobody but the member asks for it, and only about themselves. Data of servers that the bot was
removed from are kept for a while, in case it comes back, and then deleted.
"""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.core.privacy import GRACE, PrivacyState
from bot.core.shards import ALL
from bot.services.global_board import GLOBAL_OPTION, owe_global_share, settle_global_shares
from bot.services.recounting import recount_everywhere
from bot.storage.firsts import delete_first_answers_of_guild, replace_first_answers
from bot.storage.hidden import is_hidden
from bot.storage.options import save_option
from bot.storage.personal import (
    delete_guild,
    delete_player,
    list_known_guilds,
    list_personal_rows,
)
from bot.storage.privacy import (
    count_guesses,
    delete_deletion,
    delete_departures,
    insert_deletion,
    insert_departure,
    list_deletions_due,
    list_departed,
    load_deletion,
)
from bot.storage.round_lists import list_played_rounds
from bot.storage.totals import list_players

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta

    from bot.core.shards import Shards
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def privacy_state(db: Database, player_id: int) -> PrivacyState:
    """How much is stored about a member, and whether it is about to be deleted."""

    def work(tx: Transaction) -> PrivacyState:
        guesses, guilds = count_guesses(tx, player_id)
        due_at = load_deletion(tx, player_id)
        return PrivacyState(guesses, guilds, is_hidden(tx, player_id), due_at)

    return await db.read(work)


async def export_data(db: Database, player_id: int, now: datetime) -> bytes:
    """Everything stored about a member, as a JSON document in UTF-8.

    ``stored`` holds the rows by table and column; ``rounds`` says which puzzle and date the rounds
    in them are. Ids are text, instants ISO 8601 in UTC.
    """

    def work(tx: Transaction) -> dict[str, object]:
        return {
            "user_id": str(player_id),
            "exported_at": now.isoformat(),
            "stored": list_personal_rows(tx, player_id),
            "rounds": [
                {
                    "round_id": str(round_.id),
                    "guild_id": str(round_.guild_id),
                    "puzzle_date": round_.puzzle_date.isoformat(),
                    "pep": round_.pep,
                    "puzzle_id": round_.puzzle_id,
                    "state": str(round_.state),
                }
                for round_ in list_played_rounds(tx, player_id)
            ],
        }

    document = await db.read(work)
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


async def request_deletion(db: Database, player_id: int, now: datetime) -> datetime:
    """Ask for a member's data to be deleted after `GRACE`; when that is. A first wish stands."""
    due_at = await db.write(lambda tx: insert_deletion(tx, player_id, now + GRACE))
    log.info("a member asked to be forgotten, due at %s", due_at)
    return due_at


async def cancel_deletion(db: Database, player_id: int) -> bool:
    """Take the wish back; False where there was none (any more)."""
    return await db.write(lambda tx: delete_deletion(tx, player_id))


async def forget_due_players(db: Database, now: datetime) -> int:
    """Delete the data of the members whose grace is over; how many there were."""
    due = await db.read(lambda tx: list_deletions_due(tx, now))
    for player_id in due:
        await db.write(lambda tx, player=player_id: _forget(tx, player, now))  # type: ignore[misc]
    if due:
        log.info("forgot %s members, as they asked", len(due))
    return len(due)


async def note_guilds(
    db: Database, present: Collection[int], now: datetime, shards: Shards = ALL
) -> None:
    """Note which guilds with data the bot is no longer in, and which it is in again.

    ``present`` are the guilds that Discord says the bot is in, of those shards: of other
    processes' guilds nothing is known here.
    """
    here = set(present)
    known = await db.read(lambda tx: list_known_guilds(tx, shards))

    def work(tx: Transaction) -> None:
        for guild_id in known - here:
            insert_departure(tx, guild_id, now)
        delete_departures(tx, here.intersection(list_departed(tx)))

    await db.write(work)


async def forget_departed_guilds(db: Database, now: datetime, keep: timedelta) -> int:
    """Delete what is stored of the guilds that the bot left more than ``keep`` ago; how many."""
    due = await db.read(lambda tx: list_departed(tx, now - keep))
    for guild_id in due:
        await _forget_guild(db, guild_id, now)
        log.info("deleted what was stored of guild=%s, which the bot left", guild_id)
    return len(due)


async def _forget_guild(db: Database, guild_id: int, now: datetime) -> None:
    """Out of the global board first, then out of the tables; a crash in between begins anew."""

    def leave_board(tx: Transaction) -> list[int]:
        save_option(tx, guild_id, GLOBAL_OPTION, False, now)
        owe_global_share(tx, guild_id)
        return list_players(tx, guild_id)

    players = await db.write(leave_board)
    await settle_global_shares(db)
    await db.write(partial(_delete_guild, guild_id=guild_id))
    await recount_everywhere(db, players)


def _delete_guild(tx: Transaction, *, guild_id: int) -> None:
    # Whoever answered a puzzle elsewhere too is counted for that once this is gone.
    delete_first_answers_of_guild(tx, guild_id)
    delete_guild(tx, guild_id)


def _forget(tx: Transaction, player_id: int, now: datetime) -> None:
    due_at = load_deletion(tx, player_id)
    # Taken back since the list was made.
    if due_at is not None and due_at <= now:
        # Out of the sums that tell how difficult the puzzles are, too.
        replace_first_answers(tx, player_id, ())
        delete_player(tx, player_id)
