"""Whether the sums that boards read agree with the guesses that they were summed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.streaks import Streak, streak_of
from bot.storage.rounds import list_round_dates
from bot.storage.sums import (
    Sum,
    list_guilds_with_sums,
    list_played_dates_by_player,
    load_streaks,
    load_sums_of_guesses,
    load_totals,
)

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.sums import Place


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where a guild's sums are not what its guesses say; counts, and one example as a sentence."""

    guild_id: int
    totals: int
    streaks: int
    example: str


@dataclass(frozen=True, slots=True)
class SumsChecked:
    """How many guilds were looked at, and those that disagree."""

    guilds: int
    disagreements: tuple[Disagreement, ...]


async def check_sums(db: Database) -> SumsChecked:
    """Compare every guild's totals and streaks with its guesses, each on one snapshot.

    Reads every guess there is, a guild at a time; a bot may run beside it.
    """
    guild_ids = await db.read(list_guilds_with_sums)
    found = []
    for guild_id in guild_ids:

        def work(tx: Transaction, guild_id: int = guild_id) -> Disagreement | None:
            return _check_guild(tx, guild_id)

        disagreement = await db.read(work)
        if disagreement is not None:
            found.append(disagreement)
    return SumsChecked(len(guild_ids), tuple(found))


def _check_guild(tx: Transaction, guild_id: int) -> Disagreement | None:
    totals = _wrong_totals(tx, guild_id)
    streaks = _wrong_streaks(tx, guild_id)
    if not totals and not streaks:
        return None
    example = (totals or streaks)[0]
    return Disagreement(guild_id, len(totals), len(streaks), example)


def _wrong_totals(tx: Transaction, guild_id: int) -> list[str]:
    stored, counted = load_totals(tx, guild_id), load_sums_of_guesses(tx, guild_id)
    wrong: list[Place] = sorted(
        place for place in stored.keys() | counted.keys() if stored.get(place) != counted.get(place)
    )
    return [
        f"player {place.player_id}, {place.window} {place.key}: "
        f"{_told(stored.get(place))} stored, {_told(counted.get(place))} by the guesses"
        for place in wrong
    ]


def _told(sums: Sum | None) -> str:
    sums = sums or Sum()
    return f"{sums.points} points in {sums.guesses} guesses"


def _wrong_streaks(tx: Transaction, guild_id: int) -> list[str]:
    stored = load_streaks(tx, guild_id)
    dates = list_round_dates(tx, guild_id)
    played = list_played_dates_by_player(tx, guild_id)
    counted = {player_id: streak_of(dates, days) for player_id, days in played.items()}
    return [
        f"player {player_id}: a streak of {stored.get(player_id, Streak()).length} stored, "
        f"{counted.get(player_id, Streak()).length} by the guesses"
        for player_id in sorted(stored.keys() | counted.keys())
        if stored.get(player_id) != counted.get(player_id)
    ]
