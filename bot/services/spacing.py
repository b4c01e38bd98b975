"""When a review comes back: FSRS 6, from the PyPI package ``fsrs``. Deterministic; reads no clock.

Steps within a day are left out: the bot offers reviews by days. The interval grows to a year at
the most, so that nothing that was missed is gone for good. No interval is fuzzed: the same answers
give the same dates on every host, and a test can say so.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.core.reviews import Grade, Memory

if TYPE_CHECKING:
    from datetime import datetime

    from fsrs import Scheduler

LONGEST_DAYS = 365


def missed(pep: int, at: datetime, memory: Memory | None = None) -> Memory:
    """A PEP was missed in a round at ``at``, for the first time or after ``memory``."""
    from fsrs import Card  # noqa: PLC0415  (start-up needs none of it)

    if memory is not None:
        return reviewed(memory, Grade.AGAIN, at)
    return reviewed(Memory(Card(card_id=pep, due=at).to_json(), at), Grade.AGAIN, at)


def reviewed(memory: Memory, grade: Grade, at: datetime) -> Memory:
    """The memory after an answer of that grade. ``at`` is aware, in UTC."""
    from fsrs import Card, Rating  # noqa: PLC0415

    card, _ = _scheduler().review_card(Card.from_json(memory.text), Rating(grade), at)
    return Memory(card.to_json(), card.due)


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler  # noqa: PLC0415

    return Scheduler(
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )
