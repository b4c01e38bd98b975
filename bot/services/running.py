"""Members' own code: what they may edit, who may run it now, and today's puzzle on every Python.

Whether it can run at all is the sandbox's to say (`bot.core.ports.MemberSandbox`); who may ask,
and when, is decided here.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.code_blocks import python_in, shows
from bot.core.errors import (
    MemberCodeOff,
    NothingToRun,
    PythonNotOffered,
    RunBeforeGuess,
    SandboxUnavailable,
    UnknownRound,
)
from bot.core.runs import Outcome
from bot.core.versions import PythonVersion
from bot.services.lessons import lesson_of
from bot.services.own_lessons import sandbox_of
from bot.storage.options import load_options
from bot.storage.plays import load_guess
from bot.storage.round_lists import list_rounds_to_guess
from bot.storage.rounds import load_round

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.lessons import Lesson, Puzzle
    from bot.core.options import GuildOptions
    from bot.core.pace import RunPace
    from bot.core.ports import MemberRun, MemberSandbox, Sandbox
    from bot.core.rounds import Round
    from bot.core.runs import RunResult
    from bot.services.context import Context
    from bot.storage.database import Transaction

log = logging.getLogger(__name__)

_DRAFTS = 256


class Drafts:
    """What members ran last, so that editing goes on from there; a restart forgets it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], RunOrder] = OrderedDict()

    def keep(self, order: RunOrder) -> None:
        """Remember it, and let go of the oldest of too many."""
        key = (order.player_id, order.round_id)
        self._kept[key] = order
        self._kept.move_to_end(key)
        if len(self._kept) > _DRAFTS:
            self._kept.popitem(last=False)

    def find(self, player_id: int, round_id: int) -> RunOrder | None:
        """The member's last run of that round's snippet (0: of anything)."""
        return self._kept.get((player_id, round_id))


@dataclass(frozen=True, slots=True)
class Runs:
    """What members' runs need besides the context, one a process."""

    members: MemberSandbox
    pace: RunPace
    drafts: Drafts = field(default_factory=Drafts)


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A member's wish; all of its texts are hostile.

    ``round_id`` is the round whose snippet it began as, 0 for none; ``guild_id`` None in a direct
    message.
    """

    player_id: int
    guild_id: int | None
    round_id: int
    code: str
    python: str
    stdin: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form to edit begins with."""

    round_id: int
    code: str
    stdin: str
    pythons: tuple[PythonVersion, ...]
    chosen: PythonVersion


@dataclass(frozen=True, slots=True)
class Comparison:
    """One puzzle on every Python of the host that could run it, oldest first."""

    lesson: Lesson
    puzzle: Puzzle
    results: tuple[RunResult, ...]


async def draft_for(
    ctx: Context, runs: Runs, *, guild_id: int | None, player_id: int, round_id: int = 0
) -> Draft:
    """What the member edits: what they ran last, else the round's snippet, else nothing.

    Raises:
        MemberCodeOff: In this server, or on the whole bot.
        UnknownRound: This guild has no such round.
        RunBeforeGuess: They have not guessed on it.
    """
    await _ensure_switched_on(ctx, guild_id)
    pythons = tuple(runs.members.pythons())
    if not pythons:
        raise MemberCodeOff(runs.members.health().member_code)
    code, stdin, chosen = "", "", pythons[-1]
    if round_id:
        round_, puzzle = await _guessed(ctx, guild_id, player_id, round_id)
        code, stdin = puzzle.code, puzzle.stdin
        ran_on = round_.truth.python if round_.truth is not None else ""
        chosen = next((each for each in pythons if str(each) == ran_on), chosen)
    last = runs.drafts.find(player_id, round_id)
    if last is not None:
        code, stdin = last.code, last.stdin
        chosen = next((each for each in pythons if str(each) == last.python), chosen)
    return Draft(round_id, code, stdin, pythons, chosen)


async def begin_run(ctx: Context, runs: Runs, order: RunOrder, now: datetime) -> MemberRun:
    """Put a member's code into the line; the run tells its place, and its result when it has one.

    Raises:
        MemberCodeOff: In this server, or on the whole bot.
        NothingToRun: There is no code in it.
        UnknownRound: This guild has no such round.
        RunBeforeGuess: It holds a puzzle on which the member has still to guess.
        PythonNotOffered, SourceTooLong, NoPlaceInLine: As the port's.
        TooManyRuns: By this member, or in this server.
    """
    await _ensure_switched_on(ctx, order.guild_id)
    if not order.code.strip():
        raise NothingToRun
    needs: frozenset[str] = frozenset()
    if order.round_id:
        _, puzzle = await _guessed(ctx, order.guild_id, order.player_id, order.round_id)
        needs = frozenset(puzzle.needs)
    await ensure_tells_no_answer(ctx, order.guild_id, order.player_id, order.code)
    try:
        python = PythonVersion.parse(order.python)
    except ValueError:
        raise PythonNotOffered(order.python, runs.members.pythons()) from None
    runs.pace.check(order.player_id, order.guild_id, now)
    run = runs.members.line_up(order.player_id, order.code, python, stdin=order.stdin, needs=needs)
    runs.pace.note(order.player_id, order.guild_id, now)
    runs.drafts.keep(order)
    log.info("run guild=%s player=%s python=%s", order.guild_id, order.player_id, python)
    return run


