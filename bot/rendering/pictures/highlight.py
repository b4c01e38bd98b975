"""Splits Python code into coloured spans, line by line. Chooses roles, not colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pygments.lexers.python import Python2Lexer, PythonLexer
from pygments.token import Token

from bot.rendering.pictures.theme import Role

if TYPE_CHECKING:
    from pygments.token import _TokenType

_ROLES = (
    # The first that holds the token's type decides, so special cases stand before general ones.
    (Token.Comment, Role.COMMENT),
    (Token.Operator.Word, Role.KEYWORD),
    (Token.Literal.String.Interpol, Role.NUMBER),
    (Token.Literal.String.Escape, Role.NUMBER),
    (Token.Literal.String.Affix, Role.KEYWORD),
    (Token.Literal.String, Role.STRING),
    (Token.Literal.Number, Role.NUMBER),
    (Token.Keyword.Constant, Role.NUMBER),
    (Token.Keyword, Role.KEYWORD),
    (Token.Name.Builtin.Pseudo, Role.BUILTIN),
    (Token.Name.Builtin, Role.BUILTIN),
    (Token.Name.Exception, Role.BUILTIN),
    (Token.Name.Function, Role.NAME),
    (Token.Name.Class, Role.NAME),
    (Token.Name.Decorator, Role.NAME),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line, and what it is."""

    text: str
    role: Role


def highlight(code: str, *, python2: bool = False) -> tuple[tuple[Span, ...], ...]:
    """The spans of each line. Joined together they are the code, tabs as four columns.

    Code that is not valid Python is coloured as far as it goes; nothing is lost.
    """
    text = code.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    lines: list[list[Span]] = [[]]
    in_decorator = False
    for kind, value in _lexer(python2=python2).get_tokens(text):
        # Pygments calls only the first name of "@asyncio.coroutine" a decorator.
        in_decorator = _within(kind, Token.Name.Decorator) or (
            in_decorator and (value == "." or _within(kind, Token.Name))
        )
        role = Role.NAME if in_decorator else _role(kind)
        for number, part in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if not part:
                continue
            line = lines[-1]
            # Neighbours of one role are one span, so that an accent stays with its letter.
            if line and line[-1].role is role:
                line[-1] = Span(line[-1].text + part, role)
            else:
                line.append(Span(part, role))
    return tuple(tuple(line) for line in lines)


@lru_cache(maxsize=2)
def _lexer(*, python2: bool) -> PythonLexer | Python2Lexer:
    # A lexer strips blank lines unless told not to; lines must keep their number.
    options = {"stripnl": False, "ensurenl": False}
    return Python2Lexer(**options) if python2 else PythonLexer(**options)


@lru_cache(maxsize=256)
def _role(kind: _TokenType) -> Role:
    return next((role for holder, role in _ROLES if _within(kind, holder)), Role.TEXT)


def _within(kind: _TokenType, holder: _TokenType) -> bool:
    return tuple(kind[: len(holder)]) == tuple(holder)
