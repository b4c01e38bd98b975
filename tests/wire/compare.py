"""What the server saw against what the database holds, once every round of a `Crowd` is over."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from bot.core.rounds import option_at, round_seed
from bot.core.streaks import streak_of
from bot.core.windows import Window

from .crowd import number_of
from .process import database_of

if TYPE_CHECKING:
    from .crowd import Crowd, House

    Rows = sqlite3.Connection


def compare(crowd: Crowd) -> Counter[str]:
    """Hold each round against its channel and its members; returns how much was compared."""
    done: Counter[str] = Counter(kills=len(crowd.kills))
    with closing(sqlite3.connect(database_of(crowd.house))) as rows:
        rows.row_factory = sqlite3.Row
        assert rows.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert rows.execute("PRAGMA foreign_key_check").fetchall() == []
        rounds = rows.execute("SELECT * FROM rounds").fetchall()
        assert Counter(r["guild_id"] for r in rounds) == Counter(h.guild.id for h in crowd.houses)
        by_guild = {r["guild_id"]: r for r in rounds}
        for house in crowd.houses:
            _messages(house, by_guild[house.guild.id], done)
            _guesses(house, by_guild[house.guild.id], rows, done)
            _sums(house, by_guild[house.guild.id], rows, done)
        assert crowd.server.violations == []
    return done


def _messages(house: House, round_: sqlite3.Row, done: Counter[str]) -> None:
    """One post with its thread and one reveal, the very ones that are stored, nothing else."""
    by_bot = [m for m in house.channel.messages.values() if m.author.bot]
    posts = [m for m in by_bot if number_of(m, "practise") is not None]
    reveals = [m for m in by_bot if number_of(m, "rematch") is not None]
    assert round_["state"] == "revealed"
    assert [m.id for m in posts] == [round_["message_id"]]
    assert [m.id for m in reveals] == [round_["reveal_message_id"]]
    assert number_of(posts[0], "practise") == number_of(reveals[0], "rematch") == round_["id"]
    assert len(by_bot) == 2, [m.text for m in by_bot]
    threads = [c.id for c in house.guild.channels.values() if c.parent_id == house.channel.id]
    assert threads == [posts[0].id] * house.has_thread
    assert round_["has_thread"] == house.has_thread
    done.update(posts=1, reveals=1, threads=len(threads))


def _guesses(house: House, round_: sqlite3.Row, rows: Rows, done: Counter[str]) -> None:
    """Each member's one guess is one that they pressed, and the one that they were told of."""
    stored = {
        r["player_id"]: r
        for r in rows.execute("SELECT * FROM guesses WHERE round_id = ?", (round_["id"],))
    }
    assert set(house.told) <= set(stored)
    for member, guess in stored.items():
        options = [
            option_at(round_seed(round_["id"]), member, round_["option_count"], position)
            for position in house.pressed[member]
        ]
        assert guess["option_index"] in options
        assert guess["is_right"] == (guess["option_index"] == round_["true_option"])
        if member in house.told:
            _told(house.told[member], guess)
            done["acknowledged guesses"] += 1
    text = house.find("rematch")[0].text
    shown = re.search(r"(\d+) members? guessed, (\d+) right", text)
    told = (int(shown[1]), int(shown[2])) if shown else (0, 0)
    assert told == (len(stored), sum(g["is_right"] for g in stored.values())), text


def _told(text: str, guess: sqlite3.Row) -> None:
    assert ("✅ Right" in text) == bool(guess["is_right"]), text
    points = re.search(r"\*\*(\d+) points?\*\*", text)
    assert points is not None, text
    assert int(points[1]) == guess["points"], text


def _sums(house: House, round_: sqlite3.Row, rows: Rows, done: Counter[str]) -> None:
    """Each window holds each guess once; each streak is the one its dates make."""
    puzzle_date = date.fromisoformat(round_["puzzle_date"])
    expected = {
        (str(window), window.key(puzzle_date), r["player_id"]): (
            r["points"], 1, r["is_right"], r["elapsed_ms"] if r["is_right"] else 0,
        )
        for window in Window
        for r in rows.execute("SELECT * FROM guesses WHERE round_id = ?", (round_["id"],))
    }  # fmt: skip
    found = {
        (r["time_window"], r["window_key"], r["player_id"]): (
            r["points"], r["guesses"], r["right_count"], r["elapsed_ms"],
        )
        for r in rows.execute("SELECT * FROM totals WHERE guild_id = ?", (house.guild.id,))
    }  # fmt: skip
    assert found == expected
    streak = streak_of([puzzle_date], [puzzle_date])
    streaks = {
        r["player_id"]: (r["length"], r["best"], r["last_date"])
        for r in rows.execute("SELECT * FROM streaks WHERE guild_id = ?", (house.guild.id,))
    }
    players = {player for _, _, player in expected}
    assert streaks == dict.fromkeys(players, (streak.length, streak.best, round_["puzzle_date"]))
    done.update(sums=len(found), streaks=len(streaks))
