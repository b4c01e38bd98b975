"""Rounds, starts and guesses as values, and the rules that accept or refuse a press."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.errors import ClockNotStarted, RoundClosed, RoundNotOpen, UnknownOption
from bot.core.scoring import points_for

if TYPE_CHECKING:
    from datetime import date, datetime


class RoundState(StrEnum):
    """The life of a round: reserved, open, scored, revealed; or void."""

    RESERVED = "reserved"
    OPEN = "open"
    SCORED = "scored"
    REVEALED = "revealed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Truth:
    """What the puzzle did when it ran for this round.

    ``option`` is the index, in the lesson's own order, of the option that came true among
    ``option_count``. ``python`` is the version that ran, ``"3.13"``.
    """

    option: int
    option_count: int
    stdout: str
    exception: str | None
    python: str


@dataclass(frozen=True, slots=True)
class Round:
    """One puzzle posted in one guild on one puzzle date, by the schedule of that slot.

    ``truth`` is None until the sandbox has run the puzzle; ``message_id``, ``opened_at`` until it
    is posted. ``closes_at`` is None where nothing is scheduled to follow. ``retry_at`` holds the
    next try after a failure; ``last_error`` says in one line what failed.
    """

    id: int
    guild_id: int
    channel_id: int
    puzzle_date: date
    state: RoundState
    pep: int
    puzzle_id: str
    lesson_digest: str
    reserved_at: datetime
    truth: Truth | None = None
    message_id: int | None = None
    has_thread: bool = False
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    reveal_message_id: int | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    last_error: str | None = None
    slot: int = 1


@dataclass(frozen=True, slots=True)
class Start:
    """The press that began a player's clock; ``is_new`` is False where it was running already."""

    round_id: int
    player_id: int
    started_at: datetime
    has_hint: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """A player's one, final answer. ``option`` counts in the lesson's own order.

    A right one without points is that of the member who suggested the puzzle.
    """

    round_id: int
    player_id: int
    option: int
    is_right: bool
    elapsed_ms: int
    points: int
    guessed_at: datetime
    has_hint: bool

    @property
    def is_author_s(self) -> bool:
        """Whether it is right and earned nothing: its player suggested the puzzle."""
        return self.is_right and not self.points


@lru_cache(maxsize=4_096)
def option_order(seed: str, player_id: int, option_count: int) -> tuple[int, ...]:
    """This member's own order of the options: position -> index in the lesson's order.

    The same for the same arguments, on every machine and Python: it is drawn from a hash, so the
    buttons of yesterday's process mean the same today. ``seed`` names what is shuffled. Kept, since
    a press is judged and then shown by it.
    """

    def draw(index: int) -> bytes:
        return hashlib.sha256(f"{seed}/{player_id}/{index}".encode()).digest()

    return tuple(sorted(range(option_count), key=draw))


def option_at(seed: str, player_id: int, option_count: int, position: int) -> int:
    """The index, in the lesson's order, of the option this member saw at ``position``.

    Raises:
        UnknownOption: There is no such position.

    """
    if not 0 <= position < option_count:
        raise UnknownOption(position)
    return option_order(seed, player_id, option_count)[position]


def ensure_open(round_: Round, at: datetime) -> Truth:
    """The round's truth, if a press at that instant counts.

    The stored state has the last word, not the clock: a round past ``closes_at`` that is not yet
    scored refuses, and so does a scored one whose clock says otherwise.

    Raises:
        RoundNotOpen: It is still being posted, or was voided.
        RoundClosed: Its time is over.

    """
    if round_.state in (RoundState.SCORED, RoundState.REVEALED):
        raise RoundClosed(round_.id, round_.puzzle_date, round_.closes_at)
    if round_.state is not RoundState.OPEN or round_.truth is None:
        raise RoundNotOpen(round_.id, round_.state)
    if round_.closes_at is not None and at >= round_.closes_at:
        raise RoundClosed(round_.id, round_.puzzle_date, round_.closes_at)
    return round_.truth


def judge(
    round_: Round,
    start: Start | None,
    position: int,
    at: datetime,
    *,
    is_author: bool = False,
) -> Guess:
    """Turn a press on an answer into a guess; one on a puzzle of their own earns no points.

    Raises:
        RoundNotOpen, RoundClosed: See `ensure_open`.
        ClockNotStarted: This player never pressed Start on this round.
        UnknownOption: No such button.

    """
    truth = ensure_open(round_, at)
    if start is None:
        raise ClockNotStarted(round_.id)
    option = option_at(round_seed(round_.id), start.player_id, truth.option_count, position)
    # Discord's clock reads both presses; across its machines it may step back by a little.
    elapsed_ms = max(0, round((at - start.started_at).total_seconds() * 1000))
    is_right = option == truth.option
    earned = points_for(is_right=is_right, elapsed_ms=elapsed_ms, has_hint=start.has_hint)
    return Guess(
        round_id=round_.id,
        player_id=start.player_id,
        option=option,
        is_right=is_right,
        elapsed_ms=elapsed_ms,
        points=0 if is_author else earned,
        guessed_at=at,
        has_hint=start.has_hint,
    )


def round_seed(round_id: int) -> str:
    """What `option_order` shuffles for a scored round."""
    return f"round/{round_id}"


def practice_seed(puzzle_id: str) -> str:
    """What `option_order` shuffles for an unscored practice."""
    return f"practice/{puzzle_id}"
