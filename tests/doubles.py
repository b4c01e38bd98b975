"""Stand-ins for the world outside, and builders of values. Small classes that record.

`Crash` is the end of the process: a `BaseException`, so that no handler of the code under test
takes it for a failure. `Steps` counts what can't be undone (commits, messages, runs) and crashes
after the one it was told.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.errors import PythonNotOffered
from bot.core.lessons import Lesson, Level, Library, Link, Option, Puzzle, Related, Snippet
from bot.core.results import Posted
from bot.core.rounds import Guess, Round, RoundState, Truth
from bot.core.runs import Limits, Outcome, RunResult
from bot.core.sandbox_health import MemberCode, SandboxHealth
from bot.core.schedule import ALL_WEEKDAYS, Schedule
from bot.core.settings import CodeView
from bot.core.versions import PythonVersion, VersionBounds
from bot.services.context import Context
from bot.services.schedules import set_up_guild
from bot.services.ticking import advance_guild, due_guilds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.errors import AnnounceFailed
    from bot.core.reminders import DueReminder
    from bot.core.results import RevealFacts, SetUp
    from bot.core.seasons import Season, SeasonFacts
    from bot.storage.database import Database

GUILD = 7_000_000_000_000_000_001
CHANNEL = 7_000_000_000_000_000_002
RIGHT = 1
"""The option of every built puzzle that comes true, in the lesson's own order."""

PY313 = PythonVersion(3, 13)


def at(text: str) -> datetime:
    """An instant in UTC, from ``2026-03-02 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Crash(BaseException):
    """The process ends here."""


class FixedClock:
    """Stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now


