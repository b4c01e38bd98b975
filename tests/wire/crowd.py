"""A world whose bot is killed again and again: guilds with due rounds, members who play them.

`Crowd` drives; `compare.py` judges. What a member was told is kept here, outside the bot.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.core.settings import CodeView

from .due import make_due
from .people import NoAnswer
from .process import PATIENCE, BotProcess, build_house, database_of, end_all
from .server import WireServer
from .state import walk

if TYPE_CHECKING:
    from pathlib import Path

    from .state import Channel, Guild, Message, User

ACTIVE = 5
"""Guilds in the middle of a round in each life: each kill hits the steps of several."""
MEMBERS = 2


@dataclass
class House:
    """One guild with the one round of today, and what its members were told."""

    guild: Guild
    channel: Channel
    owner: User
    members: list[User]
    ends_by_time: bool
    has_thread: bool
    is_time_up: bool = False
    told: dict[int, str] = field(default_factory=dict)
    """Member -> the result they read."""
    pressed: dict[int, list[int]] = field(default_factory=dict)
    """Member -> the positions they pressed, acknowledged or not."""
    is_over: bool = False

    def find(self, verb: str) -> list[Message]:
        """The channel's messages that hold a button of that kind."""
        return [m for m in self.channel.messages.values() if number_of(m, verb) is not None]


def number_of(message: Message, verb: str) -> int | None:
    """The round's number in the message's button of that kind."""
    for component in walk(message.components):
        custom_id = str(component.get("custom_id", ""))
        if custom_id.startswith(f"speedrun:{verb}:"):
            return int(custom_id.split(":")[2])
    return None


