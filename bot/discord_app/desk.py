"""What a press or a command is answered with: handed to every handler, built once a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.ports import Clock, LessonWorkbench, Meter
    from bot.rendering.pictures.album import Album
    from bot.services.context import Context
    from bot.services.running import Runs


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases' context, the clock, the pictures, who takes down what is done.

    ``runs`` is what members' own code needs.
    """

    ctx: Context
    clock: Clock
    album: Album
    meter: Meter
    runs: Runs
    workbench: LessonWorkbench
