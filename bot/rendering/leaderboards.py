"""Boards: a page of ranks, the viewer's own row, and the other boards one press away."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.core.boards import RecordBoard, Records, Scope, Special, StreakBoard, StreakPlace
from bot.core.windows import Leaderboard, Standing, Window
from bot.core.wording import later
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Button, Buttons, Card, Style, Text
from bot.rendering.language import _, day, number
from bot.rendering.text import days, mention, plain, players, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.core.boards import BoardName, RecordPlace
    from bot.core.windows import Sheet

_Row = TypeVar("_Row", "Standing", "StreakPlace", "RecordPlace")

WINDOW_NAMES = {
    Window.TODAY: later("Today"),
    Window.WEEK: later("This week"),
    Window.MONTH: later("This month"),
    Window.YEAR: later("This year"),
    Window.ALL: later("All time"),
}
KIND_NAMES = {
    "points": later("Points"),
    Special.STREAKS: later("Streaks"),
    Special.NEWCOMERS: later("New this month"),
    Special.SEASONS: later("Past seasons"),
}
SCOPE_NAMES = {Scope.SERVER: later("This server"), Scope.GLOBAL: later("All servers")}


def board_card(board: Leaderboard | StreakBoard | RecordBoard) -> Card:
    """Any board."""
    match board:
        case Leaderboard():
            return leaderboard_card(board)
        case StreakBoard():
            return streak_board_card(board)
        case RecordBoard():
            return record_board_card(board)


def leaderboard_card(board: Leaderboard) -> Card:
    """The ranks of one window: this server's, those of all, or of who is new in it."""
    if board.is_newcomers:
        name: BoardName = Special.NEWCOMERS
        title = _("Leaderboard · {window}", window=_(KIND_NAMES[Special.NEWCOMERS]))
        empty = _("Nobody has guessed here for the first time this month.")
    else:
        name, window = board.window, _(WINDOW_NAMES[board.window])
        title = _("Leaderboard · {window}", window=window)
        if board.sheet.is_global:
            title = _("All servers · {window}", window=window)
        empty = _("Nobody has guessed in this time yet. The first place is free.")
    body = _rows(board.standings, board.viewer, points_row, empty)
    tied = _("Equal points share a rank.")
    foot = f"{_counted(board.sheet, board.players)} {_legend(board)} {tied}"
    return _card(title, body, foot if board.standings else "", name, board.sheet)


def streak_board_card(board: StreakBoard) -> Card:
    """The streaks that live."""
    empty = _("No streak lives here yet. Today's speedrun begins one.")
    body = _rows(board.places, board.viewer, _streak_row, empty)
    foot = f"{_counted(board.sheet)} {_('Each row: days in a row · freezes held.')}"
    title = _("Current streaks")
    return _card(title, body, foot if board.places else "", Special.STREAKS, board.sheet)


def record_board_card(board: RecordBoard) -> Card:
    """The fastest right first answers to one PEP."""
    empty = _("Nobody here has answered a puzzle on this PEP right at the first try yet.")
    body = _rows(board.places, board.viewer, _record_row, empty)
    foot = f"{_counted(board.sheet)} {_('The fastest right first answers, once a round is over.')}"
    title = _("Records · PEP {pep}", pep=board.pep)
    return _card(title, body, foot if board.places else "", Records(board.pep), board.sheet)


def _card(title: str, body: str, foot: str, name: BoardName, sheet: Sheet) -> Card:
    lines = [f"## {title}", body]
    if foot:
        lines.append(f"-# {foot}")
    if sheet.is_hidden:
        lines.append(f"-# {_('You are hidden from leaderboards: only you see your row.')}")
    rows = [window_buttons(name, sheet), _other_buttons(name, sheet)]
    turning = _page_buttons(name, sheet)
    if turning:
        rows.append(Buttons(turning))
    return Card((Text("\n".join(lines)), *rows))


def _rows(
    rows: Sequence[_Row], viewer: _Row | None, tell: Callable[[_Row], str], empty: str
) -> str:
    viewer_id = None if viewer is None else viewer.player_id
    lines = [_told(row, tell, is_viewer=row.player_id == viewer_id) for row in rows]
    if viewer is not None and all(row.player_id != viewer_id for row in rows):
        lines += ["…", _told(viewer, tell, is_viewer=True)]
    return "\n".join(lines) or empty


