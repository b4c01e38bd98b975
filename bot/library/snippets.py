"""What a snippet's text tells without running it, in any Python's grammar, older or newer.

Where ``ast`` can't parse the code, names are counted in the text instead: less exact, and only ever
more lenient.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field

_STRING = re.compile(
    r"""(?P<prefix>(?:(?<!\w)[bBfFrRtTuU]{1,2})?)(?P<quote>'''|\"\"\"|'|\")(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""",
    re.DOTALL,
)
_INTERPOLATED = re.compile(r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])['\"]")
_COMMENT = re.compile(r"#[^\n]*")
_IMPORT = re.compile(
    r"^\s*(?:import\s+(?P<names>[\w., ]+)|from\s+(?P<source>[\w.]+)\s+import\b)", re.MULTILINE
)
_BOUND = re.compile(
    r"^\s*(?P<assigned>[A-Za-z_]\w*)\s*(?:=(?!=)|:\s*[\w\[\], |]+\s*=(?!=))"
    r"|^(?:async\s+)?(?:def|class)\s+(?P<defined>\w+)"
    r"|\bfor\s+(?P<loop>\w+)\s+in\b"
    r"|\bas\s+(?P<alias>\w+)"
    r"|^\s*import\s+(?P<module>\w+)\s*$",
    re.MULTILINE,
)
# These read names without writing them down.
_INSPECTORS = {"locals", "globals", "vars", "dir", "eval", "exec", "__annotations__", "__dict__"}
# Importing these is the whole point of importing them.
_SPEAKING_MODULES = {"this", "antigravity", "__future__", "__hello__"}


def modules(code: str) -> set[str]:
    """The modules that the code imports, by their full dotted names."""
    found = set()
    for match in _IMPORT.finditer(_without_text(code)):
        if match["source"]:
            found.add(match["source"])
        else:
            found.update(part.split(" as ")[0].strip() for part in match["names"].split(","))
    return found - {""}


def bare(code: str) -> str:
    """The code without comments and without the insides of plain strings."""
    return _without_text(code)


def unused_names(code: str) -> list[tuple[str, int]]:
    """Names that are bound and never read, with the line of the binding, counted from 1."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return _unused_by_counting(code)
    names = _Names()
    names.visit(tree)
    if names.read & _INSPECTORS:
        return []
    return sorted(
        (
            (name, line)
            for name, line in names.bound.items()
            if name not in names.read and not name.startswith("_")
        ),
        key=lambda found: found[1],
    )


def _without_text(code: str) -> str:
    """Strings emptied (f- and t-strings kept: they hold names), comments removed; lines stay."""

    def empty(match: re.Match[str]) -> str:
        if {"f", "t"} & set(match["prefix"].lower()):
            return match[0]
        return match["quote"] + "\n" * match["body"].count("\n") + match["quote"]

    return _COMMENT.sub("", _STRING.sub(empty, code))


def _unused_by_counting(code: str) -> list[tuple[str, int]]:
    text = _without_text(code)
    if any(re.search(rf"\b{word}\b", text) for word in _INSPECTORS):
        return []
    # Since 3.12 quotes nest inside f-strings, which no regular expression can follow.
    counted = code if _INTERPOLATED.search(code) else text
    found = []
    for match in _BOUND.finditer(text):
        name = next(group for group in match.groups() if group)
        once = len(re.findall(rf"\b{re.escape(name)}\b", counted)) == 1
        if once and not name.startswith("_") and name not in _SPEAKING_MODULES:
            found.append((name, text.count("\n", 0, match.start(match.lastgroup or 0)) + 1))
    return found


@dataclass
class _Names(ast.NodeVisitor):
    """Collects which names a module binds and reads; parameters don't count."""

    bound: dict[str, int] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    _in_class: bool = False

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id, node.lineno)
        else:
            self.read.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.read.add(node.attr)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.read.add(node.target.id)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        # A bare annotation binds nothing; that is itself worth a puzzle.
        if node.value is None and isinstance(node.target, ast.Name):
            self.read.add(node.target.id)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            if name not in _SPEAKING_MODULES:
                self._bind(name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module not in _SPEAKING_MODULES:
            for alias in node.names:
                self._bind(alias.asname or alias.name, node.lineno)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node.lineno)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.read.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.read.update(node.names)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._definition(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._definition(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        # A class may be defined for what its creation does (a metaclass, a base's hook).
        if not (node.decorator_list or node.bases or node.keywords):
            self._bind(node.name, node.lineno)
        self._inside(node, in_class=True)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if not node.decorator_list:
            self._bind(node.name, node.lineno)
        self._inside(node, in_class=False)

    def _inside(self, node: ast.AST, *, in_class: bool) -> None:
        before, self._in_class = self._in_class, in_class
        self.generic_visit(node)
        self._in_class = before

    def _bind(self, name: str, line: int) -> None:
        # What a class body binds is reached through the class, by names that nobody can follow.
        if not self._in_class:
            self.bound.setdefault(name, line)
