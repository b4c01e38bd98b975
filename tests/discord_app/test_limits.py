"""Every card of every lesson that the format allows is a message that Discord takes.

A lesson that is loaded is shown whole: `fits-discord` leaves out what would not fit, so nothing of
it is ever cut. Each function of `bot.rendering` that makes a card or a form is called in a file
``test_limits*.py`` of this folder: the last test finds them all by itself.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import rendering
from bot.core.lessons import Lesson, Level, Library, Link, Option, Puzzle, Related, Snippet
from bot.core.lessons import VersionTwist as Twist
from bot.core.options import GuildOptions
from bot.core.records import Play
from bot.core.results import (
    GuessReceipt,
    PodiumPlace,
    PracticePuzzle,
    Profile,
    RevealFacts,
    SetUp,
    StartReceipt,
)
from bot.core.reviews import Grade, Offer, ReviewPuzzle, ReviewResult
from bot.core.rounds import Round, RoundState, Start, Truth
from bot.core.runs import Limits, Outcome, RunResult
from bot.core.settings import GuildSettings
from bot.core.streaks import Streak, StreakNow
from bot.core.versions import PythonVersion, VersionBounds
from bot.core.windows import Leaderboard, Standing, Window
from bot.discord_app.layout import build, build_form, fitted
from bot.library.measure import MESSAGE_BYTES, MESSAGE_CHARACTERS, messages
from bot.rendering.actions import parse
from bot.rendering.admin import check_card, preview_cards, set_up_card
from bot.rendering.boards import profile_card
from bot.rendering.cards import Button, Buttons, Card, Menu, Picture, Text
from bot.rendering.forms import MAX_LABEL, MAX_TITLE
from bot.rendering.language import languages, speaking
from bot.rendering.leaderboards import leaderboard_card
from bot.rendering.manual import help_card
from bot.rendering.options import options_card
from bot.rendering.pictures.chart import draw_reveal
from bot.rendering.pictures.code_picture import draw_lesson
from bot.rendering.pictures.from_core import chart_facts, profile_facts
from bot.rendering.pictures.profile import draw_profile
from bot.rendering.play import practice_card, practice_result_card, puzzle_card, result_card
from bot.rendering.post import code_card, post_card
from bot.rendering.reveal import reveal_card
from bot.rendering.reviews import review_card, review_result_card
from bot.rendering.running import comparison_card, edit_form, run_card, waiting_card
from tests.doubles import a_guess, a_lesson, a_round, a_schedule, at
from tests.wire.rules import Draft, message_rules
from tests.wire.state import MessageFlag

NOW = at("2026-03-02 10:00")
BIG = 9_223_372_036_854_775_807
"""The largest id that SQLite holds; Discord's are smaller."""

# What markdown doubles, what takes four bytes, what can't be seen, what is cut between words.
_PIECES = (
    "word ",
    "`",
    "*_",
    "~~|<>",
    "[x](",
    "@everyone ",
    "\N{MATHEMATICAL SCRIPT CAPITAL X}",
    "é",
    "李 ",
    "\u202e",
    "``` ",
    "\\",
)


def full(limit: int, pieces: tuple[str, ...] = _PIECES) -> st.SearchStrategy[str]:
    """A text of exactly ``limit`` characters, or of one, from one or two pieces."""
    pattern = st.lists(st.sampled_from(pieces), min_size=1, max_size=2).map("".join)
    return st.tuples(pattern, st.sampled_from((1, limit))).map(
        lambda drawn: ((drawn[0] * drawn[1])[: drawn[1]]).strip() or "x"
    )


def lines(count: int, columns: int = 60) -> st.SearchStrategy[str]:
    """Code or output of ``count`` full lines."""
    return full(
        columns, ("x = 1; ", "`", "\N{MATHEMATICAL SCRIPT CAPITAL X}", "李", "``` ", "\\")
    ).map(lambda line: f"{line}\n" * count)


