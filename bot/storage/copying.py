"""A whole database copied into an empty one, of the same engine or the other, and compared.

Rows go over in the order of their keys, so many in a transaction: what is in the target says how
far a copy that was cut off came, and the next one goes on from there. Until all of it is compared
and found equal a mark in the target says that it is not whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.core.errors import CopyRefused
from bot.storage.state import delete_state, load_state, save_state

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bot.storage.database import Database, Row, Transaction, Value
    from bot.storage.shape import Table

MARK = "copied from"
"""The key in the target's ``bot_state``; that table is copied last, in one transaction with it."""
_LAST = "bot_state"
_AT_ONCE = 5_000
_VALUES_AT_ONCE = 10_000
"""Placeholders in one statement; SQLite takes 32,766 and PostgreSQL 65,535."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and a digest over all of them in the order of the key."""

    rows: int
    digest: str


async def refuse_half_a_copy(db: Database) -> None:
    """Let no bot work on a copy that is not whole.

    Raises:
        CopyRefused: It is not.
    """
    source = await db.read(lambda tx: load_state(tx, MARK))
    if source is not None:
        raise CopyRefused(
            f"{db.address} is half a copy of {source}: run `db copy` again, and it goes on."
        )


async def copy_database(
    source: Database,
    target: Database,
    tables: tuple[Table, ...],
    say: Callable[[str], None],
) -> int:
    """Copy every row and compare; the number of rows. Nobody may write to either meanwhile.

    Both have this release's tables. ``say`` hears a line a table.

    Raises:
        CopyRefused: The target holds something else, or is not equal in the end.
        StorageUnavailable: One of them is away; run it again, and it goes on.
    """
    [last] = [table for table in tables if table.name == _LAST]
    others = [table for table in tables if table.name != _LAST]
    await target.write(partial(_mark, tables=tables, source=str(source.address)))
    rows = 0
    for table in others:
        await _copy(source, target, table)
        rows += await _compare(source, target, table, say)
    state = await source.read(lambda tx: _rows_after(tx, last, None, limit=None))

    def finish(tx: Transaction) -> None:
        delete_state(tx, MARK)
        _insert(tx, last, state)
        tx.mend_counters()

    await target.write(finish)
    return rows + await _compare(source, target, last, say)


def _mark(tx: Transaction, *, tables: tuple[Table, ...], source: str) -> None:
    mark = load_state(tx, MARK)
    if mark == source:
        return
    if mark is not None:
        raise CopyRefused(f"The target is half a copy of {mark}. Empty it, or copy from there.")
    for table in tables:
        if tx.one(f'SELECT 1 FROM "{table.name}" LIMIT 1') is not None:  # noqa: S608
            raise CopyRefused(
                f"The target is not empty: there are rows in {table.name}. Nothing is overwritten; "
                "name an empty database."
            )
    save_state(tx, MARK, source)


async def _copy(source: Database, target: Database, table: Table) -> None:
    last = await target.read(partial(_last_key, table=table))
    while True:
        rows = await source.read(partial(_rows_after, table=table, last=last, limit=_AT_ONCE))
        if not rows:
            return
        await target.write(partial(_insert, table=table, rows=rows))
        last = tuple(rows[-1][column] for column in table.key)


async def _compare(
    source: Database, target: Database, table: Table, say: Callable[[str], None]
) -> int:
    here, there = await sum_of(source, table), await sum_of(target, table)
    if here != there:
        raise CopyRefused(
            f"{table.name} is not equal: {here.rows:,} rows in the source, {there.rows:,} in the "
            "target, or their contents differ. Did something write to one of them? Empty the "
            "target and copy again."
        )
    say(f"{table.name}: {here.rows:,} rows, {here.digest[:16]}")
    return here.rows


async def sum_of(db: Database, table: Table) -> Sum:
    """Count and digest a table, a few thousand rows at a time."""
    digest, count = sha256(), 0
    async for row in _every_row(db, table):
        # Both engines give the same Python values: whole numbers, text, floats, None.
        digest.update(repr(tuple(row)).encode())
        count += 1
    return Sum(count, digest.hexdigest())


async def _every_row(db: Database, table: Table) -> AsyncIterator[Row]:
    last: tuple[Value, ...] | None = None
    while True:
        rows = await db.read(partial(_rows_after, table=table, last=last, limit=_AT_ONCE))
        for row in rows:
            yield row
        if len(rows) < _AT_ONCE:
            return
        last = tuple(rows[-1][column] for column in table.key)


def _rows_after(
    tx: Transaction, table: Table, last: tuple[Value, ...] | None, limit: int | None
) -> list[Row]:
    key = _list(table.key)
    where = "" if last is None else f"WHERE ({key}) > ({_placeholders(1, len(last))})"
    most = "" if limit is None else f"LIMIT {limit:d}"
    return tx.all(
        f'SELECT {_list(table.columns)} FROM "{table.name}" {where} ORDER BY {key} {most}',  # noqa: S608
        *(last or ()),
    )


def _last_key(tx: Transaction, table: Table) -> tuple[Value, ...] | None:
    order = ", ".join(f'"{column}" DESC' for column in table.key)
    row = tx.one(f'SELECT {_list(table.key)} FROM "{table.name}" ORDER BY {order} LIMIT 1')  # noqa: S608
    return None if row is None else tuple(row)


def _insert(tx: Transaction, table: Table, rows: Sequence[Row]) -> None:
    width = len(table.columns)
    step = max(1, _VALUES_AT_ONCE // width)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        groups = ", ".join(f"({_placeholders(1 + n * width, width)})" for n in range(len(part)))
        tx.execute(
            f'INSERT INTO "{table.name}" ({_list(table.columns)}) VALUES {groups}',  # noqa: S608
            *(value for row in part for value in row),
        )


def _list(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _placeholders(first: int, count: int) -> str:
    return ", ".join(f"?{number}" for number in range(first, first + count))
