"""The house's directions, kept by reading every module: who imports whom, and what no module does.

Each rule is a function from one parsed module to the sentences that say where it is broken; the
rules are tried on small bad sources below, so that a rule that sees nothing is noticed.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).parent.parent

MAY_IMPORT = {
    "core": {"core"},
    "storage": {"core", "storage"},
    "library": {"core", "library"},
    "sandbox": {"core", "sandbox"},
    "rendering": {"core", "rendering"},
    "services": {"core", "storage", "services"},
    "discord_app": {"core", "services", "rendering", "discord_app"},
    "config": {"core", "sandbox"},  # the bounds within which an operator may move a limit
    # Asks services how the bot is; wraps ports that measure. app hands it everything else.
    "health": {"core", "services", "health"},
    # The composition root, and two that build on it.
    "app": None,
    "hosting": None,
    "playground": None,
    "cli": None,
    "__main__": {"cli"},
    "__init__": set(),
}
"""Room -> rooms of `bot` that it may import, None for all; a room that is not listed, none."""
MAY_BE_IMPORTED_BY = {
    "app": {"cli", "hosting", "playground"},
    "hosting": {"cli", "playground"},
    "playground": {"cli"},
    "cli": {"__main__", "cli"},
}
"""The tops of the house, and who may stand on them."""

THIRD_PARTY = {
    "storage": {"aiosqlite", "psycopg"},
    "library": {"yaml"},
    "rendering": {"pygments", "PIL", "babel"},
    "config": {"dotenv"},
    # spacing: when a review comes back. It reads a clock where it is given no instant, which core
    # may not even be near.
    "services": {"fsrs"},
    # aiohttp and yarl are discord.py's own: the errors it lets through, the addresses it takes.
    # httptools reads the answers to what `poster` sends.
    "discord_app": {"discord", "aiohttp", "yarl", "httptools"},
    "health": {"prometheus_client", "aiohttp"},
    # app tells a refused token from a network failure, and redirects; playground builds the
    # simulated server's roles. Neither answers anybody.
    "app": {"discord"},
    "playground": {"discord", "simcord"},
    "cli": {"pygments"},  # a lesson in a terminal's colours
}
"""Room -> libraries that it may import. discord is in three of them, and in no other."""

CORE_STDLIB = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "re",
    "statistics",
    "typing",
    "zoneinfo",  # reads the zone's file; the zones are data, as the lessons are
}
"""What pure code needs. Anything that waits, reads, writes, draws lots or tells the time is out."""

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
WITHOUT_CLOCK = {"core", "storage", "services", "rendering", "library"}
"""Where now is an argument. `time.monotonic` measures a duration, and is no clock."""

MUTATORS = {
    *("append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "clear"),
    *("remove", "discard", "sort", "reverse", "appendleft", "__setitem__"),
}


@dataclass(frozen=True)
class Module:
    name: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """``core`` of ``bot.core.rounds``; ``__init__`` of ``bot`` itself."""
        return (*self.name.split("."), "__init__")[1]


def read(name: str, source: str) -> Module:
    return Module(name, ast.parse(source))


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted((TOP / "bot").rglob("*.py")):
        parts = path.relative_to(TOP).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(read(name, path.read_text(encoding="utf-8")))
    return tuple(found)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, those inside functions and for types only too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def run_time_part(module: Module) -> ast.Module:
    """The module without what stands under ``if TYPE_CHECKING``."""

    class Without(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
            if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
                return node.orelse
            return self.generic_visit(node)

    return Without().visit(ast.parse(ast.unparse(module.tree)))


def wrong_directions(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT.get(module.room, set())
    for line, name in imports(module.tree):
        if name.startswith("."):
            yield f"{module.name}:{line}: a relative import hides its direction: {name}"
        if name.split(".")[0] == "bot" and allowed is not None:
            room = (*name.split("."), "__init__")[1]
            if room not in allowed and name != "bot.__version__":
                yield f"{module.name}:{line}: {module.room} may not import {name}"
        if name.split(".")[0] == "bot" and allowed is None:
            room = (*name.split("."), "__init__")[1]
            if module.room not in MAY_BE_IMPORTED_BY.get(room, {module.room}):
                yield f"{module.name}:{line}: {module.room} may not import {name}"


def wrong_libraries(module: Module) -> Iterator[str]:
    allowed = THIRD_PARTY.get(module.room, set())
    for line, name in imports(module.tree):
        library = name.split(".")[0]
        if library not in sys.stdlib_module_names | {"bot", ""} | allowed:
            yield f"{module.name}:{line}: {module.room} may not use {library}"


def impure_core(module: Module) -> Iterator[str]:
    if module.room != "core":
        return
    for _, name in imports(run_time_part(module)):
        library = name.split(".")[0]
        if library not in CORE_STDLIB | {"bot"}:
            yield f"{module.name}: core is pure, and may not import {library}"


def readings_of_a_clock(module: Module) -> Iterator[str]:
    if module.room not in WITHOUT_CLOCK:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            holder = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (holder, node.attr) in CLOCKS:
                yield f"{module.name}:{node.lineno}: {module.room} takes now as an argument"


def prints(module: Module) -> Iterator[str]:
    if module.room == "cli":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            yield f"{module.name}:{node.lineno}: only bot.cli prints"


def exits_and_logging_set_up(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        what = f"{node.value.id}.{node.attr}"
        # The sandbox's children are processes of their own, and end themselves.
        if what == "sys.exit" and module.room not in {"cli", "__main__", "sandbox"}:
            yield f"{module.name}:{node.lineno}: only bot.cli exits"
        if what == "logging.basicConfig" and module.name != "bot.config":
            yield f"{module.name}:{node.lineno}: only the command line configures logging"


def is_constant_name(name: str) -> bool:
    """UPPER_CASE, a type or alias in CapWords, `log`, a type variable, a dunder."""
    bare = name.lstrip("_")
    return name == "log" or bare.isupper() or bare[:1].isupper() or name.startswith("__")


def module_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    yield node.lineno, part.id


def state_at_module_level(module: Module) -> Iterator[str]:
    for line, name in module_names(module.tree):
        if not is_constant_name(name):
            yield f"{module.name}:{line}: {name} at module level is no constant"
    constants = {name for _, name in module_names(module.tree)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global):
            yield f"{module.name}:{node.lineno}: global {', '.join(node.names)}"
        changed = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            changed = node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            changed = node.func.value if node.func.attr in MUTATORS else None
        if isinstance(changed, ast.Name) and changed.id in constants:
            yield f"{module.name}:{node.lineno}: {changed.id} is changed, and is a constant"


def things_done_on_import(module: Module) -> Iterator[str]:
    if module.room == "__main__":
        return
    quiet = (
        *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
        *(ast.Assign, ast.AnnAssign, ast.AugAssign),
    )
    for node in module.tree.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) in (
            "TYPE_CHECKING",
            "__name__ == '__main__'",
        )
        if not isinstance(node, quiet) and not is_docstring and not is_for_types:
            yield f"{module.name}:{node.lineno}: something happens on import"


LOOKED_UP = {"_", "ngettext", "pgettext", "later"}
SHOWN = {
    *("say", "notice", "Text", "Button", "LinkButton", "Menu", "Choice"),
    *("Form", "TextField", "ChoiceField"),
}
"""What takes a text that people see."""
WORDS = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]{2,}")


def name_of(call: ast.Call) -> str:
    """``Choice`` of ``app_commands.Choice(...)``."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def literal_part(node: ast.AST) -> str:
    """What stands in a text or f-string itself, its facts left out."""
    if isinstance(node, ast.JoinedStr):
        return "\0".join(literal_part(part) for part in node.values)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""


