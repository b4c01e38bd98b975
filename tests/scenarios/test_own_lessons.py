"""A server's own lessons and settings, by upload: checked, run, used, and taken along as files."""

from __future__ import annotations

import pytest

from bot.config import bundled
from bot.core.errors import InvalidSetting, LessonRefused, UnknownLesson
from bot.core.options import Language
from bot.rendering.settings_file import settings_yaml
from bot.services.exchanging import export_settings, import_settings
from bot.services.options import set_option
from bot.services.own_lessons import (
    add_own_lesson,
    guild_library,
    own_lesson,
    own_lessons,
)

from .conftest import answer

SOURCE = (bundled("lessons") / "pep-0572.yaml").read_bytes()
OWN = SOURCE.replace(b"title: name a value where you need it", b"title: our own walrus")


@pytest.fixture
async def proven(server):
    """The sandbox has been shown to hold for the newest Python."""
    newest = server.app.runner.interpreters()[-1]
    [report] = await server.app.runner.self_test(newest)
    if report.way is None:
        pytest.skip("this host's sandbox does not hold for members' code")
    await server.set_up()
    return server


async def add(server, data=OWN):
    return await add_own_lesson(
        server.app.db,
        server.app.workbench,
        server.guild.id,
        data,
        server.env.now(),
        by=server.mo.id,
    )


async def upload(server, command, data, name="lesson.yaml"):
    return await server.mo.slash(server.channel, f"speedrun-admin {command}", file=(name, data))


async def test_a_lesson_is_uploaded_and_answered_with_a_preview_or_its_faults(proven):
    told = answer(await upload(proven, "lesson add", OWN))
    assert "After" in told or "our own walrus" in told
    assert [own.version for own in await own_lessons(proven.app.db, proven.guild.id)] == [1]
    told = answer(await upload(proven, "lesson add", b"a: &a [*a]"))
    assert "This lesson was not taken" in told
    assert "**Line 1**" in told
    told = answer(await upload(proven, "lesson add", b"a" * 70_000))
    assert "70000 bytes" in told.replace(",", "").replace("\\", "")
    result = await proven.mo.slash(proven.channel, "speedrun-admin lesson export", pep=572)
    assert result.response.attachments[0].filename == "pep-0572.yaml"


async def test_an_own_lesson_is_checked_kept_by_version_posted_and_retired(proven):
    guild_id, client = proven.guild.id, proven.env.bot
    own = await add(proven)
    assert (own.version, own.lesson.title, own.source) == (1, "our own walrus", OWN.decode())
    assert (await add(proven, OWN + b"# again\n")).version == 2
    library = await guild_library(client.ctx, guild_id)
    assert library.get(572).title == "our own walrus"
    assert len(library) == len(proven.app.library)
    assert (await guild_library(client.ctx, guild_id + 1)).get(572).title != "our own walrus"
    told = answer(await proven.mo.slash(proven.channel, "speedrun-admin lesson list"))
    assert "our own walrus" in told
    assert "version 2" in told
    await proven.mo.slash(proven.channel, "speedrun-admin post", pep=572)
    assert proven.posts("our own walrus")
    told = answer(await proven.mo.slash(proven.channel, "speedrun-admin lesson retire", pep=572))
    assert "The lesson on PEP 572 is retired." in told
    assert await own_lessons(proven.app.db, guild_id) == []
    # The open round keeps the lesson it was posted with.
    told = answer(await proven.ada.slash(proven.channel, "speedrun play"))
    assert "redict the output" in told
    with pytest.raises(UnknownLesson):
        await own_lesson(proven.app.db, guild_id, 572)
    assert (await add(proven)).version == 3


async def test_a_wrong_answer_is_refused_with_its_line(proven):
    broken = OWN.replace(b"weighing piano", b"weighing pianos", 1)
    with pytest.raises(LessonRefused) as refusal:
        await add(proven, broken)
    assert refusal.value.faults
    assert all(fault.line > 1 for fault in refusal.value.faults)
    assert await own_lessons(proven.app.db, proven.guild.id) == []


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "yaml-syntax"),
        (b"a: &a [*a]\n", "yaml-alias"),
        (b"a: !!python/object/apply:os.system [id]\n", "yaml-tag"),
        (b"[" * 60_000, "yaml-nesting"),
        (b"a: b: c\n", "yaml-syntax"),
        (b"\xff\xfe", "yaml-encoding"),
        (b"pep: 572\n", None),
    ],
)
async def test_a_hostile_file_gets_a_clear_fault_and_runs_nothing(server, data, rule):
    with pytest.raises(LessonRefused) as refusal:
        await add(server, data)
    rules = {fault.rule for fault in refusal.value.faults}
    assert rules
    if rule is not None:
        assert rules == {rule}


