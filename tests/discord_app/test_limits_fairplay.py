"""What stands out fits into a message, however much it is."""

from __future__ import annotations

import pytest

from bot.core.fairplay import FairPlay, FastPlayer, SamePair
from bot.rendering.fairplay import fairplay_card
from bot.rendering.language import languages, speaking

from .test_limits import BIG, broken_rules


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("count", [0, 1, 10, 500])
def test_fair_play_fits(language, count):
    fast = tuple(FastPlayer(BIG - n, 60, 60, 20.1, 0.0) for n in range(count))
    pairs = tuple(SamePair(BIG, BIG - n, 60, 60, 10**9) for n in range(count))
    with speaking(language):
        for found in (
            FairPlay(60, 30_000, fast, pairs),
            FairPlay(60, 30_000, fast, ()),
            FairPlay(60, 30_000, (), pairs),
        ):
            assert broken_rules(fairplay_card(found)) == []