def texts_without_translation(module: Module) -> Iterator[str]:
    """Texts go to people through `_`, with their facts apart, at the time they are shown."""
    if module.room not in {"rendering", "discord_app", "core"}:
        return
    inside = {
        id(node)
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for call in ast.walk(module.tree):
        if not isinstance(call, ast.Call):
            continue
        name, place = name_of(call), f"{module.name}:{call.lineno}"
        if name in LOOKED_UP:
            if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in call.args[:2]):
                yield f"{place}: a text is looked up as written: its facts are named in braces"
            if name != "later" and id(call) not in inside:
                yield f"{place}: nobody is there yet; mark it with later()"
        if name in SHOWN or name.endswith("_card"):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if module.room != "core" and any(WORDS.search(literal_part(part)) for part in given):
                yield f"{place}: {name} shows a text that was not looked up"


RULES = (
    texts_without_translation,
    wrong_directions,
    wrong_libraries,
    impure_core,
    readings_of_a_clock,
    prints,
    exits_and_logging_set_up,
    state_at_module_level,
    things_done_on_import,
)

INSIDE = "bot.sandbox.inside"
"""Code that runs in the sandbox's own processes, one program each, and not in the bot's: it is
made to be started, keeps what it started with, and prints what the program prints."""
NOT_INSIDE = {prints, state_at_module_level, things_done_on_import}

