"""YAML text to plain nodes with line numbers, safe against hostile files. Knows nothing of lessons.

Only PyYAML's event stream is used: no tag is ever constructed, and nothing is composed recursively,
so that a file of 60,000 opening brackets is a fault and no crash. Anchors, aliases, tags, further
documents and repeated keys are refused: a lesson needs none, and each has its own attack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from yaml.resolver import Resolver

from bot.library.rules import format as rules
from bot.library.rules.base import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.library.rules.base import Rule

MAX_BYTES = 64 * 1024
MAX_DEPTH = 10
MAX_NODES = 4_000

# libyaml where the wheel has it (ten times faster), else the same parser in Python.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written. ``kind`` is what YAML takes it for: ``str``, ``int``, ``null`` ..."""

    text: str
    kind: str
    line: int
    first_line: int
    """The line on which the text itself begins: one below ``|`` or ``>``."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list of nodes."""

    line: int
    nodes: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping from plain text keys to nodes."""

    line: int
    nodes: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Items | Fields


class YamlProblem(Exception):
    """The text can't be read as nodes; ``problem`` says where and why."""

    def __init__(self, rule: Rule, line: int, why: str) -> None:
        super().__init__(why)
        self.problem = Problem(rule, line, why)


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, max_nodes: int = MAX_NODES) -> Node:
    """Read one YAML document of at most so many bytes and values.

    Raises:
        YamlProblem: The data is too large, not UTF-8, not YAML, or uses what is refused.
    """
    if len(data) > max_bytes:
        why = f"the file has more than {max_bytes:,} bytes, the most that is read"
        raise YamlProblem(rules.YAML_SIZE, 1, why)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlProblem(rules.YAML_ENCODING, line, "this line is not UTF-8") from None
    try:
        return _build(yaml.parse(text, Loader=_LOADER), max_nodes)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise YamlProblem(rules.YAML_SYNTAX, mark.line + 1 if mark else 1, str(what)) from None


def _build(events: Iterator[Any], max_nodes: int) -> Node:
    """Put the events together, with a stack of our own so that depth costs no recursion."""
    resolver = Resolver()
    root: Node | None = None
    stack: list[_Open] = []
    documents = count = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise YamlProblem(rules.YAML_SYNTAX, line, "a second document begins here")
        if isinstance(event, yaml.NodeEvent):
            count += 1
            _refuse(event, line, depth=len(stack))
            if count > max_nodes:
                raise YamlProblem(rules.YAML_SIZE, line, f"more than {max_nodes:,} values")
        if isinstance(event, yaml.ScalarEvent):
            node: Node = _scalar(event, line, resolver)
        elif isinstance(event, yaml.CollectionStartEvent):
            made = Items(line) if isinstance(event, yaml.SequenceStartEvent) else Fields(line)
            stack.append(_Open(made))
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop().node
        else:
            continue
        if stack:
            stack[-1].add(node)
        else:
            root = node
    if root is None:
        raise YamlProblem(rules.YAML_SYNTAX, 1, "the file is empty")
    return root


def _refuse(event: yaml.NodeEvent, line: int, *, depth: int) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise YamlProblem(rules.YAML_ALIAS, line, "anchors (&) and aliases (*) are not read here")
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise YamlProblem(rules.YAML_TAG, line, f"the tag {tag} is not read here")
    if depth >= MAX_DEPTH:
        raise YamlProblem(rules.YAML_NESTING, line, f"more than {MAX_DEPTH} levels deep")


def _scalar(event: yaml.ScalarEvent, line: int, resolver: Resolver) -> Scalar:
    if any("\ud800" <= char <= "\udfff" for char in event.value):
        raise YamlProblem(rules.YAML_ENCODING, line, "half a surrogate pair is no character")
    # types-PyYAML leaves this one method untyped.
    tag: str = resolver.resolve(  # type: ignore[no-untyped-call]
        yaml.ScalarNode, event.value, event.implicit
    )
    below = event.style in ("|", ">")
    return Scalar(event.value, tag.rpartition(":")[2], line, line + 1 if below else line)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end was not seen yet, and the key that waits for its value."""

    node: Items | Fields
    key: Scalar | None = None

    def add(self, node: Node) -> None:
        if isinstance(self.node, Items):
            self.node.nodes.append(node)
        elif self.key is not None:
            self.node.nodes[self.key.text] = node
            self.node.key_lines[self.key.text] = self.key.line
            self.key = None
        elif not isinstance(node, Scalar):
            raise YamlProblem(rules.YAML_SYNTAX, node.line, "a key has to be a plain word")
        elif node.text in self.node.nodes:
            first = self.node.key_lines[node.text]
            why = f"{node.text!r} stands here again, first in line {first}"
            raise YamlProblem(rules.YAML_DUPLICATE_KEY, node.line, why)
        else:
            self.key = node
