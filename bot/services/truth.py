"""Finding out what a puzzle prints: the one place where a lesson meets the sandbox."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.errors import SandboxUnavailable
from bot.core.rounds import Truth
from bot.core.runs import Outcome
from bot.core.selection import ANYTHING, newest_python, next_pick
from bot.services.own_lessons import library_in, sandbox_of
from bot.storage.lessons import insert_set_aside, list_set_aside
from bot.storage.queue import list_turns
from bot.storage.reports import list_guild_set_aside

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bot.core.lessons import Lesson, Library, Puzzle
    from bot.core.runs import RunResult
    from bot.core.selection import Pick, PostedPuzzle, Wish
    from bot.core.versions import PythonVersion
    from bot.services.context import Context
    from bot.storage.database import Database, Transaction

log = logging.getLogger(__name__)


async def run_puzzle(
    ctx: Context, lesson: Lesson, puzzle: Puzzle, python: PythonVersion
) -> tuple[RunResult, Truth | None]:
    """Run a puzzle; the truth is None where its run equals none of its options, or several.

    A server's own lesson runs on ``python`` only where members' code may; else on the newest such.

    Raises:
        SandboxUnavailable: The run says nothing about the puzzle: it did not take place, ran into
            a limit, crashed, or Python never got as far as the puzzle. A busy or broken host must
            not set a good puzzle aside.
    """
    sandbox = sandbox_of(ctx, lesson)
    if python not in sandbox.interpreters():
        python = newest_python(puzzle, sandbox.interpreters()) or python
    run = await sandbox.run(
        puzzle.code, ctx.limits, python, stdin=puzzle.stdin, needs=frozenset(puzzle.needs)
    )
    if not (run.outcome is Outcome.OK or (run.outcome is Outcome.ERROR and run.exception)):
        why = run.detail or f"ended as {run.outcome} on Python {run.python}"
        raise SandboxUnavailable(f"puzzle {puzzle.id}: {why}")
    option = puzzle.true_option(run)
    if option is None:
        return run, None
    return run, Truth(option, len(puzzle.options), run.stdout, run.exception, run.python)


async def set_aside(
    db: Database, lesson: Lesson, puzzle: Puzzle, run: RunResult, now: datetime
) -> None:
    """Take a puzzle out of play until its lesson is corrected, and say so in the log."""
    reason = (
        f"on Python {run.python} it ended as {run.outcome} {run.exception or ''} "
        f"with output {run.stdout[:200]!r}, which is not exactly one of its options"
    )
    log.error("puzzle set aside pep=%s puzzle=%s: %s", lesson.pep, puzzle.id, reason)
    await db.write(lambda tx: insert_set_aside(tx, puzzle.id, lesson.digest, reason, now))


async def choose(
    ctx: Context,
    guild_id: int,
    *,
    pep: int | None = None,
    wish: Wish = ANYTHING,
    but_not: Collection[str] = (),
    but_round: int | None = None,
) -> Pick | None:
    """The next pick for that guild, among what this host can run.

    ``but_not`` holds the ids of puzzles to pass over this once, ``but_round`` a round of the guild
    that does not count as posted yet.
    """
    shelf = await ctx.db.read(lambda tx: load_shelf(ctx, tx, guild_id, but_round=but_round))
    return shelf.pick(pep=pep, wish=wish, but_not=but_not)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a guild may be posted, and what it has had: its picks as of one moment."""

    guild_id: int
    library: Library
    turns: Sequence[PostedPuzzle]
    set_aside: frozenset[str]
    pythons: Sequence[PythonVersion]

    def pick(
        self, *, pep: int | None = None, wish: Wish = ANYTHING, but_not: Collection[str] = ()
    ) -> Pick | None:
        """The next in turn, as `choose`."""
        return next_pick(
            self.library,
            self.turns,
            pythons=self.pythons,
            set_aside=self.set_aside.union(but_not),
            seed=self.guild_id,
            pep=pep,
            wish=wish,
        )


def load_shelf(
    ctx: Context, tx: Transaction, guild_id: int, *, but_round: int | None = None
) -> Shelf:
    """Read what the guild's next pick is made from; ``but_round`` as in `choose`."""
    library = library_in(ctx, tx, guild_id)
    aside = set_aside_ids(library, list_set_aside(tx)) | list_guild_set_aside(tx, guild_id)
    turns = list_turns(tx, guild_id, but_round=but_round)
    return Shelf(guild_id, library, turns, frozenset(aside), ctx.sandbox.interpreters())


def set_aside_ids(library: Library, rows: set[tuple[str, str]]) -> set[str]:
    """The ids of the puzzles set aside as they stand now; a corrected lesson is back in play."""
    if not rows:
        return set()
    return {
        puzzle.id
        for lesson in library.lessons.values()
        for puzzle in lesson.puzzles
        if (puzzle.id, lesson.digest) in rows
    }
