"""What every handler uses: reading a press, and the ways to answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from bot.core.errors import NotAModerator, NotInServer
from bot.discord_app.desk import Desk
from bot.discord_app.fast import QuickPress, answer
from bot.discord_app.layout import build, build_edit, build_form
from bot.rendering.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rendering.cards import Card
    from bot.rendering.forms import Form

Interaction = discord.Interaction[Any]
Handler = Callable[[Desk, Interaction, Action], Awaitable[None]]


def presser_of(interaction: Interaction) -> int:
    """The id of the member who pressed."""
    if isinstance(interaction, QuickPress):
        return interaction.presser_id
    return interaction.user.id


def guild_of(interaction: Interaction) -> int:
    """The guild's id.

    Raises:
        NotInServer: It came from a direct message, or a group of them.
    """
    if interaction.guild_id is None:
        raise NotInServer
    return interaction.guild_id


def custom_id_of(interaction: Interaction) -> str:
    """The custom_id of the pressed component, or of the submitted form."""
    return str(_data(interaction).get("custom_id", ""))


def chosen(interaction: Interaction) -> list[str]:
    """What was chosen in the menu that was used."""
    return [str(value) for value in _data(interaction).get("values") or []]


def filled_in(interaction: Interaction) -> dict[str, str]:
    """A submitted form's fields: name -> text, or the first choice; missing ones are left out."""
    found = {}
    for leaf in _leaves(_data(interaction).get("components") or []):
        name, value, values = leaf.get("custom_id"), leaf.get("value"), leaf.get("values")
        if value is None and isinstance(values, list):
            value = next(iter(values), None)
        if isinstance(name, str) and isinstance(value, str):
            found[name] = value
    return found


def ensure_moderator(interaction: Interaction) -> None:
    """Refuse who may not manage the server: a button is seen by more people than may press it.

    Raises:
        NotAModerator: They may not.
    """
    if not interaction.permissions.manage_guild:
        raise NotAModerator


async def whisper(interaction: Interaction, card: Card) -> None:
    """Answer with a message of its own that only the presser sees."""
    if not (
        isinstance(interaction, QuickPress) and await answer(interaction, card, in_place=False)
    ):
        await interaction.response.send_message(**build(card), ephemeral=True)


async def replace(interaction: Interaction, card: Card) -> None:
    """Put the card in the place of the message whose button was pressed."""
    if isinstance(interaction, QuickPress) and await answer(interaction, card, in_place=True):
        return
    await interaction.response.edit_message(**build_edit(card))


async def think(interaction: Interaction) -> None:
    """Tell the presser that the answer takes a while; `finish` brings it."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def finish(interaction: Interaction, card: Card) -> None:
    """Bring the answer after `think`."""
    await interaction.edit_original_response(**build_edit(card))


async def ask(interaction: Interaction, form: Form) -> None:
    """Open a form."""
    await interaction.response.send_modal(build_form(form))


def _data(interaction: Interaction) -> dict[str, Any]:
    return dict(interaction.data or {})


def _leaves(components: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  (a payload)
    """The components that hold a value: labels and rows hold others."""
    for component in components if isinstance(components, list) else []:
        if not isinstance(component, dict):
            continue
        inner = component.get("component")
        nested = [inner] if inner is not None else component.get("components")
        if nested is None:
            yield component
        else:
            yield from _leaves(nested)
