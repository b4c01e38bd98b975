"""The ``own_lessons`` table: lessons that servers wrote themselves, by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.documents import lesson_from_document
from bot.core.workbench import OwnLesson
from bot.storage.lessons import insert_lesson_version
from bot.storage.values import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Lesson
    from bot.storage.database import Row, Transaction

_IN_USE = """
    SELECT own_lessons.*, lesson_versions.document FROM own_lessons
    JOIN lesson_versions ON lesson_versions.digest = own_lessons.digest
    WHERE own_lessons.guild_id = ?1 AND own_lessons.retired_at IS NULL
      AND own_lessons.version = (
        SELECT max(newest.version) FROM own_lessons AS newest
        WHERE newest.guild_id = own_lessons.guild_id AND newest.pep = own_lessons.pep)
"""

NOT_OWN = """
    NOT EXISTS (SELECT 1 FROM own_lessons WHERE own_lessons.guild_id = rounds.guild_id
                AND own_lessons.digest = rounds.lesson_digest)
"""
"""The condition that a round's lesson is not one its server wrote: whoever writes the puzzle must
not earn by it what counts beyond the server."""


def insert_own(
    tx: Transaction, guild_id: int, lesson: Lesson, source: str, by: int | None, now: datetime
) -> int:
    """Take a lesson as the newest version of its PEP; the version's number."""
    insert_lesson_version(tx, lesson)
    version = tx.scalar(
        """
        INSERT INTO own_lessons (guild_id, pep, version, digest, source, author_id, added_at)
        VALUES (?1, ?2, (SELECT coalesce(max(version), 0) + 1 FROM own_lessons
                         WHERE guild_id = ?1 AND pep = ?2), ?3, ?4, ?5, ?6)
        RETURNING version
        """,
        guild_id,
        lesson.pep,
        lesson.digest,
        source,
        by,
        to_ms(now),
    )
    return int(version)


def retire_own(tx: Transaction, guild_id: int, pep: int, now: datetime) -> bool:
    """Take every version of that PEP out of use; False where none was in use."""
    changed = tx.execute(
        "UPDATE own_lessons SET retired_at = ?3 "
        "WHERE guild_id = ?1 AND pep = ?2 AND retired_at IS NULL",
        guild_id,
        pep,
        to_ms(now),
    )
    return changed > 0


def list_own(tx: Transaction, guild_id: int) -> list[OwnLesson]:
    """The server's own lessons that are in use, by PEP."""
    return [_own(row) for row in tx.all(f"{_IN_USE} ORDER BY own_lessons.pep", guild_id)]


def load_own(tx: Transaction, guild_id: int, pep: int) -> OwnLesson | None:
    """The version in use of the server's lesson on that PEP, or None."""
    row = tx.one(f"{_IN_USE} AND own_lessons.pep = ?2", guild_id, pep)
    return None if row is None else _own(row)


def count_added(tx: Transaction, guild_id: int, since: datetime) -> int:
    """How many versions the server added since then."""
    return int(
        tx.scalar(
            "SELECT count(*) FROM own_lessons WHERE guild_id = ?1 AND added_at >= ?2",
            guild_id,
            to_ms(since),
        )
    )


def _own(row: Row) -> OwnLesson:
    return OwnLesson(
        lesson=lesson_from_document(row["document"]),
        version=row["version"],
        source=row["source"],
        author_id=row["author_id"],
        added_at=from_ms(row["added_at"]),
    )
