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

if TYPE_CHECKING:
    from .server import WireServer


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
    assert (await server.press(ada, message, "guess:D", stale=True)).text.startswith("Ada took D")
    del guild.members[bob.id]
    with pytest.raises(AssertionError, match="not in House"):
        server.press(bob, message, "guess:A")


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


async def test_a_user_can_bring_the_bot_to_a_guild_it_is_not_in(
    server: WireServer, start: Start
) -> None:
    ada = server.add_user("Ada")
    guild = server.add_guild("Elsewhere", users=[ada], with_bot=False)
    channel = next(iter(guild.channels.values()))
    client = await start(QuickClient())

    @client.tree.command(description="Practise")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def practice(interaction: discord.Interaction) -> None:
        by_user, by_guild = interaction.is_user_integration(), interaction.is_guild_integration()
        await interaction.response.send_message(f"{by_user} {by_guild}")

    @client.tree.command(description="Not by users")
    async def board(interaction: discord.Interaction) -> None: ...

    await client.tree.sync()
    assert (await server.slash(ada, guild, channel, "practice")).text == "True False"
    with pytest.raises(AssertionError, match="installed by a user"):
        server.slash(ada, guild, channel, "board")


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
