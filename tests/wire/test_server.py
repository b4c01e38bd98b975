"""The server proven with a bare discord.py client: login, commands, messages, threads, DMs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands, ui

from . import permissions as may
from .clients import QuickClient, Start
from .state import MessageFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from .server import WireServer

PNG = (
    b"\x89PNG\r\n\x1a\n"
    b"\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"\x08"
)


def card(text: str = "What does it print?", *, file: str | None = None) -> ui.LayoutView:
    """A V2 message like the bot's: text, a picture, a button."""
    view = ui.LayoutView(timeout=None)
    items: list[ui.Item] = [ui.TextDisplay(text)]
    if file:
        items.append(
            ui.MediaGallery(
                discord.MediaGalleryItem(f"attachment://{file}", description="The code")
            )
        )
    items.append(ui.Separator())
    items.append(ui.ActionRow(ui.Button(label="Start", custom_id="start:1", emoji="\N{SNAKE}")))
    view.add_item(ui.Container(*items, accent_colour=0x3776AB))
    return view


async def test_a_client_logs_in_and_sees_its_guilds(server: WireServer, start: Start) -> None:
    guild = server.add_guild(
        "House", users=[server.add_user("Ada")], channels=["general", "puzzles"]
    )
    client = await start(QuickClient())
    assert client.user.id == server.bot.id
    assert client.application_id == server.application_id
    [seen] = client.guilds
    assert (seen.id, seen.name, seen.member_count) == (guild.id, "House", 3)
    assert [c.name for c in seen.text_channels] == ["general", "puzzles"]
    assert seen.me.guild_permissions.send_messages


async def test_a_wrong_token_is_refused_at_login(server: WireServer, start: Start) -> None:
    with pytest.raises(discord.LoginFailure):
        await start(QuickClient(), token="wrong")
    assert server.buckets.invalid == 1


async def test_members_are_chunked_for_a_client_with_that_intent(
    server: WireServer, start: Start
) -> None:
    server.gateway.privileged_allowed = discord.Intents(members=True).value
    server.add_guild("House", users=[server.add_user("Ada"), server.add_user("Bob")])
    client = await start(QuickClient(intents=discord.Intents(guilds=True, members=True)))
    assert {m.name for m in client.guilds[0].members} == {"house_owner", "ada", "bob", "speedrun"}


async def test_commands_are_synced_and_kept_globally_and_in_a_guild(
    server: WireServer, start: Start
) -> None:
    guild = server.add_guild("House")
    client = await start(QuickClient())

    @client.tree.command(description="Shows the board")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.choices(window=[app_commands.Choice(name="Season", value="season")])
    async def board(
        interaction: discord.Interaction, window: app_commands.Choice[str], top: int = 10
    ) -> None: ...

    [synced] = await client.tree.sync()
    [stored] = server.world.commands[None].values()
    assert (str(synced.id), synced.name) == (stored["id"], "board")
    assert stored["default_member_permissions"] == str(may.MANAGE_GUILD)
    [again] = await client.tree.sync()
    assert again.id == synced.id, "a command of the same name keeps its id"
    client.tree.copy_global_to(guild=discord.Object(guild.id))
    await client.tree.sync(guild=discord.Object(guild.id))
    assert [c.name for c in await client.tree.fetch_commands(guild=discord.Object(guild.id))] == [
        "board"
    ]


async def test_a_message_is_sent_read_edited_listed_and_deleted(
    server: WireServer, start: Start
) -> None:
    guild = server.add_guild("House")
    client = await start(QuickClient())
    channel = client.guilds[0].text_channels[0]
    sent = await channel.send(
        "hello", embed=discord.Embed(title="T", description="D").add_field(name="n", value="v")
    )
    stored = guild.channels[channel.id].messages[sent.id]
    assert (stored.text, sent.embeds[0].fields[0].value) == ("hello\nT\nD", "v")
    assert sent.created_at == stored.created_at
    await sent.edit(content="changed", embed=None)
    assert (await channel.fetch_message(sent.id)).content == "changed"
    await channel.send("second")
    assert [m.content async for m in channel.history(limit=5)] == ["second", "changed"]
    assert [m.content async for m in channel.history(after=sent)] == ["second"]
    await sent.delete()
    with pytest.raises(discord.NotFound) as error:
        await channel.fetch_message(sent.id)
    assert error.value.code == 10008


