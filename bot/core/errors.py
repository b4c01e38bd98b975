"""What can go wrong, as types that carry the facts. Sentences for people are made at the edge.

Three families: `SpeedrunError` is a member's or moderator's (the edge answers with a sentence),
`ConfigError` and `LessonFormatError` are the operator's or author's, `SandboxUnavailable` and
`AnnounceFailed` are the environment's (state is kept, the work is tried again).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from bot.core.addresses import DatabaseAddress
    from bot.core.rounds import Guess, Round
    from bot.core.sandbox_health import MemberCode
    from bot.core.versions import PythonVersion


class SpeedrunError(Exception):
    """Something a player or moderator asked for can't be done."""


class RoundClosed(SpeedrunError):
    """A press on a round whose time is over."""

    def __init__(self, round_id: int, puzzle_date: date, closed_at: datetime | None) -> None:
        super().__init__(f"round {round_id} of {puzzle_date} is closed")
        self.round_id = round_id
        self.puzzle_date = puzzle_date
        self.closed_at = closed_at


class RoundNotOpen(SpeedrunError):
    """A press on a round that is not yet posted, or was voided."""

    def __init__(self, round_id: int, state: str) -> None:
        super().__init__(f"round {round_id} is {state}")
        self.round_id = round_id
        self.state = state


class UnknownRound(SpeedrunError):
    """A press that names a round this guild does not have."""

    def __init__(self, round_id: int) -> None:
        super().__init__(f"no round {round_id}")
        self.round_id = round_id


class NoOpenRound(SpeedrunError):
    """The guild has no round that takes guesses; ``next_post_at`` is when one is due, if any."""

    def __init__(self, next_post_at: datetime | None = None) -> None:
        super().__init__("no open round")
        self.next_post_at = next_post_at


class ClockNotStarted(SpeedrunError):
    """A guess by a player who never pressed Start."""

    def __init__(self, round_id: int) -> None:
        super().__init__(f"the clock of round {round_id} was not started")
        self.round_id = round_id


class AlreadyGuessed(SpeedrunError):
    """A second guess; the first one, ``guess``, stands."""

    def __init__(self, guess: Guess) -> None:
        super().__init__(f"round {guess.round_id} has this player's guess")
        self.guess = guess


class NotGuessed(SpeedrunError):
    """There is no guess of this player to show."""

    def __init__(self, round_id: int) -> None:
        super().__init__(f"no guess of this player in round {round_id}")
        self.round_id = round_id


class AlreadyReported(SpeedrunError):
    """This player has reported the round's puzzle before."""

    def __init__(self, round_id: int) -> None:
        super().__init__(f"round {round_id} has this player's report")
        self.round_id = round_id


class UnknownReport(SpeedrunError):
    """An answer to a report that this guild does not have."""

    def __init__(self, report_id: int) -> None:
        super().__init__(f"no report {report_id}")
        self.report_id = report_id


class ReportDecided(SpeedrunError):
    """An answer to a report that somebody has answered."""

    def __init__(self, report_id: int) -> None:
        super().__init__(f"report {report_id} is answered")
        self.report_id = report_id


class UnknownSuggestion(SpeedrunError):
    """An answer to a suggestion that this guild does not have."""

    def __init__(self, suggestion_id: int) -> None:
        super().__init__(f"no suggestion {suggestion_id}")
        self.suggestion_id = suggestion_id


class SuggestionDecided(SpeedrunError):
    """An answer to a suggestion that somebody has answered."""

    def __init__(self, suggestion_id: int) -> None:
        super().__init__(f"suggestion {suggestion_id} is answered")
        self.suggestion_id = suggestion_id


class NotInServer(SpeedrunError):
    """What was asked for belongs to a server, and was asked elsewhere."""


class UnknownOption(SpeedrunError):
    """An answer that the puzzle does not have."""

    def __init__(self, position: int) -> None:
        super().__init__(f"no option {position}")
        self.position = position


class UnknownLesson(SpeedrunError):
    """No lesson on that PEP."""

    def __init__(self, pep: int) -> None:
        super().__init__(f"no lesson on PEP {pep}")
        self.pep = pep


class NothingToPost(SpeedrunError):
    """No puzzle is left that this host can run; ``pep`` where one lesson was asked for."""

    def __init__(self, pep: int | None = None) -> None:
        super().__init__("no puzzle can be posted")
        self.pep = pep


class UnknownSeason(SpeedrunError):
    """A press that names a season this guild does not have, or one that still runs."""

    def __init__(self, season_id: int) -> None:
        super().__init__(f"no season {season_id} that is over")
        self.season_id = season_id


class GlobalBoardOff(SpeedrunError):
    """The server does not take part in the global board."""


class GuildNotSetUp(SpeedrunError):
    """The server has no settings yet."""


class NotAModerator(SpeedrunError):
    """Something that only who may manage the server can do."""


class LessonRefused(SpeedrunError):
    """A lesson from outside that has faults, or that could not be proven; both say where."""

    def __init__(self, faults: tuple[LessonFault, ...], unproven: tuple[str, ...]) -> None:
        super().__init__(f"{len(faults)} faults, {len(unproven)} not run")
        self.faults = faults
        self.unproven = unproven