def _told(row: _Row, tell: Callable[[_Row], str], *, is_viewer: bool) -> str:
    name = getattr(row, "name", None)
    # Who shares no server with the reader can't be mentioned to them.
    who = mention(row.player_id) if name is None or is_viewer else plain(name) or _("a member")
    you = f" {_('(you)')}" if is_viewer else ""
    # Bold, so that no markdown list begins: those number their lines by themselves, ties and all.
    return f"**{number(row.rank)}.** {who} · {tell(row)}{you}"


def points_row(standing: Standing) -> str:
    """What follows the name: points, right of played, time, places won or lost."""
    time = f" · {seconds(standing.elapsed_ms)}" if standing.right else ""
    return (
        f"**{number(standing.points)}** · {number(standing.right)}/{number(standing.guesses)}"
        f"{time}{_movement(standing)}"
    )


def _streak_row(place: StreakPlace) -> str:
    freezes = f" · ❄ {number(place.freezes)}" if place.freezes else ""
    return f"**{days(place.length)}**{freezes}"


def _record_row(place: RecordPlace) -> str:
    return f"**{seconds(place.elapsed_ms)}** · {day(place.puzzle_date)}"


def _movement(standing: Standing) -> str:
    """Places won or lost today; nothing where the rank is as it was, or was none."""
    if standing.rank_before is None or standing.rank_before == standing.rank:
        return ""
    places = standing.rank_before - standing.rank
    # A space that no line is broken at: on a phone the sign would stand alone.
    return f" · ▲\u00a0{number(places)}" if places > 0 else f" · ▼\u00a0{number(-places)}"


def _legend(board: Leaderboard) -> str:
    if board.window is Window.TODAY or board.sheet.is_global or board.is_newcomers:
        return _("Each row: points · right/played · time.")
    return _("Each row: points · right/played · time · ▲ ▼ places since yesterday.")


def _counted(sheet: Sheet, count: int | None = None) -> str:
    counted = players(sheet.players if count is None else count)
    if sheet.pages == 1:
        return f"{counted}."
    page = _("page {number} of {pages}", number=sheet.number + 1, pages=sheet.pages)
    return f"{counted}, {page}."


def window_buttons(current: BoardName, sheet: Sheet) -> Buttons:
    """One button a window; the one that is shown is marked by its sign too."""
    verb = Verb.GLOBAL if sheet.is_global else Verb.WINDOW
    return Buttons(
        tuple(
            _button(_(name), action(verb, window), is_shown=window == current)
            for window, name in WINDOW_NAMES.items()
        )
    )


def _other_buttons(current: BoardName, sheet: Sheet) -> Buttons:
    """The other kinds of boards, and this one of all servers where this one takes part."""
    buttons = [
        _button(_(KIND_NAMES[kind]), action(Verb.WINDOW, kind), is_shown=kind == current)
        for kind in (Special.STREAKS, Special.NEWCOMERS)
    ]
    if sheet.is_global:
        buttons.append(Button(_(SCOPE_NAMES[Scope.SERVER]), action(Verb.WINDOW, str(current))))
    elif sheet.has_global:
        buttons.append(Button(_(SCOPE_NAMES[Scope.GLOBAL]), action(Verb.GLOBAL, str(current))))
    seasons = action(Verb.SEASONS, "past")
    return Buttons((*buttons, Button(_(KIND_NAMES[Special.SEASONS]), seasons)))


def _page_buttons(current: BoardName, sheet: Sheet) -> tuple[Button, ...]:
    scope = Scope.GLOBAL if sheet.is_global else Scope.SERVER
    return tuple(
        Button(label, action(Verb.PAGE, str(current), scope, sheet.number + step))
        for label, step in ((_("◀ Better ranks"), -1), (_("Further ranks ▶"), 1))
        if 0 <= sheet.number + step < sheet.pages
    )


def _button(label: str, custom_id: str, *, is_shown: bool) -> Button:
    style = Style.PRIMARY if is_shown else Style.SECONDARY
    return Button(f"• {label}" if is_shown else label, custom_id, style)
