"""The short way says and reads what discord.py would: compared with the library's own result."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import discord
import pytest
import simcord
from discord.webhook.async_ import interaction_message_response_params
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app import fast
from bot.discord_app.fast import HOT, QuickPress
from bot.discord_app.layout import build, build_edit
from bot.discord_app.payloads import components_of
from bot.rendering.cards import (
    Accent,
    Button,
    Buttons,
    Card,
    ChannelMenu,
    Choice,
    Divider,
    File,
    LinkButton,
    Menu,
    Picture,
    Style,
    Text,
)
from tests.wire import payloads
from tests.wire.server import WireServer
from tests.wire.state import Interaction, Message, User

LABELS = st.text(min_size=1, max_size=80)
BUTTONS = st.one_of(
    st.builds(Button, LABELS, st.from_regex(r"speedrun:[a-z]{1,9}:[0-9]{1,9}", fullmatch=True),
              st.sampled_from(Style)),
    st.builds(LinkButton, LABELS, st.just("https://discord.com/channels/1/2/3")),
)  # fmt: skip
CHOICES = st.builds(
    Choice, LABELS, st.text(min_size=1, max_size=9), st.text(max_size=99), st.booleans()
)
BLOCKS = st.one_of(
    st.builds(Text, st.text(min_size=1, max_size=5_000)),
    st.builds(Divider),
    st.builds(Buttons, st.lists(BUTTONS, min_size=1, max_size=5, unique_by=repr).map(tuple)),
    st.builds(
        Menu,
        st.just("speedrun:related:1"),
        LABELS,
        st.lists(CHOICES, min_size=1, max_size=25).map(tuple),
        st.integers(0, 1),
    ),
)
CARDS = st.builds(
    Card, st.lists(BLOCKS, min_size=1, max_size=7).map(tuple), st.sampled_from(Accent)
)


@settings(deadline=None)
@given(CARDS, st.booleans())
def test_any_card_is_sent_as_discord_py_would_send_it(card: Card, in_place: bool) -> None:
    mentions = discord.AllowedMentions.none()
    if in_place:
        stock = interaction_message_response_params(
            type=7, previous_allowed_mentions=mentions, **build_edit(card)
        )
    else:
        flags = discord.MessageFlags(ephemeral=True)
        stock = interaction_message_response_params(
            type=4, previous_allowed_mentions=mentions, flags=flags, **build(card)
        )
    components = components_of(card)
    assert components is not None
    assert fast._payload(components, mentions, in_place=in_place) == stock.payload


@pytest.mark.parametrize(
    "block", [Picture("a.png", b"", "A"), File("a.txt", b""), ChannelMenu("speedrun:x:1", "?")]
)
def test_what_it_does_not_know_it_leaves_to_discord_py(block: Any) -> None:
    assert components_of(Card((Text("a"), block))) is None


def pressed(custom_id: str = "speedrun:guess:1:2") -> tuple[dict[str, Any], WireServer]:
    """A press as Discord sends it, on a message in a channel of a guild."""
    server = WireServer(use_schema=False)
    ada = server.add_user("Ada", locale="de")
    guild = server.add_guild("House", users=[ada])
    [channel] = guild.channels.values()
    button = {"type": 2, "id": 2, "style": 1, "label": "A", "custom_id": custom_id}
    row = {"type": 1, "id": 1, "components": [button]}
    message = Message(server.world.ids.at(), channel.id, server.bot, guild.id, components=[row])
    made = Interaction(
        server.world.ids.at(), "a-token_1", 3, ada, channel.id, guild.id,
        {"custom_id": custom_id, "component_type": 2, "id": 2}, message,
    )  # fmt: skip
    body = payloads.interaction_create(
        server.world, made, application_id=server.application_id, bot_id=server.bot.id
    )
    body["message"] = payloads.message(server.world, "http://127.0.0.1", message)
    return body, server


@pytest.fixture
async def client() -> Any:
    made = discord.Client(intents=discord.Intents(guilds=True))
    made.http._HTTPClient__session = None
    heard = []
    made.dispatch = lambda event, *values: heard.append((event, *values))  # type: ignore[method-assign]
    state = made._connection
    state.dispatch = made.dispatch
    about_me = payloads.me(User(9, "Speedrun", bot=True))
    state.user = discord.user.ClientUser(state=state, data=about_me)
    fast.install(made, lambda press: heard.append(("taken", press)))
    return SimpleNamespace(
        state=state, heard=heard, parse=made._connection.parsers["INTERACTION_CREATE"]
    )


async def heard_for(client: Any, data: dict[str, Any]) -> Any:
    client.heard.clear()
    client.parse(data)
    [(event, interaction)] = client.heard
    assert event == ("taken" if type(interaction) is QuickPress else "interaction")
    return interaction


FIELDS = [
    name
    for name in discord.Interaction.__slots__
    if not name.startswith("_cs_") and name not in ("_baton", "_state", "_client", "_session")
]


def seen(value: Any) -> Any:
    """What can be compared: most of discord.py's objects are equal by their ids."""
    is_without_equality = isinstance(value, list | discord.app_commands.AppCommandContext)
    return repr(value) if is_without_equality else value


