"""Draws a player's card: totals, streak, rank, a year of days, topics. No files, no Discord."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.rendering.language import _, month, number
from bot.rendering.pictures import alt_text, board, plain, shapes, typeset, words
from bot.rendering.pictures.board import BODY, FIGURE, HEADLINE, LEFT, MARGIN, RIGHT, SMALL
from bot.rendering.pictures.canvas import Canvas
from bot.rendering.pictures.facts import DayMark, Picture
from bot.rendering.pictures.fonts import Type
from bot.rendering.pictures.shapes import Shape
from bot.rendering.pictures.theme import DARK, Role
from bot.rendering.text import days, seconds

if TYPE_CHECKING:
    from datetime import date

    from bot.rendering.pictures.facts import ProfileFacts, TopicScore
    from bot.rendering.pictures.theme import Colour, Theme

WEEKS = 53
"""Columns of the heatmap: 52 whole weeks and the one that today is in."""
MAX_TOPICS = 3

_HEAD = 100
_TILES = 216
_CELL = 10
_PITCH = 12
_YEAR = 58 + 7 * _PITCH + 24 + 58
_TOPIC = 56
_TINY = Type(11)
"""For months and weekdays alone: who can't read them loses no figure of the card."""


def draw_profile(facts: ProfileFacts, theme: Theme = DARK) -> Picture:
    """The profile card with its alt text. Same input, same bytes."""
    columns = (facts.strongest[:MAX_TOPICS], facts.weakest[:MAX_TOPICS])
    has_topics = any(columns)
    topics = 62 + _TOPIC * max(1, *map(len, columns)) + 8 if has_topics else 0
    tops = [MARGIN]
    for high in (_HEAD + _TILES, _YEAR, topics):
        tops.append(tops[-1] + high + (MARGIN if high else 0))
    canvas = Canvas(board.WIDTH, tops[-1], theme.page)
    board.panel(canvas, tops[0], tops[1] - MARGIN, theme)
    _head(canvas, facts, theme)
    _tiles(canvas, MARGIN + _HEAD, facts, theme)
    board.panel(canvas, tops[1], tops[2] - MARGIN, theme)
    _year(canvas, tops[1], facts, theme)
    if has_topics:
        board.panel(canvas, tops[2], tops[3] - MARGIN, theme)
        middle = board.WIDTH // 2
        _topics(canvas, (LEFT, middle - 16), tops[2], _(words.STRONGEST), columns[0], theme)
        _topics(canvas, (middle + 16, RIGHT), tops[2], _(words.WEAKEST), columns[1], theme)
    return Picture(canvas.png(), alt_text.profile(facts), board.WIDTH, tops[-1])


def _head(canvas: Canvas, facts: ProfileFacts, theme: Theme) -> None:
    left = RIGHT
    if facts.rank is not None:
        inks = (theme.on_accent, theme.accent)
        left = board.badge(canvas, RIGHT, MARGIN + 18, f"#{number(facts.rank)}", inks, theme.panel)
    room = board.room(HEADLINE, LEFT, left - 12)
    name = typeset.fit(plain.name(facts.name, _(words.NO_NAME)), room, HEADLINE.weight)
    typeset.draw(canvas, (LEFT, MARGIN + 45), name, HEADLINE, theme.text, theme.panel)
    told = typeset.fit(words.standing(facts.rank, facts.players, facts.scope), board.room(SMALL))
    typeset.draw(canvas, (LEFT, MARGIN + 82), told, SMALL, theme.muted, theme.panel)


