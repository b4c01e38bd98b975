"""Several processes on one PostgreSQL database, one of them killed; several shards in one.

Each process is a real ``python -m bot run``. The gateway holds them to Discord's one IDENTIFY in
five seconds, so that they come up one after the other.
"""

from __future__ import annotations

import asyncio
import re
import signal
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from bot.storage.database import open_database
from tests.engines import NEEDS_POSTGRES, blank_schema

from .crowd import number_of
from .due import make_due
from .process import PATIENCE, BotProcess, build_house, database_of, end_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from .server import WireServer
    from .state import Guild, Message

GUILDS_A_SHARD = 2
_POST = re.compile(r"/channels/(\d+)/messages$")


class Fleet:
    """Processes of one bot, each with a shard of its own, and guilds that are due in each."""

    def __init__(self, server: WireServer, house: Path, url: str, count: int) -> None:
        self.server, self.house, self.url, self.count = server, house, url, count
        server.gateway.identify_interval = 5.0
        self.guilds = [
            server.add_guild(f"Guild {n}", guild_id=(1_000 + n) << 22)
            for n in range(GUILDS_A_SHARD * count)
        ]
        self.processes: list[BotProcess] = []
        self.kill_at: tuple[int, bool] | None = None
        """Kill the shard's process as its next post arrives, False, or was answered, True."""
        self.killed = asyncio.Event()
        self._by_shard: dict[int, BotProcess] = {}
        self._news = asyncio.Event()
        handle = server.rest.handle

        async def watched(request: Any) -> Any:
            shard = self._posting(request)
            self._kill_if(shard, is_answered=False)
            answer = await handle(request)
            self._kill_if(shard, is_answered=True)
            self._news.set()
            return answer

        server.rest.handle = watched  # type: ignore[method-assign]

    async def start(self, shard: int) -> BotProcess:
        """Start the shard's process, or its replacement."""
        process = await BotProcess.start(
            self.house,
            self.server,
            DATABASE_URL=self.url,
            SHARD_COUNT=str(self.count),
            SHARD_IDS=str(shard),
        )
        self.processes.append(process)
        self._by_shard[shard] = process
        return process

    def of_shard(self, shard: int) -> list[Guild]:
        """The guilds that the shard's process serves."""
        return [g for g in self.guilds if (g.id >> 22) % self.count == shard]

    def posts(self, guild: Guild) -> list[Message]:
        """What the bot has in the guild's channel."""
        [channel] = guild.channels.values()
        return list(channel.messages.values())

    async def posted(self, guilds: list[Guild]) -> None:
        """Wait until each of them has a post."""
        await self.until(lambda: all(self.posts(guild) for guild in guilds))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that comes with a request."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def answers(self, guild: Guild) -> None:
        """A member's press there is answered, by whichever process it is."""
        [post] = self.posts(guild)
        user = self.server.add_user(f"Member of {guild.name}")
        self.server.add_member(guild, user)
        custom_id = f"speedrun:start:{number_of(post, 'start')}"
        async with asyncio.timeout(PATIENCE):
            # Between Discord's answer and ours to the database the round is not open yet: the
            # member is told so, and presses again.
            while True:
                answer = await self.server.press(user, post, custom_id).first(deadline=PATIENCE)
                assert answer.message is not None
                if number_of(answer.message, "guess") is not None:
                    return

    def _posting(self, request: Any) -> int | None:
        match = _POST.search(request.rel_url.raw_path)
        if request.method != "POST" or match is None:
            return None
        owners = [g for g in self.guilds if int(match[1]) in g.channels]
        return (owners[0].id >> 22) % self.count if owners else None

    def _kill_if(self, shard: int | None, *, is_answered: bool) -> None:
        if shard is not None and self.kill_at == (shard, is_answered):
            self.kill_at = None
            self._by_shard[shard].kill()
            self.killed.set()


