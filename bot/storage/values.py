"""How instants and dates are written in the database, and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(instant: datetime) -> int:
    """Whole milliseconds since 1970-01-01 UTC."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def to_ms_or_none(instant: datetime | None) -> int | None:
    """As `to_ms`; None stays None."""
    return None if instant is None else to_ms(instant)


def from_ms(value: int) -> datetime:
    """The instant, aware, in UTC."""
    return _EPOCH + timedelta(milliseconds=value)


def from_ms_or_none(value: int | None) -> datetime | None:
    """As `from_ms`; None stays None."""
    return None if value is None else from_ms(value)
