"""``/speedrun review`` and ``/speedrun export``: what a member missed, anywhere they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from discord import app_commands

from bot.discord_app.presses.answering import Interaction, finish, think
from bot.discord_app.presses.reviewing import offer_review
from bot.rendering.exports import anki_file, csv_file
from bot.rendering.reviews import export_card, nothing_missed_card
from bot.services.exporting import missed_puzzles

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk

_FILES = {
    "anki": ("pep-speedrun-missed.txt", anki_file),
    "csv": ("pep-speedrun-missed.csv", csv_file),
}


def add_review_commands(group: app_commands.Group, desk: Desk) -> None:
    """Add the commands to the members' group."""

    @group.command(name="review", description="PEPs that you missed come back, spaced out")
    async def review(interaction: Interaction) -> None:
        await offer_review(desk, interaction)

    @group.command(name="export", description="What you missed, as a file for you alone")
    @app_commands.describe(format="anki: notes to import into Anki; csv: for a spreadsheet")
    async def export(interaction: Interaction, format: Literal["anki", "csv"]) -> None:  # noqa: A002  (what the member reads)
        await think(interaction)
        missed = await missed_puzzles(desk.ctx.db, desk.ctx.library, interaction.user.id)
        name, write = _FILES[format]
        card = export_card(name, write(missed), len(missed)) if missed else nothing_missed_card()
        await finish(interaction, card)
