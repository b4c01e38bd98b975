"""What members may do with what is stored about them, as values and rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

GRACE = timedelta(days=7)
"""From the wish to be forgotten to its fulfilment: what was a mispress can be undone."""

KEEP_DEPARTED = timedelta(days=90)
"""How long the data of a guild that the bot was removed from are kept, in case it comes back."""


@dataclass(frozen=True, slots=True)
class PrivacyState:
    """How a member stands: guesses stored in so many servers, and when they will be deleted."""

    guesses: int
    guilds: int
    is_hidden: bool
    deletion_due_at: datetime | None
