"""Which servers are a process's: every server has one owner, whatever the split."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.shards import ALL, Shards, parse_shards, shard_of


@pytest.mark.parametrize(
    ("count", "ids", "expected"),
    [
        ("", "", Shards(1)),
        ("auto", "", Shards(None)),
        ("3", "", Shards(3)),
        ("3", "0", Shards(3, (0,))),
        ("8", "0-3", Shards(8, (0, 1, 2, 3))),
        ("8", " 6 , 0 - 1,1", Shards(8, (0, 1, 6))),
        ("2", "0,1", Shards(2)),
        ("1", "0", Shards(1)),
    ],
)
def test_a_number_and_a_list_are_read(count, ids, expected):
    assert parse_shards(count, ids) == expected


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5", "1000000", "²"])
def test_a_count_that_is_none_is_refused(count):
    with pytest.raises(ValueError, match=r"^COUNT is"):
        parse_shards(count, "")


@pytest.mark.parametrize("ids", ["3", "0-3", "2-1", "a", "0,", "-1", "0--1", "²"])
def test_ids_beyond_the_count_or_that_are_none_are_refused(ids):
    with pytest.raises(ValueError, match=r"^IDS has .* from 0 to 2"):
        parse_shards("3", ids)


@pytest.mark.parametrize("count", ["", "auto"])
def test_ids_need_a_count(count):
    with pytest.raises(ValueError, match=r"^IDS needs SHARD_COUNT"):
        parse_shards(count, "0")


@given(st.integers(1, 40), st.integers(0, 1 << 63), st.data())
def test_each_server_has_one_owner_and_the_shares_make_a_whole(count, guild_id, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, count - 1)))) if count > 1 else []
    edges = [0, *cuts, count]
    parts = [Shards(count, tuple(range(a, b))) for a, b in pairwise(edges)]
    assert [part.owns(guild_id) for part in parts].count(True) == 1
    assert [part.is_first for part in parts] == [True] + [False] * (len(parts) - 1)
    assert sum(part.share for part in parts) == pytest.approx(1)


def test_all_of_them_is_every_server():
    for shards in (ALL, Shards(None), Shards(3)):
        assert shards.is_all
        assert shards.is_first
        assert shards.owns(7 << 22)
        assert shards.share == 1
    assert shard_of(7 << 22, 3) == 1


def test_a_shard_beyond_the_count_is_a_slip():
    for count, ids in ((2, (2,)), (None, (0,)), (2, ())):
        with pytest.raises(ValueError, match="shards"):
            Shards(count, ids)


def test_it_says_what_it_is():
    assert [str(s) for s in (ALL, Shards(None), Shards(3), Shards(3, (0, 2)))] == [
        *("all", "all", "all of 3", "0, 2 of 3")
    ]
