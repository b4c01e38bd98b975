"""Rules on puzzles and on what snippets may use, as far as the text shows it. Runs nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.library import snippets
from bot.library.alike import alike
from bot.library.rules.base import Finding, lesson_rule, snippets_of, unmarked_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.lessons import Option
    from bot.library.files import LessonFile

OUTPUT_BYTES = 400
OUTPUT_LINES = 12
_NETWORK = {
    "ftplib",
    "http",
    "imaplib",
    "poplib",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "telnetlib",
}
_NETWORK |= {"urllib.request", "urllib2", "urllib", "xmlrpc", "webbrowser", "httplib"}
_HARMLESS = {"urllib.parse", "http.HTTPStatus"}
_PROCESSES = {"subprocess", "multiprocessing", "pty", "ctypes", "signal"}
_THREADS = re.compile(r"\b(threading|_thread|thread|concurrent|to_thread|run_in_executor)\b")
_FILES = re.compile(
    r"\b(open|tempfile|shutil|mkdir|mkdtemp|touch|read_text|write_text|read_bytes|write_bytes|iterdir|unlink|listdir)\b"
)
_SEEDED = re.compile(r"\bseed\(\s*[^)\s]|\bRandom\(\s*[^)\s]")
_NEVER_SEEDED = re.compile(r"\b(SystemRandom|urandom|secrets|uuid1|uuid4|getrandbits)\b")
_SETS = re.compile(r"\{(?:'[^':]*'|\"[^\":]*\")(?:, (?:'[^':]*'|\"[^\":]*\"))+\}")


@lesson_rule(
    "options-distinct",
    reason="Two options that look the same can't both be wrong or right.",
    way_out="make them differ by more than spaces",
)
def options_distinct(file: LessonFile) -> Iterator[Finding]:
    """All options differ, also without whitespace."""
    for index, puzzle in enumerate(file.lesson.puzzles):
        seen: dict[str, int] = {}
        for number, option in enumerate(puzzle.options):
            key = "".join(_shown(option).split())
            if key in seen:
                why = f"this option looks like option {seen[key] + 1}"
                yield Finding(("puzzles", index, "options", number), why)
            seen.setdefault(key, number)


@lesson_rule(
    "option-size",
    reason="A longer output can't be compared at a glance on a phone.",
    way_out="print less: at most 400 bytes and 12 lines",
)
def option_size(file: LessonFile) -> Iterator[Finding]:
    """What options and snippets print has at most 400 bytes and 12 lines."""
    for index, puzzle in enumerate(file.lesson.puzzles):
        for number, option in enumerate(puzzle.options):
            for why in _too_much(option.stdout or ""):
                yield Finding(("puzzles", index, "options", number, "stdout"), why)
    for name, snippet in (("before", file.lesson.before), ("after", file.lesson.after)):
        for why in _too_much(snippet.stdout):
            yield Finding((name, "stdout"), why)


def _too_much(output: str) -> Iterator[str]:
    size, lines = len(output.encode()), len(output.splitlines())
    if size > OUTPUT_BYTES or lines > OUTPUT_LINES:
        yield f"this output has {size} bytes and {lines} lines"


@lesson_rule(
    "one-option-unmarked",
    reason="A wrong option stands for a belief that lessons share; the right one stands for none.",
    way_out="give every wrong option a misconception, and the right one none",
)
def one_option_unmarked(file: LessonFile) -> Iterator[Finding]:
    """Exactly one option has no misconception."""
    for index, puzzle in enumerate(file.lesson.puzzles):
        if unmarked_option(puzzle) is None:
            count = sum(option.misconception is None for option in puzzle.options)
            why = f"{count} options have no misconception, it has to be exactly one"
            yield Finding(("puzzles", index, "options"), why)


@lesson_rule(
    "answer-leaks",
    reason="A prompt or hint that holds the answer leaves nothing to predict.",
    way_out="say it without the answer's own words",
)
def answer_leaks(file: LessonFile) -> Iterator[Finding]:
    """Neither prompt nor hint contains what the right option shows."""
    for index, puzzle in enumerate(file.lesson.puzzles):
        right = unmarked_option(puzzle)
        if right is None:
            continue
        pattern = _as_words(puzzle.options[right])
        for name, text in (("prompt", puzzle.prompt), ("hint", puzzle.hint)):
            if pattern and pattern.search(" ".join(text.split())):
                yield Finding(("puzzles", index, name), f"the {name} contains the answer")


def _as_words(option: Option) -> re.Pattern[str] | None:
    """The answer as a pattern for prose; None for an empty one, or a word too short to tell."""
    answer = " ".join((option.stdout if option.stdout is not None else option.raises or "").split())
    if not answer or (answer.isalpha() and len(answer) <= 2):
        return None
    before = r"(?<![\w.])" if answer[0].isalnum() else ""
    after = r"(?![\w]|\.\d)" if answer[-1].isalnum() else ""
    return re.compile(before + re.escape(answer) + after)


@lesson_rule(
    "own-code",
    reason="A puzzle that was seen in the lesson, or a moment ago, asks nothing.",
    way_out="write another story",
)
def own_code(file: LessonFile) -> Iterator[Finding]:
    """A puzzle is not the before or after code again, nor another puzzle of this lesson."""
    lesson = file.lesson
    others = [("the before code", lesson.before.code), ("the after code", lesson.after.code)]
    for index, puzzle in enumerate(lesson.puzzles):
        for name, code in others:
            if alike(puzzle.code, code):
                yield Finding(("puzzles", index, "code"), f"this is nearly {name}")
        others.append((f"the code of {puzzle.id}", puzzle.code))


@lesson_rule(
    "unused-name",
    reason="A reader takes every name for a clue.",
    way_out="use it or remove it; call a loop variable that nobody reads _",
)
def unused_name(file: LessonFile) -> Iterator[Finding]:
    """No name in any snippet is bound and never read."""
    for where, snippet in snippets_of(file):
        for name, line in snippets.unused_names(snippet.code):
            yield Finding((*where, "code"), f"{name} is bound and never read", line)


@lesson_rule(
    "no-network",
    reason="The sandbox has no network, and tomorrow's answer would be another one.",
    way_out="do without sockets and addresses",
)
def no_network(file: LessonFile) -> Iterator[Finding]:
    """No module that talks to others: network, processes, signals."""
    for where, snippet in snippets_of(file):
        for module in sorted(snippets.modules(snippet.code) - _HARMLESS):
            if {module, module.partition(".")[0]} & (_NETWORK | _PROCESSES):
                yield Finding((*where, "code"), f"{module} is not to be had in the sandbox")


@lesson_rule(
    "needs-declared",
    reason="The sandbox gives threads and files only where a lesson asks for them.",
    way_out="add needs: [threads] or needs: [fs], or do without",
)
def needs_declared(file: LessonFile) -> Iterator[Finding]:
    """Threads and files are used exactly where ``needs`` says so."""
    for where, snippet in snippets_of(file):
        code = snippets.bare(snippet.code)
        for need, pattern in (("threads", _THREADS), ("fs", _FILES)):
            match = pattern.search(code)
            if match and need not in snippet.needs and not _harmless(match[0], code):
                line = code.count("\n", 0, match.start()) + 1
                yield Finding((*where, "code"), f"{match[0]} needs {need}", line)
            elif need in snippet.needs and not match:
                yield Finding((*where, "needs"), f"nothing here uses {need}")


def _harmless(word: str, code: str) -> bool:
    """A name that only looks like a file function: something that the snippet itself defines."""
    return bool(re.search(rf"\b(def|class)\s+{word}\b|\b{word}\s*=[^=]", code))


@lesson_rule(
    "seeded-random",
    reason="Chance has to fall the same way each time.",
    way_out="use random.Random(7) or random.seed(7)",
)
def seeded_random(file: LessonFile) -> Iterator[Finding]:
    """``random`` only with a seed; no other source of chance."""
    for where, snippet in snippets_of(file):
        code = snippets.bare(snippet.code)
        unseeded = "random" in snippets.modules(snippet.code) and not _SEEDED.search(snippet.code)
        never = _NEVER_SEEDED.search(code)
        if unseeded or never:
            what = never[0] if never else "random without a seed"
            yield Finding((*where, "code"), f"{what} gives something else each time")


@lesson_rule(
    "set-order",
    reason="Sets of texts print in another order on each run; three seeds can agree by luck.",
    way_out="print sorted(...) or its length",
)
def set_order(file: LessonFile) -> Iterator[Finding]:
    """No right output shows a set of two or more texts."""
    for where, output in _right_outputs(file):
        match = _SETS.search(output)
        if match:
            yield Finding(where, f"{match[0]} shows a set in its own order")


def _right_outputs(file: LessonFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, snippet in (("before", file.lesson.before), ("after", file.lesson.after)):
        yield (name, "stdout"), snippet.stdout
    for index, puzzle in enumerate(file.lesson.puzzles):
        right = unmarked_option(puzzle)
        if right is not None:
            where = ("puzzles", index, "options", right, "stdout")
            yield where, puzzle.options[right].stdout or ""


@lesson_rule(
    "twist-outside",
    reason="Inside its bounds a puzzle has one answer; the twist is what happens elsewhere.",
    way_out="tighten the puzzle's bounds so that the twist's lie outside",
)
def twist_outside(file: LessonFile) -> Iterator[Finding]:
    """The twist's versions are none of the puzzle's."""
    for index, puzzle in enumerate(file.lesson.puzzles):
        twist = puzzle.version_twist
        if twist is None:
            continue
        below = twist.python.max is not None and twist.python.max < puzzle.python.min
        above = puzzle.python.max is not None and twist.python.min > puzzle.python.max
        if not (below or above):
            why = f"the twist's {twist.python} and the puzzle's {puzzle.python} overlap"
            yield Finding(("puzzles", index, "version_twist", "python"), why)


def _shown(option: Option) -> str:
    return option.stdout if option.stdout is not None else f"raises {option.raises}"


PUZZLE_RULES = (
    options_distinct,
    option_size,
    one_option_unmarked,
    answer_leaks,
    own_code,
    unused_name,
    no_network,
    needs_declared,
    seeded_random,
    set_order,
    twist_outside,
)
