"""Each member is answered in their own language, and what all see is in the server's."""

from __future__ import annotations

import pytest
import simcord.interactions

from .conftest import answer, buttons, pictures, shown
from .test_first_day import press_start


@pytest.fixture
def german(monkeypatch):
    """Members and servers in this set have Discord in German; else all have it in English."""
    members: set[int] = set()
    make = simcord.interactions.base_payload

    def base_payload(*args, **options):
        record, payload = make(*args, **options)
        person = payload.get("member", payload)["user"]
        if int(person["id"]) in members:
            payload["locale"] = "de"
        if int(payload.get("guild_id", 0)) in members:
            payload["guild_locale"] = "de"
        return record, payload

    monkeypatch.setattr(simcord.interactions, "base_payload", base_payload)
    return members


@pytest.fixture
async def opened(server):
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin post")
    return server


async def test_a_german_member_plays_in_german_while_the_post_is_english(opened, german):
    german.add(opened.ada.id)
    [post] = opened.posts("in 90 seconds")
    assert "▶ Start the clock" in buttons(post)
    puzzle = await press_start(opened, opened.ada)
    assert "## Sag die Ausgabe voraus" in answer(puzzle)
    assert "Deine Uhr ist" in answer(puzzle)
    assert "## Predict the output" in answer(await press_start(opened, opened.grace))
    result = await opened.ada.click(puzzle.response, label="A")
    assert "Es lief in der Sandbox unter" in answer(result)
    [post] = opened.posts("in 90 seconds")
    assert "▶ Start the clock" in buttons(post)


async def test_a_german_moderator_s_command_posts_in_the_server_s_language(server, german):
    german.add(server.mo.id)
    told = await server.set_up()
    assert "Nächster Speedrun" in answer(told)
    told = await server.mo.slash(server.channel, "speedrun-admin post")
    assert "steht in" in answer(told)
    assert server.posts("in 90 seconds")


async def test_a_german_server_posts_and_reveals_in_german_its_pictures_too(server):
    from bot.services.options import set_option

    await server.set_up()
    await set_option(server.app.db, server.guild.id, "language", "de", server.env.now())
    await server.mo.slash(server.channel, "speedrun-admin post")
    [post] = server.posts("in 90 Sekunden")
    assert "▶ Uhr starten" in buttons(post)
    assert "der Code vorher und nachher" in pictures(post)[0]["description"]
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    [reveal] = server.posts("## Die Auflösung")
    assert "Was getippt wurde" in pictures(reveal)[0]["description"]
    [post] = server.posts("in 90 Sekunden")
    assert "Diese Runde ist vorbei" in shown(post)


async def test_a_server_whose_discord_is_german_begins_in_german_and_may_change(server, german):
    from bot.services.options import set_option

    german.add(server.guild.id)
    assert "Next speedrun" in answer(await server.set_up())
    await server.mo.slash(server.channel, "speedrun-admin post")
    assert server.posts("in 90 Sekunden")
    await set_option(server.app.db, server.guild.id, "language", "en", server.env.now())
    await server.set_up()
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    assert server.posts("## The reveal")


async def test_a_wrong_setting_and_an_old_button_are_told_in_german(server, german):
    german.add(server.mo.id)
    told = answer(await server.set_up(time="9 Uhr"))
    assert told == "**uhrzeit**: '9 Uhr' ist keine Uhrzeit. Bitte schreib sie wie 09:00 oder 18:30."


async def test_discord_is_told_the_commands_in_german(server):
    speedrun = server.env.backend.commands[None]["speedrun", 1]
    play = next(c for c in speedrun["options"] if c["name"] == "play")
    assert play["name_localizations"] == {"de": "spielen"}
    assert play["description_localizations"]["de"].startswith("Das Rätsel von heute")
    [pep] = [option for option in play["options"] if option["name"] == "pep"]
    assert pep["description_localizations"]["de"].startswith("Ein PEP zum Üben")