BOUNDS = VersionBounds(PythonVersion(3, 8), PythonVersion(3, 14))
TYPE_NAME = "E" * 80
options = st.builds(
    lambda why, stdout, raises: Option(
        why=why, stdout=None if raises else stdout, raises=TYPE_NAME if raises else None
    ),
    full(200),
    st.one_of(full(400), lines(12, 33), st.just("")),
    st.booleans(),
)
twists = st.none() | full(200).map(lambda note: Twist(BOUNDS, note, stdout="x"))
puzzles = st.builds(
    Puzzle,
    id=st.sampled_from(("9999-a", f"9999-{'k' * 35}")),
    prompt=full(300),
    python=st.just(BOUNDS),
    difficulty=st.just(5),
    code=lines(18),
    hint=full(200),
    options=st.lists(options, min_size=3, max_size=4).map(tuple),
    explanation=full(600),
    version_twist=twists,
    stdin=st.one_of(st.just(""), full(400)),
)
snippets = st.builds(
    Snippet, label=full(60), python=st.just(BOUNDS), code=lines(15), stdout=st.just("x\n")
)
lessons = st.builds(
    Lesson,
    pep=st.just(9999),
    title=full(60),
    tagline=full(140),
    python=st.just(PythonVersion(3, 14)),
    year=st.just(2100),
    category=st.just("packaging"),
    level=st.just(Level.ADVANCED),
    tags=st.just(("k" * 40,)),
    status=st.just("Final"),
    track=st.builds(Link, full(80), st.just("https://docs.python.org/3/" + "x" * 274)),
    prose=st.lists(full(600), min_size=2, max_size=3).map(tuple),
    before=snippets,
    after=snippets,
    puzzles=st.lists(puzzles, min_size=1, max_size=1).map(tuple),
    related=st.tuples(full(90), full(90), full(90)).map(
        lambda hooks: tuple(Related(9990 + n, hook) for n, hook in enumerate(hooks))
    ),
    sources=st.just(()),
)


def library_with(lesson: Lesson) -> Library:
    others = {related.pep: replace(lesson, pep=related.pep) for related in lesson.related}
    return Library({lesson.pep: lesson, **others})


def truth_of(puzzle: Puzzle) -> Truth:
    option = puzzle.options[0]
    return Truth(0, len(puzzle.options), option.stdout or "", option.raises, "3.14")


def a_limit_round(lesson: Lesson, state: RoundState = RoundState.OPEN) -> Round:
    [puzzle] = lesson.puzzles
    return a_round(id=BIG, pep=9999, puzzle_id=puzzle.id, state=state, truth=truth_of(puzzle))


def broken_rules(card: Card) -> list[str]:
    """The names of Discord's rules that the card's message breaks."""
    message = build(card)
    files = message.get("files", [])
    draft = Draft(
        components=message["view"].to_components(),
        flags=MessageFlag.V2,
        filenames=tuple(file.filename for file in files),
    )
    for file in files:
        file.close()
    for block in card.blocks:
        presses = block.buttons if isinstance(block, Buttons) else ()
        ids = [button.custom_id for button in presses if isinstance(button, Button)]
        ids += [block.custom_id] if isinstance(block, Menu) else []
        assert all(parse(custom_id) is not None for custom_id in ids)
    return [f"{broken.rule} {broken.path}" for broken in message_rules(draft)]


def faults(card: Card) -> list[str]:
    """As `broken_rules`; and whether a text had to be cut to keep them."""
    cut = [] if fitted(card.blocks) == list(card.blocks) else ["a text is cut"]
    return [*broken_rules(card), *cut]


def is_loaded(lesson: Lesson) -> bool:
    """Whether the library takes the lesson, as far as its length goes."""
    return all(
        message.characters <= MESSAGE_CHARACTERS and message.bytes <= MESSAGE_BYTES
        for message in messages(lesson)
    )


@settings(max_examples=40)
@given(lessons, st.booleans(), st.sampled_from(languages()))
def test_every_message_on_a_lesson_at_its_limits_is_one_that_discord_takes(
    lesson, has_hint, language
):
    look = faults if is_loaded(lesson) else broken_rules
    with speaking(language):
        cards = lesson_cards(lesson, has_hint=has_hint)
    assert [look(card) for card in cards] == [[]] * len(cards)


