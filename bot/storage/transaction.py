"""SQLite's transaction: statements on a connection's own thread. Knows no table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.database import Transaction

if TYPE_CHECKING:
    import sqlite3

    from bot.storage.database import Row, Value


class SqliteTransaction(Transaction):
    """The statements of one transaction, on the connection's own thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, *values: Value) -> int:
        """Run a statement; the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row."""
        rows: list[Row] = self._connection.execute(sql, values).fetchall()
        return rows

    def has_table(self, name: str) -> bool:
        """Whether the database has a table of that name."""
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1"
        return self.one(sql, name) is not None

    def define(self, sql: str) -> None:
        """Run a statement of a migration."""
        self._connection.execute(sql)

    def mend_counters(self) -> None:
        """Nothing: SQLite counts on from the highest id by itself."""
