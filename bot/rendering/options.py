"""A server's options, as its moderators read them: name, value, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.options import format_option, option_names
from bot.rendering.cards import Card, Text
from bot.rendering.language import _, pgettext

if TYPE_CHECKING:
    from bot.core.options import GuildOptions


def options_card(options: GuildOptions, changed: str | None = None) -> Card:
    """All options; ``changed`` is the one that was set right now."""
    lead = ""
    if changed is not None:
        value = _value(options, changed)
        lead = "✅ " + _("`{name}` is now **{value}**.", name=changed, value=value) + "\n"
    lines = [
        f"- `{name}` · **{_value(options, name)}** · {meaning(name)}" for name in option_names()
    ]
    how = _("Change one: `/speedrun-admin options`, with its name and a value.")
    return Card((Text(f"## {_('Options')}\n{lead}" + "\n".join(lines) + f"\n-# {how}"),))


def meaning(name: str) -> str:
    """What an option does, in a few words; empty for one that this room does not know."""
    meanings = {
        "language": _("the language of what all members see"),
        "has_sharing": _("members may show their result in the channel"),
        "has_running": _("members may run code of their own, privately, after the guess"),
        "has_run_menu": _("“Run this Python” works on any message with a code block"),
        "report_channel": _("where moderators hear of reported puzzles"),
        "has_global_board": _("members' points count on the board of all servers that take part"),
        "has_season_post": _("the month's podium is posted on the first of the next"),
    }
    return meanings.get(name, "")


def _value(options: GuildOptions, name: str) -> str:
    value = getattr(options, name)
    if name.endswith("_channel"):
        return f"<#{value}>" if value else pgettext("channel", "none")
    return format_option(value)