def lesson_cards(lesson: Lesson, *, has_hint: bool) -> list[Card]:
    """Every card that shows a lesson, without pictures."""
    round_, library = a_limit_round(lesson), library_with(lesson)
    [puzzle] = lesson.puzzles
    practice = PracticePuzzle(lesson, puzzle, truth_of(puzzle))
    start = Start(BIG, BIG, NOW, has_hint, is_new=not has_hint)
    last = len(puzzle.options) - 1
    cards = [
        post_card(lesson, library, round_),
        post_card(lesson, library, round_, is_over=True),
        code_card(lesson),
        puzzle_card(StartReceipt(round_, lesson, puzzle, start)),
        puzzle_card(StartReceipt(round_, lesson, puzzle, start, is_author=True)),
        practice_card(practice, BIG),
        *preview_cards(practice, BIG),
        reveal_card(a_reveal(lesson)),
        review_card(ReviewPuzzle(practice, Offer(puzzle.id, NOW, has_hint), 3, 10**6), BIG),
        review_result_card(ReviewResult(practice, last, Grade.HARD, NOW), BIG),
    ]
    for option in (0, last):
        # A right one without points has one more line: its player suggested the puzzle.
        facts = {"option": option, "is_right": option == 0, "points": 0}
        guess = a_guess(round_id=BIG, player_id=BIG, **facts)
        receipt = GuessReceipt(round_, lesson, puzzle, guess, 10**6, 10**6, Streak(9999, 9999))
        cards.append(result_card(receipt, is_recalled=True, can_edit=True, can_compare=True))
        cards.append(practice_result_card(practice, library, BIG, option))
    return cards


def a_reveal(lesson: Lesson) -> RevealFacts:
    [puzzle] = lesson.puzzles
    guess = a_guess(round_id=BIG, player_id=BIG, elapsed_ms=10**9)
    places = tuple(PodiumPlace(rank, guess, 9999) for rank in (1, 2, 3))
    return RevealFacts(
        round=a_limit_round(lesson, RoundState.SCORED),
        lesson=lesson,
        puzzle=puzzle,
        truth=truth_of(puzzle),
        counts=(10**6,) * len(puzzle.options),
        podium=places,
        players=10**7,
        right=10**6,
        median_ms=10**9,
        longest_streak=9999,
    )


@settings(max_examples=12)
@given(lessons)
def test_with_pictures_too(lesson):
    library, facts = library_with(lesson), a_reveal(lesson)
    [puzzle] = lesson.puzzles
    drawn, chart = draw_lesson(lesson), draw_reveal(chart_facts(facts))
    code = Picture("code.png", drawn.png, drawn.alt)
    cards = [
        post_card(lesson, library, a_limit_round(lesson), code),
        preview_cards(PracticePuzzle(lesson, puzzle, truth_of(puzzle)), BIG, code)[0],
        reveal_card(facts, Picture("chart.png", chart.png, chart.alt)),
    ]
    assert [broken_rules(card) for card in cards] == [[]] * len(cards)


def standing(rank: int) -> Standing:
    return Standing(rank, BIG - rank, 10**9, 10**6, 10**6, 10**12)


@pytest.mark.parametrize("window", Window)
def test_a_leaderboard_of_large_numbers_fits(window):
    rows = tuple(standing(10**6) for _ in range(10))
    assert faults(leaderboard_card(Leaderboard(window, "all", rows, standing(1), 10**9))) == []


@given(full(32), full(60))
@settings(max_examples=12)
def test_a_profile_of_any_name_fits(name, tag):
    lesson = a_lesson(8, tags=(tag, f"{tag}2", f"{tag}3"))
    plays = tuple(Play(date(2026, 3, day), 8, day % 2 == 0, 10**9) for day in range(1, 10))
    record = Profile(
        player_id=BIG,
        standings=dict.fromkeys(Window, standing(10**6)),
        streak=Streak(9999, 9999, date(2026, 3, 2)),
        streak_now=StreakNow(9999, 2, (date(2026, 3, 8), date(2026, 3, 9))),
        median_ms=10**9,
        players=10**9,
        today=date(2026, 3, 10),
        plays=plays,
    )
    facts = profile_facts(record, Library({8: lesson}), name)
    drawn = draw_profile(facts)
    picture = Picture("me.png", drawn.png, drawn.alt)
    assert faults(profile_card(record, facts, picture)) == []
    assert faults(profile_card(record, facts)) == []


