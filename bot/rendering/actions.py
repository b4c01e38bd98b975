"""The custom_ids of buttons and menus: what a press means, written so that any process can read it.

``speedrun:<verb>[:<argument>...]``. Presses come from outside: `parse` refuses what is not of this
form, and the use cases refuse what names nothing of theirs. At most 100
characters, Discord's limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_PREFIX = "speedrun"
_CUSTOM_ID = re.compile(r"speedrun:([a-z-]{1,16})((?::[A-Za-z0-9_.-]{1,80}){0,3})")
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_SNOWFLAKE = re.compile(r"[0-9]{1,19}", re.ASCII)
_LARGEST = 2**63 - 1
"""What a column of an id holds."""


class Verb(StrEnum):
    """What can be pressed."""

    START = "start"
    """start:<round>"""
    HINT = "hint"
    """hint:<round>"""
    GUESS = "guess"
    """guess:<round>:<position>"""
    CODE = "code"
    """code:<round>: both code blocks as text."""
    RELATED = "related"
    """related:<round>, a menu whose values are PEP numbers."""
    PRACTISE = "practise"
    """practise:<round>, on the retired post."""
    REMATCH = "rematch"
    """rematch:<round>, on the reveal."""
    SHARE = "share"
    """share:<round>, on the result."""
    EDIT = "edit"
    """edit:<round>, on a result: the form with its snippet; 0 for what the member ran last."""
    RUN = "run"
    """run:<round>, a submitted form of that kind."""
    COMPARE = "compare"
    """compare:<round>, on a result: its puzzle on every Python."""
    REVIEW = "review"
    """review:<pep>:<puzzle id>:<position>, an answer in a review."""
    REVIEW_HINT = "review-hint"
    """review-hint:<pep>:<puzzle id>"""
    NEXT_REVIEW = "next-review"
    """next-review: another one, in the place of the result."""
    REMIND_OFF = "remind-off"
    """remind-off:<guild>"""
    TRY = "try"
    """try:<pep>:<puzzle id>:<position>, a guess in practice."""
    BOARD = "board"
    """board:<window>, a leaderboard as a message of its own."""
    WINDOW = "window"
    """window:<board>, on a leaderboard: another window, or another kind, in its place."""
    GLOBAL = "global"
    """global:<window>, on a leaderboard: that of all servers that take part, in its place."""
    PAGE = "page"
    """page:<board>:<scope>:<page>, on a leaderboard: another page, from 0, in its place."""
    SEASON = "season"
    """season:<id>, on a season's podium: its final ranks."""
    SEASONS = "seasons"
    """seasons:past, on a leaderboard: the seasons that are over."""
    PRIVACY = "privacy"
    """privacy:<what>, on a member's own data."""
    REPORT = "report"
    """report:<round>: opens the form by which a puzzle is reported."""
    REPORTED = "reported"
    """reported:<round>, the form."""
    DECIDE = "decide"
    """decide:<report>:<decision>, a moderator's answer to a report."""
    SUGGESTED = "suggested"
    """suggested:puzzle, the form by which a member suggests one."""
    JUDGE = "judge"
    """judge:<suggestion>:<state>, a moderator's answer to it."""
    LOG = "log"
    """log:<id>, on the moderators' log: the entries before that one, in its place."""
    VOID = "void"
    """void:<round>, a moderator's, after the question."""
    SETUP = "setup"
    """setup:<step>:<slot>, a moderator's: a page of the set-up, or something chosen on it."""
    QUEUE = "queue"
    """queue:<page>, a moderator's: what comes next, in place."""
    QUEUE_DAY = "queue-day"
    """queue-day:<page>, a menu whose values are <slot>.<date>.<pep>."""
    QUEUE_DO = "queue-do"
    """queue-do:<deed>:<slot>.<date>.<pep>, a moderator's."""
    KEEP = "keep"
    """keep:<what>, a moderator's: nothing is changed."""


_VERBS = {str(verb): verb for verb in Verb}
_ARITY = dict.fromkeys(Verb, 1) | {
    Verb.GUESS: 2,
    Verb.TRY: 3,
    Verb.DECIDE: 2,
    Verb.JUDGE: 2,
    Verb.QUEUE_DO: 2,
    Verb.PAGE: 3,
    Verb.SETUP: 2,
    Verb.REVIEW: 3,
    Verb.REVIEW_HINT: 2,
    Verb.NEXT_REVIEW: 0,
}


@dataclass(frozen=True, slots=True)
class Action:
    """A press, parsed; its arguments are not yet checked."""

    verb: Verb
    arguments: tuple[str, ...] = ()

    @property
    def custom_id(self) -> str:
        """The text that `parse` reads back."""
        return ":".join((_PREFIX, self.verb, *self.arguments))

    def number(self, index: int) -> int:
        """The argument as a whole number, or -1, which is nobody's id, where it is none."""
        text = self.arguments[index]
        return int(text) if _NUMBER.fullmatch(text) else -1

    def snowflake(self, index: int) -> int:
        """The argument as an id of Discord's, which may have a digit more than ours; or -1."""
        text = self.arguments[index]
        found = int(text) if _SNOWFLAKE.fullmatch(text) else -1
        return found if found <= _LARGEST else -1


def action(verb: Verb, *arguments: int | str) -> str:
    """The custom_id of a press."""
    return Action(verb, tuple(str(argument) for argument in arguments)).custom_id


def parse(custom_id: str) -> Action | None:
    """Read a custom_id; None where this release knows no such press."""
    match = _CUSTOM_ID.fullmatch(custom_id)
    verb = None if match is None else _VERBS.get(match[1])
    if match is None or verb is None:
        return None
    found = Action(verb, tuple(match[2].split(":")[1:]))
    return found if len(found.arguments) == _ARITY[verb] else None
