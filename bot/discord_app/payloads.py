"""Cards as the JSON that Discord takes, without discord.py's objects in between.

For the answers that come by the thousand (`bot.discord_app.fast`); everything else goes through
`bot.discord_app.layout`. A test holds that both say the same, for any card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.discord_app.layout import fitted
from bot.rendering.cards import Buttons, Card, Divider, LinkButton, Style, Text

if TYPE_CHECKING:
    from bot.rendering.cards import Block, Button

    Json = dict[str, Any]

_ROW, _BUTTON, _TEXT, _DIVIDER, _CONTAINER = 1, 2, 10, 14, 17
_LINK = 5
_STYLES = {Style.PRIMARY: 1, Style.SECONDARY: 2, Style.SUCCESS: 3, Style.DANGER: 4}


def components_of(card: Card) -> list[Json] | None:
    """The card's components; None where it holds what this module does not know."""
    components = []
    for block in fitted(card.blocks):
        component = _component(block)
        if component is None:
            return None
        components.append(component)
    return [
        {
            "type": _CONTAINER,
            "accent_color": card.accent.value,
            "spoiler": False,
            "components": components,
        }
    ]


def _component(block: Block) -> Json | None:
    if isinstance(block, Text):
        return {"type": _TEXT, "content": block.markdown}
    if isinstance(block, Divider):
        return {"type": _DIVIDER, "divider": True, "spacing": 1}
    if isinstance(block, Buttons):
        return {"type": _ROW, "components": [_button(button) for button in block.buttons]}
    return None


def _button(button: Button | LinkButton) -> Json:
    if isinstance(button, LinkButton):
        about: Json = {"style": _LINK, "url": button.url}
    else:
        about = {"style": _STYLES[button.style], "custom_id": button.custom_id}
    return {"type": _BUTTON, "disabled": False, "label": button.label} | about
