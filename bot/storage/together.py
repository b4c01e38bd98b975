"""Group commit: the transactions that wait at the same moment share one COMMIT. Knows no table.

A commit costs about as much as a guess's statements, and each hop between the loop and the
writer's thread costs both of them. Under load many guesses wait; they are run one after the other
within one SQLite transaction, and nobody is told anything before the COMMIT. Each is as atomic as
alone. One that raises before it changed a row, as those that a rule refuses do, leaves nothing
behind. Where one raises later, SQLite ends the whole by itself (disk full, I/O error) or refuses
the COMMIT, nothing is stored, and each is run again in a transaction of its own. (A SAVEPOINT
around each would do as well: two statements more a guess, for what hardly ever happens.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.storage.transaction import SqliteTransaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from bot.storage.database import Transaction

    Work = Callable[[Transaction], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transaction returned, or what it raised; then nothing of it is stored."""

    result: Any = None
    failure: BaseException | None = None


class _HalfDone(Exception):
    """One has changed rows and then raised, or SQLite has rolled everything back."""


def run_together(connection: sqlite3.Connection, works: Sequence[Work]) -> list[Outcome]:
    """Run every work as a transaction of its own; committed when this returns. Raises nothing."""
    if len(works) == 1:
        return [_alone(connection, works[0])]
    try:
        connection.execute("BEGIN IMMEDIATE")
    except BaseException as failure:  # noqa: BLE001  (handed to whoever waits)
        # Locked by another process for the whole busy timeout: one wait is enough for all.
        return [Outcome(failure=failure)] * len(works)
    try:
        outcomes = [_beside_others(connection, work) for work in works]
        connection.execute("COMMIT")
    except BaseException:  # noqa: BLE001  (each tells its own when it is run again)
        _roll_back(connection)
        return [_alone(connection, work) for work in works]
    return outcomes


def _beside_others(connection: sqlite3.Connection, work: Work) -> Outcome:
    changes = connection.total_changes
    try:
        return Outcome(work(SqliteTransaction(connection)))
    except BaseException as failure:
        if connection.total_changes != changes or not connection.in_transaction:
            raise _HalfDone from failure
        return Outcome(failure=failure)


def _alone(connection: sqlite3.Connection, work: Work) -> Outcome:
    try:
        # IMMEDIATE takes the write lock at once: a reader that became a writer half-way
        # through could be refused with what it read already out of date.
        connection.execute("BEGIN IMMEDIATE")
        result = work(SqliteTransaction(connection))
        connection.execute("COMMIT")
    except BaseException as failure:  # noqa: BLE001  (handed to whoever waits)
        _roll_back(connection)
        return Outcome(failure=failure)
    return Outcome(result)


def _roll_back(connection: sqlite3.Connection) -> None:
    # SQLite has ended a transaction by itself on some errors; a ROLLBACK then would hide them.
    if connection.in_transaction:
        connection.execute("ROLLBACK")
