"""The real bot in this process on the wire, its ticks and clock in a test's hand."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.app import App, open_app
from bot.config import read_settings
from bot.core.runs import Outcome, RunResult
from bot.library.rules.base import unmarked_option
from tests.engines import copy_migrated

from .crowd import number_of
from .due import make_due
from .process import LESSONS, PATIENCE, ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.core.versions import PythonVersion

    from .people import Answer
    from .server import WireServer
    from .state import Channel, Guild, Message, User


class MovedClock:
    """The machine's clock, moved; Discord's own is moved along where a test says so."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class KnownSandbox:
    """Prints what each puzzle of the library really prints, without a process."""

    def __init__(self, app: App) -> None:
        self._pythons = app.sandbox.interpreters()
        self._known = {p.code: (p, unmarked_option(p)) for le in app.library for p in le.puzzles}

    def interpreters(self) -> Any:
        return self._pythons

    async def run(self, code: str, limits: Any, interpreter: PythonVersion, **_: Any) -> RunResult:
        puzzle, right = self._known[code]
        assert right is not None
        option = puzzle.options[right]
        return RunResult(
            outcome=Outcome.ERROR if option.raises else Outcome.OK,
            stdout=option.stdout or "",
            stderr="",
            exit_code=1 if option.raises else 0,
            exception=option.raises,
            duration_ms=1.0,
            truncated=False,
            python=str(interpreter),
            detail=None,
        )


class Rig:
    """A guild whose round is due, two members, and the bot; nothing ticks by itself but once."""

    def __init__(self, server: WireServer, app: App, clock: MovedClock) -> None:
        server.world.answer_deadline = PATIENCE
        self.server, self.app, self.clock = server, app, clock
        self.db: Any = app.db
        self.owner, self.ada, self.ben = (server.add_user(n) for n in ("Mo", "Ada", "Ben"))
        self.guild: Guild = server.add_guild("House", owner=self.owner, users=[self.ada, self.ben])
        self.channel: Channel = next(iter(self.guild.channels.values()))
        self.client: Any = None

    async def connect(self, start: Any, **options: Any) -> None:
        async def never(_: float) -> None:
            await asyncio.Event().wait()

        async def at_once(_: Any, *, initial: bool = False) -> None:
            pass

        self.client = self.app.client(sleep=never, **options)
        self.client.before_identify_hook = at_once
        await start(self.client)

    async def tick(self, after: timedelta = timedelta()) -> None:
        """Let time pass and one tick run to its end."""
        self.clock.offset += after
        self.server.world.ids.offset = self.clock.offset
        # The tick at the start may still be at it.
        await self._idle()
        await self.client.ticker.tick()
        await self._idle()

    async def _idle(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while tasks := list(self.client.ticker._running.values()):
                await asyncio.wait(tasks)

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        return await self.db.read(lambda tx: [tuple(r) for r in tx.all(sql, *values)])

    async def round(self) -> dict[str, Any]:
        """The guild's newest round, as stored."""
        found = await self.db.read(
            lambda tx: tx.one(
                "SELECT * FROM rounds WHERE guild_id = ?1 ORDER BY puzzle_date DESC LIMIT 1",
                self.guild.id,
            )
        )
        return {} if found is None else dict(found)

    def found(self, verb: str) -> list[Message]:
        """The channel's messages with a button of that kind."""
        return [m for m in self.channel.messages.values() if number_of(m, verb) is not None]

    async def posted(self) -> Message:
        """The post, made by a tick."""
        if not self.found("start"):
            await self.tick()
        [post] = self.found("start")
        return post

    def press(self, user: User, message: Message, verb: str, **options: Any) -> Answer:
        """Press the message's first button of that kind."""
        [custom_id, *_] = [
            b["custom_id"] for b in message.buttons() if f":{verb}:" in b.get("custom_id", "")
        ]
        return self.server.press(user, message, custom_id, **options)

    async def puzzle(self, user: User) -> Message:
        """The user's puzzle, with the clock running."""
        answer = await self.press(user, await self.posted(), "start").first(deadline=PATIENCE)
        assert answer.message is not None
        return answer.message

    async def guess(self, user: User) -> Answer:
        """Start and guess."""
        return await self.press(user, await self.puzzle(user), "guess").first(deadline=PATIENCE)

    async def stranger_guesses(self) -> Answer:
        """Someone new starts and guesses, as far as it goes; the last answer."""
        user = self.server.add_user("Stranger")
        self.server.add_member(self.guild, user)
        answer = await self.press(user, await self.posted(), "start").first(deadline=PATIENCE)
        if answer.message is None or number_of(answer.message, "guess") is None:
            return answer
        return await self.press(user, answer.message, "guess").first(deadline=PATIENCE)

    async def limit_pages(self, *, to_what_it_has: bool) -> None:
        """Let the file grow no further, or again as it likes."""

        def work(connection: sqlite3.Connection) -> None:
            [pages] = connection.execute("PRAGMA page_count").fetchone()
            limit = pages if to_what_it_has else 1 << 30
            connection.execute(f"PRAGMA max_page_count = {limit}")

        writer = self.db._writer
        await writer._execute(work, writer._conn)

    async def time_is_up(self) -> None:
        """The round's end is now."""
        await self.db.write(
            lambda tx: tx.execute(
                "UPDATE rounds SET closes_at = ?1 WHERE state = 'open'",
                round(self.clock.now().timestamp() * 1000),
            )
        )


@asynccontextmanager
async def rigged(server: WireServer, folder: Path) -> AsyncIterator[Rig]:
    """The rig, not yet connected."""
    for name in ("lessons", "no-pythons"):
        (folder / name).mkdir()
    for name in LESSONS:
        shutil.copy(ROOT / "lessons" / name, folder / "lessons")
    settings = read_settings({"DATABASE_URL": f"sqlite:///{folder / 'bot.db'}"}, needs_token=False)
    clock = MovedClock()
    settings = replace(settings, lesson_folders=(folder / "lessons",))
    copy_migrated(folder / "bot.db")
    async with open_app(settings, clock) as app:
        rig = Rig(server, replace(app, sandbox=KnownSandbox(app)), clock)
        await make_due(settings.database_path, [rig.guild])
        yield rig
