"""The claim on a database: one bot at a time works on it. Knows no table.

SQLite's own file lock on a file beside the database does it. The kernel lets go of it with the
process, however that ends, so nothing is left for a person to clean up; a child that was forked
does not hold it. The database's own lock can't serve: a backup and ``db status`` need it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from bot.core.errors import DatabaseInUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Hold the claim on the database at ``path``, which need not be there yet.

    Raises:
        DatabaseInUse: Another process, or another part of this one, holds it.
        OSError, sqlite3.Error: The file beside the database can't be made.
    """
    # Two spellings of one path are one database.
    real = path.resolve()
    real.parent.mkdir(parents=True, exist_ok=True)
    beside = real.with_name(f"{real.name}.lock")
    with closing(sqlite3.connect(beside, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise DatabaseInUse(path) from error
        yield
