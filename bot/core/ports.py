"""What the services ask of the world outside: the few things that tests and hosts may swap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.lessons import Lesson
    from bot.core.results import Posted, RevealFacts
    from bot.core.rounds import Round
    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion


class Clock(Protocol):
    """Where ``now`` comes from."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
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


class Announcer(Protocol):
    """Posts in a guild's channel. Each method raises `AnnounceFailed` where Discord did not."""

    async def post(self, round_: Round, lesson: Lesson) -> Posted:
        """Post an opening round. Called again for the same round, Discord makes no second post."""
        ...

    async def find_post(self, round_: Round) -> Posted | None:
        """The round's post, if an earlier try got through unnoticed."""
        ...

    async def reveal(self, facts: RevealFacts) -> Posted:
        """Post the reveal of a scored round."""
        ...

    async def find_reveal(self, round_: Round) -> Posted | None:
        """The round's reveal, if an earlier try got through unnoticed."""
        ...

    async def retire_post(self, round_: Round, lesson: Lesson) -> None:
        """Turn the post's Start into Practise. A post that was deleted is no failure."""
        ...
