"""A database that measures: it does what the one inside does, and takes down how long it took."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.core.errors import StorageUnavailable
from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.core.ports import Meter
    from bot.storage.database import Transaction

_T = TypeVar("_T")


class MeasuredDatabase(Database):
    """Any `Database`, and a meter."""

    def __init__(self, inside: Database, meter: Meter) -> None:
        self.inside = inside
        self.engine = inside.engine
        self.address = inside.address
        self._meter = meter

    async def write(self, work: Callable[[Transaction], _T]) -> _T:
        """As the one inside."""
        with self._measured("write"):
            return await self.inside.write(work)

    async def read(self, work: Callable[[Transaction], _T]) -> _T:
        """As the one inside."""
        with self._measured("read"):
            return await self.inside.read(work)

    @contextmanager
    def _measured(self, kind: str) -> Iterator[None]:
        began = time.monotonic()
        outcome = "ok"
        try:
            yield
        except StorageUnavailable:
            outcome = "unavailable"
            raise
        except BaseException:
            # A rule said no, or the one who waited went away: the database did its work.
            outcome = "undone"
            raise
        finally:
            self._meter.note("database", kind, outcome, time.monotonic() - began)
