"""An announcer that measures: it does what the one inside does, and takes down how it went."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.core.errors import AnnounceFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.lessons import Lesson
    from bot.core.ports import Announcer, Meter
    from bot.core.results import Posted, RevealFacts
    from bot.core.rounds import Round
    from bot.core.seasons import Season, SeasonFacts


class MeasuredAnnouncer:
    """Implements `bot.core.ports.Announcer` on another one."""

    def __init__(self, inside: Announcer, meter: Meter) -> None:
        self._inside = inside
        self._meter = meter

    async def post(self, round_: Round, lesson: Lesson) -> Posted:
        """Post an opening round."""
        with self._measured("post"):
            return await self._inside.post(round_, lesson)

    async def find_post(self, round_: Round) -> Posted | None:
        """The round's post, if it is in the channel."""
        with self._measured("find"):
            return await self._inside.find_post(round_)

    async def begin_thread(self, round_: Round, lesson: Lesson, message_id: int) -> bool:
        """Begin the thread of the round's post."""
        with self._measured("thread"):
            return await self._inside.begin_thread(round_, lesson, message_id)

    async def reveal(self, facts: RevealFacts) -> Posted:
        """Post the reveal of a scored round."""
        with self._measured("reveal"):
            return await self._inside.reveal(facts)

    async def find_reveal(self, round_: Round) -> Posted | None:
        """The round's reveal, if it is in the channel."""
        with self._measured("find"):
            return await self._inside.find_reveal(round_)

    async def season(self, facts: SeasonFacts) -> Posted:
        """Post the podium of a season that is over."""
        with self._measured("season"):
            return await self._inside.season(facts)

    async def find_season(self, season: Season) -> Posted | None:
        """The season's podium, if it is in the channel."""
        with self._measured("find"):
            return await self._inside.find_season(season)

    async def retire_post(self, round_: Round, lesson: Lesson) -> None:
        """Turn the post's Start into Practise."""
        with self._measured("retire"):
            await self._inside.retire_post(round_, lesson)

    async def withdraw(self, round_: Round, lesson: Lesson) -> None:
        """Say on the messages of a void round that it counts for nobody."""
        with self._measured("withdraw"):
            await self._inside.withdraw(round_, lesson)

    @contextmanager
    def _measured(self, kind: str) -> Iterator[None]:
        began = time.monotonic()
        outcome = "failed"
        try:
            yield
            outcome = "ok"
        except AnnounceFailed as failure:
            outcome = "refused" if failure.is_lasting else "failed"
            raise
        finally:
            self._meter.note("announcement", kind, outcome, time.monotonic() - began)
