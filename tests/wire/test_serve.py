"""The server as a process of its own: addresses, control endpoint, presses at a rate, its end."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
from discord import app_commands

from .clients import QuickClient
from .server import redirected
from .test_people import Guess

ROOT = Path(__file__).parents[2]


class Bot(QuickClient):
    """Answers a start with the options, a guess with a word, and one command."""

    def __init__(self) -> None:
        super().__init__()
        self.ready, self.resumed = asyncio.Event(), asyncio.Event()

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Guess)

        @self.tree.command(description="Shows the board")
        @app_commands.guild_only()
        async def board(interaction: discord.Interaction) -> None:
            await interaction.response.defer(thinking=True)
            await interaction.followup.send("1. Ada")

        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if (interaction.data or {}).get("custom_id") == "start":
            view = discord.ui.View(timeout=60)
            for letter in "ABCD":
                view.add_item(Guess(letter))
            await interaction.response.send_message("Which?", view=view, ephemeral=True)


async def test_a_process_serves_presses_at_a_rate_and_ends_with_its_parent() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wire.serve", "--until-eof", "--guilds", "2",
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    at = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    where = SimpleNamespace(**at)
    with redirected(where):
        async with aiohttp.ClientSession(at["control"]) as control:
            await _drive(control, where)
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def _drive(control: aiohttp.ClientSession, where: Any) -> None:
    async def ask(method: str, path: str, body: object = None) -> Any:
        async with control.request(method, path, json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    [guild] = (await ask("POST", "/guilds", {"count": 1, "padding": 4000}))["guilds"]
    client = Bot()
    running = asyncio.create_task(client.start(where.token))
    await asyncio.wait_for(client.ready.wait(), 10)
    assert len(client.guilds) == 3
    channel = guild["channels"][0]
    button = {"type": 2, "id": 2, "style": 1, "label": "Start", "custom_id": "start"}
    row = {"type": 1, "id": 1, "components": [button]}
    message = await ask(
        "POST", "/messages", {"channel_id": channel, "content": "?", "components": [row]}
    )
    plan = {"messages": [message["id"]], "custom_id": "start", "count": 20, "steps": 2}
    for rate in (0, 200):
        result = await ask("POST", "/presses", plan | {"rate": rate, "first_user": rate})
        assert (result["fired"], result["answered"], result["lost"]) == (20, 20, 0)
        assert all(step["p50"] > 0 for step in result["latency_ms"])
        assert len(result["latency_ms"]) == 2
    told = await ask(
        "POST",
        "/slash",
        {"guild_id": guild["id"], "channel_id": channel, "command": "board", "count": 2},
    )
    assert (told["text"], len(told["latencies_ns"])) == ("1. Ada", 2)
    counters = await ask("GET", "/counters")
    assert counters["violations"] == []
    callback = "POST /interactions/{interaction_id}/{interaction_token}/callback 200"
    assert counters["requests"][callback] == 82
    await ask("POST", "/faults", {"pattern": "POST /channels/*/messages", "status": 403})
    try:
        await client.get_partial_messageable(int(channel)).send("refused")
    except discord.Forbidden:
        await client.get_partial_messageable(int(channel)).send("sent")
    brief = await ask("GET", f"/messages?channel_id={channel}&brief=1")
    assert len(brief["messages"]) == 4
    await ask("POST", "/gateway", {"action": "drop_connection"})
    await asyncio.wait_for(client.resumed.wait(), 10)
    await client.close()
    await running
