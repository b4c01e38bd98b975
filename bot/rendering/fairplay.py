"""Fair play, as moderators read it: what stands out, and that it proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.cards import Accent, Card, Text
from bot.rendering.language import _, ngettext, number
from bot.rendering.pictures.words import guesses
from bot.rendering.text import mention, seconds

if TYPE_CHECKING:
    from bot.core.fairplay import FairPlay, FastPlayer, SamePair

SHOWN = 10
"""Rows a list."""


def fairplay_card(found: FairPlay) -> Card:
    """What stands out in the last rounds; or that nothing does."""
    looked = ngettext(
        "Looked at the last round that is over, {guesses}.",
        "Looked at the last {count} rounds that are over, {guesses}.",
        found.rounds,
        guesses=guesses(found.guesses),
    )
    head = f"## {_('Fair play')}"
    if not found.fast and not found.pairs:
        return Card((Text(f"{head}\n{_('Nothing stands out.')}\n-# {looked}"),), Accent.QUIET)
    blocks = [Text(f"{head}\n{_preface()}")]
    if found.fast:
        title = _("Right in less time than the puzzle takes to read")
        rows = [_fast(player) for player in found.fast[:SHOWN]]
        blocks.append(Text(_listed(title, rows, len(found.fast))))
    if found.pairs:
        title = _("The same choice in every round that both played")
        rows = [_pair(pair) for pair in found.pairs[:SHOWN]]
        blocks.append(Text(_listed(title, rows, len(found.pairs))))
    foot = _(
        "Reading is taken to be four times as fast as most people read, with a second for the "
        "press."
    )
    return Card((*blocks, Text(f"-# {looked} {foot}")), Accent.QUIET)


def _preface() -> str:
    return _(
        "This stands out, and proves nothing: luck, quick eyes, friends who solve together, a "
        "puzzle known from elsewhere all look like it. Members don't see it, and nothing was done."
    )


def _listed(title: str, rows: list[str], count: int) -> str:
    lines = [f"**{title}**", *rows]
    if count > len(rows):
        lines.append(ngettext("and {count} more", "and {count} more", count - len(rows)))
    return "\n".join(lines)


def _fast(player: FastPlayer) -> str:
    told = _(
        "{right} of {fast} such answers right, where chance gives {expected}",
        right=number(player.right),
        fast=number(player.fast),
        expected=number(player.expected, 1),
    )
    return f"{mention(player.player_id)} · {told}"


def _pair(pair: SamePair) -> str:
    told = _(
        "{rounds} rounds, the same wrong choice in {wrong}, {gap} apart at the median",
        rounds=number(pair.rounds),
        wrong=number(pair.wrong),
        gap=seconds(pair.gap_ms),
    )
    return f"{mention(pair.first_id)}, {mention(pair.second_id)} · {told}"
