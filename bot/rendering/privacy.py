"""What a member reads about their own data, and the buttons by which they decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Block, Button, Buttons, Card, File, Style, Text
from bot.rendering.language import _, ngettext
from bot.rendering.text import moment, relative

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.core.privacy import PrivacyState

EXPORT = "export"
HIDE = "hide"
SHOW = "show"
DELETE = "delete"
CONFIRM = "confirm"
CANCEL = "cancel"


def privacy_card(state: PrivacyState, keep_departed: timedelta) -> Card:
    """What is stored and why, and what a member can do about it."""
    stored = "\n".join(
        (
            f"## {_('Your data')}",
            _("About you, this bot stores your Discord id, and:"),
            _("- when you pressed **Start the clock**, and whether you took the hint: your time"),
            _("- your guess, its time and points: one guess a round, and the leaderboards"),
            _("- sums of points, and your streak: so that a leaderboard is one quick look"),
            _(
                "- what you asked for or sent: reviews, reminders, reports, suggestions, being "
                "hidden from boards"
            ),
            _("- as a moderator: what you changed, so that others can see it"),
            _(
                "- where a server takes part in the global board: your name, as it was at your "
                "last guess there"
            ),
        )
    )
    guesses = ngettext("**{count} guess**", "**{count} guesses**", state.guesses)
    guilds = ngettext("{count} server", "{count} servers", state.guilds)
    # A text of its own: what follows a list in the same one would hang on its last point.
    rest = "\n".join(
        (
            _("It stores no message, and nothing that you typed into **Edit & run**."),
            _("Right now that is {guesses}, in {servers}.", guesses=guesses, servers=guilds),
            _(
                "-# When the bot is removed from a server, that server's data are kept for "
                "{days} days, in case it comes back, and then deleted.",
                days=keep_departed.days,
            ),
        )
    )
    return Card((Text(stored), Text(rest), *_choices(state)), Accent.QUIET)


def delete_card() -> Card:
    """The question before the wish is noted."""
    text = "\n".join(
        (
            f"## {_('Delete your data?')}",
            _(
                "In seven days everything that this bot stores about you is deleted, in every "
                "server: guesses, points, streaks, reviews, reminders. It can't be brought back."
            ),
            _("Until then you can take it back here, and play on as before."),
        )
    )
    buttons = (
        Button(_("Delete in seven days"), action(Verb.PRIVACY, CONFIRM), Style.DANGER),
        Button(_("Keep my data"), action(Verb.PRIVACY, CANCEL)),
    )
    return Card((Text(text), Buttons(buttons)), Accent.WRONG)


def export_card(document: bytes) -> Card:
    """The copy of a member's data."""
    text = _("Everything that is stored about you, as JSON. Only you see this message.")
    return Card((Text(text), File("pep-speedrun-my-data.json", document)), Accent.QUIET)


def _choices(state: PrivacyState) -> tuple[Block, ...]:
    due_at = state.deletion_due_at
    export = Button(_("Export as a file"), action(Verb.PRIVACY, EXPORT))
    hide = Button(_("Hide me from leaderboards"), action(Verb.PRIVACY, HIDE))
    if state.is_hidden:
        hide = Button(_("Show me on leaderboards"), action(Verb.PRIVACY, SHOW))
    if due_at is None:
        delete = Button(_("Delete my data…"), action(Verb.PRIVACY, DELETE), Style.DANGER)
        hidden = _("You are hidden from leaderboards: only you see your row.")
        return (*([Text(hidden)] if state.is_hidden else []), Buttons((export, hide, delete)))
    note = _(
        "**Your data will be deleted {when}** ({date}), as you asked.",
        when=relative(due_at),
        date=moment(due_at),
    )
    keep = Button(_("Keep my data"), action(Verb.PRIVACY, CANCEL), Style.PRIMARY)
    return (Text(note), Buttons((export, hide, keep)))
