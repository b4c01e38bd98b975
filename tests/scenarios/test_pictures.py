"""Code and figures as pictures, or as text where a server or an accident wants it so."""

from __future__ import annotations

import pytest

from .conftest import answer, buttons, pictures, shown
from .test_first_day import guess, press_start


async def post(server, pep=572):
    await server.mo.slash(server.channel, "speedrun-admin post", pep=pep)
    return server.posts("90 seconds")[-1]


async def test_a_post_shows_its_code_as_a_picture_with_alt_text(server):
    assert "Code is shown as a picture" in answer(await server.set_up())
    message = await post(server)
    [media] = pictures(message)
    assert media["description"].startswith("PEP 572, the code before and after.")
    [file] = message.attachments
    assert file.filename == "pep-572-before-after.png"
    assert (await file.read()).startswith(b"\x89PNG")
    assert "```" not in shown(message)
    code = await server.ada.click(message, custom_id=buttons(message)["Code as text"])
    assert answer(code).count("```py") == 2


async def test_a_server_may_have_its_code_as_text(server):
    assert "Code is shown as text" in answer(await server.set_up(code="text"))
    message = await post(server)
    assert shown(message).count("```py") == 2
    assert not message.attachments
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    [reveal] = server.posts("The reveal")
    assert not reveal.attachments
    assert "✔ 1 ██████████" in shown(reveal)


async def test_how_code_is_shown_is_kept_when_set_up_again(server):
    await server.set_up(code="text")
    assert "Code is shown as text" in answer(await server.set_up(time="10:00"))
    assert "Code is shown as a picture" in answer(await server.set_up(code="picture"))


async def test_the_retired_post_keeps_its_picture(server):
    await server.set_up()
    await post(server)
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    retired = server.posts("90 seconds")[0]
    assert "Practise" in buttons(retired)
    [media] = pictures(retired)
    [file] = retired.attachments
    assert media["media"]["url"] == file.url
    assert (await file.read()).startswith(b"\x89PNG")


async def test_a_post_retired_after_the_server_chose_text_is_text(server):
    await server.set_up()
    await post(server)
    await server.set_up(code="text")
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    retired = server.posts("90 seconds")[0]
    assert shown(retired).count("```py") == 2
    assert not retired.attachments


async def test_the_reveal_shows_the_chart_and_names_the_podium_in_its_text(server):
    await server.set_up()
    await post(server)
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await guess(server, server.grace, await press_start(server, server.grace), right=False)
    await server.restart()
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    [reveal] = server.posts("The reveal")
    [media] = pictures(reveal)
    assert "Right: " in media["description"]
    assert "1 guess, 50%" in media["description"]
    assert f"🥇 1. <@{server.ada.id}>" in shown(reveal)
    assert "-# ✔ right **1** · ✘ wrong 1, 0" in shown(reveal)
    assert "█" not in shown(reveal)


async def test_the_preview_shows_the_same_picture(server):
    await server.set_up()
    result = await server.mo.slash(server.channel, "speedrun-admin preview", pep=572)
    preview = result.followups[0] if len(result.followups) > 1 else result.response
    message = await post(server)
    assert pictures(preview)[0]["description"] == pictures(message)[0]["description"]
    await server.set_up(code="text")
    result = await server.mo.slash(server.channel, "speedrun-admin preview", pep=572)
    preview = result.followups[0] if len(result.followups) > 1 else result.response
    assert shown(preview).count("```py") == 2


@pytest.mark.parametrize("drawing", ["draw_lesson", "draw_reveal"])
async def test_a_picture_that_can_not_be_drawn_costs_no_post(server, monkeypatch, caplog, drawing):
    def broken(*_):
        raise RuntimeError("no ink")

    monkeypatch.setattr(f"bot.rendering.pictures.album.{drawing}", broken)
    await server.set_up()
    message = await post(server)
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await server.mo.slash(server.channel, "speedrun-admin reveal")
    [reveal] = server.posts("The reveal")
    if drawing == "draw_lesson":
        assert shown(message).count("```py") == 2
        assert pictures(reveal)
        assert "Practise" in buttons(server.posts("90 seconds")[0])
    else:
        assert "✔ 1 ██████████" in shown(reveal)
        assert pictures(message)
    assert "can't be drawn; its message goes without" in caplog.text


async def test_where_files_are_refused_the_post_comes_as_text(server, caplog):
    await server.set_up()
    server.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions"
    )
    message = await post(server)
    assert shown(message).count("```py") == 2
    assert "took no picture" in caplog.text
    assert await server.query("SELECT state FROM rounds") == [("open",)]


async def test_pictures_are_kept_beside_the_database(server):
    await server.set_up()
    await post(server)
    folder = server.app.settings.database_path.parent / "pictures"
    assert len(list(folder.glob("*.picture"))) == 1


async def test_me_is_a_card_as_a_picture_with_the_same_figures_in_words(server):
    await server.set_up()
    await post(server)
    await guess(server, server.ada, await press_start(server, server.ada), right=True)
    await server.restart()
    result = await server.ada.slash(server.channel, "speedrun me")
    assert "**200 points** from 1 guess, 1 right (100%)" in answer(result)
    message = result.followups[-1] if result.followups else result.response
    [media] = pictures(message)
    assert media["description"].startswith("ada. Place 1 of 1 player in this server.\n200 points, ")
    assert "right 1 day, wrong 0 days" in media["description"]
    folder = server.app.settings.database_path.parent / "pictures"
    kept = [path.read_bytes() for path in folder.glob("*.picture")]
    assert kept
    assert not any(b"ada. 1st" in data for data in kept)


async def test_me_before_the_first_guess_is_a_sentence(server):
    await server.set_up()
    result = await server.ada.slash(server.channel, "speedrun me")
    assert "You have not guessed here yet." in answer(result)
    assert not pictures(result.followups[-1] if result.followups else result.response)


async def test_me_without_its_picture_is_words(server, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("no ink")

    monkeypatch.setattr("bot.rendering.pictures.album.draw_profile", broken)
    await server.set_up()
    await post(server)
    await guess(server, server.ada, await press_start(server, server.ada), right=False)
    told = answer(await server.ada.slash(server.channel, "speedrun me"))
    assert "**0 points** from 1 guess, 0 right (0%)" in told
    assert "can't be drawn" in caplog.text