class Steps:
    """Counts steps; the ``crash_after``-th is the process's last."""

    def __init__(self, crash_after: int | None = None) -> None:
        self.crash_after = crash_after
        self.passed: list[str] = []

    def passing(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self.crash_after:
            raise Crash(name)


class CrashingDatabase:
    """A database whose commits are steps."""

    def __init__(self, db: Database, steps: Steps) -> None:
        self._db = db
        self._steps = steps

    async def write(self, work):
        result = await self._db.write(work)
        self._steps.passing("commit")
        return result

    async def read(self, work):
        return await self._db.read(work)


def ran(
    stdout: str = "4\n",
    *,
    outcome: Outcome = Outcome.OK,
    exception: str | None = None,
    truncated: bool = False,
    detail: str | None = None,
) -> RunResult:
    return RunResult(
        outcome=outcome,
        stdout=stdout,
        stderr="",
        exit_code=0 if outcome is Outcome.OK else 1,
        exception=exception,
        duration_ms=20.0,
        truncated=truncated,
        python="3.13",
        detail=detail,
    )


class RecordingMeter:
    """Keeps what it is told, without the seconds."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, str]] = []

    def note(self, event: str, kind: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.noted.append((event, kind, outcome))


class FakeSandbox:
    """Every code prints 4, or does what ``script`` says of it."""

    def __init__(self, *, pythons: Sequence[PythonVersion] = (PY313,)) -> None:
        self.pythons = list(pythons)
        self.script: dict[str, RunResult] = {}
        self.runs: list[tuple[str, PythonVersion]] = []
        self.asked: list[tuple[str, frozenset[str], Limits]] = []
        self.steps = Steps()

    def interpreters(self) -> Sequence[PythonVersion]:
        return self.pythons

    async def run(self, code, limits, interpreter, *, stdin="", needs=frozenset()) -> RunResult:
        self.runs.append((code, interpreter))
        self.asked.append((stdin, needs, limits))
        result = replace(self.script.get(code, ran()), python=str(interpreter))
        self.steps.passing("run")
        return result


class FakeMembers:
    """A line for members' code in which every run ends at once, after ``ahead`` others."""

    def __init__(self, *pythons: PythonVersion, ahead: int = 0) -> None:
        self.offered = pythons or (PY313,)
        self.ahead = ahead
        self.limits = Limits()
        self.why = MemberCode.ON
        self.refusal: Exception | None = None
        self.runs: list[tuple[int, str, PythonVersion, str, frozenset[str]]] = []
        self.gives = ran()

    def pythons(self) -> Sequence[PythonVersion]:
        return self.offered if self.why is MemberCode.ON else ()

    def health(self) -> SandboxHealth:
        return SandboxHealth(self.why, None, (), 2, 0, self.ahead)

    def line_up(self, player_id, code, python, *, stdin="", needs=frozenset()) -> FakeRun:
        if self.refusal is not None:
            raise self.refusal
        if python not in self.offered:
            raise PythonNotOffered(str(python), self.offered)
        self.runs.append((player_id, code, python, stdin, needs))
        return FakeRun(self.ahead, replace(self.gives, python=str(python)))


@dataclass
class FakeRun:
    place: int
    gives: RunResult

    def position(self) -> int:
        return self.place

    def wait_ms(self) -> int:
        return self.place * 1_000

    async def result(self) -> RunResult:
        self.place = 0
        return self.gives


@dataclass(frozen=True)
class Message:
    kind: str
    round_id: int
    channel_id: int
    posted: Posted
    pep: int


class FakeAnnouncer:
    """A channel as a list of messages; never refuses a repeated one, as Discord after minutes."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.messages: list[Message] = []
        self.retired: list[int] = []
        self.withdrawn: list[int] = []
        self.facts: list[RevealFacts] = []
        self.seasons: list[SeasonFacts] = []
        self.searches: list[str] = []
        self.threads: list[int] = []
        self.steps = Steps()
        self._before: dict[str, deque[AnnounceFailed]] = defaultdict(deque)
        self._after: dict[str, deque[AnnounceFailed]] = defaultdict(deque)
        self._always: dict[tuple[str, int], AnnounceFailed] = {}
        self._next_id = 900

    def refuse(self, method: str, failure: AnnounceFailed) -> None:
        """The next call fails, and nothing comes of it."""
        self._before[method].append(failure)

    def lose_answer(self, method: str, failure: AnnounceFailed) -> None:
        """The next call gets through, and fails all the same."""
        self._after[method].append(failure)

    def bar(self, method: str, channel_id: int, failure: AnnounceFailed) -> None:
        """Each call in that channel fails, until `unbar`."""
        self._always[method, channel_id] = failure

    def unbar(self) -> None:
        self._always.clear()

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.messages if message.kind == kind]

    async def post(self, round_: Round, lesson: Lesson) -> Posted:
        return self._send("post", round_, lesson)

    async def find_post(self, round_: Round) -> Posted | None:
        return self._find("post", round_)

    async def begin_thread(self, round_: Round, lesson: Lesson, message_id: int) -> bool:
        self.threads.append(message_id)
        for index, message in enumerate(self.messages):
            if message.posted.message_id == message_id:
                posted = replace(message.posted, has_thread=True)
                self.messages[index] = replace(message, posted=posted)
        self.steps.passing("thread")
        return True

    async def reveal(self, facts: RevealFacts) -> Posted:
        self.facts.append(facts)
        return self._send("reveal", facts.round, facts.lesson)

    async def find_reveal(self, round_: Round) -> Posted | None:
        return self._find("reveal", round_)

    async def season(self, facts: SeasonFacts) -> Posted:
        self.seasons.append(facts)
        return self._send("season", facts.season, None)

    async def find_season(self, season: Season) -> Posted | None:
        return self._find("season", season)

    async def retire_post(self, round_: Round, lesson: Lesson) -> None:
        self._trouble(self._before, "retire_post", round_)
        self.retired.append(round_.id)
        self.steps.passing("retire")

    async def withdraw(self, round_: Round, lesson: Lesson) -> None:
        self._trouble(self._before, "withdraw", round_)
        self.withdrawn.append(round_.id)
        self.steps.passing("withdraw")

    def _send(self, kind: str, round_: Round | Season, lesson: Lesson | None) -> Posted:
        self._trouble(self._before, kind, round_)
        self._next_id += 1
        posted = Posted(self._next_id, self.clock.now())
        self.messages.append(
            Message(kind, round_.id, round_.channel_id, posted, lesson.pep if lesson else 0)
        )
        self.steps.passing(kind)
        if self._after[kind]:
            raise self._after[kind].popleft()
        return posted

    def _find(self, kind: str, round_: Round | Season) -> Posted | None:
        self.searches.append(kind)
        self._trouble(self._before, f"find_{kind}", round_)
        for message in self.of(kind):
            if (message.round_id, message.channel_id) == (round_.id, round_.channel_id):
                return message.posted
        return None

    def _trouble(self, queues: dict[str, deque[AnnounceFailed]], method: str, round_: Round):
        if (method, round_.channel_id) in self._always:
            raise self._always[method, round_.channel_id]
        if queues[method]:
            raise queues[method].popleft()


class FakeCourier:
    """Remembers whom it reminded of what; fails as it is told, first come first."""

    def __init__(self) -> None:
        self.tried: list[DueReminder] = []
        self.reminded: list[DueReminder] = []
        self.failures: list[Exception] = []
        self.crash = False

    async def remind(self, due: DueReminder) -> None:
        self.tried.append(due)
        if self.crash:
            raise Crash("remind")
        if self.failures:
            raise self.failures.pop(0)
        self.reminded.append(due)


@dataclass
class World:
    """One bot process and what surrounds it; `restarted` is the next process on the same disk."""

    db: Database
    library: Library
    clock: FixedClock
    sandbox: FakeSandbox
    announcer: FakeAnnouncer
    limits: Limits = field(default_factory=Limits)
    ctx: Context = field(init=False)

    def __post_init__(self) -> None:
        self.ctx = self._context(self.db)

    def _context(self, db) -> Context:
        return Context(db, self.library, self.sandbox, self.announcer, self.limits)

    def crashing_after(self, step: int | None) -> Steps:
        """From here on the process lives for that many steps."""
        steps = Steps(step)
        self.sandbox.steps = self.announcer.steps = steps
        self.ctx = self._context(CrashingDatabase(self.db, steps))
        return steps

    def restarted(self) -> None:
        """A new process: nothing is remembered but the database and the channel."""
        self.sandbox.steps = self.announcer.steps = Steps()
        self.ctx = self._context(self.db)

    def sees(self, *lessons: Lesson) -> None:
        """The library of the next process."""
        self.library = library_of(*lessons)
        self.restarted()

    async def set_up(
        self,
        *,
        guild_id: int = GUILD,
        channel_id: int = CHANNEL,
        post_time: time = time(9),
        zone: str = "UTC",
        weekdays: frozenset[int] = ALL_WEEKDAYS,
        open_for: timedelta | None = None,
        now: datetime | None = None,
        code: CodeView = CodeView.PICTURE,
        slot: int = 1,
    ) -> SetUp:
        return await set_up_guild(
            self.db,
            guild_id=guild_id,
            channel_id=channel_id,
            post_time=post_time,
            zone=ZoneInfo(zone),
            weekdays=weekdays,
            open_for=open_for,
            now=now or self.clock.now(),
            code=code,
            slot=slot,
        )

    async def tick(self, now: datetime | str | None = None) -> list[int]:
        """One tick of the ticker: every guild that is due, one after the other."""
        if isinstance(now, str):
            now = at(now)
        if now is not None:
            self.clock.set(now)
        due = await due_guilds(self.db, self.clock.now())
        for guild_id in due:
            await advance_guild(self.ctx, guild_id, self.clock.now())
        return due

    async def rounds(self, guild_id: int = GUILD) -> list[Round]:
        """The guild's rounds as stored, by date."""
        from bot.storage.rounds import load_round

        def work(tx):
            rows = tx.all(
                "SELECT id FROM rounds WHERE guild_id = ?1 ORDER BY puzzle_date, id", guild_id
            )
            return [load_round(tx, row[0]) for row in rows]

        return await self.db.read(work)

    async def states(self, guild_id: int = GUILD) -> list[str]:
        return [str(round_.state) for round_ in await self.rounds(guild_id)]


def a_puzzle(puzzle_id: str = "8-one", **fields: object) -> Puzzle:
    """A puzzle of three options; the one at `RIGHT` is what `FakeSandbox` prints."""
    plain = {
        "prompt": "What does it print?",
        "python": VersionBounds(PythonVersion(3, 8)),
        "difficulty": 2,
        "code": f"print('{puzzle_id}')\n",
        "hint": "Count.",
        "options": (
            Option(why="Off by one.", stdout="3\n", misconception="off-by-one"),
            Option(why="So it is.", stdout="4\n"),
            Option(why="It is no error.", raises="TypeError", misconception="an-error"),
        ),
        "explanation": "Two and two are four.",
    }
    return Puzzle(id=puzzle_id, **(plain | fields))


def a_lesson(pep: int = 8, puzzle_ids: Sequence[str] = ("one", "two"), **fields: object) -> Lesson:
    """A lesson with a puzzle for each id, digest ``digest-<pep>``."""
    plain = {
        "title": f"The lesson on {pep}",
        "tagline": "Short and true.",
        "python": PythonVersion(3, 8),
        "year": 2019,
        "category": "syntax",
        "level": Level.BEGINNER,
        "tags": ("names",),
        "status": "Final",
        "track": Link("A tutorial", "https://docs.python.org/3/tutorial/"),
        "prose": ("First it was so.", "Then it was other."),
        "before": Snippet("Before it", VersionBounds(PythonVersion(3, 0)), "print(4)\n", "4\n"),
        "after": Snippet("After it", VersionBounds(PythonVersion(3, 8)), "print(2 + 2)\n", "4\n"),
        "puzzles": tuple(a_puzzle(f"{pep}-{name}") for name in puzzle_ids),
        "related": (Related(pep + 1, "The next one."), Related(pep + 2, "And the next.")),
        "sources": (Link(f"PEP {pep}", f"https://peps.python.org/pep-{pep:04}/"),),
        "digest": f"digest-{pep}",
    }
    return Lesson(pep=pep, **(plain | fields))


def library_of(*lessons: Lesson) -> Library:
    return Library({lesson.pep: lesson for lesson in lessons})


def a_truth(**fields: object) -> Truth:
    plain = {
        "option": RIGHT,
        "option_count": 3,
        "stdout": "4\n",
        "exception": None,
        "python": "3.13",
    }
    return Truth(**(plain | fields))


def a_round(puzzle_date: date | str = "2026-03-02", **fields: object) -> Round:
    """An open round of 09:00 UTC, until a day later."""
    if isinstance(puzzle_date, str):
        puzzle_date = date.fromisoformat(puzzle_date)
    opened_at = datetime.combine(puzzle_date, time(9), UTC)
    plain = {
        "id": 1,
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "state": RoundState.OPEN,
        "pep": 8,
        "puzzle_id": "8-one",
        "lesson_digest": "digest-8",
        "reserved_at": opened_at,
        "truth": a_truth(),
        "message_id": 901,
        "opened_at": opened_at,
        "closes_at": opened_at + timedelta(days=1),
    }
    return Round(puzzle_date=puzzle_date, **(plain | fields))


def a_guess(**fields: object) -> Guess:
    plain = {
        "round_id": 1,
        "player_id": 11,
        "option": RIGHT,
        "is_right": True,
        "elapsed_ms": 30_000,
        "points": 166,
        "guessed_at": at("2026-03-02 10:00"),
        "has_hint": False,
    }
    return Guess(**(plain | fields))


def a_schedule(**fields: object) -> Schedule:
    """Daily at 09:00 UTC, open until the next one."""
    plain = {
        "post_time": time(9),
        "zone": ZoneInfo("UTC"),
        "weekdays": ALL_WEEKDAYS,
        "open_for": None,
        "is_paused": False,
        "effective_from": at("2000-01-01 00:00"),
    }
    return Schedule(**(plain | fields))


def position_of(order: Sequence[int], option: int) -> int:
    """Where a member with that order saw the option."""
    return list(order).index(option)