class Crowd:
    """One server, one database, one bot process after the other."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.server = WireServer()
        self.server.world.answer_deadline = PATIENCE
        self.house = build_house(folder)
        self.houses: list[House] = []
        self.kills: list[str] = []
        self._rng = random.Random(seed)
        self._bot: BotProcess | None = None
        self._requests = 0
        self._kill_at: tuple[int, bool] | None = None
        self._news = asyncio.Event()
        handle = self.server.rest.handle

        async def watched(request: Any) -> Any:
            self._requests += 1
            number = self._requests
            if self._kill_at == (number, False):
                self._kill("before request", request)
            answer = await handle(request)
            if self._kill_at == (number, True):
                self._kill("after request", request)
            self._news.set()
            return answer

        self.server.rest.handle = watched  # type: ignore[method-assign]

    async def live(self, lives: int) -> None:
        """Let that many bots live and be killed, then one that finishes everything."""
        async with self.server:
            try:
                for _ in range(lives):
                    await self._set_up()
                    await self._one_life()
                await self._last_life()
            finally:
                # A test that failed leaves no bot behind.
                if self._bot is not None:
                    await end_all([self._bot])

    async def _set_up(self) -> None:
        """Top the guilds up, and let some rounds' time be over; no bot is running."""
        database = database_of(self.house)
        missing = ACTIVE - sum(not h.is_over for h in self.houses)
        made = [self._add_house() for _ in range(missing)]
        kinds = [CodeView.TEXT, CodeView.TEXT, CodeView.PICTURE]
        views = [self._rng.choice(kinds) for _ in made]
        await make_due(database, [h.guild for h in made], views=views)
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.executemany(
                "UPDATE schedules SET has_thread = 1 WHERE guild_id = ?",
                [(house.guild.id,) for house in made if house.has_thread],
            )
            for house in self.houses:
                if house.ends_by_time and len(house.told) == MEMBERS:
                    connection.execute(
                        "UPDATE rounds SET closes_at = ? WHERE guild_id = ? AND state = 'open'",
                        (round(datetime.now(UTC).timestamp() * 1000), house.guild.id),
                    )
                    house.is_time_up = True
        # In half of the lives Discord has forgotten the nonces: only the channel can tell.
        if self._rng.random() < 0.5:
            self.server.world.nonces.clear()
        self.server.gateway.forget_sessions()

    def _add_house(self) -> House:
        server, n = self.server, len(self.houses)
        members = [server.add_user(f"Member {n}-{m}") for m in range(MEMBERS)]
        owner = server.add_user(f"Owner {n}")
        guild = server.add_guild(f"House {n}", owner=owner, users=members)
        channel = next(iter(guild.channels.values()))
        ends_by_time, has_thread = self._rng.random() < 0.3, self._rng.random() < 0.5
        made = House(guild, channel, owner, members, ends_by_time, has_thread)
        self.houses.append(made)
        return made

    async def _one_life(self) -> None:
        self._bot = await BotProcess.start(self.house, self.server)
        self._kill_at = None
        drive = asyncio.create_task(self._drive(self._bot))
        moment = None
        if self._rng.random() < 0.6:
            # A moment of Discord's: as a request arrives, or with its answer on the way.
            number = self._requests + self._rng.randint(4, 45)
            self._kill_at = (number, self._rng.random() < 0.5)
        else:
            moment = self._rng.uniform(0, 1.2)
        if moment is not None:
            await self._bot.said("ready as")
            await asyncio.wait({drive}, timeout=moment)
        else:
            ended = asyncio.create_task(self._bot.process.wait())
            await asyncio.wait({drive, ended}, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
        self._kill("at a moment")
        code = await self._bot.ended()
        assert code == -9, self._bot.text
        drive.cancel()
        try:
            await drive
        except asyncio.CancelledError:
            pass
        except Exception as error:
            raise AssertionError(self._bot.text) from error
        assert "Traceback" not in self._bot.text, self._bot.text

    async def _last_life(self) -> None:
        self._kill_at = None
        with closing(sqlite3.connect(database_of(self.house))) as rows:
            [unfinished] = rows.execute(
                "SELECT count(*) FROM rounds WHERE state <> 'revealed'"
            ).fetchone()
            [never_reserved] = rows.execute(
                "SELECT count(*) FROM schedules WHERE guild_id NOT IN (SELECT guild_id FROM rounds)"
            ).fetchone()
        for house in self.houses:
            # Whose time is over was written before the lives; the others end by command.
            house.ends_by_time = house.ends_by_time and house.is_time_up
        self._bot = await BotProcess.start(self.house, self.server)
        try:
            await asyncio.wait_for(self._drive(self._bot), PATIENCE)
            # Members see a reveal a moment before the bot writes down that they do.
            if unfinished + never_reserved:
                await self._bot.said("revealed round=", unfinished + never_reserved)
        except TimeoutError:
            stuck = [f"{h.guild.name}: {list(h.channel.messages.values())}" for h in self.houses]
            raise AssertionError("\n".join([*stuck, *self.kills, self._bot.text])) from None
        self._bot.signal(signal.SIGTERM)
        assert await self._bot.ended() == 0, self._bot.text
        assert "Traceback" not in self._bot.text, self._bot.text

    def _kill(self, why: str, request: Any = None) -> None:
        assert self._bot is not None
        if self._bot.is_running and not (self.kills and self.kills[-1].startswith(self._life())):
            self._bot.kill()
            where = f" {request.method} {request.path}" if request is not None else ""
            self.kills.append(f"{self._life()} {why}{where}")

    def _life(self) -> str:
        assert self._bot is not None
        return f"[{self._bot.process.pid}]"

    # Members and moderators

    async def _drive(self, bot: BotProcess) -> None:
        await bot.said("ready as")
        async with asyncio.TaskGroup() as group:
            for house in self.houses:
                if not house.is_over:
                    group.create_task(self._play(house))

    async def _play(self, house: House) -> None:
        await self._until(lambda: house.find("start") or house.find("rematch"))
        if not house.find("rematch"):
            waiting = [m for m in house.members if m.id not in house.told]
            await asyncio.gather(*(self._guess(house, member) for member in waiting))
        if house.ends_by_time and not house.is_time_up:
            return  # the next life's ticker finds it over
        if not house.find("rematch") and not house.is_time_up:
            self.server.slash(house.owner, house.guild, house.channel, "speedrun-admin reveal")
        await self._until(lambda: house.find("rematch"))
        await self._until(lambda: house.find("practise"))
        house.is_over = True

    async def _guess(self, house: House, member: User) -> None:
        """Press until told a result. A press that the kill swallowed is pressed again."""
        while member.id not in house.told:
            post = house.find("start")[0]
            start = self.server.press(member, post, f"speedrun:start:{number_of(post, 'start')}")
            await start.first(deadline=PATIENCE)
            assert start.message is not None
            if "first guess stands" in start.text:
                house.told[member.id] = start.text
                return
            if number_of(start.message, "guess") is None:
                assert "still being posted" in start.text, start.text
                continue
            buttons = [b for b in start.message.buttons() if ":guess:" in b["custom_id"]]
            chosen = self._rng.choice(buttons)["custom_id"]
            house.pressed.setdefault(member.id, []).append(int(chosen.split(":")[3]))
            guess = self.server.press(member, start.message, chosen)
            with suppress(NoAnswer):
                await guess.first(deadline=PATIENCE)
                house.told[member.id] = guess.text

    async def _until(self, done: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not done():
                self._news.clear()
                await self._news.wait()
