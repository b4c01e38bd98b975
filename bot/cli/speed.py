"""What the ``speed`` extra brings where it is installed, and what is said of it at the start."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_PARTS = ("uvloop", "orjson", "zstandard")
"""discord.py takes the last two by itself: faster JSON, and a faster gateway."""


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop's loops where it is installed; None, Python's own, elsewhere."""
    if not _is_there("uvloop"):
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(
        "uvloop"
    ).new_event_loop
    return factory


def described() -> str:
    """What of it is in use, and how to get the rest."""
    used = [name for name in _PARTS if _is_there(name)]
    if len(used) == len(_PARTS):
        return f"faster with {', '.join(used)}"
    have = f"faster with {', '.join(used)}" if used else "without the speed extra"
    return f"{have}; pip install 'pep-speedrun[speed]' has the rest"


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # switched off: its place among the modules holds None
        return False
