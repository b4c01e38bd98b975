"""Faults of the gateway, the disk, the clock and of single guilds; each stays what it is."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .crowd import number_of
from .due import make_due
from .process import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from .rig import Rig
    from .server import WireServer

BREAKS: dict[str, Callable[[WireServer], Any]] = {
    "op 7": lambda server: server.gateway.request_reconnect(),
    "op 9 true": lambda server: server.gateway.invalidate_session(resumable=True),
    "op 9 false": lambda server: server.gateway.invalidate_session(resumable=False),
    "a dropped connection": lambda server: server.gateway.drop_connection(),
    "a TCP reset": lambda server: server.gateway.drop_connection(hard=True),
    "missed heartbeats": lambda server: server.gateway.stop_acking(),
}


@pytest.mark.parametrize("fault", BREAKS)
async def test_a_gateway_that_breaks_costs_a_reconnect_and_no_second_post(
    rig: Rig, start: Any, fault: str
) -> None:
    gateway = rig.server.gateway
    if fault == "missed heartbeats":
        gateway.heartbeat_interval = 0.1
    await rig.connect(start)
    post = await rig.posted()
    if fault == "missed heartbeats":
        rig.client.ws._keep_alive.heartbeat_timeout = 0.3
    connects = gateway.counts["connect"]
    # A new session is ready a moment after it is there: not to come amid the test's own end.
    anew = rig.client.wait_for("ready", timeout=PATIENCE) if fault == "op 9 false" else None
    ready = None if anew is None else asyncio.ensure_future(anew)
    BREAKS[fault](rig.server)
    await gateway.saw("connect", connects + 1, deadline=PATIENCE)
    gateway.start_acking()
    both = gateway.counts["identify"] + gateway.counts["resume"]
    if both < 2:
        what = "identify" if fault == "op 9 false" else "resume"
        await gateway.saw(what, 2 if what == "identify" else 1, deadline=PATIENCE)
    answer = await rig.press(rig.ada, post, "start").first(deadline=PATIENCE)
    assert answer.message is not None
    assert number_of(answer.message, "guess") is not None
    await rig.tick()
    assert len(rig.found("start")) == 1
    if ready is not None:
        await ready


async def test_a_press_made_while_the_connection_was_away_is_answered_after_the_resume(
    rig: Rig, start: Any
) -> None:
    await rig.connect(start)
    puzzle = await rig.puzzle(rig.ada)
    rig.server.gateway.drop_connection()
    answer = await rig.press(rig.ada, puzzle, "guess").first(deadline=PATIENCE)
    assert "rank **1** of 1" in answer.text
    rig.server.gateway.replay(1)
    again = await rig.press(rig.ada, await rig.posted(), "start").first(deadline=PATIENCE)
    assert "first guess stands" in again.text
    assert await rig.rows("SELECT guesses FROM totals WHERE time_window = 'all'") == [(1,)]


async def test_one_guild_s_broken_setting_stops_no_other_and_fills_no_log(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    others = [rig.server.add_guild(f"Guild {n}") for n in range(20)]
    await make_due(rig.app.settings.database_path, others)
    await rig.db.write(
        lambda tx: tx.execute(
            "UPDATE schedules SET time_zone = 'Mars/Olympus' WHERE guild_id = ?1", rig.guild.id
        )
    )
    await rig.connect(start)
    for _ in range(3):
        await rig.tick(timedelta(seconds=5))
    assert [len(next(iter(g.channels.values())).messages) for g in others] == [1] * 20
    assert rig.channel.messages == {}
    told = [r for r in caplog.records if str(rig.guild.id) in r.getMessage()]
    assert [r.exc_info is not None for r in told] == [True, True], "once at the start, once a try"
    # Set right again, it is served at the next try.
    await make_due(rig.app.settings.database_path, [rig.guild])
    await rig.tick(timedelta(seconds=16))
    assert len(rig.found("start")) == 1


async def test_a_database_locked_by_another_process_is_told_in_words_and_tried_again(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    puzzle = await rig.puzzle(rig.ada)
    with closing(sqlite3.connect(rig.db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = await rig.press(rig.ada, puzzle, "guess").first(deadline=PATIENCE)
        assert "did not count. Try again" in refused.text
        other.execute("ROLLBACK")
    assert "database is locked" in caplog.text
    assert "Traceback" not in caplog.text
    assert await rig.rows("SELECT * FROM guesses") == []
    told = await rig.press(rig.ada, puzzle, "guess").first(deadline=PATIENCE)
    assert "rank **1** of 1" in told.text


async def test_a_full_disk_is_told_in_words_and_what_was_stored_stays(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    puzzle = await rig.puzzle(rig.ben)
    # SQLite's own limit of pages answers as a full disk does: SQLITE_FULL.
    await rig.limit_pages(to_what_it_has=True)
    refused = rig.press(rig.ben, puzzle, "guess")
    text = (await refused.first(deadline=PATIENCE)).text
    while "rank" in text:  # there may be room left in the last pages
        text = (await rig.stranger_guesses()).text
    assert "did not count. Try again" in text
    assert "full" in caplog.text
    await rig.limit_pages(to_what_it_has=False)
    told = (await rig.stranger_guesses()).text
    assert "rank" in told
    stored = await rig.rows("SELECT count(*) FROM guesses")
    sums = await rig.rows("SELECT count(*) FROM totals WHERE time_window = 'all'")
    assert stored == sums


async def test_a_clock_that_jumps_forward_and_back_makes_one_post_a_date(
    rig: Rig, start: Any
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    for days in (1, -1, 1, -1):
        await rig.tick(timedelta(days=days))
        await rig.tick(timedelta(minutes=1))
    rounds = await rig.rows("SELECT puzzle_date, state FROM rounds ORDER BY puzzle_date")
    assert [state for _, state in rounds] == ["revealed", "open"]
    assert len({puzzle_date for puzzle_date, _ in rounds}) == 2
    assert (len(rig.found("rematch")), len(rig.channel.messages)) == (1, 3)
    assert await rig.rows("SELECT guesses FROM totals WHERE time_window = 'all'") == [(1,)]


async def test_a_date_on_which_the_bot_did_not_post_breaks_no_streak_and_the_log_says_so(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    # Two days on which Discord takes no message: the first is given up, the second comes late.
    away = rig.server.faults.add("POST /channels/{channel_id}/messages", status=503, times=None)
    await rig.tick(timedelta(days=1))
    await rig.tick(timedelta(days=1))
    away.remove()
    for _ in range(3):
        await rig.tick(timedelta(minutes=11))
    states = await rig.rows("SELECT state FROM rounds ORDER BY puzzle_date")
    assert [state for (state,) in states] == ["revealed", "void", "open"]
    assert "it breaks nobody's streak" in caplog.text
    told = await rig.guess(rig.ada)
    assert "streak **2 days**" in told.text


async def test_a_round_that_the_bot_was_away_for_most_of_is_excused_at_its_return(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    # Nobody answered from here to the next day: no tick of the bot wrote that it did.
    await rig.tick(timedelta(days=1))
    assert "excused round=1" in caplog.text
    assert await rig.rows("SELECT is_excused FROM rounds WHERE id = 1") == [(1,)]
    assert "streak **2 days**" in (await rig.guess(rig.ada)).text
    fresh = await rig.guess(rig.ben)
    assert "streak **1 day**" in fresh.text


async def test_a_lost_connection_is_noted_as_time_without_answers(rig: Rig, start: Any) -> None:
    await rig.connect(start)
    await rig.tick(timedelta(minutes=2))
    async with rig.server.away():
        disconnected = rig.client.wait_for("disconnect", timeout=PATIENCE)
        await disconnected
        await rig.tick(timedelta(hours=2))
        assert await rig.rows("SELECT * FROM shard_outages") == []
    await rig.server.gateway.saw("resume", deadline=PATIENCE)
    await rig.client.wait_for("resumed", timeout=PATIENCE) if not rig.client._is_connected else None
    await rig.tick(timedelta(minutes=1))
    [(began, ended)] = await rig.rows("SELECT began_at, ended_at FROM shard_outages")
    assert ended - began >= 2 * 3_600_000