async def test_every_field_is_what_discord_py_reads(client: Any) -> None:
    data, _ = pressed()
    quick = await heard_for(client, data)
    assert type(quick) is QuickPress
    assert quick._payload is not None, "the costly fields are not filled in yet"
    stock = discord.Interaction(data=data, state=client.state)
    assert {n: seen(getattr(quick, n)) for n in FIELDS} == {
        n: seen(getattr(stock, n)) for n in FIELDS
    }
    assert quick.presser_id == stock.user.id
    assert quick.created_at == stock.created_at
    assert quick.permissions == stock.permissions
    assert quick.channel_id == stock.channel_id
    assert quick.message.components[0].children[0].custom_id == "speedrun:guess:1:2"
    assert quick.locale is discord.Locale.german
    assert not quick.response.is_done()


async def test_a_field_that_an_interaction_does_not_have_is_an_attribute_error(client: Any) -> None:
    quick = await heard_for(client, pressed()[0])
    with pytest.raises(AttributeError, match="nonsense"):
        _ = quick.nonsense
    assert quick._payload is not None


def without(key: str) -> Any:
    return lambda data: data.pop(key)


SURPRISES = {
    "another button of ours": lambda data: data["data"].update(custom_id="speedrun:share:1"),
    "a stranger's button": lambda data: data["data"].update(custom_id="speedrun:guesses:1:2"),
    "a menu": lambda data: data["data"].update(component_type=3, values=["1"]),
    "in a DM": lambda data: data.update(user=data.pop("member")["user"]) or data.pop("guild_id"),
    "a token to be quoted": lambda data: data.update(token="a/b?c"),
}


@pytest.mark.parametrize("change", SURPRISES.values(), ids=SURPRISES)
async def test_what_is_not_as_expected_goes_the_stock_way(client: Any, change: Any) -> None:
    data, _ = pressed()
    change(data)
    assert type(await heard_for(client, data)) is discord.Interaction


async def test_what_can_t_be_read_is_read_by_discord_py_and_logged(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    data, _ = pressed()
    data["member"] = {"user": {}}
    with caplog.at_level(logging.WARNING), pytest.raises(KeyError):
        client.parse(data)  # discord.py can't either, and says so as it always did
    assert "not read the short way" in caplog.text
    assert client.heard == []


@pytest.mark.parametrize("prefix", HOT)
def test_hot_presses_are_named_by_their_whole_verb(prefix: str) -> None:
    assert prefix.startswith("speedrun:")
    assert prefix.endswith(":")


async def test_a_client_without_discord_py_s_own_http_goes_the_stock_way() -> None:
    made = discord.Client(intents=discord.Intents(guilds=True))
    fast.install(made, pytest.fail)
    env = simcord.Env(made)
    await env.start()
    try:
        data, _ = pressed()
        assert not fast._is_hot(data, made._connection)
    finally:
        await env.shutdown()