async def test_a_v2_message_with_a_picture_comes_back_whole(
    server: WireServer, start: Start
) -> None:
    guild = server.add_guild("House")
    client = await start(QuickClient())
    channel = client.guilds[0].text_channels[0]
    sent = await channel.send(
        view=card(file="code.png"), file=discord.File(io.BytesIO(PNG), "code.png"), silent=True
    )
    stored = server.latest(guild.channels[channel.id])
    assert stored.flags == MessageFlag.V2 | MessageFlag.SILENT
    assert stored.text == "What does it print?"
    assert [b["custom_id"] for b in stored.buttons()] == ["start:1"]
    gallery = sent.components[0].children[1]
    assert gallery.items[0].media.url == sent.attachments[0].url
    assert (sent.attachments[0].width, sent.attachments[0].height) == (640, 480)
    assert await client.http.get_from_cdn(sent.attachments[0].url) == PNG
    # Keeping the attachment while everything else changes.
    edited = await sent.edit(view=card("Closed", file="code.png"), attachments=sent.attachments)
    assert edited.attachments[0].id == sent.attachments[0].id
    assert stored.text == "Closed"


async def test_files_may_have_ten_megabytes_and_not_more(server: WireServer, start: Start) -> None:
    guild = server.add_guild("House")
    client = await start(QuickClient())
    channel = client.guilds[0].text_channels[0]
    await channel.send(file=discord.File(io.BytesIO(bytes(10 << 20)), "large.bin"))
    assert len(server.latest(guild.channels[channel.id]).attachments[0].data) == 10 << 20
    with pytest.raises(discord.HTTPException) as error:
        await channel.send(file=discord.File(io.BytesIO(bytes((10 << 20) + 1)), "larger.bin"))
    assert (error.value.status, error.value.code) == (413, 40005)


async def test_the_servers_clock_can_be_moved(server: WireServer, start: Start) -> None:
    server.add_guild("House")
    client = await start(QuickClient())
    server.world.ids.offset = timedelta(days=400)
    sent = await client.guilds[0].text_channels[0].send("from the future")
    assert (sent.created_at - datetime.now(UTC)).days in (399, 400)


async def test_the_same_nonce_gives_the_first_message_for_some_minutes(
    server: WireServer, start: Start
) -> None:
    guild = server.add_guild("House", channels=["one", "two"])
    client = await start(QuickClient())
    one, two = client.guilds[0].text_channels
    first = await one.send("once", nonce="round-17")
    again = await one.send("once", nonce="round-17")
    assert again.id == first.id
    assert len(guild.channels[one.id].messages) == 1
    server.world.nonce_window = 0.0
    assert (await one.send("once", nonce="round-17")).id != first.id
    server.world.nonce_window = 60.0
    elsewhere = await two.send("lost", nonce="round-17")
    assert elsewhere.channel.id == two.id, "discord.py believes the channel it asked for"
    assert not guild.channels[two.id].messages
    assert [v.rule for v in server.take_violations()] == ["nonce-elsewhere"]


REFUSALS: list[tuple[str, Callable[[WireServer, object], None], int, int]] = [
    ("the channel is gone", lambda s, c: s.delete_channel(c), 404, 10003),
    ("the bot may not send", lambda s, c: s.allow(c, s.bot, deny=may.SEND_MESSAGES), 403, 50013),
    ("the bot may not attach", lambda s, c: s.allow(c, s.bot, deny=may.ATTACH_FILES), 403, 50013),
    (
        "the bot doesn't see the channel",
        lambda s, c: s.allow(c, s.bot, deny=may.VIEW_CHANNEL),
        403,
        50001,
    ),
    ("the bot was kicked", lambda s, c: s.remove_guild(s.world.guilds[c.guild_id]), 403, 50001),
]


