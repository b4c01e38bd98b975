"""How values travel to PostgreSQL and rows come back, so that both engines give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from psycopg.types.string import StrBinaryDumper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class PostgresRow:
    """One row: a column by its name or its index, or all in their order, as `sqlite3.Row`."""

    __slots__ = ("_names", "_values")

    def __init__(self, names: dict[str, int], values: Sequence[Any]) -> None:
        self._names = names
        self._values = values

    def __getitem__(self, key: int | str, /) -> Any:  # noqa: ANN401  (a column's value)
        return self._values[self._names[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self._names)

    def __repr__(self) -> str:
        return f"PostgresRow({dict(zip(self._names, self._values, strict=True))!r})"


def rows(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], PostgresRow]:
    """What psycopg makes of each row of a result."""
    names = {column.name: index for index, column in enumerate(cursor.description or ())}
    return lambda values: PostgresRow(names, values)


class _NumberLoader(Loader):
    """Sums of PostgreSQL's BIGINT have a type without bounds; SQLite's are integers, or floats."""

    def load(self, data: bytes | bytearray | memoryview) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text or text.isalpha() else int(text)


_NUL, _STAND_IN = "\0", "\U0010ffff"
"""PostgreSQL's text holds every character but NUL, and a puzzle may print one. What stands for it
is a noncharacter, of which Unicode says that no text has it."""


class _TextDumper(StrBinaryDumper):
    def dump(self, obj: str) -> Any:  # noqa: ANN401  (psycopg's buffers)
        return super().dump(obj.replace(_NUL, _STAND_IN) if _NUL in obj else obj)


class _TextLoader(Loader):
    def load(self, data: bytes | bytearray | memoryview) -> str:
        text = bytes(data).decode()
        return text.replace(_STAND_IN, _NUL) if _STAND_IN in text else text


class _FlagDumper(Int8BinaryDumper):
    """Flags are 0 or 1 in both engines."""

    def dump(self, obj: Any) -> bytes:  # noqa: ANN401  (a bool)
        return int(obj).to_bytes(8, signed=True)


def adapters() -> AdaptersMap:
    """The rules for values: whole numbers of one size, text as text, whatever the value.

    psycopg would choose by the value, and PostgreSQL prepare a statement anew for each choice.
    """
    chosen = AdaptersMap(psycopg.adapters)
    for dumper in (Int8Dumper, Int8BinaryDumper):
        chosen.register_dumper(int, dumper)
    chosen.register_dumper(str, _TextDumper)
    chosen.register_loader("text", _TextLoader)
    chosen.register_dumper(bool, _FlagDumper)
    chosen.register_loader("numeric", _NumberLoader)
    return chosen