ACCEPTED = {
    (wrong_directions, "bot.discord_app", "bot.storage.database.Database"): (
        "for types only: the handle that it takes from app and passes on to services, unopened"
    ),
    (wrong_directions, "bot.health", "bot.storage.database.Database"): (
        "for types only, as in discord_app"
    ),
    (readings_of_a_clock, "bot.rendering.pictures.cache", "takes now"): (
        "the age of an abandoned file, by the file system's own clock"
    ),
    (state_at_module_level, "bot.sandbox.zygote", "_users"): (
        "user ids are the whole process's: two runners with a count each would share them"
    ),
}
"""What breaks a rule and may stay, with the reason."""


def accepted(rule, sentence):
    """The exception that covers a broken rule, or None."""
    return next(
        (
            exception
            for exception in ACCEPTED
            if exception[0] is rule
            and sentence.startswith(exception[1])
            and exception[2] in sentence
        ),
        None,
    )


def sentences(rule):
    return [
        sentence
        for module in modules()
        if not (module.name.startswith(INSIDE) and rule in NOT_INSIDE)
        for sentence in rule(module)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule):
    broken = [sentence for sentence in sentences(rule) if not accepted(rule, sentence)]
    assert not broken, "\n".join(broken)


def test_every_exception_is_still_needed():
    used = {accepted(rule, sentence) for rule in RULES for sentence in sentences(rule)}
    assert set(ACCEPTED) <= used


def test_discord_s_package_has_storage_in_its_types_only():
    edge = (module for module in modules() if module.room == "discord_app")
    for module in edge:
        names = [name for _, name in imports(run_time_part(module))]
        assert not [name for name in names if name.startswith("bot.storage")], module.name


def test_every_room_is_read_and_has_its_rules():
    rooms = {module.room for module in modules()}
    assert rooms == set(MAY_IMPORT)


