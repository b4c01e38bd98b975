"""What the services ask of the world outside: the few things that tests and hosts may swap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.lessons import Lesson
    from bot.core.reminders import DueReminder
    from bot.core.results import Posted, RevealFacts
    from bot.core.rounds import Round
    from bot.core.runs import Limits, RunResult
    from bot.core.sandbox_health import SandboxHealth
    from bot.core.seasons import Season, SeasonFacts
    from bot.core.suggestions import CheckedDraft, PuzzleDraft
    from bot.core.versions import PythonVersion
    from bot.core.workbench import CheckedLesson


class Clock(Protocol):
    """Where ``now`` comes from."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...


class Meter(Protocol):
    """Takes down what happened and how long it took; waits for nothing, raises nothing."""

    def note(self, event: str, kind: str, outcome: str, seconds: float) -> None:
        """One ``event`` (answer, announcement, guess, run, read, write) of a ``kind``.

        ``kind`` and ``outcome`` are words of ours, few in number: never a name or an id.
        """
        ...


class Sandbox(Protocol):
    """Runs a snippet and says what happened. Never raises for what the snippet does."""

    def interpreters(self) -> Sequence[PythonVersion]:
        """The Pythons of this host that can run authored code, oldest first."""
        ...

    async def run(
        self,
        code: str,
        limits: Limits,
        interpreter: PythonVersion,
        *,
        stdin: str = "",
        needs: frozenset[str] = frozenset(),
    ) -> RunResult:
        """Run ``code`` as ``main.py``; waits at most ``limits.wall_ms`` and a little.

        ``needs`` says what a lesson declared to use beyond plain computing, such as ``fs``.
        """
        ...


class MemberRun(Protocol):
    """A member's run that has its place in line."""

    def position(self) -> int:
        """Its place in line: 1 is the next to start, 0 has started."""
        ...

    def wait_ms(self) -> int:
        """About how long until it has ended, from what runs took lately."""
        ...

    async def result(self) -> RunResult:
        """Wait for its end. Who is cancelled here ends the run, or gives its place up."""
        ...


class MemberSandbox(Protocol):
    """Runs what members type, where the self-test has shown that the locks hold."""

    def pythons(self) -> Sequence[PythonVersion]:
        """The Pythons that members may choose among, oldest first; none where it is off."""
        ...

    @property
    def limits(self) -> Limits:
        """What one run may spend."""
        ...

    def health(self) -> SandboxHealth:
        """The state of the sandbox as a whole."""
        ...

    def line_up(
        self,
        player_id: int,
        code: str,
        python: PythonVersion,
        *,
        stdin: str = "",
        needs: frozenset[str] = frozenset(),
    ) -> MemberRun:
        """Put a run of ``code`` into the line; it begins at once where there is room.

        Raises:
            MemberCodeOff: It is off on the whole bot: switched off, not tested, or not held.
            PythonNotOffered: ``python`` is not one of `pythons`.
            SourceTooLong: ``code`` is too long.
            NoPlaceInLine: The line is full, or holds one of this player already.
        """
        ...


class Courier(Protocol):
    """Writes to members who asked for it, privately."""

    async def remind(self, due: DueReminder) -> None:
        """Tell a member of a round. Called again for the same, Discord makes no second message.

        Raises:
            InboxClosed: Discord takes no message for them.
            AnnounceFailed: It did not this time.
        """
        ...


class LessonWorkbench(Protocol):
    """Reads and checks files from outside, which are hostile until proven."""

    async def check(self, data: bytes) -> CheckedLesson:
        """Read, judge and run a lesson file. Never raises for what is in it."""
        ...

    async def check_draft(self, lesson: Lesson, draft: PuzzleDraft) -> CheckedDraft:
        """Judge a suggested puzzle as one of that lesson's, and run it."""
        ...

    def read_plain(self, data: bytes) -> object:
        """A YAML file of settings as plain values.

        Raises:
            LessonFormatError: It can't be read; the fault names its line.
        """
        ...


class Announcer(Protocol):
    """Posts in a guild's channel. Each method raises `AnnounceFailed` where Discord did not."""

    async def post(self, round_: Round, lesson: Lesson) -> Posted:
        """Post an opening round. Called again for the same round, Discord makes no second post."""
        ...

    async def find_post(self, round_: Round) -> Posted | None:
        """The round's post, if an earlier try got through unnoticed."""
        ...

    async def begin_thread(self, round_: Round, lesson: Lesson, message_id: int) -> bool:
        """Begin the thread of the round's post, which has none; False where Discord did not.

        Never raises `AnnounceFailed`: without it, the speedrun is a speedrun all the same.
        """
        ...

    async def reveal(self, facts: RevealFacts) -> Posted:
        """Post the reveal of a scored round."""
        ...

    async def find_reveal(self, round_: Round) -> Posted | None:
        """The round's reveal, if an earlier try got through unnoticed."""
        ...

    async def season(self, facts: SeasonFacts) -> Posted:
        """Post the podium of a season that is over."""
        ...

    async def find_season(self, season: Season) -> Posted | None:
        """The season's podium, if an earlier try got through unnoticed."""
        ...

    async def retire_post(self, round_: Round, lesson: Lesson) -> None:
        """Turn the post's Start into Practise. A post that was deleted is no failure."""
        ...

    async def withdraw(self, round_: Round, lesson: Lesson) -> None:
        """Say on the messages of a void round that it counts for nobody."""
        ...
