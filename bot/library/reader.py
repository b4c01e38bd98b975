"""Typed reading of a mapping's fields; collects all problems. Knows nothing of lessons."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.core.versions import PythonVersion, VersionBounds
from bot.library.nodes import Fields, Items, Scalar
from bot.library.rules import format as rules
from bot.library.rules.base import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.library.nodes import Node
    from bot.library.rules.base import Rule, Where

_T = TypeVar("_T")
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NO_VERSION = PythonVersion(2, 7)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "a truth value",
    "null": "nothing",
    "timestamp": "a date",
}


@dataclass(slots=True)
class Notes:
    """What reading a file brings besides its values: the problems, and the line of every field."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[Where, int] = field(default_factory=dict)
    text_lines: dict[Where, int] = field(default_factory=dict)

    def add(self, rule: Rule, line: int, why: str) -> None:
        """Record a breach."""
        self.problems.append(Problem(rule, line, why))


class FieldReader:
    """Reads the fields of one mapping. A faulty one yields a stand-in, and the problem is noted.

    Call `close` at the end: it reports the fields that nobody asked for.
    """

    def __init__(self, node: Node, where: Where, notes: Notes) -> None:
        self.where = where
        self.notes = notes
        self.line = node.line
        self._asked: list[str] = []
        if isinstance(node, Fields):
            self._node = node
        else:
            self._node = Fields(node.line)
            notes.add(rules.FIELD_TYPE, node.line, f"{_name(where)} has to be a mapping of fields")

    def has(self, key: str) -> bool:
        """Tell whether an optional field is there."""
        self._asked.append(key)
        return key in self._node.nodes

    def fail(self, rule: Rule, key: str, why: str) -> None:
        """Note a problem at a field."""
        self.notes.add(rule, self._node.key_lines.get(key, self.line), why)

    def text(
        self, key: str, *, limit: int | None = None, lines: bool = False, empty: bool = False
    ) -> str:
        """A text; of one line unless ``lines``, of at most ``limit`` characters."""
        node = self._get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.fail(rules.FIELD_TYPE, key, f"{key} has to be a text")
            return ""
        if node.kind != "str":
            what = _KINDS.get(node.kind, "something else")
            why = f'YAML reads this as {what}; {key} is a text: quote it ("{node.text}")'
            self.fail(rules.FIELD_TYPE, key, why)
            return ""
        if not node.text.strip() and not empty:
            self.fail(rules.FIELD_VALUE, key, f"{key} is empty")
        elif limit is not None and len(node.text) > limit:
            why = f"{key} has {len(node.text)} characters, at most {limit} fit"
            self.fail(rules.FIELD_LENGTH, key, why)
        elif not lines and "\n" in node.text:
            self.fail(rules.FIELD_VALUE, key, f"{key} has to be one line (fold it with >-)")
        return node.text

    def optional_text(
        self, key: str, *, limit: int | None = None, lines: bool = False
    ) -> str | None:
        """A text, or None where the field is absent."""
        return self.text(key, limit=limit, lines=lines, empty=lines) if self.has(key) else None

    def word(self, key: str, pattern: re.Pattern[str], what: str) -> str:
        """A text of a fixed shape; ``what`` describes it."""
        text = self.text(key)
        if text and not pattern.fullmatch(text):
            self.fail(rules.FIELD_VALUE, key, f"{text!r} is not {what}")
        return text

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of the allowed words."""
        text = self.text(key)
        if text and text not in allowed:
            why = f"{key} is {text!r}; allowed: {', '.join(sorted(allowed))}"
            self.fail(rules.FIELD_VALUE, key, why)
        return text

    def number(self, key: str, low: int, high: int) -> int:
        """A whole number between ``low`` and ``high``."""
        node = self._get(key)
        if node is None:
            return low
        # A leading zero is octal to YAML, so 0572 would be 378.
        if not isinstance(node, Scalar) or node.kind != "int" or not _NUMBER.fullmatch(node.text):
            self.fail(
                rules.FIELD_TYPE, key, f"{key} has to be a whole number without leading zeros"
            )
            return low
        value = int(node.text)
        if not low <= value <= high:
            self.fail(rules.FIELD_VALUE, key, f"{key} is {value}, allowed are {low} to {high}")
            return low
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        if not self.has(key):
            return default
        node = self._get(key)
        if not isinstance(node, Scalar) or node.text not in ("true", "false"):
            self.fail(rules.FIELD_TYPE, key, f"{key} has to be true or false")
            return default
        return node.text == "true"

    def version(self, key: str) -> PythonVersion:
        """A feature release, written as a quoted text."""
        text = self.text(key)
        try:
            return PythonVersion.parse(text) if text else _NO_VERSION
        except ValueError as error:
            self.fail(rules.FIELD_VALUE, key, str(error))
            return _NO_VERSION

    def bounds(self, key: str) -> VersionBounds:
        """``{min, max}``; ``max`` may be absent."""
        reader = self.mapping(key)
        low = reader.version("min")
        high = reader.version("max") if reader.has("max") else None
        if high is not None and high < low and reader.has("min"):
            reader.fail(rules.FIELD_VALUE, "max", f"max {high} is older than min {low}")
            high = None
        reader.close()
        return VersionBounds(low, high)

    def mapping(self, key: str) -> FieldReader:
        """The reader of a mapping below; an empty one where it is absent."""
        node = self._get(key)
        if node is None:
            return _Absent(self.line, (*self.where, key))
        return FieldReader(node, (*self.where, key), self.notes)

    def each(
        self, key: str, low: int, high: int, read: Callable[[Node, Where], _T]
    ) -> tuple[_T, ...]:
        """A list of ``low`` to ``high`` entries, each read by ``read``."""
        node = self._get(key)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.fail(rules.FIELD_TYPE, key, f"{key} has to be a list")
            return ()
        if not low <= len(node.nodes) <= high:
            why = f"{key} has {len(node.nodes)} entries, allowed are {low} to {high}"
            self.fail(rules.LIST_LENGTH, key, why)
        made = []
        for index, entry in enumerate(node.nodes):
            where = (*self.where, key, index)
            self.notes.lines[where] = entry.line
            if isinstance(entry, Scalar):
                self.notes.text_lines[where] = entry.first_line
            made.append(read(entry, where))
        return tuple(made)

    def words(
        self, key: str, low: int, high: int, *, pattern: re.Pattern[str] | None, what: str
    ) -> tuple[str, ...]:
        """A list of texts; with a pattern each has that shape, described by ``what``."""

        def read(node: Node, where: Where) -> str:
            if not isinstance(node, Scalar) or node.kind != "str":
                self.notes.add(rules.FIELD_TYPE, node.line, f"{_name(where)} has to be a text")
                return ""
            if pattern is not None and not pattern.fullmatch(node.text):
                self.notes.add(rules.FIELD_VALUE, node.line, f"{node.text!r} is not {what}")
            return node.text

        return self.each(key, low, high, read)

    def close(self) -> None:
        """Report the fields that nobody asked for."""
        for key, line in self._node.key_lines.items():
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.notes.add(rules.FIELD_UNKNOWN, line, f"{key!r} is not a field here{hint}")

    def _get(self, key: str) -> Node | None:
        self._asked.append(key)
        node = self._node.nodes.get(key)
        if node is None:
            self._missing(key)
            return None
        self.notes.lines[*self.where, key] = self._node.key_lines[key]
        if isinstance(node, Scalar):
            self.notes.text_lines[*self.where, key] = node.first_line
        return node

    def _missing(self, key: str) -> None:
        self.notes.add(rules.FIELD_MISSING, self.line, f"{_name((*self.where, key))} is missing")


class _Absent(FieldReader):
    """Stands for a mapping that is not there: one problem was noted, its fields need no more."""

    def __init__(self, line: int, where: Where) -> None:
        super().__init__(Fields(line), where, Notes())


def _name(where: Where) -> str:
    """A field's way as people write it: ``puzzles[0].code``."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return name.removeprefix(".") or "the file"
