"""Moderators see and change what can be switched; others can't."""

from __future__ import annotations

from bot.core.options import option_names
from bot.rendering.options import meaning

from .conftest import answer

COMMAND = "speedrun-admin options"


async def test_a_moderator_sees_every_option_and_changes_one(server):
    told = answer(await server.mo.slash(server.channel, COMMAND))
    assert all(f"`{name}`" in told for name in option_names())
    assert "`has_run_menu` · **off**" in told

    told = answer(await server.mo.slash(server.channel, COMMAND, name="has_run_menu", value="on"))
    assert "✅ `has_run_menu` is now **on**." in told
    await server.restart()
    told = answer(await server.mo.slash(server.channel, COMMAND))
    assert "`has_run_menu` · **on**" in told
    assert "off → on" in answer(await server.mo.slash(server.channel, "speedrun-admin log"))
    assert COMMAND not in server.ada.available_commands(server.channel)


async def test_an_option_that_is_none_or_can_not_have_that_value_is_refused_in_words(server):
    told = answer(await server.mo.slash(server.channel, COMMAND, name="volume", value="11"))
    assert "there is no such option" in told
    told = answer(await server.mo.slash(server.channel, COMMAND, name="has_sharing", value="so"))
    assert "neither on nor off" in told
    assert await server.query("SELECT count(*) FROM guild_options") == [(0,)]


async def test_names_and_values_are_completed(server):
    names = await server.mo.autocomplete(server.channel, COMMAND, "name", "run")
    assert {"has_running", "has_run_menu"} <= {each["value"] for each in names}
    for name, values in (("language", {"en", "de"}), ("has_sharing", {"on", "off"})):
        offered = await server.mo.autocomplete(server.channel, COMMAND, "value", "", name=name)
        assert {each["value"] for each in offered} == values
    assert not await server.mo.autocomplete(server.channel, COMMAND, "value", "", name="volume")


def test_every_option_says_what_it_does():
    assert [name for name in option_names() if not meaning(name)] == []
