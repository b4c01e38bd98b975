"""What people are told in a sentence: of errors, theirs and the world's, and of what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import errors
from bot.core.health import NothingRuns, PuzzlesAside, RoundWaits
from bot.core.sandbox_health import MemberCode
from bot.rendering.language import _, day, ngettext, number
from bot.rendering.manual import command_name
from bot.rendering.text import fit, plain, relative

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.health import Trouble
    from bot.core.rounds import Round

_NAMED = 20
"""How many puzzles are named of those set aside; the command line lists all."""
_REASON = 200
_NAME = 60


def sentence(error: Exception) -> str | None:
    """What to tell a person of an error that is theirs or the world's; None for a bug of ours."""
    match error:
        case errors.RoundClosed():
            return _(
                "The round of {day} is over, so this press does not count. Its reveal shows the "
                "answer; `/speedrun play` has today's.",
                day=day(error.puzzle_date, has_year=False),
            )
        case errors.RoundNotOpen(state="void"):
            return _("That round was withdrawn. It counts for nobody, and breaks no streak.")
        case errors.RoundNotOpen():
            return _("That round is still being posted. Try again in a moment.")
        case errors.UnknownRound():
            return _("This button belongs to a round that I do not have. `/speedrun play`")
        case errors.NoOpenRound():
            return _no_round(error.next_post_at)
        case errors.ClockNotStarted():
            return _("Press **Start the clock** on the speedrun first: the time runs from there.")
        case errors.NotGuessed():
            return _("Guess first: then you can share your result, or report the puzzle.")
        case errors.AlreadyReported():
            return _("You have reported this puzzle already; the moderators have it.")
        case errors.UnknownReport():
            return _("That report is not one of this server's.")
        case errors.ReportDecided():
            return _("That report was answered already. `/speedrun-admin reports` has the rest.")
        case errors.UnknownSuggestion():
            return _("That suggestion is not one of this server's.")
        case errors.SuggestionDecided():
            return _(
                "That suggestion was answered already. `/speedrun-admin suggestions` has the rest."
            )
        case errors.NotInServer():
            return _(
                "That belongs to a server where speedruns are posted. Anywhere else, "
                "`/speedrun play` takes a PEP to practise, and `/speedrun review` brings back "
                "what you missed."
            )
        case errors.UnknownOption():
            return _("That answer is not one of this puzzle's. Press one of its buttons.")
        case errors.UnknownLesson():
            return _("I have no lesson on that PEP. Choose one from the list as you type.")
        case errors.NothingToPost(pep=None):
            return _(
                "No puzzle is left that can run here. The owner's `python -m bot lessons check` "
                "says why."
            )
        case errors.NothingToPost():
            return _(
                "None of that PEP's puzzles can be played right now: they are in play in an open "
                "round, or need a Python that this host lacks."
            )
        case errors.UnknownSeason():
            return _("I have no season of that name here that is over.")
        case errors.GlobalBoardOff():
            return _(
                "This server takes no part in the board of all servers. Its moderators can switch "
                "`has_global_board` on."
            )
        case errors.GuildNotSetUp():
            return _("Speedruns are not set up here yet. A moderator can: `/speedrun-admin setup`")
        case errors.NotAModerator():
            return _("Only members who may manage this server can do that.")
        case errors.LessonRefused():
            return _("This lesson was not taken: it has faults.")
        case errors.DraftGone():
            return _("This set-up is over. Begin it again: `/speedrun-admin setup`")
        case errors.PlanChanged():
            return _(
                "What comes on {day} has changed meanwhile. `/speedrun-admin queue show`",
                day=day(error.puzzle_date, has_year=False),
            )
        case errors.RoundExists():
            return _existing(error.round)
        case errors.InvalidSetting():
            return _(
                "**{name}**: {why}. Please {way_out}.",
                # Of a file it may be any text.
                name=plain(fit(command_name(error.name), _NAME)),
                why=plain(_(error.why, **error.facts)),
                way_out=_(error.way_out, **error.facts),
            )
        case errors.AnnounceFailed(is_lasting=True):
            return _(
                "I may not post in that channel. `/speedrun-admin check` says which permission "
                "is missing; I try again by myself."
            )
        case errors.AnnounceFailed():
            return _("Discord did not take the message. It is kept, and I try again by myself.")
        case errors.StorageUnavailable():
            return _("I could not store that, so it did not count. Try again in a moment.")
        case errors.MemberCodeOff():
            return _code_off(error)
        case errors.NothingToRun():
            return _("There is no Python to run in that: I look for a block between ``` and ```.")
        case errors.RunBeforeGuess():
            return _("Guess on that puzzle first: running it would tell the answer.")
        case errors.PythonNotOffered():
            return _(
                "I can't run members' code on Python {python} here. On these I can: {offered}.",
                python=plain(error.python[:20]),
                offered=", ".join(map(str, error.offered)) or _("none"),
            )
        case errors.SourceTooLong():
            return _(
                "That code has {size} bytes; {limit} fit.",
                size=number(error.size),
                limit=number(error.limit),
            )
        case errors.NoPlaceInLine():
            return _no_place(error)
        case errors.TooManyRuns():
            return _too_many(error)
        case errors.SandboxUnavailable():
            return _("The sandbox can't run this right now. Try again in a moment.")
        case _:
            return None


