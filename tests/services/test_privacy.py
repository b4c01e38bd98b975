"""A member's copy, their wish to be forgotten, and what becomes of servers that were left."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.core.privacy import GRACE, KEEP_DEPARTED
from bot.core.shards import Shards
from bot.core.windows import Window
from bot.services.audit import record
from bot.services.checking import check_sums
from bot.services.chores import do_chores
from bot.services.drafting import begin_draft
from bot.services.moderating import reveal_now
from bot.services.options import set_option
from bot.services.playing import start_clock, submit_guess
from bot.services.privacy import (
    cancel_deletion,
    export_data,
    forget_departed_guilds,
    forget_due_players,
    note_guilds,
    privacy_state,
    request_deletion,
)
from bot.services.recounting import rebuild
from bot.services.schedules import set_paused
from bot.services.standings import leaderboard
from bot.storage.firsts import load_all_answers, load_answers
from bot.storage.personal import PERSONAL
from bot.storage.privacy import list_departed
from bot.storage.totals import GLOBAL, list_players
from tests.doubles import CHANNEL, GUILD, World, a_lesson, at

NINE = at("2026-03-02 09:00")
ADA, GRACE_HOPPER = 501, 502


@pytest.fixture
async def played(world: World) -> World:
    """A round that Ada and Grace have guessed in, set up by Ada."""
    await world.set_up()
    await set_paused(world.db, GUILD, at("2026-03-02 08:10"), is_paused=False, by=ADA)
    await world.tick(NINE)
    for player in (ADA, GRACE_HOPPER):
        await play(world, player)
    return world


async def play(world: World, player: int, guild_id: int = GUILD) -> None:
    [round_] = [r for r in await world.rounds(guild_id) if r.state == "open"]
    facts = {"guild_id": guild_id, "round_id": round_.id, "player_id": player}
    await start_clock(world.db, world.library, **facts, at=NINE)
    await submit_guess(world.db, world.library, **facts, position=0, at=NINE + timedelta(seconds=9))


async def rows_of(world: World, player: int) -> dict[str, int]:
    """How many rows name the player, by table; those without are left out."""

    def work(tx):
        counts = {
            held.table: tx.scalar(
                f"SELECT count(*) FROM {held.table} WHERE {held.column} = ?1", player
            )
            for held in PERSONAL
        }
        return {table: count for table, count in counts.items() if count}

    return await world.db.read(work)


async def test_the_copy_holds_every_row_and_what_its_rounds_were(played):
    document = json.loads(await export_data(played.db, ADA, NINE))
    stored = document["stored"]
    assert set(stored) == {f"{held.table}.{held.column}" for held in PERSONAL}
    [guess] = stored["guesses.player_id"]
    assert guess["elapsed_ms"] == 9_000
    assert guess["guessed_at"] == "2026-03-02T09:00:09+00:00"
    [round_] = document["rounds"]
    assert round_["round_id"] == guess["round_id"]
    assert (round_["puzzle_date"], round_["guild_id"]) == ("2026-03-02", str(GUILD))
    assert str(GRACE_HOPPER) not in json.dumps(document)
    assert {table: len(rows) for table, rows in stored.items() if rows} == {
        f"{held.table}.{held.column}": count
        for held in PERSONAL
        if (count := (await rows_of(played, ADA)).get(held.table))
    }


async def test_a_stranger_s_copy_is_empty(played):
    document = json.loads(await export_data(played.db, 999, NINE))
    assert not any(document["stored"].values())
    assert document["rounds"] == []


async def test_forgetting_waits_for_its_grace_and_can_be_taken_back(played):
    due = await request_deletion(played.db, ADA, NINE)
    assert due == NINE + GRACE
    # A second press does not begin the grace anew.
    assert await request_deletion(played.db, ADA, NINE + timedelta(days=3)) == due
    assert (await privacy_state(played.db, ADA)).deletion_due_at == due
    await do_chores(played.ctx, due - timedelta(seconds=1))
    assert "guesses" in await rows_of(played, ADA)
    assert await cancel_deletion(played.db, ADA)
    assert not await cancel_deletion(played.db, ADA)
    await do_chores(played.ctx, due + timedelta(days=1))
    assert "guesses" in await rows_of(played, ADA)


async def test_after_the_grace_nothing_names_the_member_and_others_keep_theirs(played):
    before = await rows_of(played, GRACE_HOPPER)
    due = await request_deletion(played.db, ADA, NINE)
    assert await forget_due_players(played.db, due) == 1
    assert await rows_of(played, ADA) == {}
    assert await rows_of(played, GRACE_HOPPER) == before
    board = await leaderboard(played.db, GUILD, Window.ALL, viewer_id=ADA, now=NINE)
    assert [row.player_id for row in board.standings] == [GRACE_HOPPER]
    assert board.viewer is None
    assert (await check_sums(played.db)).disagreements == (), "ranks count those who are left"
    # What a moderator changed is still told, of nobody.
    deeds = await played.db.read(
        lambda tx: [tuple(row) for row in tx.all("SELECT deed, actor_id FROM audit_entries")]
    )
    assert ("resume", None) in deeds
    assert await forget_due_players(played.db, due) == 0
    # And they may come back, as anybody.
    assert (await privacy_state(played.db, ADA)).guesses == 0
    await play(played, ADA)
    assert (await privacy_state(played.db, ADA)).guesses == 1


async def test_a_forgotten_member_is_out_of_how_difficult_the_puzzle_was(played):
    await reveal_now(played.ctx, GUILD, at("2026-03-02 12:00"))
    [round_] = await played.rounds()
    assert (await played.db.read(load_all_answers))[round_.puzzle_id][0] == 2
    await forget_due_players(played.db, await request_deletion(played.db, ADA, NINE))
    left = await played.db.read(load_all_answers)
    assert left[round_.puzzle_id][0] == 1
    await rebuild(played.db)
    assert await played.db.read(load_all_answers) == left


async def test_a_wish_taken_back_in_the_last_moment_is_kept(played, monkeypatch):
    from bot.services import privacy

    due = await request_deletion(played.db, ADA, NINE)
    listed = privacy.list_deletions_due

    def list_then_take_back(tx, now):
        return listed(tx, now)

    monkeypatch.setattr(privacy, "list_deletions_due", list_then_take_back)
    players = await played.db.read(lambda tx: list_then_take_back(tx, due))
    assert players == [ADA]
    await cancel_deletion(played.db, ADA)
    await played.db.write(lambda tx: privacy._forget(tx, ADA, due))
    assert "guesses" in await rows_of(played, ADA)


async def test_a_server_that_was_left_is_kept_for_a_while_and_then_deleted_alone(played):
    other = GUILD + 1
    await played.set_up(guild_id=other, channel_id=99, now=at("2026-03-02 08:10"))
    await played.tick("2026-03-02 09:05")
    await play(played, ADA, other)
    await played.db.write(lambda tx: record(tx, GUILD, "option", NINE, by=ADA))
    await note_guilds(played.db, [other], NINE)
    await do_chores(played.ctx, NINE + KEEP_DEPARTED)
    assert len(await played.rounds()) == 1
    await do_chores(played.ctx, NINE + KEEP_DEPARTED + timedelta(seconds=1))
    assert await played.rounds() == []
    assert len(await played.rounds(other)) == 1
    state = await privacy_state(played.db, ADA)
    assert (state.guesses, state.guilds) == (1, 1)
    left = await played.db.read(
        lambda tx: tx.scalar("SELECT count(*) FROM schedules WHERE guild_id = ?1", GUILD)
    )
    assert left == 0


async def test_a_server_that_was_never_set_up_is_deleted_like_any_other(world):
    await set_option(world.db, GUILD, "language", "de", NINE, by=ADA)
    await begin_draft(world.db, GUILD + 1, ADA, NINE, channel_id=CHANNEL)
    await note_guilds(world.db, [GUILD, GUILD + 1], NINE)
    await do_chores(world.ctx, NINE + timedelta(days=400))
    assert set(await rows_of(world, ADA)) == {"audit_entries", "setup_drafts"}
    await note_guilds(world.db, [], NINE)
    await do_chores(world.ctx, NINE + KEEP_DEPARTED)
    assert set(await rows_of(world, ADA)) == {"audit_entries", "setup_drafts"}
    await do_chores(world.ctx, NINE + KEEP_DEPARTED + timedelta(seconds=1))
    assert await rows_of(world, ADA) == {}
    await note_guilds(world.db, [], NINE + KEEP_DEPARTED * 2)
    assert await world.db.read(list_departed) == []


async def test_a_server_that_comes_back_in_time_is_kept(played):
    await note_guilds(played.db, [], NINE)
    await note_guilds(played.db, [GUILD], NINE + timedelta(days=80))
    await do_chores(played.ctx, NINE + timedelta(days=400))
    assert len(await played.rounds()) == 1


async def test_the_first_note_of_a_departure_counts(played):
    await note_guilds(played.db, [], NINE)
    await note_guilds(played.db, [], NINE + timedelta(days=80))
    await do_chores(played.ctx, NINE + timedelta(days=91))
    assert await played.rounds() == []


async def test_of_another_process_s_servers_nothing_is_noted(played):
    theirs = Shards(2, ((GUILD >> 22) % 2,))
    ours = Shards(2, (1 - (GUILD >> 22) % 2,))
    await note_guilds(played.db, [], NINE, ours)
    await do_chores(played.ctx, NINE + timedelta(days=91))
    assert len(await played.rounds()) == 1
    await note_guilds(played.db, [], NINE, theirs)
    await do_chores(played.ctx, NINE + timedelta(days=91))
    assert await played.rounds() == []


async def test_a_server_that_is_forgotten_leaves_nothing_on_the_global_board(played):
    other = GUILD + 1
    await played.set_up(guild_id=other, channel_id=99, now=at("2026-03-02 08:10"))
    await played.tick("2026-03-02 09:05")
    await play(played, ADA, other)
    for guild_id in (GUILD, other):
        await set_option(played.db, guild_id, "has_global_board", "on", NINE)
    await note_guilds(played.db, [other], NINE)
    await do_chores(played.ctx, NINE + timedelta(days=91))
    on_board = await played.db.read(lambda tx: list_players(tx, GLOBAL))
    assert on_board == [ADA]
    assert (await check_sums(played.db)).disagreements == ()


async def test_a_forgotten_server_s_first_answers_are_counted_elsewhere_once(world):
    world.sees(a_lesson(8))
    await world.set_up()
    await world.set_up(guild_id=GUILD + 1, channel_id=CHANNEL + 1)
    await world.tick("2026-03-02 09:00")
    for guild_id, hour in ((GUILD, "10:00"), (GUILD + 1, "11:00")):
        [round_] = await world.rounds(guild_id)
        press = {"round_id": round_.id, "guild_id": guild_id, "player_id": 11}
        press["at"] = at(f"2026-03-02 {hour}")
        await start_clock(world.db, world.library, **press)
        await submit_guess(world.db, world.library, position=0, **press)
        await reveal_now(world.ctx, guild_id, at("2026-03-02 12:00"))

    async def answers():
        return (await world.db.read(lambda tx: load_answers(tx, round_.puzzle_id)))[0]

    assert await answers() == 1
    left = at("2026-03-03 09:00")
    await note_guilds(world.db, [GUILD + 1], left)
    await forget_departed_guilds(world.db, left + timedelta(days=2), timedelta(days=1))
    assert await answers() == 1