@given(st.lists(full(900), max_size=8))
def test_the_moderators_cards_fit_however_much_is_wrong(problems):
    set_up = SetUp(GuildSettings(BIG, BIG, a_schedule(weekdays=frozenset({0, 2, 4}))), NOW)
    cards = [
        set_up_card(set_up, "PEP Speedrun is set up", problems),
        check_card([set_up] * 8, problems),
        check_card([], problems),
        help_card([(f"speedrun {'n' * 32}", "d" * 100)] * 12),
    ]
    assert [broken_rules(card) for card in cards] == [[]] * len(cards)


printed = st.one_of(
    st.text(max_size=3_000), full(4_000), lines(40, 200), st.just(""), st.just("``` @everyone")
)
run_results = st.builds(
    RunResult,
    outcome=st.sampled_from(Outcome),
    stdout=printed,
    stderr=printed,
    exit_code=st.sampled_from([None, 0, 1]),
    exception=st.sampled_from([None, "E" * 80, "Exception", "a*b_"]),
    duration_ms=st.floats(0, 60_000),
    truncated=st.booleans(),
    python=st.sampled_from(["2.7", "3.15"]),
    limit=st.sampled_from([None, "wall_ms", "cpu_ms", "data_bytes", "threads", "output_bytes"]),
    detail=st.sampled_from([None, "tried to open a file: no files here"]),
)


@settings(max_examples=60)
@given(run_results)
def test_whatever_a_member_s_run_printed_is_a_message_that_discord_takes(result):
    card = run_card(result, Limits(), BIG)
    assert broken_rules(card) == []
    text = "".join(block.markdown for block in card.blocks if isinstance(block, Text))
    assert "@everyone" not in text
    assert text.count("```") % 2 == 0


@pytest.mark.parametrize("position", [1, 2, 3, 10**6])
def test_a_place_in_a_long_line_fits(position):
    assert faults(waiting_card(position, 10**9)) == []


@settings(max_examples=40)
@given(lessons, st.lists(run_results, min_size=1, max_size=12))
def test_a_comparison_of_a_dozen_pythons_is_one_too(lesson, results):
    assert broken_rules(comparison_card(lesson, results)) == []


@settings(max_examples=60)
@given(full(4_000) | st.text(max_size=5_000), st.text(max_size=5_000))
def test_the_form_to_edit_takes_the_longest_snippet(code, stdin):
    pythons = [PythonVersion(3, minor) for minor in range(40)]
    form = edit_form(BIG, code, stdin, pythons, pythons[-1])
    assert len(form.title) <= MAX_TITLE
    assert all(len(field.label) <= MAX_LABEL for field in form.fields)
    payload = build_form(form).to_dict()
    box, menu, stdin_box = (label["component"] for label in payload["components"])
    assert len(box.get("value") or "") <= 4_000
    assert len(stdin_box.get("value") or "") <= 4_000
    assert len(menu["options"]) == 25
    assert sum(option["default"] for option in menu["options"]) == 1
    assert parse(payload["custom_id"]) is not None


def test_a_servers_options_are_a_message_in_every_language():
    options = GuildOptions(report_channel=BIG)
    for language in languages():
        with speaking(language):
            cards = [options_card(options), options_card(options, "report_channel")]
        assert [broken_rules(card) for card in cards] == [[], []]


NO_CASE = {"notice": "a card of one given text"}
"""What makes cards and needs no case, with the reason."""
MAKES = re.compile(r"\b(Card|Form)\b")


def card_makers() -> set[str]:
    """The public functions of `bot.rendering` that return cards or forms."""
    found = set()
    for path in Path(rendering.__file__).parent.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and node.returns and MAKES.search(ast.unparse(node.returns)):
                found.add(node.name)
    return found


def test_every_function_that_makes_a_card_has_its_case_here():
    called = set()
    for path in Path(__file__).parent.glob("test_limits*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called.add(getattr(node.func, "id", getattr(node.func, "attr", "")))
    without = card_makers() - called - set(NO_CASE)
    assert not without, f"no case in tests/discord_app/test_limits*.py: {without}"
