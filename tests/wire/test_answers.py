"""How answers fail: unhandled, too late, twice, refused, lost; thinking; tokens that end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import pytest

from .clients import QuickClient, Start
from .people import NoAnswer

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Message


def unhandled(server: WireServer, client: QuickClient) -> Message:
    """A message of the bot's whose button no view of this process knows."""
    button = {"type": 2, "id": 2, "style": 1, "label": "A", "custom_id": "guess:A"}
    row = {"type": 1, "id": 1, "components": [button]}
    channel = server.world.channels[client.guilds[0].text_channels[0].id]
    return server.say(server.bot, channel, "Which?", components=[row])


async def test_a_press_that_nobody_handles_fails_like_on_discord(
    server: WireServer, start: Start
) -> None:
    ada = server.add_user("Ada")
    server.add_guild("House", users=[ada])
    client = await start(QuickClient())
    message = unhandled(server, client)
    with pytest.raises(NoAnswer):
        await server.press(ada, message, "guess:A").first(deadline=0.05)


async def test_an_answer_after_three_seconds_is_too_late_and_a_second_is_one_too_many(
    server: WireServer, start: Start
) -> None:
    ada = server.add_user("Ada")
    server.add_guild("House", users=[ada])
    client = QuickClient()
    codes: asyncio.Queue[int] = asyncio.Queue()

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        for _ in range(2):
            try:
                await interaction.response.send_message("hi")
            except discord.HTTPException as error:
                codes.put_nowait(error.code)
            interaction.response._response_type = (
                None  # or discord.py itself would refuse the second
            )

    await start(client)
    message = unhandled(server, client)
    await server.press(ada, message, "guess:A")
    assert await asyncio.wait_for(codes.get(), 2) == 40060
    server.world.answer_deadline = 0.0
    server.press(ada, message, "guess:A")
    assert await asyncio.wait_for(codes.get(), 2) == 10062


async def test_thinking_then_follow_ups_edits_and_deletion_by_token(
    server: WireServer, start: Start
) -> None:
    ada = server.add_user("Ada")
    server.add_guild("House", users=[ada])
    client = QuickClient()
    late: asyncio.Queue[object] = asyncio.Queue()
    carry_on, deleted = asyncio.Event(), asyncio.Event()

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("the answer")
        await interaction.edit_original_response(content="edited")
        second = await interaction.followup.send("more", ephemeral=True, wait=True)
        await second.edit(content="even more")
        await second.delete()
        deleted.set()
        await carry_on.wait()
        try:
            await interaction.followup.send("too late")
        except discord.HTTPException as error:
            late.put_nowait((error.status, error.code))

    await start(client)
    message = unhandled(server, client)
    answer = await server.press(ada, message, "guess:A")
    assert answer.type == 5
    first = await answer.followup()
    assert first is answer.message, "the first follow-up becomes the thinking message"
    assert (await answer.edit(2)).text == "even more"
    assert answer.text == "edited"
    assert answer.is_ephemeral
    assert not answer.is_thinking
    await asyncio.wait_for(deleted.wait(), 2)
    assert answer.followups[1].deleted
    answer.expire()
    carry_on.set()
    assert await asyncio.wait_for(late.get(), 2) == (401, 50027)


async def test_an_answer_can_be_refused_lost_or_late(server: WireServer, start: Start) -> None:
    ada = server.add_user("Ada")
    server.add_guild("House", users=[ada])
    client = QuickClient()
    outcomes: asyncio.Queue[object] = asyncio.Queue()

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("hi", ephemeral=True)
        except discord.NotFound as error:
            outcomes.put_nowait(error.code)
        except OSError as error:
            outcomes.put_nowait(error.errno)

    await start(client)
    message = unhandled(server, client)
    callback = "POST /interactions/*/*/callback"
    server.faults.add(callback, status=404, code=10062)
    refused = server.press(ada, message, "guess:A")
    assert await asyncio.wait_for(outcomes.get(), 5) == 10062
    assert refused.type is None
    server.faults.add(callback, reset=True, applied=True)
    lost = await server.press(ada, message, "guess:A")
    assert await asyncio.wait_for(outcomes.get(), 5) == 104
    assert lost.text == "hi", "the member has it, the bot doesn't know"
    server.faults.add(callback, delay=0.1)
    late = await server.press(ada, message, "guess:A")
    assert late.latency_ns > 0
