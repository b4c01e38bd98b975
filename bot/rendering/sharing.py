"""A shared result: what the channel sees, and what its player gets where the channel may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.results import ShareWay
from bot.rendering.cards import Accent, Card, Picture, Text
from bot.rendering.language import _
from bot.rendering.pictures.from_core import share_facts
from bot.rendering.pictures.share import share_line
from bot.rendering.text import code_block, mention

if TYPE_CHECKING:
    from bot.core.results import Share


def shared_card(share: Share, picture: Picture | None = None) -> Card:
    """For everyone in the channel: whose it is, and the line or the picture that says it."""
    player = mention(share.guess.player_id)
    if picture is None:
        return Card((Text(f"{player} · {share_line(share_facts(share))}"),), Accent.QUIET)
    told = Text(f"-# {_('{player} shared a speedrun', player=player)}")
    return Card((told, picture), Accent.QUIET)


def line_card(share: Share) -> Card:
    """For the player alone: why it was not posted, and the line to copy."""
    why = {
        ShareWay.POST: "",
        ShareWay.ALREADY: _("You have shared this round already. Its line, to copy:"),
        ShareWay.SWITCHED_OFF: _("Sharing is switched off in this server. Your line, to copy:"),
        ShareWay.NO_PERMISSION: _("I may not post in this channel. Your line, to copy:"),
    }[share.way]
    return Card((Text(f"{why}\n{code_block(share_line(share_facts(share)), '')}"),), Accent.QUIET)
