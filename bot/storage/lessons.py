"""The lessons that rounds were posted with, and the puzzles that are set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.documents import lesson_from_document, lesson_to_document
from bot.storage.values import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.lessons import Lesson
    from bot.storage.database import Transaction


def insert_lesson_version(tx: Transaction, lesson: Lesson) -> None:
    """Keep this exact lesson; one that is kept already stays as it is."""
    # Each round of each server asks for it, and to write a lesson out takes longer than to look.
    if tx.scalar("SELECT 1 FROM lesson_versions WHERE digest = ?1", lesson.digest) is not None:
        return
    tx.execute(
        "INSERT INTO lesson_versions (digest, pep, document) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (digest) DO NOTHING",
        lesson.digest,
        lesson.pep,
        lesson_to_document(lesson),
    )


def load_lesson_version(tx: Transaction, digest: str) -> Lesson | None:
    """The lesson of that digest, or None."""
    document = tx.scalar("SELECT document FROM lesson_versions WHERE digest = ?1", digest)
    return None if document is None else lesson_from_document(document)


def insert_set_aside(
    tx: Transaction, puzzle_id: str, lesson_digest: str, reason: str, now: datetime
) -> None:
    """Never post this puzzle of this version of its lesson."""
    tx.execute(
        "INSERT INTO puzzles_set_aside (puzzle_id, lesson_digest, reason, set_aside_at) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (puzzle_id, lesson_digest) DO NOTHING",
        puzzle_id,
        lesson_digest,
        reason,
        to_ms(now),
    )


def list_set_aside(tx: Transaction) -> set[tuple[str, str]]:
    """The puzzles that are not to be posted, as (puzzle id, lesson digest)."""
    return {
        (row[0], row[1]) for row in tx.all("SELECT puzzle_id, lesson_digest FROM puzzles_set_aside")
    }
