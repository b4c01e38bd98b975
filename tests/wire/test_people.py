"""Members' acts and the bot's answers: buttons, selects, commands, modals, tokens that end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands, ui

from . import permissions as may
from .clients import QuickClient, Start
from .people import NoAnswer

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Message


class Guess(ui.DynamicItem[ui.Button], template=r"guess:(?P<option>[A-D])"):
    """A button that outlives restarts, as the bot's are."""

    def __init__(self, option: str) -> None:
        super().__init__(ui.Button(label=option, custom_id=f"guess:{option}"))
        self.option = option

    @classmethod
    async def from_custom_id(cls, interaction, item, match):
        return cls(match["option"])

    async def callback(self, interaction: discord.Interaction) -> None:
        name, at = interaction.user.display_name, interaction.created_at
        await interaction.response.send_message(
            f"{name} took {self.option} at {at:%H:%M:%S}", ephemeral=True
        )


def puzzle() -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("Which?"))
    view.add_item(ui.ActionRow(*(Guess(letter) for letter in "ABCD")))
    return view


async def posted(
    server: WireServer, client: QuickClient, view: ui.LayoutView | ui.View, text: str | None = None
):
    channel = client.guilds[0].text_channels[0]
    sent = await channel.send(text, view=view)
    return server.world.channels[channel.id].messages[sent.id]


def unhandled(server: WireServer, client: QuickClient) -> Message:
    """A message of the bot's whose button no view of this process knows."""
    button = {"type": 2, "id": 2, "style": 1, "label": "A", "custom_id": "guess:A"}
    row = {"type": 1, "id": 1, "components": [button]}
    channel = server.world.channels[client.guilds[0].text_channels[0].id]
    return server.say(server.bot, channel, "Which?", components=[row])


async def test_a_press_is_answered_for_the_presser_alone(server: WireServer, start: Start) -> None:
    ada, bob = server.add_user("Ada"), server.add_user("Bob")
    guild = server.add_guild("House", users=[ada, bob])
    client = QuickClient()
    client.add_dynamic_items(Guess)
    await start(client)
    message = await posted(server, client, puzzle())
    at = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    answer = await server.press(ada, message, "guess:B", at=at)
    assert (answer.type, answer.is_ephemeral, answer.text) == (4, True, "Ada took B at 07:08:09")
    assert 0 < answer.latency_ns < 3_000_000_000
    assert len(server.world.channels[message.channel_id].messages) == 1, (
        "ephemeral answers stand in no channel"
    )
    both = await asyncio.gather(*(server.press(u, message, "guess:A") for u in (ada, bob)))
    assert [a.text.split()[0] for a in both] == ["Ada", "Bob"]
    with pytest.raises(AssertionError, match="offers"):
        server.press(ada, message, "guess:E")
    del guild.members[bob.id]
    with pytest.raises(AssertionError, match="not in House"):
        server.press(bob, message, "guess:A")


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
    answer.interaction.expired = True
    carry_on.set()
    assert await asyncio.wait_for(late.get(), 2) == (401, 50027)


async def test_a_select_updates_its_message(server: WireServer, start: Start) -> None:
    ada = server.add_user("Ada")
    server.add_guild("House", users=[ada])
    client = await start(QuickClient())

    class Pick(ui.View):
        @ui.select(
            custom_id="pick", options=[discord.SelectOption(label=x, value=x) for x in "xyz"]
        )
        async def pick(self, interaction: discord.Interaction, select: ui.Select) -> None:
            await interaction.response.edit_message(content=f"picked {select.values[0]}", view=None)

    message = await posted(server, client, Pick(timeout=None), "Pick one")
    answer = await server.select(ada, message, "pick", ["y"])
    assert (answer.type, message.text, message.buttons()) == (7, "picked y", [])
    assert message.edited_at is not None


async def test_commands_with_groups_options_choices_and_permissions(
    server: WireServer, start: Start
) -> None:
    ada = server.add_user("Ada", locale="de")
    guild = server.add_guild("House", users=[ada])
    channel = next(iter(guild.channels.values()))
    client = await start(QuickClient())
    group = app_commands.Group(name="speedrun", description="The speedrun")

    @group.command(description="Shows the board")
    async def leaderboard(
        interaction: discord.Interaction, who: discord.Member, top: app_commands.Range[int, 1, 25]
    ):
        await interaction.response.send_message(
            f"{who.display_name} {top} {interaction.locale} {interaction.guild.name}"
        )

    @leaderboard.autocomplete("top")
    async def tops(interaction: discord.Interaction, current: int):
        return [app_commands.Choice(name=f"{n}", value=n) for n in (5, 10)]

    @client.tree.command(description="Sets up")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def setup(interaction: discord.Interaction):
        await interaction.response.send_message("done", ephemeral=True)

    client.tree.add_command(group)
    await client.tree.sync()
    answer = await server.slash(ada, guild, channel, "speedrun leaderboard", {"who": ada, "top": 3})
    assert answer.text == "Ada 3 de House"
    assert server.latest(channel) is answer.message
    choices = await server.slash(
        ada, guild, channel, "speedrun leaderboard", {"top": 1}, focused="top"
    )
    assert [c["value"] for c in choices.data["choices"]] == [5, 10]
    with pytest.raises(AssertionError, match="above 25"):
        server.slash(ada, guild, channel, "speedrun leaderboard", {"who": ada, "top": 26})
    with pytest.raises(AssertionError, match="not offered"):
        server.slash(ada, guild, channel, "setup")
    with pytest.raises(AssertionError, match="not for DMs"):
        server.slash(ada, None, server.dm(ada), "setup")
    guild.members[ada.id].roles.add(server.add_role(guild, "Mod", may.MANAGE_GUILD).id)
    assert (await server.slash(ada, guild, channel, "setup")).text == "done"


async def test_a_modal_is_opened_filled_and_submitted(server: WireServer, start: Start) -> None:
    ada = server.add_user("Ada")
    server.add_guild("House", users=[ada])
    client = await start(QuickClient())

    class Form(ui.Modal, title="Settings"):
        hour = ui.Label(
            text="Hour", component=ui.TextInput(custom_id="hour", default="9", max_length=2)
        )
        zone = ui.Label(
            text="Zone",
            component=ui.Select(custom_id="zone", options=[discord.SelectOption(label="UTC")]),
        )

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.edit_message(
                content=f"{self.hour.component.value} {self.zone.component.values}", view=None
            )

    class Opener(ui.View):
        @ui.button(label="Open", custom_id="open")
        async def open(self, interaction: discord.Interaction, button: ui.Button) -> None:
            await interaction.response.send_modal(Form())

    message = await posted(server, client, Opener(timeout=None), "Settings")
    opened = await server.press(ada, message, "open")
    assert (opened.type, opened.data["title"]) == (9, "Settings")
    with pytest.raises(AssertionError, match="does not take"):
        server.submit_modal(opened, {"hour": "123"})
    done = await server.submit_modal(opened, {"zone": ["UTC"]})
    assert (done.type, message.text) == (7, "9 ['UTC']")


async def test_commands_work_in_direct_messages(server: WireServer, start: Start) -> None:
    ada = server.add_user("Ada")
    client = await start(QuickClient())

    @client.tree.command(description="Practise")
    async def practice(interaction: discord.Interaction):
        await interaction.response.send_message(
            f"{interaction.user.name} {interaction.guild} {interaction.context.dm_channel}"
        )

    await client.tree.sync()
    answer = await server.slash(ada, None, server.dm(ada), "practice")
    assert answer.text == "ada None True"
