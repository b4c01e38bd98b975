"""The tables of the schema as data: columns, keys, and an order in which parents come first.

Read from a SQLite database in memory that the migrations were applied to: the files are the one
truth, and both engines have what they say.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.migrate import Migration


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns, and those of its primary key in the key's order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def tables_of(migrations: tuple[Migration, ...]) -> tuple[Table, ...]:
    """Every table that the migrations make, each after those that it refers to."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in migrations:
            for statement in migration.statements:
                connection.execute(statement)
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        tables = {name: _table(connection, name) for name in names}
        parents = {
            name: {row[2] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')}
            for name in names
        }
    ordered: list[Table] = []
    while tables:
        placed = {table.name for table in ordered}
        free = [name for name in tables if parents[name] <= placed | {name}]
        if not free:
            raise ValueError(f"tables refer to each other in a circle: {', '.join(tables)}")
        ordered += [tables.pop(name) for name in free]
    return tuple(ordered)


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    key = sorted((column for column in columns if column[5]), key=lambda column: column[5])
    if not key:
        raise ValueError(f"table {name} has no primary key")
    return Table(name, tuple(column[1] for column in columns), tuple(column[1] for column in key))
