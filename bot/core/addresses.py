"""Where a database lies. An address is data; `bot.storage` opens it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    """A file, which need not be there yet."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """A database of a PostgreSQL server. ``conninfo`` may hold a password: no repr shows it."""

    conninfo: str = field(repr=False)
    """What libpq takes: a ``postgresql://`` URL."""
    shown: str
    """The same for people: user, host, port and name."""

    def __str__(self) -> str:
        return self.shown


DatabaseAddress = SqliteAddress | PostgresAddress
