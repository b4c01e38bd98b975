"""Cards into Discord's components. Knows limits and looks, no lesson and no rule."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.rendering.cards import (
    Block,
    Button,
    Buttons,
    Card,
    ChannelMenu,
    Divider,
    File,
    LinkButton,
    Menu,
    Picture,
    RoleMenu,
    Style,
    Text,
)
from bot.rendering.forms import ChoiceField, Form, TextField
from bot.rendering.text import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TEXT = 4_000
"""Characters over all texts of a message; Discord's limit."""
MAX_TEXT_BYTES = 10_170
"""UTF-8 bytes plus 12 a text over a message, measured: beyond it Discord answers 500."""
_BYTES_A_TEXT = 12

_STYLES = {
    Style.PRIMARY: discord.ButtonStyle.primary,
    Style.SECONDARY: discord.ButtonStyle.secondary,
    Style.SUCCESS: discord.ButtonStyle.success,
    Style.DANGER: discord.ButtonStyle.danger,
}


class StaticLayout(discord.ui.LayoutView):
    """A layout that discord.py sends and forgets.

    Presses are read from their custom_id by `bot.discord_app.presses`, whichever process sent the
    message. A view that discord.py listened to would be kept in memory for every message ever
    sent, would answer nothing after a restart, and stopping one can unregister another's buttons
    (measured in 2.7.1); "finished" is what keeps it out of the library's store.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_finished(self) -> bool:
        """True: nothing waits for this layout."""
        return True


def build(card: Card) -> dict[str, Any]:
    """The ``view`` and ``files`` of a message, for any of discord.py's ways of sending one."""
    view = StaticLayout()
    container: discord.ui.Container[Any] = discord.ui.Container(accent_colour=card.accent.value)
    for block in fitted(card.blocks):
        container.add_item(_item(block))
    view.add_item(container)
    files = files_of(card)
    return {"view": view, **({"files": files} if files else {})}


def files_of(card: Card) -> list[discord.File]:
    """The pictures and files that go with the card."""
    return [
        discord.File(io.BytesIO(block.data), block.name)
        for block in card.blocks
        if isinstance(block, Picture | File)
    ]


def build_edit(card: Card) -> dict[str, Any]:
    """As `build`, for an edit: its pictures, or none, take the place of those that were there.

    An edit lists the attachments that stay, and to know their ids would take a fetch.
    """
    message = build(card)
    return {"view": message["view"], "attachments": message.get("files", [])}


class StaticModal(discord.ui.Modal):
    """A form that discord.py sends and forgets, as `StaticLayout`: submits are presses."""

    def __init__(self, form: Form) -> None:
        super().__init__(title=form.title, custom_id=form.custom_id, timeout=None)
        for field in form.fields:
            self.add_item(discord.ui.Label(text=field.label, component=_field(field)))

    def is_finished(self) -> bool:
        """True: nothing waits for this form."""
        return True


def build_form(form: Form) -> discord.ui.Modal:
    """The modal to open."""
    return StaticModal(form)


def fitted(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with their texts within Discord's limits, the longest ones cut first."""
    result = list(blocks)
    while (excess := _excess(result)) > 0:
        texts = [block for block in result if isinstance(block, Text)]
        longest = max(texts, key=lambda text: len(text.markdown))
        limit = max(len(longest.markdown) - excess, len(longest.markdown) // 2)
        result[result.index(longest)] = replace(longest, markdown=_cut(longest.markdown, limit))
    return result


def _excess(blocks: Sequence[Block]) -> int:
    texts = [block.markdown for block in blocks if isinstance(block, Text)]
    characters = sum(len(text) for text in texts) - MAX_TEXT
    size = sum(len(text.encode()) + _BYTES_A_TEXT for text in texts) - MAX_TEXT_BYTES
    return max(characters, size)


def _cut(markdown: str, limit: int) -> str:
    fence = "\n```"
    cut = fit(markdown, limit)
    # A fence that lost its end would swallow what follows in the same text.
    if cut.count("```") % 2:
        cut = fit(markdown, limit - len(fence)) + fence
    return cut


def _item(block: Block) -> discord.ui.Item[Any]:
    match block:
        case Text(markdown):
            return discord.ui.TextDisplay(markdown)
        case Divider():
            return discord.ui.Separator()
        case Picture(name, _, alt):
            media = discord.MediaGalleryItem(f"attachment://{name}", description=alt)
            return discord.ui.MediaGallery(media)
        case File(name, _):
            return discord.ui.File(f"attachment://{name}")
        case Buttons(buttons):
            return discord.ui.ActionRow(*map(_button, buttons))
        case Menu() | ChannelMenu() | RoleMenu():
            return discord.ui.ActionRow(_select(block))


def _select(menu: Menu | ChannelMenu | RoleMenu) -> discord.ui.Item[Any]:
    chosen: list[discord.SelectDefaultValue] = []
    if not isinstance(menu, Menu) and menu.chosen is not None:
        kind = discord.SelectDefaultValueType.channel
        if isinstance(menu, RoleMenu):
            kind = discord.SelectDefaultValueType.role
        chosen = [discord.SelectDefaultValue(id=menu.chosen, type=kind)]
    match menu:
        case ChannelMenu(custom_id, placeholder):
            return discord.ui.ChannelSelect(
                custom_id=custom_id,
                placeholder=placeholder,
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                default_values=chosen,
            )
        case RoleMenu(custom_id, placeholder):
            return discord.ui.RoleSelect(
                custom_id=custom_id, placeholder=placeholder, min_values=0, default_values=chosen
            )
        case Menu(custom_id, placeholder, choices, fewest, most):
            options = [
                discord.SelectOption(
                    label=c.label,
                    value=c.value,
                    description=c.description or None,
                    default=c.is_chosen,
                )
                for c in choices
            ]
            return discord.ui.Select(
                custom_id=custom_id,
                placeholder=placeholder,
                options=options,
                min_values=fewest,
                max_values=most,
            )


def _button(button: Button | LinkButton) -> discord.ui.Button[Any]:
    if isinstance(button, LinkButton):
        return discord.ui.Button(label=button.label, url=button.url)
    style = _STYLES[button.style]
    return discord.ui.Button(label=button.label, custom_id=button.custom_id, style=style)


def _field(field: TextField | ChoiceField) -> discord.ui.Item[Any]:
    if isinstance(field, TextField):
        return discord.ui.TextInput(
            custom_id=field.name,
            style=discord.TextStyle.paragraph if field.is_long else discord.TextStyle.short,
            default=field.value or None,
            placeholder=field.placeholder or None,
            required=field.is_required,
            max_length=field.max_length,
        )
    options = [
        discord.SelectOption(
            label=c.label,
            value=c.value,
            description=c.description or None,
            default=c.value == field.chosen,
        )
        for c in field.choices
    ]
    return discord.ui.Select(custom_id=field.name, options=options, required=field.is_required)