def _tiles(canvas: Canvas, top: int, facts: ProfileFacts, theme: Theme) -> None:
    median = "\u2013" if facts.median_ms is None else seconds(facts.median_ms)
    accuracy = words.percent(facts.right, facts.played) if facts.played else "\u2013"
    tiles = (
        (number(facts.points), _(words.POINTS), ""),
        (accuracy, _(words.ACCURACY), words.of(facts.right, facts.played)),
        (median, _(words.MEDIAN), ""),
        (days(facts.streak), _(words.STREAK), words.best(facts.best_streak)),
    )
    middle = board.WIDTH // 2
    for index, (figure, caption, note) in enumerate(tiles):
        left = LEFT if index % 2 == 0 else middle + 8
        right = middle - 8 if index % 2 == 0 else RIGHT
        y = top + (index // 2) * 104
        canvas.rounded((left, y, right, y + 92), 10, theme.faint, theme.panel)
        room = board.room(FIGURE, left + 16, right - 8)
        style = FIGURE if len(figure) <= room else Type(BODY.column, FIGURE.weight)
        line = typeset.fit(figure, board.room(style, left + 16, right - 8), style.weight)
        typeset.draw(canvas, (left + 16, y + 47), line, style, theme.text, theme.faint)
        room = board.room(SMALL, left + 16, right - 8)
        both = f"{caption}, {note}"
        line = typeset.fit(both if note and len(both) <= room else caption, room)
        typeset.draw(canvas, (left + 16, y + 78), line, SMALL, theme.muted, theme.faint)


def _year(canvas: Canvas, top: int, facts: ProfileFacts, theme: Theme) -> None:
    style = Type(BODY.column, HEADLINE.weight)
    typeset.draw_text(canvas, (LEFT, top + 36), _(words.YEAR), style, theme.text, theme.panel)
    marks = dict(facts.days)
    monday = facts.today - timedelta(days=facts.today.weekday(), weeks=WEEKS - 1)
    left = RIGHT - WEEKS * _PITCH
    y = top + 58
    for weekday in words.INITIALS:
        place = (LEFT, y + weekday * _PITCH + _CELL)
        typeset.draw_text(canvas, place, words.initial(weekday), _TINY, theme.muted, theme.panel)
    for week in range(WEEKS):
        for weekday in range(7):
            day = monday + timedelta(weeks=week, days=weekday)
            if day <= facts.today:
                mark = marks.get(day, DayMark.NONE)
                _day(canvas, (left + week * _PITCH, y + weekday * _PITCH), mark, theme)
    y += 7 * _PITCH
    _months(canvas, (left, y + 22), monday, facts.today, theme)
    _legend(canvas, y + 58, set(marks.values()), theme)


def _day(canvas: Canvas, place: tuple[int, int], mark: DayMark, theme: Theme) -> None:
    shape, colour = _sign(mark, theme)
    canvas.stamp(*place, shapes.mask(shape, _CELL), colour, theme.panel)


def _sign(mark: DayMark, theme: Theme) -> tuple[Shape, Colour]:
    """Each kind of day has a shape of its own, and its colour besides."""
    return {
        DayMark.RIGHT: (Shape.SQUARE, theme.added.sign),
        DayMark.WRONG: (Shape.RING, theme.changed.sign),
        DayMark.FREEZE: (Shape.DIAMOND, theme.colour(Role.NAME)),
        DayMark.NONE: (Shape.DOT, theme.muted),
    }[mark]


def _months(
    canvas: Canvas, place: tuple[int, int], monday: date, today: date, theme: Theme
) -> None:
    x, baseline = place
    free = x
    for week in range(WEEKS):
        day = monday + timedelta(weeks=week)
        left = x + week * _PITCH
        starts = day.day <= 7
        if starts and day <= today and left >= free and left + 3 * _TINY.column <= RIGHT:
            name = month(day.month)
            free = typeset.draw_text(
                canvas, (left, baseline), name, _TINY, theme.muted, theme.panel
            )
            free += _TINY.column


def _legend(canvas: Canvas, baseline: int, seen: set[DayMark], theme: Theme) -> None:
    x = LEFT
    freezes = (DayMark.FREEZE,) if DayMark.FREEZE in seen else ()
    for mark in (DayMark.RIGHT, DayMark.WRONG, *freezes, DayMark.NONE):
        shape, colour = _sign(mark, theme)
        canvas.stamp(x, baseline - 13, shapes.mask(shape, 14), colour, theme.panel)
        place, word = (x + 22, baseline), _(words.DAYS[mark])
        x = typeset.draw_text(canvas, place, word, SMALL, theme.muted, theme.panel) + 24


def _topics(
    canvas: Canvas,
    sides: tuple[int, int],
    top: int,
    title: str,
    topics: tuple[TopicScore, ...],
    theme: Theme,
) -> None:
    left, right = sides
    style = Type(BODY.column, HEADLINE.weight)
    typeset.draw_text(canvas, (left, top + 38), title, style, theme.text, theme.panel)
    top += 58
    if not topics:
        typeset.draw_text(canvas, (left, top + 24), "\u2013", SMALL, theme.muted, theme.panel)
    for topic in topics:
        score = f"{number(topic.right)}/{number(topic.played)}"
        end = typeset.draw_right(canvas, (right, top + 24), score, SMALL, theme.text, theme.panel)
        name = typeset.fit(plain.name(topic.name, "\u2013"), board.room(SMALL, left, end - 8))
        typeset.draw(canvas, (left, top + 24), name, SMALL, theme.text, theme.panel)
        share = topic.right / topic.played if topic.played else 0.0
        inks = (theme.muted, theme.faint)
        board.bar(canvas, (left, top + 32, right, top + 42), share, inks, theme.panel)
        top += _TOPIC
