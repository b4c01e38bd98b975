"""Whether the sums that boards read agree with the guesses that they were summed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.counting import Sums, dates_of, firsts_of_dates, totals_of, unlike
from bot.core.streaks import Streak, streak_of
from bot.storage.places import count_places, list_places
from bot.storage.plays import list_counted, list_counted_globally
from bot.storage.round_lists import list_counted_guilds, list_round_dates
from bot.storage.streaks import list_streaks
from bot.storage.totals import GLOBAL, list_totals

if TYPE_CHECKING:
    from bot.core.counting import TotalKey
    from bot.storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where a guild's sums are not what its guesses say; counts, and one example as a sentence.

    ``places`` are what ranks within a round are counted from. Guild 0 is the global board.
    """

    guild_id: int
    totals: int
    streaks: int
    places: int
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
    guild_ids = await db.read(list_counted_guilds)
    found = []
    for guild_id in guild_ids:

        def work(tx: Transaction, guild_id: int = guild_id) -> Disagreement | None:
            return _check_guild(tx, guild_id)

        disagreement = await db.read(work)
        if disagreement is not None:
            found.append(disagreement)
    disagreement = await db.read(_check_global)
    if disagreement is not None:
        found.append(disagreement)
    return SumsChecked(len(guild_ids), tuple(found))


def _check_guild(tx: Transaction, guild_id: int) -> Disagreement | None:
    guesses = list_counted(tx, guild_id, None)
    totals = _wrong_totals(list_totals(tx, guild_id), totals_of(guesses))
    dates = list_round_dates(tx, guild_id)
    counted = {player: streak_of(dates, played) for player, played in dates_of(guesses).items()}
    streaks = _wrong_streaks(list_streaks(tx, guild_id), counted)
    places = _wrong_places(list_places(tx, guild_id), count_places(tx, guild_id))
    if not totals and not streaks and not places:
        return None
    example = (totals or streaks or places)[0]
    return Disagreement(guild_id, len(totals), len(streaks), len(places), example)


def _check_global(tx: Transaction) -> Disagreement | None:
    counted = totals_of(firsts_of_dates(list_counted_globally(tx, None)))
    totals = _wrong_totals(list_totals(tx, GLOBAL), counted)
    return Disagreement(GLOBAL, len(totals), 0, 0, totals[0]) if totals else None


def _wrong_totals(stored: dict[TotalKey, Sums], counted: dict[TotalKey, Sums]) -> list[str]:
    wrong = sorted(
        ((window, key, player_id) for player_id, window, key in unlike(stored, counted)),
    )
    return [
        f"player {player_id}, {window} {key}: "
        f"{_told(stored.get((player_id, window, key)))} stored, "
        f"{_told(counted.get((player_id, window, key)))} by the guesses"
        for window, key, player_id in wrong
    ]


def _told(sums: Sums | None) -> str:
    sums = sums or Sums()
    return f"{sums.points} points in {sums.guesses} guesses"


def _wrong_streaks(stored: dict[int, Streak], counted: dict[int, Streak]) -> list[str]:
    return [
        f"player {player_id}: a streak of {stored.get(player_id, Streak()).length} stored, "
        f"{counted.get(player_id, Streak()).length} by the guesses"
        for player_id in sorted(unlike(stored, counted))
    ]


def _wrong_places(
    stored: dict[tuple[int, int], int], counted: dict[tuple[int, int], int]
) -> list[str]:
    return [
        f"round {round_id}: {stored.get((round_id, points), 0)} players of {points} points stored, "
        f"{counted.get((round_id, points), 0)} by the guesses"
        for round_id, points in sorted(unlike(stored, counted))
    ]