@pytest.mark.parametrize(
    ("what", "change", "status", "code"), REFUSALS, ids=[r[0] for r in REFUSALS]
)
async def test_sending_is_refused_as_discord_would(
    server: WireServer, start: Start, what, change, status, code
) -> None:
    guild = server.add_guild("House")
    client = await start(QuickClient())
    channel = next(iter(guild.channels.values()))
    target = client.get_partial_messageable(channel.id)
    change(server, channel)
    with pytest.raises(discord.HTTPException) as error:
        await target.send("hi", file=discord.File(io.BytesIO(PNG), "a.png"))
    assert (error.value.status, error.value.code) == (status, code)
    assert not channel.messages


async def test_only_allowed_mentions_ping(server: WireServer, start: Start) -> None:
    ada = server.add_user("Ada")
    guild = server.add_guild("House", users=[ada])
    fans = server.add_role(guild, "Fans")
    client = await start(QuickClient())
    channel = client.guilds[0].text_channels[0]
    text = f"<@{ada.id}> <@&{fans.id}> @everyone"
    await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    quiet = server.latest(guild.channels[channel.id])
    assert (quiet.pinged_users, quiet.pinged_roles, quiet.pinged_everyone) == ((), (), False)
    only = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(fans.id)])
    await channel.send(text, allowed_mentions=only)
    loud = server.latest(guild.channels[channel.id])
    assert (loud.pinged_users, loud.pinged_roles, loud.pinged_everyone) == ((), (fans.id,), False)


async def test_a_thread_is_started_at_a_message_and_written_to(
    server: WireServer, start: Start
) -> None:
    guild = server.add_guild("House")
    client = await start(QuickClient())
    sent = await client.guilds[0].text_channels[0].send("the puzzle")
    thread = await sent.create_thread(name="Talk about it", auto_archive_duration=1440)
    assert thread.id == sent.id
    await thread.send("first")
    assert server.latest(guild.channels[thread.id]).content == "first"
    with pytest.raises(discord.HTTPException) as error:
        await sent.create_thread(name="Twice")
    assert error.value.code == 160004


async def test_direct_messages_open_and_may_be_closed(server: WireServer, start: Start) -> None:
    ada, shy = server.add_user("Ada"), server.add_user("Shy", accepts_dms=False)
    client = await start(QuickClient())
    user = await client.fetch_user(ada.id)
    await user.send("psst")
    assert server.latest(server.dm(ada)).content == "psst"
    with pytest.raises(discord.Forbidden) as error:
        await (await client.fetch_user(shy.id)).send("psst")
    assert error.value.code == 50007


async def test_guilds_roles_and_members_can_be_fetched(server: WireServer, start: Start) -> None:
    ada = server.add_user("Ada")
    guild = server.add_guild("House", users=[ada], bot_permissions=may.MANAGE_ROLES)
    fans = server.add_role(guild, "Fans")
    client = await start(QuickClient())
    fetched = await client.fetch_guild(guild.id)
    assert (fetched.name, fetched.approximate_member_count) == ("House", 3)
    member = await client.guilds[0].fetch_member(ada.id)
    await member.add_roles(discord.Object(fans.id))
    assert fans.id in guild.members[ada.id].roles
    await member.remove_roles(discord.Object(fans.id))
    assert fans.id not in guild.members[ada.id].roles
    with pytest.raises(discord.NotFound):
        await client.guilds[0].fetch_member(1)
    assert {r.name for r in await client.guilds[0].fetch_roles()} == {
        "@everyone",
        "Speedrun",
        "Fans",
    }
    assert [c.name for c in await client.guilds[0].fetch_channels()] == ["general"]