def test_every_module_says_what_it_is_for():
    assert [m.name for m in modules() if not ast.get_docstring(m.tree)] == []


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (texts_without_translation, "bot.rendering.post", 'def f(n):\n    _(f"Posted {n}.")'),
        (texts_without_translation, "bot.rendering.post", 'TITLE = _("The reveal")'),
        (texts_without_translation, "bot.core.settings", 'WHY = later(f"not {1}")'),
        (texts_without_translation, "bot.rendering.post", 'Text("Nobody guessed this one.")'),
        (texts_without_translation, "bot.discord_app.errors", 'say(press, f"It is {n} that won")'),
        (texts_without_translation, "bot.discord_app.x", 'set_up_card(s, "It is done")'),
        (texts_without_translation, "bot.discord_app.x", 'Choice(name="the next one", value=1)'),
        (wrong_directions, "bot.core.rounds", "import bot.storage.rounds"),
        (wrong_directions, "bot.core.rounds", "from bot.storage import rounds"),
        (wrong_directions, "bot.core.rounds", "from bot import config"),
        (wrong_directions, "bot.core.rounds", "def f():\n    from bot.services import playing"),
        (
            wrong_directions,
            "bot.core.rounds",
            "if TYPE_CHECKING:\n    from bot.services import playing",
        ),
        (wrong_directions, "bot.storage.rounds", "from bot.services.playing import start_clock"),
        (wrong_directions, "bot.rendering.cards", "from bot.storage.rounds import load_round"),
        (wrong_directions, "bot.library.check", "from bot.sandbox.runner import SandboxRunner"),
        (wrong_directions, "bot.sandbox.runner", "from bot.library.check import check"),
        (wrong_directions, "bot.services.playing", "from bot.rendering.cards import Card"),
        (wrong_directions, "bot.discord_app.client", "from bot.storage.database import Database"),
        (wrong_directions, "bot.services.playing", "from bot.app import open_app"),
        (wrong_directions, "bot.config", "from bot.cli import main"),
        (wrong_directions, "bot.playground", "from bot.cli.runtime import settings_of"),
        (wrong_directions, "bot.app", "from bot.playground import run"),
        (wrong_directions, "bot.core.rounds", "from . import lessons"),
        (wrong_directions, "bot.core.rounds", "from ..storage import rounds"),
        (wrong_directions, "bot.novelty", "from bot.core import rounds"),
        (wrong_libraries, "bot.services.playing", "import discord"),
        (wrong_libraries, "bot.rendering.cards", "from discord.ui import View"),
        (wrong_libraries, "bot.cli.runtime", "def f():\n    import discord"),
        (wrong_libraries, "bot.library.check", "import aiosqlite"),
        (wrong_libraries, "bot.core.lessons", "import yaml"),
        (wrong_libraries, "bot.sandbox.runner", "import psutil"),
        (impure_core, "bot.core.rounds", "import asyncio"),
        (impure_core, "bot.core.rounds", "import sqlite3"),
        (impure_core, "bot.core.rounds", "from os import path"),
        (impure_core, "bot.core.rounds", "import time"),
        (impure_core, "bot.core.rounds", "from random import shuffle"),
        (impure_core, "bot.core.rounds", "from pathlib import Path"),
        (impure_core, "bot.core.rounds", "def f():\n    import logging"),
        (impure_core, "bot.core.rounds", "if TYPE_CHECKING:\n    pass\nelse:\n    import os"),
        (readings_of_a_clock, "bot.core.rounds", "at = datetime.now(UTC)"),
        (readings_of_a_clock, "bot.services.playing", "at = datetime.datetime.now()"),
        (readings_of_a_clock, "bot.services.playing", "today = date.today"),
        (readings_of_a_clock, "bot.storage.plays", "at = time.time()"),
        (prints, "bot.services.playing", "def f():\n    print('hi')"),
        (exits_and_logging_set_up, "bot.app", "def f():\n    sys.exit(1)"),
        (exits_and_logging_set_up, "bot.cli.runtime", "logging.basicConfig()"),
        (state_at_module_level, "bot.services.playing", "cache = {}"),
        (state_at_module_level, "bot.services.playing", "players: set[int] = set()"),
        (state_at_module_level, "bot.services.playing", "a, B = 1, 2"),
        (state_at_module_level, "bot.services.playing", "CACHE = {}\ndef f(k):\n    CACHE[k] = 1"),
        (state_at_module_level, "bot.services.playing", "CACHE = {}\ndef f(k):\n    del CACHE[k]"),
        (state_at_module_level, "bot.services.playing", "SEEN = []\ndef f(k):\n    SEEN.append(k)"),
        (state_at_module_level, "bot.services.playing", "def f():\n    global COUNT"),
        (things_done_on_import, "bot.services.playing", "open('x')"),
        (things_done_on_import, "bot.services.playing", "for x in range(3):\n    pass"),
        (things_done_on_import, "bot.services.playing", "with a:\n    pass"),
        (things_done_on_import, "bot.services.playing", "if sys.platform:\n    import fcntl"),
    ],
)
def test_a_rule_sees_what_breaks_it(rule, name, source):
    found = list(rule(read(name, source)))
    assert len(found) == 1
    assert found[0].startswith(name)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_directions, "bot.services.playing", "from bot.storage.plays import load_guess"),
        (wrong_directions, "bot.core.rounds", "from bot.core import errors"),
        (wrong_directions, "bot.cli.db", "from bot.storage.database import open_database"),
        (wrong_directions, "bot.app", "from bot.rendering.pictures import cache"),
        (wrong_directions, "bot.cli.runtime", "from bot.hosting import run"),
        (wrong_libraries, "bot.storage.database", "import aiosqlite\nimport sqlite3"),
        (wrong_libraries, "bot.discord_app.client", "from discord import app_commands"),
        (impure_core, "bot.core.errors", "if TYPE_CHECKING:\n    from pathlib import Path"),
        (impure_core, "bot.services.playing", "import asyncio"),
        (readings_of_a_clock, "bot.app", "at = datetime.now(UTC)"),
        (readings_of_a_clock, "bot.library.trials", "began = time.monotonic()"),
        (prints, "bot.cli.db", "print('hi')"),
        (exits_and_logging_set_up, "bot.__main__", "sys.exit(main())"),
        (state_at_module_level, "bot.a", "LIMIT = 3\n_NAMES = {}\nlog = 1\n_T = 2\n__all__ = []"),
        (state_at_module_level, "bot.a", "NAMES = {}\ndef f(names):\n    names.append(NAMES[1])"),
        (things_done_on_import, "bot.a", "'''Doc.'''\nimport os\nX = 1\n'''About X.'''"),
    ],
)
def test_a_rule_leaves_alone_what_keeps_it(rule, name, source):
    assert list(rule(read(name, source))) == []
