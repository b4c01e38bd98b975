"""A set-up in hand: what a moderator has chosen so far, kept between presses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.core.exchange import settings_from_plain, settings_to_plain
from bot.core.options import Language

if TYPE_CHECKING:
    from bot.core.settings import GuildSettings


@dataclass(frozen=True, slots=True)
class Draft:
    """``zones`` are the time zones to choose among, where the typed city has several."""

    settings: GuildSettings
    language: Language = Language.ENGLISH
    zones: tuple[str, ...] = ()
    is_new: bool = True
    """Nothing was set up before."""


def draft_to_document(draft: Draft) -> str:
    """The draft as JSON; `draft_from_document` gives an equal one back, but for its instants."""
    return json.dumps(
        {
            "schedule": settings_to_plain(draft.settings),
            "language": draft.language,
            "zones": draft.zones,
            "is_new": draft.is_new,
        }
    )


def draft_from_document(document: str, *, guild_id: int, slot: int) -> Draft:
    """Read what `draft_to_document` wrote.

    Raises:
        InvalidSetting, ValueError, KeyError: The text was not written by this release.
    """
    fields = json.loads(document)
    settings = settings_from_plain(
        fields["schedule"],
        guild_id=guild_id,
        slot=slot,
        effective_from=datetime(2000, 1, 1, tzinfo=UTC),
    )
    return Draft(settings, Language(fields["language"]), tuple(fields["zones"]), fields["is_new"])