async def order_of_message(
    ctx: Context, runs: Runs, *, guild_id: int | None, player_id: int, text: str
) -> RunOrder:
    """The wish to run the Python in a message, on the newest Python there is.

    Raises:
        MemberCodeOff: The server has not switched it on, or it is off on the whole bot.
        NothingToRun: The message has no code block that could be Python.
    """
    options = await _ensure_switched_on(ctx, guild_id)
    if not options.has_run_menu:
        raise MemberCodeOff(option="has_run_menu")
    pythons = runs.members.pythons()
    if not pythons:
        raise MemberCodeOff(runs.members.health().member_code)
    code = python_in(text)
    if code is None:
        raise NothingToRun
    return RunOrder(player_id, guild_id, 0, code, str(pythons[-1]))


async def compare_versions(
    ctx: Context, runs: Runs, *, guild_id: int, player_id: int, round_id: int, now: datetime
) -> Comparison:
    """Run a round's puzzle, as it was posted, on every Python of the host. Counts as one run.

    A lesson of ours runs as puzzles do, on Pythons too that are too old for members' code. One that
    a server wrote itself does not: it is members' code.

    Raises:
        MemberCodeOff: In this server.
        UnknownRound: This guild has no such round.
        RunBeforeGuess: They have not guessed on it.
        TooManyRuns: By this member, or in this server.
        SandboxUnavailable: It could be run on none.
    """
    await _ensure_switched_on(ctx, guild_id)
    round_, puzzle = await _guessed(ctx, guild_id, player_id, round_id)
    lesson, _ = await lesson_of(ctx.db, ctx.library, round_)
    runs.pace.check(player_id, guild_id, now)
    runs.pace.note(player_id, guild_id, now)
    sandbox = sandbox_of(ctx, lesson)
    results = await asyncio.gather(
        *(_run_on(ctx, sandbox, puzzle, python) for python in sandbox.interpreters())
    )
    ran = tuple(result for result in results if result.outcome is not Outcome.UNAVAILABLE)
    if not ran:
        raise SandboxUnavailable(f"puzzle {puzzle.id} ran on no Python here")
    return Comparison(lesson, puzzle, ran)


async def _run_on(
    ctx: Context, sandbox: Sandbox, puzzle: Puzzle, python: PythonVersion
) -> RunResult:
    return await sandbox.run(
        puzzle.code, ctx.limits, python, stdin=puzzle.stdin, needs=frozenset(puzzle.needs)
    )


async def _ensure_switched_on(ctx: Context, guild_id: int | None) -> GuildOptions:
    # A direct message has no moderators; guild 0 is nobody's and has every default.
    options = await ctx.db.read(lambda tx: load_options(tx, guild_id or 0))
    if not options.has_running:
        raise MemberCodeOff(option="has_running")
    return options


async def _guessed(
    ctx: Context, guild_id: int | None, player_id: int, round_id: int
) -> tuple[Round, Puzzle]:
    def work(tx: Transaction) -> tuple[Round, bool]:
        round_ = load_round(tx, round_id)
        # A custom_id is text from outside: one that names another guild's round is refused.
        if round_ is None or round_.guild_id != guild_id:
            raise UnknownRound(round_id)
        return round_, load_guess(tx, round_id, player_id) is not None

    round_, has_guessed = await ctx.db.read(work)
    if not has_guessed:
        raise RunBeforeGuess(round_id)
    _, puzzle = await lesson_of(ctx.db, ctx.library, round_)
    return round_, puzzle


async def ensure_tells_no_answer(
    ctx: Context, guild_id: int | None, player_id: int, code: str
) -> None:
    """Refuse code that shows a puzzle on which the member has still to guess.

    Raises:
        RunBeforeGuess: It does.
    """

    def work(tx: Transaction) -> Sequence[Round]:
        return list_rounds_to_guess(tx, guild_id, player_id)

    for round_ in await ctx.db.read(work):
        # As it was posted: by a lesson of the server's own, or one that has changed since.
        _, puzzle = await lesson_of(ctx.db, ctx.library, round_)
        if shows(code, puzzle.code):
            raise RunBeforeGuess(None)
