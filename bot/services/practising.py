"""Unscored practice: any lesson's puzzle, at any time, kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import NothingToPost, UnknownLesson, UnknownRound
from bot.core.results import PracticePuzzle
from bot.core.rounds import RoundState
from bot.core.selection import newest_python
from bot.services.own_lessons import guild_library
from bot.services.truth import run_puzzle, set_aside_ids
from bot.storage.lessons import list_set_aside
from bot.storage.round_lists import list_posted, list_puzzles_in_play
from bot.storage.rounds import load_round

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Puzzle
    from bot.services.context import Context
    from bot.storage.database import Transaction


async def practice_puzzle(
    ctx: Context,
    guild_id: int | None,
    player_id: int,
    *,
    pep: int,
    puzzle_id: str | None = None,
    comes_last: str | None = None,
) -> PracticePuzzle:
    """A puzzle of that lesson to practise; ``puzzle_id`` asks for one of them.

    ``comes_last`` names the one to hand out only where there is no other.

    A puzzle whose round is open in the guild, or anywhere that this player plays and has not
    guessed, is not handed out: it would tell the answer. Puzzles that the guild has had come
    first, so that practice spoils as little as it can.

    Raises:
        UnknownLesson: No lesson on that PEP, or no such puzzle in it.
        NothingToPost: All its puzzles are in play, set aside, or need a Python this host lacks.
        SandboxUnavailable: It could not be run.
    """
    library = await guild_library(ctx, guild_id)
    lesson = library.get(pep)
    if lesson is None or (puzzle_id is not None and lesson.puzzle(puzzle_id) is None):
        raise UnknownLesson(pep)

    def work(tx: Transaction) -> tuple[set[str], set[str]]:
        blocked = list_puzzles_in_play(tx, guild_id, player_id)
        blocked |= set_aside_ids(library, list_set_aside(tx))
        had = set() if guild_id is None else {p.puzzle_id for p in list_posted(tx, guild_id)}
        return blocked, had

    blocked, had = await ctx.db.read(work)
    for puzzle in _in_turn(lesson, had, comes_last):
        python = newest_python(puzzle, ctx.sandbox.interpreters())
        if python is None or puzzle.id in blocked or puzzle_id not in (None, puzzle.id):
            continue
        _, truth = await run_puzzle(ctx, lesson, puzzle, python)
        if truth is not None:
            return PracticePuzzle(lesson, puzzle, truth)
    raise NothingToPost(pep)


async def practice_of_round(
    ctx: Context, guild_id: int, player_id: int, round_id: int
) -> PracticePuzzle:
    """The puzzle of a closed round, as practice.

    Raises:
        UnknownRound: This guild has no such round that is over.
        UnknownLesson: Its lesson is gone, or has changed since.
        NothingToPost, SandboxUnavailable: As for `practice_puzzle`.
    """
    round_ = await ctx.db.read(lambda tx: load_round(tx, round_id))
    if round_ is None or round_.guild_id != guild_id or round_.state is RoundState.OPEN:
        raise UnknownRound(round_id)
    return await practice_puzzle(
        ctx, guild_id, player_id, pep=round_.pep, puzzle_id=round_.puzzle_id
    )


def _in_turn(lesson: Lesson, had: set[str], comes_last: str | None) -> list[Puzzle]:
    # The daily post takes a lesson's puzzles from the front; practice takes unseen ones from the
    # back, so that the two meet as late as possible.
    unseen_last_first = lesson.puzzles[::-1]
    return sorted(
        unseen_last_first, key=lambda puzzle: (puzzle.id == comes_last, puzzle.id not in had)
    )
