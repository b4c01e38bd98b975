"""A server's settings, taken from a file or a set-up: all of it at once, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.core.errors import DraftGone, InvalidSetting
from bot.core.options import GuildOptions, Language
from bot.core.selection import Wish
from bot.services.audit import audit_log
from bot.services.drafting import begin_draft, change_draft, finish_draft
from bot.services.exchanging import export_settings, import_settings
from bot.services.options import guild_options
from bot.services.schedules import list_set_ups, load_set_up, save_schedule
from tests.doubles import CHANNEL, GUILD, Crash, CrashingDatabase, Steps, at

EIGHT = at("2026-03-02 08:00")
MO = 99


async def deeds(world):
    return [(one.deed, one.subject) for one in await audit_log(world.db, GUILD, limit=20)][::-1]


@pytest.fixture
async def file(world):
    """A file of another server's, whose options differ from those that a server begins with."""
    await world.set_up(guild_id=GUILD + 1, post_time=time(18))
    plain = await export_settings(world.db, GUILD + 1)
    plain["options"] |= {"language": "de", "has_global_board": "on", "has_sharing": "off"}
    return plain


async def test_a_file_is_taken_in_one_step_with_what_the_log_says_of_it(world, file):
    crashing = CrashingDatabase(world.db, Steps(1))
    with pytest.raises(Crash):
        await import_settings(crashing, GUILD, file, EIGHT, by=MO)
    assert await export_settings(world.db, GUILD) == file
    assert await deeds(world) == [
        ("import", None),
        *(("option", name) for name in file["options"] if name in CHANGED),
    ]


CHANGED = {"language", "has_global_board", "has_sharing"}


async def test_an_option_that_can_t_be_saved_leaves_the_schedules_as_they_were(
    world, file, monkeypatch
):
    from bot.services import exchanging

    def refuse(*_args, **_named):
        raise InvalidSetting("language", "no", "none")

    monkeypatch.setattr(exchanging, "change_option", refuse)
    with pytest.raises(InvalidSetting):
        await import_settings(world.db, GUILD, file, EIGHT, by=MO)
    assert await list_set_ups(world.db, GUILD, EIGHT) == ()
    assert await deeds(world) == []


async def test_a_file_may_not_ping_everyone(world, file):
    file["schedules"]["1"]["role"] = GUILD
    with pytest.raises(InvalidSetting, match="everyone is no role to ping"):
        await import_settings(world.db, GUILD, file, EIGHT)
    assert await list_set_ups(world.db, GUILD, EIGHT) == ()


async def test_a_set_up_is_saved_in_one_step_and_once(world):
    draft = await begin_draft(world.db, GUILD, MO, EIGHT, channel_id=CHANNEL, spoken="de")
    assert draft.language is Language.GERMAN
    with pytest.raises(Crash):
        await finish_draft(CrashingDatabase(world.db, Steps(1)), GUILD, MO, 1, EIGHT)
    assert (await load_set_up(world.db, GUILD, EIGHT)).settings.channel_id == CHANNEL
    assert (await guild_options(world.db, GUILD)).language is Language.GERMAN
    assert await deeds(world) == [("option", "language"), ("set-up", "schedule 1")]
    with pytest.raises(DraftGone):
        await finish_draft(world.db, GUILD, MO, 1, EIGHT)


async def test_a_set_up_keeps_what_it_does_not_ask_for(world):
    set_up = await world.set_up()
    wish = Wish(topic="typing")
    await save_schedule(world.db, replace(set_up.settings, wish=wish), EIGHT, is_kept=True)
    await begin_draft(world.db, GUILD, MO, EIGHT, channel_id=CHANNEL)
    await change_draft(world.db, GUILD, MO, 1, EIGHT, lambda draft: draft)
    assert (await finish_draft(world.db, GUILD, MO, 1, EIGHT)).settings.wish == wish


async def test_the_first_schedule_alone_brings_the_server_s_language(world):
    settings = (await world.set_up(guild_id=GUILD + 1)).settings
    for slot, spoken, language in ((1, "de", "de"), (2, "en-GB", "de")):
        crashing = CrashingDatabase(world.db, Steps(1))
        here = replace(settings, guild_id=GUILD, slot=slot)
        with pytest.raises(Crash):
            await save_schedule(crashing, here, EIGHT, by=MO, spoken=spoken)
        assert (await guild_options(world.db, GUILD)).language == language
    assert (await guild_options(world.db, GUILD + 1)) == GuildOptions()
