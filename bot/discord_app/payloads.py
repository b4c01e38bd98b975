"""Cards as the JSON that Discord takes, without discord.py's objects in between.

For the answers and posts that come by the thousand (`bot.discord_app.fast`,
`bot.discord_app.sending`); everything else goes through `bot.discord_app.layout`. A test holds that
both say the same, for any card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.discord_app.layout import fitted
from bot.rendering.cards import Buttons, Card, Divider, LinkButton, Menu, Picture, Style, Text

if TYPE_CHECKING:
    from bot.rendering.cards import Block, Button, Choice

    Json = dict[str, Any]

_ROW, _BUTTON, _MENU, _TEXT, _GALLERY, _DIVIDER, _CONTAINER = 1, 2, 3, 10, 12, 14, 17
_LINK = 5
_STYLES = {Style.PRIMARY: 1, Style.SECONDARY: 2, Style.SUCCESS: 3, Style.DANGER: 4}


def components_of(card: Card, *, has_files: bool = False) -> list[Json] | None:
    """The card's components; None where it holds what this module does not know.

    ``has_files`` says that the pictures themselves are sent along.
    """
    components = []
    for block in fitted(card.blocks):
        component = _component(block)
        if component is None or (isinstance(block, Picture) and not has_files):
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
    if isinstance(block, Menu):
        return {"type": _ROW, "components": [_menu(block)]}
    if isinstance(block, Picture):
        media = {"media": {"url": f"attachment://{block.name}"}, "spoiler": False}
        return {"type": _GALLERY, "items": [media | {"description": block.alt}]}
    return None


def _menu(menu: Menu) -> Json:
    return {
        "type": _MENU,
        "custom_id": menu.custom_id,
        "placeholder": menu.placeholder,
        "min_values": menu.fewest,
        "max_values": menu.most,
        "disabled": False,
        "required": True,
        "options": [_choice(choice) for choice in menu.choices],
    }


def _choice(choice: Choice) -> Json:
    line: Json = {"label": choice.label, "value": choice.value, "default": choice.is_chosen}
    return line | {"description": choice.description} if choice.description else line


def _button(button: Button | LinkButton) -> Json:
    if isinstance(button, LinkButton):
        about: Json = {"style": _LINK, "url": button.url}
    else:
        about = {"style": _STYLES[button.style], "custom_id": button.custom_id}
    return {"type": _BUTTON, "disabled": False, "label": button.label} | about
