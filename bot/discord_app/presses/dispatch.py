"""From what a press means to its handler; the boundary for what handlers raise."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.core.errors import SpeedrunError
from bot.discord_app.errors import answering, say
from bot.discord_app.presses import (
    audit,
    boards,
    playing,
    practising,
    privacy,
    queueing,
    reminding,
    reporting,
    reviewing,
    running,
    setup,
    sharing,
    suggesting,
    voiding,
)
from bot.rendering.actions import Verb
from bot.rendering.language import speaking
from bot.rendering.sentences import unknown_press

if TYPE_CHECKING:
    from bot.discord_app.desk import Desk
    from bot.discord_app.presses.answering import Handler, Interaction
    from bot.rendering.actions import Action

log = logging.getLogger(__name__)

HANDLERS: dict[Verb, Handler] = {
    **playing.HANDLERS,
    **practising.HANDLERS,
    **boards.HANDLERS,
    **audit.HANDLERS,
    **sharing.HANDLERS,
    **privacy.HANDLERS,
    **running.HANDLERS,
    **reviewing.HANDLERS,
    **reporting.HANDLERS,
    **voiding.HANDLERS,
    **reminding.HANDLERS,
    **queueing.HANDLERS,
    **setup.HANDLERS,
    **suggesting.HANDLERS,
}


class Presses:
    """Answers presses on components, and submitted forms."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle(self, interaction: Interaction, action: Action | None) -> None:
        """Answer one press, in the presser's language; what is wrong is said, nothing raised.

        ``action`` is what it means, None where this release knows no such press.
        """
        with speaking(interaction.locale.value):
            async with answering(interaction, "press"):
                if action is None:
                    await say(interaction, unknown_press())
                    return
                await HANDLERS[action.verb](self._desk, interaction, action)

    async def keep(self, interaction: Interaction, action: Action | None) -> None:
        """Keep a press that is too late to be answered: a guess counts, and the next shows it.

        Discord has told the presser that it failed. A clock that was not seen to start does not
        run, and a hint that was not seen costs nothing: of those nothing is kept.
        """
        if action is None or action.verb is not Verb.GUESS:
            return
        try:
            await playing.keep_guess(self._desk, interaction, action)
        except SpeedrunError:
            # Answered meanwhile, or closed: the next press says so.
            log.debug("a guess that came too late was refused", exc_info=True)
        except Exception:
            log.exception("a guess was not kept guild=%s", interaction.guild_id)