@asynccontextmanager
async def fleet(server: WireServer, folder: Path, count: int) -> AsyncIterator[Fleet]:
    """Set up guilds that are due, on a blank PostgreSQL database; every process is ended after."""
    async with AsyncExitStack() as stack:
        address = stack.enter_context(blank_schema())
        made = Fleet(server, build_house(folder), address.conninfo, count)
        await make_due(address, made.guilds)
        try:
            yield made
        finally:
            await end_all(made.processes)
        async with open_database(address) as db:
            rounds = await db.read(lambda tx: tx.all("SELECT * FROM rounds"))
        # One round a guild, one message a round: the very one that is stored.
        stored = {row["guild_id"]: (row["state"], row["message_id"]) for row in rounds}
        assert len(rounds) == len(made.guilds)
        for guild in made.guilds:
            [post] = made.posts(guild)
            assert stored[guild.id] == ("open", post.id)


@NEEDS_POSTGRES
@pytest.mark.parametrize(
    ("count", "is_answered"),
    [(3, True), pytest.param(2, False, marks=pytest.mark.slow)],
)
async def test_a_killed_process_is_replaced_and_each_server_has_one_post(
    server: WireServer, tmp_path: Path, count: int, is_answered: bool
) -> None:
    async with fleet(server, tmp_path, count) as bots:
        bots.kill_at = (1, is_answered)
        first, *_ = await asyncio.gather(*(bots.start(shard) for shard in range(count)))
        await asyncio.wait_for(bots.killed.wait(), PATIENCE)
        others = [g for shard in range(count) if shard != 1 for g in bots.of_shard(shard)]
        await bots.posted(others)
        # The living do not touch what is another's, and answer their own.
        for guild in others:
            await bots.answers(guild)

        replacement = await bots.start(1)
        await bots.posted(bots.guilds)
        await replacement.said("ready as")
        for guild in bots.guilds:
            await bots.answers(guild)

        # One shard is one process's, and the count is everybody's.
        second = await bots.start(0)
        assert await second.ended() == 2
        assert f"Another process serves shard 0 of {count}" in second.text
        assert first.is_running
        assert server.gateway.counts["identify too soon"] == 0
        assert all("Traceback" not in process.text for process in bots.processes)


@NEEDS_POSTGRES
@pytest.mark.slow  # half a minute of patience; tests/storage/test_fleet.py has less
async def test_a_bot_for_all_servers_and_one_for_some_do_not_run_together(
    server: WireServer, tmp_path: Path
) -> None:
    async with fleet(server, tmp_path, 1) as bots:
        whole = await bots.start(0)
        await bots.posted(bots.guilds)
        bots.count = 2
        part = await bots.start(1)
        assert await part.ended() == 2
        assert "Another bot is running on postgresql://" in part.text
        bots.count = 1
        assert whole.is_running


@pytest.mark.parametrize("count", [pytest.param("3", marks=pytest.mark.slow), "auto"])
async def test_three_shards_in_one_process(server: WireServer, tmp_path: Path, count: str) -> None:
    server.recommended_shards = 3
    server.gateway.identify_interval = 5.0
    house = build_house(tmp_path)
    guilds = [server.add_guild(f"Guild {n}", guild_id=(1_000 + n) << 22) for n in range(3)]
    await make_due(database_of(house), guilds)
    bot = await BotProcess.start(house, server, SHARD_COUNT=count)
    try:
        for shard in range(3):
            await bot.said(f"shard={shard} of 3 is ready")
        await bot.said("opened round=", 3)
        sessions = server.gateway.sessions.values()
        assert sorted((s.shard, s.shards) for s in sessions) == [(0, 3), (1, 3), (2, 3)]
        server.gateway.drop_connection(shard=1)
        await server.gateway.saw("resume")
        for guild in guilds:
            [channel] = guild.channels.values()
            [post] = channel.messages.values()
            user = server.add_user(f"Member of {guild.name}")
            server.add_member(guild, user)
            custom_id = f"speedrun:start:{number_of(post, 'start')}"
            answer = await server.press(user, post, custom_id).first(deadline=PATIENCE)
            assert number_of(answer.message, "guess") is not None
        assert server.gateway.counts["identify too soon"] == 0
        bot.signal(signal.SIGTERM)
        assert await bot.ended() == 0
    finally:
        with suppress(ProcessLookupError):
            await end_all([bot])
