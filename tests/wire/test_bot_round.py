"""The bot itself on the wire: a whole round over HTTP and WebSocket, each request held to rules."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.app import App, open_app
from bot.config import read_settings
from bot.core.rounds import option_order, round_seed
from bot.services.drafting import claim_welcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from .clients import Start
    from .server import WireServer


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}
    async with open_app(read_settings(environ, needs_token=False)) as opened:
        yield opened


async def bot(app: App, start: Start) -> Any:
    client = app.client()
    # Waiting two seconds for more guilds is for Discord, not for a test.
    client._connection.guild_ready_timeout = 0.02
    return await start(client)


def shown(message: Any) -> str:
    return str(message.components if hasattr(message, "components") else message)


async def test_a_round_is_set_up_posted_played_and_revealed_over_the_wire(
    server: WireServer, start: Start, app: App
) -> None:
    mo, ada = server.add_user("Mo"), server.add_user("Ada")
    guild = server.add_guild("House", owner=mo, users=[ada])
    channel = next(iter(guild.channels.values()))
    # Whether a hello comes before the set-up, or is no longer needed, is a matter of moments.
    await claim_welcome(app.db, guild.id, app.clock.now())
    await bot(app, start)

    said = await server.slash(
        mo, guild, channel, "speedrun-admin setup", {"timezone": "Europe/Berlin"}
    )
    assert "PEP Speedrun is set up" in shown(said.data)
    posted = server.slash(mo, guild, channel, "speedrun-admin post", {})
    await posted.first(deadline=10)
    await posted.followup(deadline=10)
    post = server.latest(channel)
    assert "in 90 seconds" in shown(post)

    [(round_id, truth, count)] = await app.db.read(
        lambda tx: [tuple(r) for r in tx.all("SELECT id, true_option, option_count FROM rounds")]
    )
    puzzle = await server.press(ada, post, f"speedrun:start:{round_id}")
    assert puzzle.is_ephemeral
    assert "Predict the output" in shown(puzzle.data)
    position = option_order(round_seed(round_id), ada.id, count).index(truth)
    result = await server.press(ada, puzzle.message, f"speedrun:guess:{round_id}:{position}")
    assert "Right" in shown(result.data)

    revealed = server.slash(mo, guild, channel, "speedrun-admin reveal", {})
    await revealed.first(deadline=10)
    await revealed.followup(deadline=10)
    assert "The reveal" in shown(server.latest(channel))
    assert f"speedrun:practise:{round_id}" in shown(post)
    states = await app.db.read(lambda tx: [r[0] for r in tx.all("SELECT state FROM rounds")])
    assert states == ["revealed"]
    assert len(channel.messages) == 2  # the post, and its reveal


async def test_a_post_whose_answer_was_lost_is_found_and_not_made_again(
    server: WireServer, start: Start, app: App
) -> None:
    mo = server.add_user("Mo")
    guild = server.add_guild("House", owner=mo)
    channel = next(iter(guild.channels.values()))
    # Nobody says hello here: the fault below is for the post.
    await claim_welcome(app.db, guild.id, app.clock.now())
    client = await bot(app, start)
    await server.slash(mo, guild, channel, "speedrun-admin setup", {"timezone": "UTC"})
    server.faults.add("POST /channels/*/messages", reset=True, applied=True, times=1)
    posted = server.slash(mo, guild, channel, "speedrun-admin post", {})
    await posted.first(deadline=10)
    await posted.followup(deadline=20)
    server.faults.clear()
    await app.db.write(lambda tx: tx.execute("UPDATE rounds SET retry_at = NULL"))
    await client.ticker.tick()
    await asyncio.gather(*client.ticker._running.values())
    states = await app.db.read(lambda tx: [r[0] for r in tx.all("SELECT state FROM rounds")])
    assert states == ["open"]
    posts = [m for m in channel.messages.values() if "speedrun:start:" in str(m.components)]
    assert len(posts) == 1
