r"""Makes what a snippet printed harmless to show in a Discord code block. Knows no Discord, no run.

Captured output is written by whoever wrote the snippet: it may try to mention a whole server, to
close the block and go on outside it, to reorder what follows, to hide text, or to flood the
channel. What comes out of here can do none of that, whatever bytes went in, and everything that was
changed stays visible as such: ``\u202e`` instead of a letter that turns the line around.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_LINES = 20
"""A phone shows about 25 lines under a keyboard."""
MAX_COLUMNS = 100
MAX_CHARS = 1_000
"""Half of what Discord takes in a message, so that two blocks and a verdict always fit."""

_TAB = 4
_MARKS_IN_A_ROW = 2
"""Enough for Vietnamese; a "Zalgo" pile covers the lines above it."""
_ELLIPSIS = "…"
_BACKTICK = "\u02cb"
"""MODIFIER LETTER GRAVE ACCENT: looks like a backtick and is none."""
_AT = "\uff20"
_LESS = "\u2039"

# ECMA-48: CSI, OSC and its like up to BEL or ST, then two-character sequences; 8-bit forms too.
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]"
)
_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_TOKEN = re.compile(r"<(?=@|#|/|id:|t:|a?:[A-Za-z0-9_])")
_BACKTICKS = re.compile(r"`{2,}")
# Letters, marks and symbols by category that show nothing all the same.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))


@lru_cache(maxsize=64)
def safe_output(
    captured: bytes | str,
    *,
    max_lines: int = MAX_LINES,
    max_columns: int = MAX_COLUMNS,
    max_chars: int = MAX_CHARS,
) -> str:
    """``captured`` as text that can stand between two fences; empty if nothing was printed.

    Undecodable bytes become U+FFFD, escape sequences go, control and invisible characters are
    written out, runs of backticks and mentions are broken. Lines longer than ``max_columns``
    characters, lines beyond ``max_lines`` and characters beyond ``max_chars`` are cut off, each
    with an ellipsis in their place; the beginning is what is kept. The result ends without a
    newline and is never longer than any of the three. Kept, since a puzzle's output goes to each of
    its players.

    Raises:
        ValueError: A cap is smaller than 1.
    """
    if min(max_lines, max_columns, max_chars) < 1:
        raise ValueError("every cap must be at least 1")
    # More than this can't be shown, and what a regular expression sees should be bounded.
    room = 16 * max_chars + 1024
    if isinstance(captured, bytes):
        text = captured[: 4 * room].decode("utf-8", "replace")
        dropped = len(captured) > 4 * room
    else:
        text, dropped = captured, False
    dropped = dropped or len(text) > room
    text = _ESCAPE_SEQUENCE.sub("", text[:room]).replace("\r\n", "\n")
    lines = [_visible(line) for line in text.rstrip("\n").split("\n")]
    return _fit(lines, dropped, max_lines, max_columns, max_chars)


def code_block(safe: str, language: str = "") -> str:
    """``safe`` (from `safe_output`) between fences. The newlines keep its edges off the fences."""
    return f"```{language}\n{safe}\n```"


def _visible(line: str) -> str:
    shown: list[str] = []
    marks = 0
    for character in line:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me", "Mc") else 0
        if character == "\t":
            width = sum(map(len, shown))
            shown.append(" " * (_TAB - width % _TAB))
        elif character == " ":
            shown.append(character)
        elif category in _HIDDEN_CATEGORIES or character in _BLANK or _selects(character):
            shown.append(_escaped(character))
        elif marks <= _MARKS_IN_A_ROW:
            shown.append(character)
    # A mark must not sit on our own fence or ellipsis: a line that begins with one gets a base.
    text = "".join(shown)
    if text and unicodedata.combining(text[0]):
        text = "\u25cc" + text
    return _broken(text)


def _selects(character: str) -> bool:
    """Variation selectors: marks that show nothing themselves."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _escaped(character: str) -> str:
    number = ord(character)
    if character == "\r":
        return "\\r"
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _broken(text: str) -> str:
    text = _BACKTICKS.sub(lambda run: ("`" + _BACKTICK) * (len(run[0]) // 2 + 1), text)
    return _TOKEN.sub(_LESS, _MENTION.sub(_AT, text)).replace(_LESS + "@", _LESS + _AT)


def _fit(lines: list[str], dropped: bool, max_lines: int, max_columns: int, max_chars: int) -> str:
    if lines == [""] and not dropped:
        return ""
    kept: list[str] = []
    used = 0
    for line in lines[:max_lines]:
        short = line if len(line) <= max_columns else line[: max_columns - 1] + _ELLIPSIS
        if used + len(short) > max_chars:
            dropped = True
            kept.append(short[: max_chars - used])
            break
        kept.append(short)
        used += len(short) + 1
    if len(lines) > max_lines or dropped:
        # The last thing kept gives its place to the sign that there was more.
        if len(kept) == max_lines and max_lines > 1:
            kept[-1] = ""
        text = "\n".join(kept)[: max_chars - 1].rstrip("\n")
        joined = f"{text}\n{_ELLIPSIS}" if len(text) + 2 <= max_chars else text + _ELLIPSIS
        over = joined.count("\n") >= max_lines or max(map(len, joined.split("\n"))) > max_columns
        return _ELLIPSIS if over else joined
    return "\n".join(kept)
