"""Every card: its exact words, its buttons, and that the longest lesson stays within Discord."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.difficulty import Difficulty
from bot.core.lessons import Link, Option, Related, Snippet, VersionTwist
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
from bot.core.rounds import Start, option_order, practice_seed, round_seed
from bot.core.settings import GuildSettings
from bot.core.streaks import Streak, StreakNow
from bot.core.versions import PythonVersion, VersionBounds
from bot.core.windows import Leaderboard, Standing, Window
from bot.rendering.actions import Verb, parse
from bot.rendering.admin import check_card, preview_cards, set_up_card
from bot.rendering.boards import profile_card
from bot.rendering.cards import Accent, Button, Buttons, Card, Menu, Picture, Style, Text, notice
from bot.rendering.leaderboards import leaderboard_card
from bot.rendering.manual import help_card
from bot.rendering.pictures.from_core import profile_facts
from bot.rendering.play import (
    outcome_text,
    practice_card,
    practice_result_card,
    puzzle_card,
    result_card,
)
from bot.rendering.post import code_card, post_card
from bot.rendering.reveal import distribution, reveal_card
from tests.doubles import (
    CHANNEL,
    GUILD,
    RIGHT,
    a_guess,
    a_lesson,
    a_puzzle,
    a_round,
    a_schedule,
    a_truth,
    at,
    library_of,
)

LESSON = a_lesson(8)
PUZZLE = LESSON.puzzles[0]
ROUND = a_round()
PLAYER = 42
ORDER = option_order(round_seed(1), PLAYER, 3)
LETTER = {option: "ABC"[position] for position, option in enumerate(ORDER)}
START = StartReceipt(
    ROUND, LESSON, PUZZLE, Start(1, PLAYER, at("2026-03-02 10:00"), has_hint=False, is_new=True)
)
RECEIPT = GuessReceipt(
    ROUND,
    LESSON,
    PUZZLE,
    a_guess(player_id=PLAYER),
    rank=2,
    players=7,
    streak=Streak(3, 5, ROUND.puzzle_date),
)
STREAK = Streak(3, 9, date(2026, 3, 2))
WRONG = replace(RECEIPT, guess=a_guess(player_id=PLAYER, option=0, is_right=False, points=0))


def words(card: Card) -> str:
    return "\n".join(block.markdown for block in card.blocks if isinstance(block, Text))


def buttons(card: Card) -> list[Button]:
    return [b for block in card.blocks if isinstance(block, Buttons) for b in block.buttons]


def menus(card: Card) -> list[Menu]:
    return [block for block in card.blocks if isinstance(block, Menu)]


# --- The post ---------------------------------------------------------------------------------


def test_the_post_tells_the_pep_and_hides_the_puzzle():
    card = post_card(LESSON, library_of(LESSON), ROUND)
    text = words(card)
    assert text.startswith(
        "-# PEP 8 · Speedrun · Python 3.8 (2019)\n"
        "# PEP 8 in 90 seconds: The lesson on 8\n*Short and true.*\n"
        "First it was so.\n\nThen it was other."
    )
    assert "**Before** · Before it\n```py\nprint(4)\n```" in text
    assert "**After** · After it\n```py\nprint(2 + 2)\n```" in text
    assert "[A tutorial](<https://docs.python.org/3/tutorial/>)" in text
    assert "Closes <t:1772528400:R>." in text
    for secret in (PUZZLE.prompt, PUZZLE.code, PUZZLE.hint, PUZZLE.explanation):
        assert secret.strip() not in text


def test_the_post_s_buttons_carry_the_round():
    card = post_card(LESSON, library_of(LESSON), replace(ROUND, id=77))
    assert [(button.label, button.custom_id) for button in buttons(card)] == [
        ("▶ Start the clock", "speedrun:start:77"),
        ("Code as text", "speedrun:code:77"),
    ]
    assert menus(card) == []


def test_a_round_without_an_end_does_not_say_when_it_closes():
    card = post_card(LESSON, library_of(), replace(ROUND, closes_at=None))
    assert "Closes" not in words(card)


def test_a_post_that_is_over_can_only_be_practised():
    card = post_card(LESSON, library_of(LESSON), ROUND, is_over=True)
    assert buttons(card)[0].custom_id == "speedrun:practise:1"
    assert "This round is over." in words(card)
    assert "Closes" not in words(card)
    assert card.accent is Accent.QUIET


def test_the_menu_offers_the_related_lessons_that_there_are():
    library = library_of(LESSON, a_lesson(10, title="t" * 120))
    [menu] = menus(post_card(LESSON, library, ROUND))
    [choice] = menu.choices
    assert (menu.custom_id, choice.value) == ("speedrun:related:1", "10")
    assert choice.label.startswith("PEP 10 · ttt")
    assert choice.label.endswith("…")
    assert len(choice.label) == 100
    assert choice.description == "And the next."


def test_a_picture_takes_the_place_of_the_code_which_a_button_gives_as_text():
    picture = Picture("code.png", b"png", "before and after")
    card = post_card(LESSON, library_of(LESSON), ROUND, picture)
    assert picture in card.blocks
    assert "```" not in words(card)
    assert "print(2 + 2)" in words(code_card(LESSON))
    assert "print(4)" in words(code_card(LESSON))


def test_markdown_in_a_lesson_s_sentences_is_shown_as_it_is():
    lesson = a_lesson(8, title="All about __context__", prose=("Use `__init__` and *args.",))
    text = words(post_card(lesson, library_of(), ROUND))
    assert r"All about \_\_context\_\_" in text
    assert r"Use `__init__` and \*args." in text


# --- The puzzle -------------------------------------------------------------------------------


def test_the_puzzle_stands_in_the_member_s_own_order():
    text = words(puzzle_card(START))
    assert "## Predict the output\nWhat does it print?\n```py\nprint('8-one')\n```" in text
    shown = {
        0: "```\n3\n```",
        1: "```\n4\n```",
        2: "Python stops with `TypeError`.",
    }
    expected = "\n".join(f"**{'ABC'[p]}**\n{shown[option]}" for p, option in enumerate(ORDER))
    assert expected in text
    assert "Your clock started <t:1772445600:R>." in text
    for secret in ("So it is.", "Two and two are four.", PUZZLE.hint):
        assert secret not in text


def test_the_answer_s_buttons_are_positions_and_look_alike():
    answers = buttons(puzzle_card(START))[:3]
    assert [button.custom_id for button in answers] == [f"speedrun:guess:1:{p}" for p in range(3)]
    assert [button.label for button in answers] == ["A", "B", "C"]
    assert {button.style for button in answers} == {Style.PRIMARY}


def test_two_members_see_two_orders():
    orders = set()
    for player in range(20):
        start = replace(START.start, player_id=player)
        orders.add(words(puzzle_card(replace(START, start=start))))
    assert len(orders) == 6


def test_a_hint_is_a_button_with_its_price_until_it_was_taken():
    assert buttons(puzzle_card(START))[-1] == Button(
        "Hint (costs 25 points)", "speedrun:hint:1", Style.SECONDARY
    )
    taken = puzzle_card(replace(START, start=replace(START.start, has_hint=True)))
    assert "**Hint:** Count." in words(taken)
    assert len(buttons(taken)) == 3


def test_a_second_start_says_that_the_clock_runs_already():
    again = puzzle_card(replace(START, start=replace(START.start, is_new=False)))
    assert "Your clock was running already: it started <t:1772445600:R>." in words(again)


def test_a_puzzle_that_reads_shows_its_input():
    puzzle = a_puzzle("8-one", stdin="7\n")
    assert "It reads this input:\n```\n7\n```" in words(puzzle_card(replace(START, puzzle=puzzle)))


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (Option("", raises="KeyError"), "Python stops with `KeyError`."),
        (Option("", stdout=""), "Nothing is printed."),
        (Option("", stdout="1\n2\n"), "```\n1\n2\n```"),
        (Option("", stdout="\n"), "```\n \n```"),
    ],
)
def test_an_option_says_what_would_happen(option, expected):
    assert outcome_text(option) == expected


# --- The result -------------------------------------------------------------------------------


def test_a_right_guess_is_told_with_its_reason_time_rank_and_streak():
    card = result_card(RECEIPT)
    text = words(card)
    assert f"## ✅ Right: {LETTER[RIGHT]}" in text
    assert "on **Python 3.13** and printed:\n```\n4\n```" in text
    assert "**Why:** So it is.\nTwo and two are four." in text
    assert "**166 points** in 30.0 s · rank **2** of 7 today · streak **3 days**" in text
    assert card.accent is Accent.RIGHT
    pressed = [button for button in buttons(card) if isinstance(button, Button)]
    assert {"speedrun:share:1", "speedrun:board:today"} <= {b.custom_id for b in pressed}


def test_a_wrong_guess_is_told_why_and_why_the_right_one_is():
    card = result_card(WRONG)
    text = words(card)
    assert f"you chose {LETTER[0]}, and it was {LETTER[RIGHT]}" in text
    assert f"**Why not {LETTER[0]}:** Off by one.\n**Why {LETTER[RIGHT]}:** So it is." in text
    assert "**0 points**" in text
    assert "`/speedrun review` brings this PEP back" in text
    assert "/speedrun review" not in words(result_card(RECEIPT))
    assert card.accent is Accent.WRONG


def test_the_member_who_suggested_the_puzzle_is_told_what_their_guess_is_worth():
    card = puzzle_card(replace(START, is_author=True))
    assert "your guess earns no points, and your streak goes on with it" in words(card)
    assert "Right earns" not in words(card)
    own = replace(RECEIPT, guess=replace(RECEIPT.guess, points=0))
    told = "You suggested this puzzle, so it earns you no points."
    assert told in words(result_card(own))
    assert told not in words(result_card(RECEIPT)) + words(result_card(WRONG))


def test_a_hint_and_a_recall_are_said():
    hinted = replace(RECEIPT, guess=replace(RECEIPT.guess, has_hint=True))
    assert "in 30.0 s, hint taken · rank" in words(result_card(hinted))
    assert "hint" not in words(result_card(RECEIPT))
    recalled = words(result_card(RECEIPT, is_recalled=True))
    assert recalled.startswith("You have guessed in this round already; your first guess stands.")


@pytest.mark.parametrize(
    ("truth", "expected"),
    [
        (a_truth(stdout=""), "and printed nothing."),
        (a_truth(stdout="", exception="TypeError"), "and stopped with `TypeError`."),
        (
            a_truth(stdout="1\n", exception="TypeError"),
            "and stopped with `TypeError`, after printing:\n```\n1\n```",
        ),
    ],
)
def test_what_ran_is_told_in_words(truth, expected):
    assert expected in words(result_card(replace(RECEIPT, round=replace(ROUND, truth=truth))))


def test_a_twist_of_other_versions_is_told_after_the_guess():
    twist = VersionTwist(VersionBounds(PythonVersion(2, 7), PythonVersion(2, 7)), "It printed 3.")
    puzzle = a_puzzle("8-twist", version_twist=twist)
    assert "-# Python 2.7: It printed 3." in words(result_card(replace(RECEIPT, puzzle=puzzle)))


def test_a_round_that_never_ran_has_no_result():
    with pytest.raises(ValueError, match="never run"):
        result_card(replace(RECEIPT, round=replace(ROUND, truth=None)))


def test_practice_is_answered_without_points():
    practice = PracticePuzzle(LESSON, PUZZLE, a_truth())
    order = option_order(practice_seed(PUZZLE.id), PLAYER, 3)
    card = practice_card(practice, PLAYER)
    assert [button.custom_id for button in buttons(card)] == [
        f"speedrun:try:8:8-one:{position}" for position in range(3)
    ]
    assert "no clock, no points" in words(card)
    library = library_of(LESSON, a_lesson(9))
    for option, accent in ((RIGHT, Accent.RIGHT), (2, Accent.WRONG)):
        result = practice_result_card(practice, library, PLAYER, option)
        assert result.accent is accent
        assert "nothing was counted" in words(result)
        assert "ABC"[order.index(option)] in words(result)
        assert [choice.value for choice in menus(result)[0].choices] == ["9"]
    assert menus(practice_result_card(practice, library_of(), PLAYER, RIGHT)) == []


# --- The reveal -------------------------------------------------------------------------------

FACTS = RevealFacts(
    round=ROUND,
    lesson=LESSON,
    puzzle=PUZZLE,
    truth=a_truth(),
    counts=(2, 5, 0),
    podium=(
        PodiumPlace(1, a_guess(player_id=1, points=180, elapsed_ms=18_000), 4),
        PodiumPlace(1, a_guess(player_id=2, points=180, elapsed_ms=18_500), 1),
        PodiumPlace(3, a_guess(player_id=3, points=1), 2),
    ),
    players=7,
    right=5,
    median_ms=31_000,
    longest_streak=9,
)


def test_a_reveal_has_the_output_the_guesses_and_the_podium():
    text = words(reveal_card(FACTS))
    assert text.startswith("-# PEP 8 · Speedrun of 2 Mar 2026\n## The reveal\n")
    assert "It printed, on Python 3.13:\n```\n4\n```\nTwo and two are four." in text
    assert "7 members guessed, 5 right, in 31.0 s at the median." in text
    assert text.endswith(
        "🥇 1. <@1> · 180 points in 18.0 s · streak 4\n"
        "🥇 1. <@2> · 180 points in 18.5 s\n"
        "🥉 3. <@3> · 1 point in 30.0 s · streak 2\n"
        "Longest streak in this round: 9 days."
    )
    assert buttons(reveal_card(FACTS))[0].custom_id == "speedrun:rematch:1"


def test_a_reveal_tells_how_many_streaks_freezes_kept():
    kept = reveal_card(replace(FACTS, kept_streaks=1))
    assert words(kept).endswith("\n❄ A freeze kept 1 streak of a member who missed it.")
    alone = reveal_card(replace(FACTS, podium=(), kept_streaks=2))
    assert words(alone).endswith("\n❄ Freezes kept 2 streaks of members who missed it.")


def test_a_reveal_tells_how_hard_the_puzzle_was_once_enough_have_answered():
    told = "-# Difficulty 3.1 of 5, by 20 first answers: harder than its author thought."
    assert words(reveal_card(replace(FACTS, difficulty=Difficulty(2, 3.1, 20)))).endswith(told)
    assert "Difficulty" not in words(reveal_card(replace(FACTS, difficulty=Difficulty(2, 3, 19))))


def test_the_guesses_are_bars_of_text_and_the_right_one_is_marked_by_a_word():
    assert distribution(FACTS) == (
        "```\n  2 ████░░░░░░ 3\n✔ 5 ██████████ 4  right\n  0 ░░░░░░░░░░ TypeError\n```"
    )


def test_long_empty_and_many_lined_answers_fit_a_phone():
    options = (
        Option("", stdout="a rather long line of output that goes on\n"),
        Option("", stdout="1\n2\n"),
        Option("", stdout=""),
        Option("", stdout="\n"),
    )
    facts = replace(
        FACTS, puzzle=a_puzzle(options=options), counts=(0, 1234, 0, 3), podium=(), players=0
    )
    lines = distribution(facts).split("\n")[1:-1]
    assert lines[0].endswith(" a rather long line of…")
    assert lines[1].startswith("✔ 1234 ██████████ 1 ⏎ 2")
    assert lines[2].endswith("(nothing)")
    assert lines[3].endswith("(an empty line)")
    assert max(map(len, lines)) <= 50


def test_a_round_that_nobody_played_says_so():
    facts = replace(
        FACTS, counts=(0, 0, 0), podium=(), players=0, right=0, median_ms=None, longest_streak=0
    )
    text = words(reveal_card(facts))
    assert "Nobody guessed this one." in text
    assert "streak" not in text
    assert "█" not in text


def test_a_round_that_nobody_got_right_has_no_podium():
    facts = replace(FACTS, podium=(), right=0, players=1, median_ms=None)
    assert "1 member guessed, 0 right." in words(reveal_card(facts))


@pytest.mark.parametrize(
    ("truth", "expected"),
    [
        (a_truth(stdout=""), "It printed, on Python 3.13: nothing."),
        (
            a_truth(stdout="", exception="TypeError"),
            "It stopped with `TypeError` on Python 3.13.",
        ),
        (
            a_truth(stdout="1\n", exception="TypeError"),
            "It stopped with `TypeError` on Python 3.13, after printing:\n```\n1\n```",
        ),
    ],
)
def test_a_reveal_tells_what_ran_in_words(truth, expected):
    assert expected in words(reveal_card(replace(FACTS, truth=truth)))


def test_a_chart_takes_the_place_of_the_bars_and_its_figures_stay_as_text():
    picture = Picture("chart.png", b"png", "chart")
    card = reveal_card(FACTS, picture)
    assert picture in card.blocks
    assert "█" not in words(card)
    assert "-# ✔ right **5** · ✘ wrong 2, 0\n" in words(card)


# --- Boards and records -----------------------------------------------------------------------


def standing(rank, player, points=150, guesses=2, right=1, elapsed_ms=30_000):
    return Standing(rank, player, points, guesses, right, elapsed_ms)


def test_a_board_has_a_row_a_player_and_marks_its_window_by_a_sign():
    board = Leaderboard(
        Window.WEEK,
        "2026-W10",
        (standing(1, 1), standing(1, 2), standing(3, 3, 0, 1, 0, 0)),
        standing(1, 2),
        3,
    )
    card = leaderboard_card(board)
    assert words(card) == (
        "## Leaderboard · This week\n"
        "**1.** <@1> · **150** · 1/2 · 30.0 s\n"
        "**1.** <@2> · **150** · 1/2 · 30.0 s (you)\n"
        "**3.** <@3> · **0** · 0/1\n"
        "-# 3 players. Each row: points · right/played · time · ▲ ▼ places since yesterday. "
        "Equal points share a rank."
    )
    windows = buttons(card)[:5]
    assert [button.label for button in windows] == [
        "Today",
        "• This week",
        "This month",
        "This year",
        "All time",
    ]
    assert [parse(button.custom_id).arguments[0] for button in windows] == list(Window)
    assert {parse(button.custom_id).verb for button in windows} == {Verb.WINDOW}


def test_a_viewer_beyond_the_board_has_their_row_below_it():
    board = Leaderboard(Window.ALL, "all", (standing(1, 1),), standing(40, 42, 10), 40)
    assert "\n…\n**40.** <@42> · **10** · 1/2 · 30.0 s (you)\n" in words(leaderboard_card(board))


@pytest.mark.parametrize(
    ("before", "told"), [(None, ""), (3, ""), (5, " · ▲\u00a02"), (1, " · ▼\u00a02")]
)
def test_a_row_tells_the_places_won_or_lost_today(before, told):
    row = replace(standing(3, 1), rank_before=before)
    board = Leaderboard(Window.YEAR, "2026", (row,), None, 9)
    assert f"**3.** <@1> · **150** · 1/2 · 30.0 s{told}\n" in words(leaderboard_card(board))


def test_todays_board_has_no_movement_to_explain():
    board = Leaderboard(Window.TODAY, "2026-03-02", (standing(1, 1),), None, 1)
    assert "yesterday" not in words(leaderboard_card(board))


def test_an_empty_board_invites():
    board = Leaderboard(Window.TODAY, "2026-03-02", (), None, 0)
    assert "Nobody has guessed in this time yet." in words(leaderboard_card(board))


OVER = StreakNow()


def record(standings, *, streak=STREAK, now=OVER, median_ms=24_500, plays=()):
    return Profile(
        player_id=42,
        standings=dict.fromkeys(Window, None) | standings,
        streak=streak,
        streak_now=now,
        median_ms=median_ms,
        players=5,
        today=date(2026, 3, 2),
        plays=plays,
    )


def record_card(profile, picture=None):
    return profile_card(profile, profile_facts(profile, library_of(LESSON), "Ada"), picture)


def test_a_record_has_points_accuracy_streak_and_ranks():
    profile = record({Window.WEEK: standing(2, 42, 1), Window.ALL: standing(1, 42, 450, 4, 3)})
    assert words(record_card(profile)) == (
        "## Your speedruns\n"
        "**450 points** from 4 guesses, 3 right (75%)\n"
        "Streak **0 days**, best 9\n"
        "A right guess takes you 24.5 s at the median\n"
        "Rank: This week **2** · All time **1**"
    )


def test_a_record_tells_the_freezes_and_what_one_covered():
    standings = {Window.ALL: standing(1, 42, 450, 4, 3)}
    streak = Streak(15, 15, date(2026, 2, 28), 15 - 7)
    for now, told in (
        (StreakNow(15, 1), "❄ 1 freeze held, the next in 6 days played"),
        (StreakNow(15, 2), "❄ 2 freezes held\n"),
        (StreakNow(15, 0, (date(2026, 3, 1),)), "❄ A freeze covered Sunday, so your streak goes"),
    ):
        assert told in words(record_card(record(standings, streak=streak, now=now)))


def test_what_became_of_the_freezes_is_told_with_the_guess():
    day = ROUND.puzzle_date  # a Monday
    kept = replace(RECEIPT, covered=(date(2026, 2, 28),), is_first_of_date=True)
    assert "❄ A freeze covered Saturday, so your streak goes on." in words(result_card(kept))
    both = replace(kept, covered=(date(2026, 2, 1), date(2026, 2, 28)))
    assert "❄ Freezes covered 1 February and Saturday" in words(result_card(both))
    earned = replace(RECEIPT, streak=Streak(7, 7, day, 7, day), is_first_of_date=True)
    told = "❄ Seven days played: you have earned a freeze, and hold 1."
    assert told in words(result_card(earned))
    assert "❄" not in words(result_card(replace(earned, is_first_of_date=False)))


def test_a_record_names_strong_and_weak_topics_and_keeps_its_words_beside_the_picture():
    plays = tuple(Play(date(2026, 3, day), 8, is_right=False, elapsed_ms=1) for day in (1, 2, 3))
    profile = record({Window.ALL: standing(1, 42, 0, 3, 0)}, plays=plays)
    picture = Picture("record.png", b"png", "a record")
    card = record_card(profile, picture)
    assert card.blocks[0] is picture
    assert "Worth a review: names 0 of 3, syntax 0 of 3" in words(card)
    assert "Strongest" not in words(card)


def test_a_record_without_a_right_guess_has_no_median():
    profile = record({Window.ALL: standing(1, 42, 0, 1, 0)}, median_ms=None)
    text = words(record_card(profile))
    assert "**0 points** from 1 guess, 0 right (0%)" in text
    assert "median" not in text


def test_a_stranger_is_told_how_to_begin():
    profile = record({}, streak=Streak(), median_ms=None)
    assert "You have not guessed here yet." in words(record_card(profile))


def test_the_help_tells_the_rules_as_they_are():
    text = words(help_card([("speedrun play", "Today's puzzle")]))
    assert "earns 100 points, and up to 100 more for speed, falling to none at 90 s" in text
    assert "The hint costs 25." in text
    assert "`/speedrun play` Today's puzzle" in text


# --- For moderators ---------------------------------------------------------------------------


def set_up(next_post_at="2026-03-03 09:00", **fields):
    due = None if next_post_at is None else at(next_post_at)
    return SetUp(GuildSettings(GUILD, CHANNEL, a_schedule(**fields)), due)


def test_settings_are_told_in_words():
    text = words(set_up_card(set_up(), "Set up"))
    assert f"Channel: <#{CHANNEL}>" in text
    assert "Time: 09:00, UTC, every day" in text
    assert "A round stays open until the next one is posted" in text
    assert "Next speedrun: <t:1772528400:F>, <t:1772528400:R>" in text
    text = words(
        set_up_card(set_up(weekdays=frozenset({0, 6}), open_for=timedelta(hours=30)), "Set up")
    )
    assert "Time: 09:00, UTC, Mon, Sun" in text
    assert "A round stays open for 30 h" in text


def test_a_pause_is_told_in_place_of_the_next_post():
    text = words(set_up_card(set_up(None, is_paused=True), "Paused"))
    assert "Paused: nothing is posted until `/speedrun-admin resume`" in text
    assert "Next speedrun" not in text
    assert "Next speedrun" not in words(set_up_card(set_up(None), "Set up"))


def test_problems_are_listed_and_their_absence_is_said():
    card = set_up_card(set_up(), "Set up", ["I may not post there."])
    assert "**Not ready yet:**\n⚠ I may not post there." in words(card)
    assert card.accent is Accent.WRONG
    assert set_up_card(set_up(), "Set up").accent is Accent.RIGHT
    assert "⚠ one\n⚠ two" in words(check_card([set_up()], ["one", "two"]))
    assert "Nothing is missing" in words(check_card([set_up()], []))
    assert "⚠ not set up" in words(check_card([], ["not set up"]))


def test_a_preview_shows_the_post_and_the_puzzle_to_the_moderator_alone():
    post, puzzle = preview_cards(PracticePuzzle(LESSON, PUZZLE, a_truth()), PLAYER)
    assert words(post).startswith("-# Preview: only you see this. Nothing was posted.")
    assert "The lesson on 8" in words(post)
    assert buttons(post) == []
    assert "on Python 3.13; option 2 of the lesson's file came true" in words(puzzle)


def test_a_notice_is_one_text():
    assert notice("Hello.") == Card((Text("Hello."),), Accent.QUIET)


# --- The longest that the format allows --------------------------------------------------------


def longest_lesson():
    code = "\n".join(["x" * 60] * 15) + "\n"
    puzzle_code = "\n".join(["y" * 60] * 18) + "\n"
    printed = "\n".join(["z" * 32] * 12) + "\n"
    option = Option(why="w" * 200, stdout=printed, misconception="m" * 40)
    puzzle = a_puzzle(
        "9999-" + "p" * 60,
        prompt="p" * 300,
        code=puzzle_code,
        hint="h" * 200,
        options=(option, replace(option, stdout="4\n"), option, replace(option, stdout="5\n")),
        explanation="e" * 600,
        version_twist=VersionTwist(VersionBounds(PythonVersion(2, 7)), "n" * 200),
        stdin="i" * 400,
    )
    snippet = Snippet("l" * 60, VersionBounds(PythonVersion(3, 8)), code, "4\n")
    return a_lesson(
        9990,
        title="t" * 60,
        tagline="g" * 140,
        prose=("p" * 500, "p" * 500),
        track=Link("k" * 80, "https://docs.python.org/" + "u" * 276),
        before=snippet,
        after=snippet,
        puzzles=(puzzle,),
        related=(Related(9991, "r" * 90), Related(9992, "r" * 90), Related(9993, "r" * 90)),
    )


def test_the_longest_lesson_stays_within_every_limit_that_no_later_step_can_mend():
    """Texts are cut to a message's 4,000 characters by the layout; nothing else is."""
    lesson = longest_lesson()
    puzzle = lesson.puzzles[0]
    library = library_of(lesson, *(a_lesson(pep, title="t" * 60) for pep in (9991, 9992, 9993)))
    round_ = replace(ROUND, id=10**18 - 1, truth=a_truth(option_count=4))
    guess = replace(RECEIPT.guess, round_id=round_.id)
    practice = PracticePuzzle(lesson, puzzle, a_truth(option_count=4))
    cards = [
        post_card(lesson, library, round_),
        code_card(lesson),
        puzzle_card(StartReceipt(round_, lesson, puzzle, START.start)),
        practice_card(practice, PLAYER),
        practice_result_card(practice, library, PLAYER, 0),
        result_card(
            GuessReceipt(round_, lesson, puzzle, guess, 1, 10**6, Streak(999, 999, None)),
            is_recalled=True,
        ),
        reveal_card(replace(FACTS, lesson=lesson, puzzle=puzzle, counts=(1, 2, 3, 4))),
        *preview_cards(practice, PLAYER),
    ]
    for card in cards:
        pieces = buttons(card)
        pressed = [piece for piece in pieces if isinstance(piece, Button)]
        ids = [piece.custom_id for piece in (*pressed, *menus(card))]
        assert all(len(custom_id) <= 100 and parse(custom_id) for custom_id in ids)
        assert len(set(ids)) == len(ids)
        assert all(1 <= len(button.label) <= 80 for button in pieces)
        rows = [block.buttons for block in card.blocks if isinstance(block, Buttons)]
        assert all(1 <= len(row) <= 5 for row in rows)
        for menu in menus(card):
            assert 1 <= len(menu.choices) <= 25
            assert all(len(choice.label) <= 100 for choice in menu.choices)
            assert all(len(choice.description) <= 100 for choice in menu.choices)
        components = 1 + len(card.blocks) + len(pieces) + len(menus(card))
        assert components <= 40
        assert all(text.markdown.strip() for text in card.blocks if isinstance(text, Text))
        assert words(card).count("```") % 2 == 0
