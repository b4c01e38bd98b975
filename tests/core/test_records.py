"""Which topics a player is good at, and which are worth a review."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.core.records import MAX_TOPICS, MIN_PLAYED, Play, Topic, strongest, topics_of, weakest
from tests.doubles import a_lesson, a_puzzle, library_of

topics = st.lists(
    st.builds(
        lambda name, right, wrong: Topic(name, right, right + wrong),
        st.text("abcdef", min_size=1, max_size=3),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    unique_by=lambda topic: topic.name,
)


def play(pep, *, is_right=True):
    return Play(date(2026, 3, 2), pep, is_right, 1000)


def test_a_topic_counts_from_its_third_guess_and_a_lesson_that_is_gone_for_none():
    library = library_of(
        a_lesson(8, category="syntax", tags=("names", "syntax")),
        a_lesson(20, category="stdlib", tags=("names",)),
    )
    plays = [play(8), play(8, is_right=False), play(20), play(999), play(999), play(999)]
    [topic] = topics_of(plays, library)
    assert (topic.name, topic.right, topic.played) == ("names", 2, 3)
    assert topics_of([*plays, play(8)], library)[0].played == 4
    assert {topic.name for topic in topics_of([*plays, play(8)], library)} == {"names", "syntax"}
    assert topics_of([], library) == []


def test_the_best_come_first_and_then_those_with_more_guesses():
    some = [Topic("half", 2, 4), Topic("all", 3, 3), Topic("more", 5, 5), Topic("poor", 1, 4)]
    assert [topic.name for topic in strongest(some)] == ["more", "all", "half"]
    assert [topic.name for topic in weakest(some)] == ["poor"]
    assert Topic("none", 0, 0).edge == 0.0


@given(topics)
def test_no_topic_is_among_the_best_and_the_worst_at_once(some):
    best, worst = strongest(some), weakest(some)
    assert not set(best) & set(worst)
    assert max(len(best), len(worst)) <= MAX_TOPICS
    assert all(2 * topic.right >= topic.played for topic in best)
    assert all(topic.right < topic.played for topic in worst)
    assert [topic.edge for topic in best] == sorted((t.edge for t in best), reverse=True)
    assert [topic.edge for topic in worst] == sorted(t.edge for t in worst)
    assert MIN_PLAYED > 1


def test_a_topic_of_hard_puzzles_is_stronger_than_one_of_easy_ones_with_as_many_right():
    hard, easy = (a_puzzle(name, difficulty=level) for name, level in (("h", 5), ("e", 1)))
    library = library_of(
        a_lesson(8, tags=("hard",), category="a", puzzles=(hard,)),
        a_lesson(9, tags=("easy",), category="b", puzzles=(easy,)),
    )
    plays = [
        Play(date(2026, 3, day), pep, is_right=day < 3, elapsed_ms=1, puzzle_id=puzzle_id)
        for pep, puzzle_id in ((8, "h"), (9, "e"))
        for day in (1, 2, 3)
    ]
    found = topics_of(plays, library)
    assert [topic.name for topic in strongest(found)][:2] == ["a", "hard"]
    assert [topic.name for topic in weakest(found)] == ["easy"]
    # First answers say that it is the other way round.
    turned = topics_of(plays, library, {"h": (400, 400), "e": (400, 100)})
    assert strongest(turned)[0].name == "b"
