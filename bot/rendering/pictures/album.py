"""Pictures ready to stand in cards. One that can't be drawn is None, and the log says why.

A picture is never worth a message: whoever asks has a card without it at hand.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.rendering import cards
from bot.rendering.pictures.cache import lesson_key, picture_key
from bot.rendering.pictures.chart import draw_reveal
from bot.rendering.pictures.code_picture import draw_lesson
from bot.rendering.pictures.from_core import chart_facts, share_facts
from bot.rendering.pictures.profile import draw_profile
from bot.rendering.pictures.share import draw_share
from bot.rendering.pictures.theme import DARK

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.core.lessons import Lesson
    from bot.core.results import RevealFacts, Share
    from bot.rendering.pictures.cache import Studio
    from bot.rendering.pictures.facts import Picture, ProfileFacts

log = logging.getLogger(__name__)


class Album:
    """The pictures of posts, reveals and profiles, drawn off the event loop by a studio."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def lesson(self, lesson: Lesson) -> cards.Picture | None:
        """The code before and after."""
        drawn = self._studio.picture(lesson_key(lesson, DARK), lambda: draw_lesson(lesson))
        return await _card_picture(f"pep-{lesson.pep}-before-after.png", drawn)

    async def reveal(self, facts: RevealFacts) -> cards.Picture | None:
        """The chart of what was guessed. No player is named in it.

        The podium stands in the text: a mention shows each reader today's name, can be pressed,
        and goes with its owner, where a name in a picture outlives every change of mind. Nor are
        names known here: without a member cache there are only ids, and no fetch a row.
        """
        chart = chart_facts(facts)
        drawn = self._studio.picture(picture_key("reveal", chart, DARK), lambda: draw_reveal(chart))
        return await _card_picture(f"pep-{facts.lesson.pep}-guesses.png", drawn)

    async def profile(self, facts: ProfileFacts) -> cards.Picture | None:
        """A member's card; it is not kept, for it is about a person."""
        key = picture_key("profile", facts, DARK)
        drawn = self._studio.picture(key, lambda: draw_profile(facts), is_kept=False)
        return await _card_picture("speedruns.png", drawn)

    async def share(self, share: Share) -> cards.Picture | None:
        """A player's round for the channel; not kept: each is drawn once."""
        facts = share_facts(share)
        key = picture_key("share", facts, DARK)
        drawn = self._studio.picture(key, lambda: draw_share(facts), is_kept=False)
        return await _card_picture(f"speedrun-{share.number}.png", drawn)


async def _card_picture(name: str, drawing: Awaitable[Picture]) -> cards.Picture | None:
    try:
        drawn = await drawing
    except Exception:
        log.exception("%s can't be drawn; its message goes without", name)
        return None
    return cards.Picture(name, drawn.png, drawn.alt)
