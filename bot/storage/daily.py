"""A copy a day of a SQLite file, into a folder, by what lies there already: it has no memory."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.storage.backup import back_up, list_backups, name_of, rotate, stamp_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.storage.backup import Backup

EVERY = timedelta(days=1)
_SLACK = timedelta(minutes=30)
"""Who asks every hour comes a little before or after the day is full."""


def back_up_if_due(path: Path, folder: Path, keep: int, now: datetime) -> Backup | None:
    """Copy the database at ``path`` where its newest copy in ``folder`` is a day old or more.

    Copies beyond ``keep`` go, once the new one is there. None where nothing was due.

    Raises:
        BackupFailed: The copy can't be made; the old ones stay.
        OSError: An old one can't be deleted.
    """
    made = list_backups(folder, path.stem)
    if made and timedelta(0) <= now - stamp_of(made[-1]) < EVERY - _SLACK:
        return None
    backup = back_up(path, folder / name_of(path.stem, now))
    rotate(folder, path.stem, keep)
    return backup
