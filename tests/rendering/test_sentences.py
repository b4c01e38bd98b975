"""What people are told in a sentence."""

from __future__ import annotations

from bot.core.errors import InvalidSetting
from bot.rendering.sentences import sentence


def test_a_setting_s_name_from_a_file_is_shown_as_it_is_and_not_whole():
    hostile = "@everyone **x** <@1> " + "a" * 60_000
    told = sentence(InvalidSetting(hostile, "there is no such setting", "choose one"))
    assert "**\\@everyone \\*\\*x\\*\\* \\<\\@1\\>" in told
    assert len(told) < 200
