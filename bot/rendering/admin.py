"""What moderators see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.schedule import ALL_WEEKDAYS
from bot.core.settings import CodeView
from bot.core.wording import later
from bot.rendering.cards import Accent, Card, Divider, Picture, Text
from bot.rendering.difficulty import difficulty_line
from bot.rendering.language import _, weekday
from bot.rendering.play import practice_card
from bot.rendering.post import story_blocks
from bot.rendering.text import moment, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.results import PracticePuzzle, SetUp
    from bot.core.selection import Wish
    from bot.core.settings import GuildSettings

_CODE = {
    CodeView.PICTURE: later("Code is shown as a picture, with a button to have it as text"),
    CodeView.TEXT: later("Code is shown as text"),
}


def set_up_card(set_up: SetUp, title: str, problems: Sequence[str] = ()) -> Card:
    """The settings as saved, the next post, and what would keep it from coming.

    ``title`` is marked by `later`.
    """
    lines = [f"## {_(title)}", *_settings_lines(set_up)]
    if problems:
        lines += ["", f"**{_('Not ready yet:')}**", *(f"⚠ {problem}" for problem in problems)]
    return Card((Text("\n".join(lines)),), Accent.WRONG if problems else Accent.RIGHT)


def check_card(set_ups: Sequence[SetUp], problems: Sequence[str]) -> Card:
    """What is missing, in words; or that nothing is. Each schedule has its own paragraph."""
    lines = [f"## {_('Check')}"]
    for set_up in set_ups:
        if len(set_ups) > 1:
            lines += ["", f"**{_('Schedule {slot}', slot=set_up.settings.slot)}**"]
        lines += _settings_lines(set_up)
    if problems:
        lines += ["", *(f"⚠ {problem}" for problem in problems)]
    else:
        lines += ["", _("✅ Nothing is missing: the next speedrun can be posted.")]
    return Card((Text("\n".join(lines)),), Accent.WRONG if problems else Accent.RIGHT)


def preview_cards(
    practice: PracticePuzzle, viewer_id: int, picture: Picture | None = None
) -> tuple[Card, Card]:
    """The next post, and its puzzle, as members would see them; for the moderator alone."""
    head = Text("-# " + _("Preview: only you see this. Nothing was posted."))
    right = practice.truth.option
    note = Text(
        "-# "
        + _(
            "The sandbox ran it on Python {python}; option {number} of the lesson's file came "
            "true.",
            python=practice.truth.python,
            number=right + 1,
        )
    )
    if practice.difficulty is not None:
        note = Text(f"{note.markdown}\n-# {difficulty_line(practice.difficulty)}.")
    puzzle = practice_card(practice, viewer_id)
    return (
        Card((head, Divider(), *story_blocks(practice.lesson, picture))),
        Card((*puzzle.blocks, note), puzzle.accent),
    )


def settings_lines(settings: GuildSettings) -> list[str]:
    """A schedule in words, a line a fact."""
    schedule = settings.schedule
    days = _("every day")
    if schedule.weekdays != ALL_WEEKDAYS:
        days = ", ".join(weekday(number) for number in sorted(schedule.weekdays))
    open_for = _("A round stays open until the next one is posted")
    if schedule.open_for is not None:
        hours = int(schedule.open_for.total_seconds() // 3600)
        open_for = _("A round stays open for {hours} h", hours=hours)
    lines = [
        _("Channel: <#{channel}>", channel=settings.channel_id),
        _(
            "Time: {time}, {zone}, {days}",
            time=f"{schedule.post_time:%H:%M}",
            zone=schedule.zone.key,
            days=days,
        ),
        open_for,
        _(_CODE[settings.code]),
    ]
    wanted = _wish_words(settings.wish)
    if wanted:
        lines.append(_("Lessons: {wanted}", wanted=wanted))
    for number, wish in settings.weekday_wishes:
        words = _wish_words(wish) or _("any")
        lines.append(_("Lessons on {day}: {wanted}", day=weekday(number), wanted=words))
    if settings.role_id is not None:
        lines.append(_("Pings <@&{role}>", role=settings.role_id))
    if settings.has_thread:
        lines.append(_("Each post begins a thread"))
    return lines


def _wish_words(wish: Wish) -> str:
    level = None if wish.level is None else _(str(wish.level))
    return ", ".join(filter(None, (level, wish.topic)))


def _settings_lines(set_up: SetUp) -> list[str]:
    lines, schedule = settings_lines(set_up.settings), set_up.settings.schedule
    if schedule.is_paused:
        lines.append(_("Paused: nothing is posted until `/speedrun-admin resume`"))
    elif set_up.next_post_at is not None:
        moments = (moment(set_up.next_post_at), relative(set_up.next_post_at))
        lines.append(_("Next speedrun: {at}, {when}", at=moments[0], when=moments[1]))
    return lines
