"""What stands out among guesses, for moderators to look at. It accuses nobody, and decides nothing.

Two things are looked for. Right answers in less time than the puzzle takes to read
(`bot.core.reading`): blind guesses are fast too, and right as often as chance has it, so that a
player is shown only where so many right ones would come by chance in fewer than `UNLIKELY` of all
cases. The probability is exact, of independent draws with each puzzle's own number of options (the
Poisson binomial distribution). And pairs of players who chose the same in every round that both
played: being right together says nothing, so that at least `MIN_SAME_WRONG` of it must be wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

UNLIKELY = 0.02
MIN_COMMON = 5
MIN_SAME_WRONG = 3
MAX_PLAYERS = 400
"""Players whose pairs are compared, those with most guesses: 80,000 pairs take about 0.1 s."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A guess as it is looked at here; ``floor_ms`` is its puzzle's reading floor."""

    round_id: int
    player_id: int
    option: int
    option_count: int
    is_right: bool
    elapsed_ms: int
    floor_ms: int
    guessed_at: datetime


@dataclass(frozen=True, slots=True)
class FastPlayer:
    """``right`` of ``fast`` answers below the floor; by chance it would be ``expected``."""

    player_id: int
    fast: int
    right: int
    expected: float
    probability: float


@dataclass(frozen=True, slots=True)
class SamePair:
    """Two players who chose the same in all ``rounds`` that both played, ``wrong`` of them wrong.

    ``gap_ms`` is the median time between their guesses of a round.
    """

    first_id: int
    second_id: int
    rounds: int
    wrong: int
    gap_ms: int


@dataclass(frozen=True, slots=True)
class FairPlay:
    """What stands out in the last ``rounds`` rounds, what is least likely first."""

    rounds: int
    guesses: int
    fast: tuple[FastPlayer, ...]
    pairs: tuple[SamePair, ...]


def fair_play(choices: Sequence[Choice]) -> FairPlay:
    """Look the guesses of some rounds over."""
    rounds = len({choice.round_id for choice in choices})
    return FairPlay(rounds, len(choices), tuple(fast_players(choices)), tuple(same_pairs(choices)))


def fast_players(choices: Iterable[Choice]) -> list[FastPlayer]:
    """Players who were right below the reading floor more often than chance explains."""
    fast: dict[int, list[Choice]] = defaultdict(list)
    for choice in choices:
        if choice.elapsed_ms < choice.floor_ms:
            fast[choice.player_id].append(choice)
    found = []
    for player_id, answers in fast.items():
        right = sum(answer.is_right for answer in answers)
        chances = [1 / answer.option_count for answer in answers]
        probability = at_least(right, chances)
        if probability <= UNLIKELY:
            expected = sum(chances)
            found.append(FastPlayer(player_id, len(answers), right, expected, probability))
    return sorted(found, key=lambda player: (player.probability, player.player_id))


def at_least(successes: int, chances: Sequence[float]) -> float:
    """The probability of so many successes or more among independent draws, 0 to 1."""
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[n] * (1 - chance) if n < len(exactly) else 0.0)
            + (exactly[n - 1] * chance if n else 0.0)
            for n in range(len(exactly) + 1)
        ]
    return min(1.0, sum(exactly[successes:]))


def same_pairs(choices: Iterable[Choice]) -> list[SamePair]:
    """Pairs who chose the same in every round that both played, those most often wrong first."""
    played: dict[int, dict[int, Choice]] = defaultdict(dict)
    for choice in choices:
        played[choice.player_id][choice.round_id] = choice
    counts = Counter({player: len(rounds) for player, rounds in played.items()})
    many = sorted(counts, key=lambda player: (-counts[player], player))[:MAX_PLAYERS]
    masks = {player: _masks(played[player]) for player in many if counts[player] >= MIN_COMMON}
    found = []
    for first, second in combinations(sorted(masks), 2):
        (rounds, options), (other_rounds, other_options) = masks[first], masks[second]
        # Bits of chosen options are compared first: most pairs differ at once, in one operation.
        common = rounds & other_rounds
        if common.bit_count() < MIN_COMMON:
            continue
        if (options & other_options).bit_count() == common.bit_count():
            pair = _pair(played[first], played[second])
            if pair.wrong >= MIN_SAME_WRONG:
                found.append(pair)
    return sorted(found, key=lambda pair: (-pair.wrong, pair.gap_ms, pair.first_id, pair.second_id))


_OPTION_BITS = 8


def _masks(rounds: dict[int, Choice]) -> tuple[int, int]:
    """A player's rounds as bits, and their chosen options as bits."""
    played = options = 0
    for round_id, choice in rounds.items():
        played |= 1 << round_id
        options |= 1 << (round_id * _OPTION_BITS + choice.option)
    return played, options


def _pair(first: dict[int, Choice], second: dict[int, Choice]) -> SamePair:
    common = [(first[id_], second[id_]) for id_ in sorted(first.keys() & second.keys())]
    gaps = [abs((one.guessed_at - other.guessed_at).total_seconds()) for one, other in common]
    return SamePair(
        first_id=common[0][0].player_id,
        second_id=common[0][1].player_id,
        rounds=len(common),
        wrong=sum(not one.is_right for one, _ in common),
        gap_ms=round(median(gaps) * 1000),
    )
