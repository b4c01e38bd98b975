"""The seam between SQL and engines: what a database and a transaction are. Knows no table.

A transaction is a plain function that receives a `Transaction` and runs whole on a thread of the
engine: one thread hop however many statements, and nothing can come between them. It may be run
again from its start, where the engine could not commit it beside another, so it does nothing but
call its `Transaction`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bot.core.addresses import DatabaseAddress, PostgresAddress, SqliteAddress
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractAsyncContextManager

Value = int | str | None
"""What a column holds and a placeholder takes."""
_T = TypeVar("_T")
_NO_DRIVER = (
    "DATABASE_URL names a PostgreSQL database, and its driver is not installed: "
    "pip install 'psycopg[binary]', or install requirements-full.txt."
)


class Row(Protocol):
    """One row: a column by its name or its index, or all in their order."""

    def __getitem__(self, key: int | str, /) -> Any: ...  # noqa: ANN401  (a column's value)
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]:
        """The names of the columns."""
        ...


class Transaction(ABC):
    """The statements of one transaction. Placeholders are numbered: ``?1``, ``?2``."""

    @abstractmethod
    def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; the number of rows it changed."""

    @abstractmethod
    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row, or None."""

    @abstractmethod
    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row."""

    @abstractmethod
    def has_table(self, name: str) -> bool:
        """Whether the database has a table of that name."""

    @abstractmethod
    def define(self, sql: str) -> None:
        """Run a statement of a migration, with the engine's own types."""

    @abstractmethod
    def mend_counters(self) -> None:
        """Let automatic ids go on after the highest there is, where rows came with their ids."""

    def scalar(self, sql: str, *values: Value) -> Any:  # noqa: ANN401  (a column's value)
        """The first column of the first row, or None."""
        row = self.one(sql, *values)
        return None if row is None else row[0]


class Database(ABC):
    """An open database of either engine; made by `open_database`."""

    engine: str
    """``sqlite`` or ``postgres``."""
    address: DatabaseAddress

    @abstractmethod
    async def write(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` in one transaction: committed as it returns, rolled back as it raises.

        It sees no other transaction's half, and none comes between what it read and wrote.

        Raises:
            StorageUnavailable: The database is locked, full or away; nothing was stored.
        """

    @abstractmethod
    async def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Run ``work`` on one consistent snapshot; it can't change anything.

        Raises:
            StorageUnavailable: The database is locked or away, or its disk fails.
        """

    async def write_alone(self, work: Callable[[Transaction], _T]) -> _T:
        """As `write`, and as the only one of its kind in all processes: for migrations.

        Raises:
            StorageUnavailable: The database is locked, full or away; nothing was stored.
        """
        return await self.write(work)


def open_database(where: DatabaseAddress | Path) -> AbstractAsyncContextManager[Database]:
    """Open the database, a file with its folder made if absent, and close it at the end.

    Raises:
        ConfigError: PostgreSQL's driver is not installed, or the URL can't be read.
        OSError: A file's folder can't be made.
        sqlite3.Error: The file can't be opened, or is no database.
        StorageUnavailable: The server can't be reached, or refuses.
    """
    # Imported as they are used: an engine that nobody chose costs no start-up, and PostgreSQL's
    # driver is an extra.
    if isinstance(where, PostgresAddress):
        try:
            from bot.storage.postgres import open_postgres  # noqa: PLC0415
        except ImportError as error:
            raise ConfigError((_NO_DRIVER,)) from error
        return open_postgres(where)
    from bot.storage.sqlite import open_sqlite  # noqa: PLC0415

    return open_sqlite(where if isinstance(where, SqliteAddress) else SqliteAddress(Path(where)))