class DraftGone(SpeedrunError):
    """A press on a set-up that was saved, or lay about for too long."""


class PlanChanged(SpeedrunError):
    """What was to come on ``puzzle_date`` is something else by now, or nothing."""

    def __init__(self, puzzle_date: date) -> None:
        super().__init__(f"the plan of {puzzle_date} changed")
        self.puzzle_date = puzzle_date


class RoundExists(SpeedrunError):
    """The puzzle date has its round already."""

    def __init__(self, round_: Round) -> None:
        super().__init__(f"{round_.puzzle_date} has round {round_.id}")
        self.round = round_


class InvalidSetting(SpeedrunError):
    """A setting that can't be used: its ``name``, what is wrong, and what would do.

    ``why`` and ``way_out`` are marked by `bot.core.wording.later`, their ``{facts}`` kept apart.
    """

    def __init__(self, name: str, why: str, way_out: str, **facts: object) -> None:
        super().__init__(f"{name}: {why.format(**facts) if facts else why}")
        self.name = name
        self.why = why
        self.way_out = way_out
        self.facts = facts


class MemberCodeOff(SpeedrunError):
    """Members' code does not run: by the server's ``option``, else for ``why`` on the whole bot."""

    def __init__(self, why: MemberCode | None = None, *, option: str | None = None) -> None:
        super().__init__(f"members' code is off: {why or option}")
        self.why = why
        self.option = option


class NothingToRun(SpeedrunError):
    """There is no code: an empty form, or a message without a block of it."""


class RunBeforeGuess(SpeedrunError):
    """It would tell the answer of a puzzle that this player has still to guess on."""

    def __init__(self, round_id: int | None) -> None:
        super().__init__(f"no guess yet on {round_id or 'an open round'}")
        self.round_id = round_id


class PythonNotOffered(SpeedrunError):
    """Members' code does not run on that Python; ``offered`` are those on which it does."""

    def __init__(self, python: str, offered: Sequence[PythonVersion]) -> None:
        super().__init__(f"no member code on Python {python}")
        self.python = python
        self.offered = tuple(offered)


class SourceTooLong(SpeedrunError):
    """Code of ``size`` bytes where ``limit`` are taken."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes of source, more than {limit}")
        self.size = size
        self.limit = limit


class NoPlaceInLine(SpeedrunError):
    """The sandbox's line is full, or (``own``) this member has one waiting in it already."""

    def __init__(self, wait_ms: int, *, own: bool) -> None:
        super().__init__(f"no place in line for about {wait_ms} ms")
        self.wait_ms = wait_ms
        self.own = own


class TooManyRuns(SpeedrunError):
    """More runs than ``a_minute``, by one member or (``whole_server``) by all of a server."""

    def __init__(self, a_minute: int, wait_ms: int, *, whole_server: bool) -> None:
        super().__init__(f"more than {a_minute} runs a minute")
        self.a_minute = a_minute
        self.wait_ms = wait_ms
        self.whole_server = whole_server


class InboxClosed(Exception):
    """Discord takes no direct message for that member: they closed their inbox, or have gone."""

    def __init__(self, player_id: int) -> None:
        super().__init__(f"the inbox of {player_id} is closed")
        self.player_id = player_id


class AnnounceFailed(Exception):
    """Discord did not take a message; the state is kept and the work tried again.

    ``is_lasting`` says that trying again soon is no use: the channel is gone, or the bot may not
    speak in it.
    """

    def __init__(self, reason: str, *, is_lasting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_lasting = is_lasting


class DatabaseTooNew(Exception):
    """The database was migrated by a newer release than this code knows."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The database is at version {found}, and this release knows versions up to {known}. "
            "Run the release that migrated it, or put back the backup made before that upgrade: "
            "`python -m bot db restore PATH`."
        )
        self.found = found
        self.known = known


class DatabaseInUse(Exception):
    """Another bot works on this database: two would post and answer everything twice.

    ``problem`` says it in other words where it is only a part of it.
    """

    def __init__(self, where: Path | DatabaseAddress, problem: str = "") -> None:
        super().__init__(
            problem
            or f"Another bot is running on {where}. Stop it first, or give this one a database of "
            "its own with DATABASE_URL."
        )
        self.where = where


class BackupFailed(Exception):
    """A copy of the database could not be made or put back; the sentence says why."""


class CopyRefused(Exception):
    """A database was not copied, or is not a whole copy; the sentence says why and what to do."""


class StorageUnavailable(Exception):
    """The database can't be used right now: locked by another process, or the disk is full.

    Nothing of the transaction was stored; it can be tried again.
    """


class SandboxUnavailable(Exception):
    """The sandbox can't run this here; ``reason`` is one sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LessonFault:
    """One broken rule in a lesson file; ``line`` counts from 1, ``way_out`` says what to do."""

    path: Path
    line: int
    rule: str
    why: str
    way_out: str = ""

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: {self.rule}: {self.why}"
        return f"{text} ({self.way_out})" if self.way_out else text


class LessonFormatError(Exception):
    """A lesson file that can't be read as one; every fault found is in ``faults``."""

    def __init__(self, faults: tuple[LessonFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ConfigError(Exception):
    """The environment's settings can't be used; ``problems`` names every one, with a way out."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