async def test_ten_megabytes_are_refused_unread(server):
    with pytest.raises(InvalidSetting):
        await add(server, b"a" * 10_000_000)


async def test_where_the_sandbox_was_not_shown_to_hold_no_own_lesson_is_taken_or_used(server):
    await server.set_up()
    with pytest.raises(LessonRefused) as refusal:
        await add(server)
    assert refusal.value.unproven
    assert not refusal.value.faults


async def test_settings_go_out_and_come_back_as_they_were(server):
    await server.set_up(time="10:00")
    await server.mo.slash(
        server.channel, "speedrun-admin queue choose", weekdays="mon", level="beginner"
    )
    db, guild_id, now = server.app.db, server.guild.id, server.env.now()
    await set_option(db, guild_id, "language", "de", now)
    plain = await export_settings(db, guild_id)
    text = settings_yaml(plain)
    read = server.app.workbench.read_plain(text.encode())
    assert read["schedules"] == plain["schedules"]
    await server.set_up(time="23:00")
    await import_settings(db, guild_id, read, now)
    assert await export_settings(db, guild_id) == plain
    told = answer(await upload(server, "settings import", text.encode(), "settings.yaml"))
    assert "1 schedule is set up as the file says" in told
    other = guild_id + 1
    await import_settings(db, other, read, now)
    assert await export_settings(db, other) == plain
    assert plain["options"]["language"] == Language.GERMAN


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"colour": "red"},
        {"schedules": {}},
        {"schedules": {"9": {}}},
        {"schedules": {"1": []}},
        {"options": {"language": "xx"}},
        {"options": {"colour": "red"}},
    ],
)
async def test_a_file_that_can_t_be_used_changes_nothing(server, change):
    await server.set_up()
    db, guild_id, now = server.app.db, server.guild.id, server.env.now()
    plain = await export_settings(db, guild_id)
    with pytest.raises(InvalidSetting):
        await import_settings(db, guild_id, plain | change, now)
    assert await export_settings(db, guild_id) == plain


async def test_a_settings_file_that_is_no_yaml_says_where(server):
    told = answer(await upload(server, "settings import", b"a: [", "settings.yaml"))
    assert "**Line " in told
    told = answer(await upload(server, "settings import", b"a: 1", "settings.yaml"))
    assert "this is no file of mine" in told


async def test_own_lessons_are_offered_where_a_pep_is_chosen(proven):
    await add(proven)
    asked = [(proven.mo, "speedrun-admin post"), (proven.mo, "speedrun-admin preview")]
    asked += [(proven.mo, "speedrun-admin queue insert"), (proven.ada, "speedrun play")]
    for member, command in asked:
        [choice] = await member.autocomplete(proven.channel, command, "pep", "our own")
        assert choice == {"name": "PEP 572 · our own walrus", "value": 572}, command


async def test_members_see_none_of_it(server):
    names = server.ada.available_commands(server.channel)
    assert not [name for name in names if "settings" in name or "lesson" in name]
    told = answer(await server.mo.slash(server.channel, "speedrun-admin lesson list"))
    assert "None yet." in told


async def test_files_are_sent_for_the_moderator_alone(server):
    await server.set_up()
    result = await server.mo.slash(server.channel, "speedrun-admin settings export")
    assert result.response.ephemeral
    assert result.response.attachments[0].filename == "pep-speedrun.yaml"


async def test_a_file_can_not_send_posts_to_another_server(server):
    await server.set_up()
    away = server.env.create_guild("Elsewhere").create_text_channel("general")
    text = settings_yaml(await export_settings(server.app.db, server.guild.id))
    forged = text.replace(str(server.channel.id), str(away.id))
    assert forged != text
    told = answer(await upload(server, "settings import", forged.encode(), "settings.yaml"))
    assert "is no channel of this server" in told
    assert await server.query("SELECT channel_id FROM schedules") == [(server.channel.id,)]
