"""Options are kept, one guild's beside another's."""

import pytest

from bot.core.errors import InvalidSetting
from bot.core.options import GuildOptions, Language
from bot.services.options import guild_options, set_option
from tests.doubles import at

NOW = at("2026-03-02 08:00")


async def test_an_option_is_kept_for_its_guild_alone(world):
    changed = await set_option(world.db, 1, "language", " DE ", NOW)
    assert changed.language is Language.GERMAN
    assert await guild_options(world.db, 1) == changed
    assert await guild_options(world.db, 2) == GuildOptions()
    assert await set_option(world.db, 1, "language", "en", NOW) == GuildOptions()


async def test_a_refused_option_changes_nothing(world):
    with pytest.raises(InvalidSetting):
        await set_option(world.db, 1, "language", "tlh", NOW)
    assert await guild_options(world.db, 1) == GuildOptions()
