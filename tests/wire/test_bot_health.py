"""/healthz and /metrics of a real bot process, with Discord there, away and back."""

from __future__ import annotations

import asyncio
import re
import signal
from typing import TYPE_CHECKING, Any

import aiohttp

from .crowd import number_of
from .process import PATIENCE, BotProcess

# The fixture of the lifecycle tests: a guild with a due round, and processes.
from .test_bot_lifecycle import Town, town

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["town"]


async def health_of(bot: BotProcess) -> str:
    line = await bot.said("health: http://")
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found
    return found[0]


async def until(http: aiohttp.ClientSession, wanted: Callable[[int, Any], bool]) -> Any:
    """Ask /healthz until it says what is wanted, as a monitor does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with http.get("/healthz") as answer:
                told = await answer.json()
                if wanted(answer.status, told):
                    return told
            await asyncio.sleep(0.05)


async def test_health_follows_the_connection_and_figures_follow_what_is_done(town: Town) -> None:
    town.server.faults.add("GET /users/@me", status=503)
    bot = await town.start(HEALTH_PORT="0")
    address = await health_of(bot)
    async with aiohttp.ClientSession(address) as http:
        told = await until(http, lambda status, _: status == 503)
        assert "not connected to Discord" in told["problems"]
        post = await town.posted(bot)
        told = await until(http, lambda status, told: status == 200 and not told["rounds"]["due"])
        assert told["gateway"]["guilds"] == 1

        answer = await town.press_start(post).first(deadline=PATIENCE)
        guess = f"speedrun:guess:{number_of(answer.message, 'guess')}:0"
        await town.server.press(town.ada, answer.message, guess).first(deadline=PATIENCE)
        async with http.get("/metrics") as metrics:
            text = await metrics.text()
        assert 'speedrun_announcement_seconds_count{kind="post",outcome="ok"} 1.0' in text
        assert 'speedrun_sandbox_run_seconds_count{kind="authored",outcome="ok"} 1.0' in text
        assert 'speedrun_answer_seconds_count{kind="start",outcome="ok"} 1.0' in text
        assert "speedrun_guesses_total{" in text
        assert 'speedrun_database_seconds_count{kind="write",outcome="ok"}' in text
        for secret in (town.server.token, str(town.ada.id), str(town.guild.id)):
            assert secret not in text + str(told)

        town.server.gateway.refuses_with = 503
        town.server.gateway.drop_connection(code=4000)
        await until(http, lambda status, _: status == 503)
        async with http.get("/livez") as alive:
            assert alive.status == 200
        town.server.gateway.refuses_with = None
        await until(http, lambda status, _: status == 200)
    bot.signal(signal.SIGTERM)
    assert await bot.ended() == 0


async def test_nothing_listens_where_no_port_is_given(town: Town) -> None:
    bot = await town.start()
    await bot.said("ready as")
    assert "health" not in bot.text


async def test_a_port_that_is_taken_ends_the_start_in_words(town: Town) -> None:
    first = await town.start(HEALTH_PORT="0")
    port = (await health_of(first)).rpartition(":")[2]
    first.kill()
    await first.ended()
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", int(port)):
        second = await town.start(HEALTH_PORT=port)
        assert await second.ended() == 2
    assert f"HEALTH_PORT {port}" in second.text
    assert "Traceback" not in second.text
