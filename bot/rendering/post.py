"""The daily post and its code as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import Verb, action
from bot.rendering.cards import (
    Accent,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Divider,
    Menu,
    Picture,
    Style,
    Text,
)
from bot.rendering.language import _
from bot.rendering.text import code_block, fit, inline, relative

if TYPE_CHECKING:
    from bot.core.lessons import Lesson, Library, Snippet
    from bot.core.rounds import Round

_OPTION_LIMIT = 100
"""Of a menu's labels and descriptions; Discord's limit."""


def post_card(
    lesson: Lesson,
    library: Library,
    round_: Round,
    picture: Picture | None = None,
    *,
    is_over: bool = False,
    role_id: int | None = None,
) -> Card:
    """The speedrun as it stands in the channel; the puzzle stays hidden until a clock runs.

    ``picture`` shows the code before and after; without one, two code blocks do. ``role_id`` is
    the role to ping.
    """
    if is_over:
        foot = _("This round is over. The puzzle can still be practised.")
        play = Button(_("Practise"), action(Verb.PRACTISE, round_.id), Style.PRIMARY)
    else:
        foot = _(
            "Predict the output: the puzzle opens for you alone, and your clock starts with it."
        )
        if round_.closes_at is not None:
            foot += " " + _("Closes {when}.", when=relative(round_.closes_at))
        play = Button(_("▶ Start the clock"), action(Verb.START, round_.id), Style.SUCCESS)
    blocks: list[Block] = [*story_blocks(lesson, picture), Divider(), Text(foot)]
    if role_id is not None:
        blocks.insert(0, Text(f"<@&{role_id}>"))
    blocks.append(Buttons((play, Button(_("Code as text"), action(Verb.CODE, round_.id)))))
    menu = related_menu(lesson, library, action(Verb.RELATED, round_.id))
    if menu is not None:
        blocks.append(menu)
    return Card(tuple(blocks), Accent.QUIET if is_over else Accent.PYTHON)


def withdrawn_card(lesson: Lesson, picture: Picture | None = None) -> Card:
    """The post of a void round: the story stays, the puzzle is gone."""
    foot = _("A moderator withdrew this round. It counts for nobody, and breaks no streak.")
    return Card((*story_blocks(lesson, picture), Divider(), Text(foot)), Accent.QUIET)


def thread_name(lesson: Lesson) -> str:
    """The thread below a post: ``PEP 572 · The walrus``, at most 100 characters."""
    return fit(f"PEP {lesson.pep} · {lesson.title}", _OPTION_LIMIT)


def story_blocks(lesson: Lesson, picture: Picture | None = None) -> list[Block]:
    """Headline, title, tagline, prose, before, after, and where to go on."""
    title = _("PEP {pep} in 90 seconds: {title}", pep=lesson.pep, title=inline(lesson.title))
    track = f"[{inline(lesson.track.title)}](<{lesson.track.url}>)"
    code: tuple[Block, ...] = (picture,) if picture is not None else code_blocks(lesson)
    return [
        Text(f"-# {headline(lesson)}\n# {title}\n*{inline(lesson.tagline)}*"),
        Text("\n\n".join(inline(paragraph) for paragraph in lesson.prose)),
        Divider(),
        *code,
        Text(_("Go on: {track}", track=track)),
    ]


def headline(lesson: Lesson) -> str:
    """``PEP 492 · Speedrun · Python 3.5 (2015)``."""
    return _(
        "PEP {pep} · Speedrun · Python {python} ({year})",
        pep=lesson.pep,
        python=lesson.python,
        year=lesson.year,
    )


def code_blocks(lesson: Lesson) -> tuple[Text, Text]:
    """The code before and after, each with its label."""
    return (
        Text(f"**{_('Before')}** · {_label(lesson.before)}\n{code_block(lesson.before.code)}"),
        Text(f"**{_('After')}** · {_label(lesson.after)}\n{code_block(lesson.after.code)}"),
    )


def code_card(lesson: Lesson) -> Card:
    """Both code blocks, for copying, searching and screen readers."""
    return Card(
        (
            Text("### " + _("PEP {pep}: the code as text", pep=lesson.pep)),
            *code_blocks(lesson),
        ),
        Accent.QUIET,
    )


def related_menu(lesson: Lesson, library: Library, custom_id: str) -> Menu | None:
    """The related lessons that this bot has; None where it has none of them."""
    choices = []
    for related in lesson.related:
        other = library.get(related.pep)
        if other is not None:
            label = fit(f"PEP {other.pep} · {other.title}", _OPTION_LIMIT)
            description = fit(related.hook, _OPTION_LIMIT)
            choices.append(Choice(label, str(other.pep), description))
    if not choices:
        return None
    return Menu(custom_id, _("Or speedrun another PEP"), tuple(choices))


def _label(snippet: Snippet) -> str:
    return inline(snippet.label)
