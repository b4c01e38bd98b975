"""``/speedrun leaderboard``: every board there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.core.boards import parse_wanted
from bot.core.windows import Window
from bot.discord_app.commands.choices import pep_choices
from bot.discord_app.presses.answering import Interaction, whisper
from bot.discord_app.presses.boards import wanted_card
from bot.rendering.leaderboards import KIND_NAMES, SCOPE_NAMES, WINDOW_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discord_app.desk import Desk


def add_board_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the command to the members' group."""

    @group.command(name="leaderboard", description="Who leads, in this server and in all")
    @app_commands.describe(
        window="How far back to look; today if left out",
        kind="What is ranked; points if left out",
        scope="Whose guesses count; this server's if left out",
        pep="The fastest on one PEP",
    )
    @app_commands.choices(
        window=_choices(WINDOW_NAMES.items()),
        kind=_choices(KIND_NAMES.items()),
        scope=_choices(SCOPE_NAMES.items()),
    )
    async def leaderboard(
        interaction: Interaction,
        window: str = str(Window.TODAY),
        kind: str = "points",
        scope: str = "server",
        pep: int | None = None,
    ) -> None:
        name = window if kind == "points" else kind
        wanted = parse_wanted(name if pep is None else f"pep-{pep}", scope)
        await whisper(interaction, await wanted_card(desk, interaction, wanted))

    @leaderboard.autocomplete("pep")
    async def _(_: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return pep_choices(desk.ctx.library, current)


def _choices(names: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=str(value)) for value, name in names]
