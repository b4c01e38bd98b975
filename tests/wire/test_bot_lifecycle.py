"""A real bot process from start to end: what ends it, what does not, and how it goes."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from .crowd import number_of
from .due import make_due
from .process import PATIENCE, BotProcess, build_house, database_of, end_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from .people import Answer
    from .server import WireServer
    from .state import Guild, Message, User

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


class Town:
    """A guild with a due round, and the processes of a test."""

    def __init__(self, server: WireServer, house: Path) -> None:
        server.world.answer_deadline = PATIENCE
        self.server = server
        self.house = house
        self.ada: User = server.add_user("Ada")
        self.guild: Guild = server.add_guild("House", users=[self.ada])
        self.channel = next(iter(self.guild.channels.values()))
        self.processes: list[BotProcess] = []

    async def start(self, **environ: str) -> BotProcess:
        process = await BotProcess.start(self.house, self.server, **environ)
        self.processes.append(process)
        return process

    async def posted(self, process: BotProcess) -> Message:
        await process.said("opened round=")
        return self.server.latest(self.channel)

    def press_start(self, post: Message) -> Answer:
        return self.server.press(self.ada, post, f"speedrun:start:{number_of(post, 'start')}")


@pytest.fixture
async def town(server: WireServer, tmp_path: Path) -> AsyncIterator[Town]:
    made = Town(server, build_house(tmp_path))
    await make_due(database_of(made.house), [made.guild])
    yield made
    await end_all(made.processes)


async def test_a_discord_that_is_not_there_yet_is_tried_until_it_is(town: Town) -> None:
    town.server.faults.add("GET /users/@me", status=503)
    town.server.gateway.refuses_with = 503
    bot = await town.start()
    login = await bot.said("not connected to Discord, next try in")
    gateway = await bot.said("not connected to Discord, next try in", 2)
    town.server.gateway.refuses_with = None
    await bot.said("ready as")
    await town.posted(bot)
    assert "503" in login
    assert "503" in gateway
    assert bot.is_running


async def test_an_event_that_nobody_can_read_costs_a_reconnect_and_no_more(town: Town) -> None:
    bot = await town.start()
    post = await town.posted(bot)
    town.server.gateway.send_raw('{"op":0,"t":"GUILD_CREATE","s":99,"d":{}}')
    await bot.said("the connection broke, next try in")
    await bot.said("ready as", 2)
    answer = await town.press_start(post).first(deadline=PATIENCE)
    assert number_of(answer.message, "guess") is not None
    assert len(town.channel.messages) == 1


async def test_a_token_that_discord_refuses_is_final_and_says_so(town: Town) -> None:
    bot = await town.start(DISCORD_TOKEN="not-the-token")
    assert await bot.ended() == 2
    assert "DISCORD_TOKEN was refused by Discord" in bot.text
    assert "Traceback" not in bot.text
    assert len(town.server.calls("GET /users/@me")) == 1


@pytest.mark.parametrize(("code", "says"), [(4004, "no longer accepts"), (4014, "intent")])
async def test_a_connection_that_discord_ends_for_good_is_final(
    town: Town, code: int, says: str
) -> None:
    bot = await town.start()
    await bot.said("ready as")
    town.server.gateway.drop_connection(code=code)
    assert await bot.ended() == 2
    assert says in bot.log[-1]
    assert "Traceback" not in bot.text


async def test_a_stop_sends_the_answers_under_way_closes_the_database_and_ends_with_0(
    town: Town,
) -> None:
    bot = await town.start()
    post = await town.posted(bot)
    slow = town.server.faults.add(CALLBACK, delay=0.5)
    answer = town.press_start(post)
    await slow.hit(deadline=PATIENCE)
    bot.signal(signal.SIGTERM)
    await bot.said("stopping: finishing what is under way")
    await answer.first(deadline=PATIENCE)
    assert number_of(answer.message, "guess") is not None
    assert await bot.ended() == 0, bot.text
    assert "finished 1, left 0" in bot.text
    # SQLite takes its log away as the last connection closes in good order.
    assert not database_of(town.house).with_name("bot.db-wal").exists()


async def test_a_second_stop_ends_it_at_once(town: Town) -> None:
    bot = await town.start()
    post = await town.posted(bot)
    stuck = town.server.faults.add(CALLBACK, hang=True)
    town.press_start(post)
    await stuck.hit(deadline=PATIENCE)
    bot.signal(signal.SIGTERM)
    await bot.said("stopping: finishing what is under way")
    bot.signal(signal.SIGTERM)
    assert await bot.ended() == -signal.SIGTERM


async def test_a_stop_ends_it_while_discord_is_away(town: Town) -> None:
    town.server.faults.add("GET /users/@me", status=503, times=None)
    bot = await town.start()
    await bot.said("next try in")
    bot.signal(signal.SIGTERM)
    assert await bot.ended() == 0


async def test_the_log_is_json_where_it_is_asked_for_with_guild_and_round(town: Town) -> None:
    bot = await town.start(LOG_FORMAT="json")
    await bot.said("opened round=")
    bot.signal(signal.SIGINT)
    assert await bot.ended() == 0
    lines: list[dict[str, Any]] = [json.loads(line) for line in bot.log]
    [opened] = [line for line in lines if line["message"].startswith("opened round=")]
    assert opened["guild"] == town.guild.id
    assert opened["round"] == 1
    assert (opened["level"], opened["logger"]) == ("INFO", "bot.services.opening")


async def test_a_start_with_the_same_commands_tells_discord_nothing(town: Town) -> None:
    for _ in range(2):
        bot = await town.start()
        await bot.said("ready as")
        bot.signal(signal.SIGTERM)
        await bot.ended()
    assert len(town.server.calls("PUT /applications/*/commands")) == 1
