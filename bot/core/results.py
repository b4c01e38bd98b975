"""What the use cases hand to the edge: receipts, reveals, profiles. Frozen, complete, wordless."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.core.difficulty import Difficulty
    from bot.core.lessons import Lesson, Puzzle
    from bot.core.records import Play
    from bot.core.rounds import Guess, Round, Start, Truth
    from bot.core.settings import GuildSettings
    from bot.core.streaks import Streak, StreakNow
    from bot.core.windows import Standing, Window

PODIUM_SIZE = 3


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is in the channel, and whether it began a thread."""

    message_id: int
    posted_at: datetime
    has_thread: bool = False


@dataclass(frozen=True, slots=True)
class StartReceipt:
    """A player's clock runs, on this puzzle; ``is_author``: it is one that they suggested."""

    round: Round
    lesson: Lesson
    puzzle: Puzzle
    start: Start
    is_author: bool = False


@dataclass(frozen=True, slots=True)
class GuessReceipt:
    """A stored guess, and where it puts the player: rank among the round's ``players`` so far.

    ``covered`` are the missed dates that freezes covered, told with the guess that found them so;
    ``is_first_of_date`` says that this guess made the streak longer. Both are told once: a recall
    has neither. ``is_global`` says that the guess counts on the global board.
    """

    round: Round
    lesson: Lesson
    puzzle: Puzzle
    guess: Guess
    rank: int
    players: int
    streak: Streak
    covered: tuple[date, ...] = ()
    is_first_of_date: bool = False
    is_global: bool = False


class ShareWay(StrEnum):
    """What becomes of a wish to share."""

    POST = "post"
    ALREADY = "already"
    SWITCHED_OFF = "switched off"
    NO_PERMISSION = "no permission"


@dataclass(frozen=True, slots=True)
class Share:
    """A guess as the channel may see it: ``number`` counts its schedule's rounds."""

    round: Round
    lesson: Lesson
    guess: Guess
    number: int
    streak: int
    way: ShareWay


@dataclass(frozen=True, slots=True)
class PracticePuzzle:
    """An unscored puzzle, and what it did when it ran; ``difficulty`` is for moderators."""

    lesson: Lesson
    puzzle: Puzzle
    truth: Truth
    difficulty: Difficulty | None = None


@dataclass(frozen=True, slots=True)
class PodiumPlace:
    """One of the first three ranks; equal points share one. ``streak`` is the player's by now."""

    rank: int
    guess: Guess
    streak: int


@dataclass(frozen=True, slots=True)
class RevealFacts:
    """All that a reveal shows. ``counts`` holds the guesses an option, in the lesson's order.

    ``median_ms`` is over the right guesses, None without any. ``longest_streak`` is the longest
    that the round's players hold; ``kept_streaks`` how many of others a freeze kept over its date.
    """

    round: Round
    lesson: Lesson
    puzzle: Puzzle
    truth: Truth
    counts: tuple[int, ...]
    podium: tuple[PodiumPlace, ...]
    players: int
    right: int
    median_ms: int | None
    longest_streak: int
    kept_streaks: int = 0
    difficulty: Difficulty | None = None


@dataclass(frozen=True, slots=True)
class Voiding:
    """A round that is, or may be, withdrawn, and what goes with it.

    ``has_recounted_season``: its month was over, and the final ranks were counted anew.
    """

    round: Round
    lesson: Lesson
    players: int
    points: int
    has_recounted_season: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A player's record in one guild.

    ``streak`` is the one up to the last guess, ``streak_now`` what has become of it since.
    ``covered`` are the dates that a freeze ever covered. ``players`` is how many ever guessed
    there; ``today`` the guild's date; ``plays`` every guess of this player, oldest first;
    ``answers`` how many first answers each puzzle had, of whomever, and how many right ones.
    """

    player_id: int
    standings: dict[Window, Standing | None]
    streak: Streak
    streak_now: StreakNow
    median_ms: int | None
    players: int
    today: date
    plays: tuple[Play, ...]
    covered: tuple[date, ...] = ()
    answers: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetUp:
    """Settings as saved, and when the next post is due (None: paused)."""

    settings: GuildSettings
    next_post_at: datetime | None