def _code_off(error: errors.MemberCodeOff) -> str:
    if error.option is not None:
        return _(
            "That is switched off in this server. A moderator can switch it on: "
            "`/speedrun-admin options`, `{option}`.",
            option=error.option,
        )
    if error.why is MemberCode.SWITCHED_OFF:
        return _("Running members' code is switched off on this bot.")
    if error.why is MemberCode.NOT_TESTED:
        return _(
            "I started a moment ago, and test my sandbox before anybody's code runs in it. "
            "Try again in a minute."
        )
    return _(
        "My sandbox does not hold on this machine as it must, so nobody's code runs here. The "
        "bot's owner can see why: `python -m bot sandbox selftest`"
    )


def _no_place(error: errors.NoPlaceInLine) -> str:
    wait = -(-error.wait_ms // 1000)
    if error.own:
        return _("One run of yours waits already. Try again in about {wait} s.", wait=wait)
    return _("The line is full. Try again in about {wait} s.", wait=wait)


def _too_many(error: errors.TooManyRuns) -> str:
    wait = -(-error.wait_ms // 1000)
    if error.whole_server:
        return _(
            "This server has used its {count} runs of this minute. Try again in {wait} s.",
            count=error.a_minute,
            wait=wait,
        )
    return _(
        "You have used your {count} runs of this minute. Try again in {wait} s.",
        count=error.a_minute,
        wait=wait,
    )


def bug(error_id: str) -> str:
    """What to tell of an error of ours; the log has it under the same id."""
    return _(
        "Something went wrong on my side, and it is logged as `{error_id}`. "
        "Please tell a moderator if it happens again.",
        error_id=error_id,
    )


def unknown_press() -> str:
    """A button that this release does not have."""
    return _("This button is from another time. `/speedrun play`")


def posted(round_: Round) -> str:
    """A moderator's post is out."""
    return _("Posted PEP {pep} in <#{channel}>.", pep=round_.pep, channel=round_.channel_id)


def revealed(round_: Round) -> str:
    """A moderator's reveal is out."""
    return _("Revealed in <#{channel}>.", channel=round_.channel_id)


def trouble(found: Trouble) -> str:
    """What keeps speedruns from coming, for moderators."""
    match found:
        case RoundWaits(puzzle_date, attempts, reason):
            return ngettext(
                "The round of {day} waits after {count} failed try: {reason}",
                "The round of {day} waits after {count} failed tries: {reason}",
                attempts,
                day=day(puzzle_date, has_year=False),
                reason=plain(fit(reason, _REASON)),
            )
        case PuzzlesAside(puzzle_ids):
            return _aside(puzzle_ids)
        case NothingRuns():
            return _(
                "No puzzle can run on this host. Its owner's `python -m bot lessons check` says "
                "why."
            )


def zone_now(zone: str, local: datetime) -> str:
    """A time zone to choose, with its time now."""
    return _("{zone} (now {time})", zone=zone, time=f"{local:%H:%M}")


def channel_gone(channel_id: int) -> str:
    """The channel of the settings can't be seen."""
    return _(
        "<#{channel}> is gone or hidden from me. Choose one: `/speedrun-admin setup`",
        channel=channel_id,
    )


def channel_unseen(channel_id: int) -> str:
    """Discord did not say what the bot may do in the channel."""
    return _(
        "I could not find out what I may do in <#{channel}>. `/speedrun-admin check` tries again.",
        channel=channel_id,
    )


def permission_missing(channel_id: int, name: str) -> str:
    """The bot lacks a permission of that English name, which Discord shows translated."""
    return _(
        "I lack **{permission}** in <#{channel}>: switch it on in the channel's settings, under "
        "Permissions, for my role.",
        permission=_(name),
        channel=channel_id,
    )


def _aside(puzzle_ids: tuple[str, ...]) -> str:
    names = ", ".join(puzzle_ids[:_NAMED])
    more = len(puzzle_ids) - _NAMED
    if more > 0:
        names = _("{names} and {count} more", names=names, count=more)
    return _(
        "Set aside, because the run equals none of the options: {names}. "
        "The log has the run; other puzzles are posted instead.",
        names=names,
    )


def role_silent(role_id: int) -> str:
    """The bot may not ping the role."""
    return _(
        "I may not ping <@&{role}>: allow anyone to mention it in the role's settings, or give me "
        "**{permission}**.",
        role=role_id,
        permission=_("Mention @everyone, @here, and All Roles"),
    )


def _no_round(next_post_at: datetime | None) -> str:
    if next_post_at is None:
        return _("No speedrun is open here right now.")
    return _(
        "No speedrun is open here right now. The next one comes {when}.",
        when=relative(next_post_at),
    )


def _existing(round_: Round) -> str:
    date = day(round_.puzzle_date, has_year=False)
    if round_.message_id is None:
        return _(
            "The round of {day} is being posted, or waits for its next try. "
            "`/speedrun-admin check`",
            day=date,
        )
    link = f"https://discord.com/channels/{round_.guild_id}/{round_.channel_id}/{round_.message_id}"
    return _("The round of {day} is posted already: {link}", day=date, link=link)
