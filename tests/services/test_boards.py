"""Boards beyond a server's points: global, streaks, newcomers, records; and who hides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.core.boards import Records, Scope, Special, Wanted
from bot.core.errors import GlobalBoardOff, GuildNotSetUp
from bot.core.windows import Window
from bot.services.boards import board_of
from bot.services.checking import check_sums
from bot.services.hiding import hide_from_boards, hides_from_boards, keep_name, show_on_boards
from bot.services.options import set_option
from bot.services.privacy import forget_departed_guilds, note_guilds
from bot.services.revealing import score_round
from bot.storage.firsts import load_answers
from bot.storage.hidden import load_names
from bot.storage.totals import GLOBAL, list_players, list_totals
from tests.doubles import GUILD, RIGHT, a_lesson, at

from .test_playing import Member

OTHER = GUILD + 1
WRONG = 0


def nine(day):
    return at(f"2026-03-{day:02} 09:00")


@pytest.fixture
async def both(world):
    """Two servers that post at nine; both are on the global board."""
    world.sees(a_lesson(8, [f"p{n}" for n in range(9)]))
    for guild_id in (GUILD, OTHER):
        await world.set_up(guild_id=guild_id)
        await set_option(world.db, guild_id, "has_global_board", "on", nine(1))
    await world.tick(nine(2))
    return world


async def plays(world, player_id, option=RIGHT, seconds=30, *, guild_id=GUILD, now=None):
    round_ = (await world.rounds(guild_id))[-1]
    member = Member(world, player_id, guild_id)
    return await member.play(option, seconds, round_id=round_.id, now=now or nine(2))


async def look(world, name=Window.ALL, *, viewer=0, guild_id=GUILD, now=None, **wanted):
    return await board_of(
        world.db, guild_id, Wanted(name, **wanted), viewer_id=viewer, now=now or nine(2)
    )


def ranks(board):
    return [(row.rank, row.player_id) for row in getattr(board, "standings", None) or board.places]


async def everywhere(world, viewer=0, **more):
    return await look(world, scope=Scope.GLOBAL, viewer=viewer, **more)


async def test_the_global_board_ranks_members_of_all_servers_that_take_part(both):
    await plays(both, 1, seconds=60)
    await plays(both, 2, seconds=30, guild_id=OTHER)
    await plays(both, 3, WRONG, guild_id=OTHER)
    for guild_id in (GUILD, OTHER):
        found = await everywhere(both, viewer=1, guild_id=guild_id)
        assert ranks(found) == [(1, 2), (2, 1), (3, 3)]
        assert (found.viewer.rank, found.sheet.players, found.sheet.is_global) == (2, 3, True)
    assert ranks(await look(both)) == [(1, 1)]


async def test_a_member_of_two_servers_counts_once_a_date_by_the_first_guess(both):
    first = await plays(both, 1, seconds=60)
    second = await plays(both, 1, seconds=1, guild_id=OTHER, now=nine(2) + timedelta(minutes=5))
    assert (first.is_global, second.is_global) == (True, False)
    [row] = (await everywhere(both)).standings
    assert (row.points, row.guesses) == (first.guess.points, 1)
    await both.tick(nine(3))
    await plays(both, 1, seconds=1, guild_id=OTHER, now=nine(3))
    [row] = (await everywhere(both)).standings
    assert row.guesses == 2


async def test_a_server_that_leaves_takes_its_share_along_and_brings_it_back(both):
    await plays(both, 1, seconds=60)
    later = await plays(both, 1, seconds=30, guild_id=OTHER, now=nine(2) + timedelta(minutes=5))
    await plays(both, 2, seconds=40)
    before = (await everywhere(both)).standings
    await set_option(both.db, GUILD, "has_global_board", "off", nine(2))
    [row] = (await everywhere(both, guild_id=OTHER)).standings
    assert (row.player_id, row.points) == (1, later.guess.points), "the other server's now counts"
    with pytest.raises(GlobalBoardOff):
        await everywhere(both)
    await set_option(both.db, GUILD, "has_global_board", "on", nine(2))
    assert (await everywhere(both)).standings == before
    assert (await check_sums(both.db)).disagreements == ()


async def test_a_switch_that_a_crash_cut_short_is_settled_at_the_next_start(both, monkeypatch):
    from bot.services import options
    from bot.services.recounting import rebuild, rebuild_if_outdated

    await rebuild(both.db)
    await plays(both, 1)

    async def crash(_):
        raise RuntimeError("the process ended here")

    monkeypatch.setattr(options, "settle_global_shares", crash)
    with pytest.raises(RuntimeError):
        await set_option(both.db, GUILD, "has_global_board", "off", nine(2))
    assert await both.db.read(lambda tx: list_totals(tx, GLOBAL)) != {}
    await rebuild_if_outdated(both.db)
    assert await both.db.read(lambda tx: list_totals(tx, GLOBAL)) == {}


async def test_a_server_that_is_forgotten_is_on_the_global_board_no_more(both):
    await plays(both, 1, guild_id=OTHER)
    await plays(both, 2)
    await note_guilds(both.db, [GUILD], nine(2))
    await forget_departed_guilds(both.db, nine(2) + timedelta(days=99), timedelta(days=90))
    assert ranks(await everywhere(both)) == [(1, 2)]


async def test_names_are_kept_for_the_global_board_alone_and_not_of_who_hides(both):
    for player_id in (1, 2, 3):
        await plays(both, player_id)
    await keep_name(both.db, 1, "Ada " * 20)
    await keep_name(both.db, 2, "Ben")
    await hide_from_boards(both.db, 2, nine(2))
    await keep_name(both.db, 2, "Ben")
    assert await both.db.read(lambda tx: load_names(tx, (1, 2, 3))) == {1: ("Ada " * 20)[:32]}
    found = await everywhere(both)
    assert [(row.player_id, row.name) for row in found.standings] == [
        (1, ("Ada " * 20)[:32]),
        (3, ""),
    ]
    assert [row.name for row in (await look(both)).standings] == [None, None]


async def test_who_hides_is_on_no_board_of_others_and_sees_their_own_row(both):
    await plays(both, 1, seconds=1)
    await plays(both, 2, seconds=30)
    await plays(both, 3, seconds=60)
    await hide_from_boards(both.db, 1, nine(2))
    await hide_from_boards(both.db, 1, nine(3))
    assert await hides_from_boards(both.db, 1)
    await both.tick(nine(3))  # scored: records are there
    boards = {
        "points": {},
        "newcomers": {"name": Special.NEWCOMERS},
        "streaks": {"name": Special.STREAKS},
        "records": {"name": Records(8)},
        "global": {"scope": Scope.GLOBAL},
    }
    for kind, wanted in boards.items():
        theirs = await look(both, viewer=2, **wanted)
        assert [player for _, player in ranks(theirs)] == [2, 3], kind
        assert (theirs.viewer.rank, theirs.sheet.players) == (1, 2), kind
        own = await look(both, viewer=1, **wanted)
        assert [player for _, player in ranks(own)] == [2, 3], kind
        assert (own.viewer.player_id, own.viewer.rank, own.sheet.is_hidden) == (1, 1, True), kind
    await show_on_boards(both.db, 1)
    assert ranks(await look(both)) == [(1, 1), (2, 2), (3, 3)]
    assert not await hides_from_boards(both.db, 1)


async def test_places_won_and_lost_leave_the_hidden_out(both):
    for player_id, seconds in ((1, 10), (2, 20), (3, 30)):
        await plays(both, player_id, seconds=seconds)
    await both.tick(nine(3))
    await hide_from_boards(both.db, 1, nine(3))
    await plays(both, 3, seconds=0, now=nine(3))
    found = await look(both, now=nine(3), viewer=1)
    assert [(r.player_id, r.rank, r.rank_before) for r in found.standings] == [(3, 1, 2), (2, 2, 1)]
    assert found.viewer.rank_before is None


async def test_pages_hold_ten_and_the_last_is_what_lies_beyond(both):
    for player_id in range(1, 24):
        await plays(both, player_id, seconds=player_id // 2)
    pages = [(await look(both, page=n, viewer=1)) for n in (0, 1, 2, 99)]
    assert [len(page.standings) for page in pages] == [10, 10, 3, 3]
    assert [(page.sheet.number, page.sheet.pages) for page in pages] == [
        (n, 3) for n in (0, 1, 2, 2)
    ]
    rows = [row for page in pages[:3] for row in page.standings]
    assert len({row.player_id for row in rows}) == 23
    for row in rows:
        assert row.rank == 1 + sum(other.points > row.points for other in rows)
    for page in pages:
        assert page.viewer.rank == 1
    for name, last in ((Special.STREAKS, {1}), (Special.NEWCOMERS, {20, 22})):
        found = await look(both, name, page=2)
        assert (len(ranks(found)), found.sheet.pages) == (3, 3)
        assert {rank for rank, _ in ranks(found)} == last


async def test_streaks_that_live_are_ranked_with_the_freezes_that_are_left(world):
    await world.set_up()
    for day in range(2, 14):
        await world.tick(nine(day))
        if day < 10:
            await plays(world, 1, now=nine(day))  # eight in a row: one freeze
        if day < 9:
            await plays(world, 2, now=nine(day))  # seven: one freeze, for two missed dates
        if day >= 9:
            await plays(world, 3, now=nine(day))
        if day == 10:
            found = await look(world, Special.STREAKS, viewer=2, now=nine(day))
            assert ranks(found) == [(1, 1), (2, 2), (3, 3)]
            assert [(p.length, p.freezes) for p in found.places] == [(8, 1), (7, 0), (2, 0)]
            assert found.viewer.rank == 2
    found = await look(world, Special.STREAKS, viewer=2, now=nine(13))
    assert ranks(found) == [(1, 3)], "three closed dates were missed by the others"
    assert found.viewer is None


async def test_newcomers_are_who_guessed_first_this_month(world):
    world.clock.set(at("2026-02-27 08:00"))
    await world.set_up()
    await world.tick(at("2026-02-28 09:00"))
    await plays(world, 1, now=at("2026-02-28 10:00"))
    await world.tick(nine(1))
    await plays(world, 1, seconds=1, now=nine(1))
    await plays(world, 2, WRONG, now=nine(1))
    await plays(world, 3, now=nine(1))
    found = await look(world, Special.NEWCOMERS, viewer=1, now=nine(1))
    assert ranks(found) == [(1, 3), (2, 2)]
    assert (found.viewer, found.is_newcomers, found.key) == (None, True, "2026-03")


async def test_records_are_the_fastest_right_first_answers_to_a_pep(world):
    world.sees(a_lesson(8, ["one", "two"]))  # so that the third round repeats the first puzzle
    await world.set_up()
    await world.tick(nine(2))
    await plays(world, 1, seconds=40)
    await plays(world, 2, seconds=50)
    await plays(world, 3, WRONG, seconds=1)
    assert ranks(await look(world, Records(8))) == [], "nothing is told of an open round"
    await world.tick(nine(3))
    await plays(world, 2, seconds=20, now=nine(3))
    await world.tick(nine(4))
    for player_id in (1, 3):
        await plays(world, player_id, seconds=2, now=nine(4))  # seen before
    await world.tick(nine(5))
    found = await look(world, Records(8), viewer=3)
    assert [(p.rank, p.player_id, p.elapsed_ms) for p in found.places] == [
        (1, 2, 20_000),
        (2, 1, 40_000),
    ]
    assert [p.puzzle_date for p in found.places] == [date(2026, 3, 3), date(2026, 3, 2)]
    assert found.viewer is None
    assert ranks(await look(world, Records(20))) == []
    assert await world.db.read(lambda tx: load_answers(tx, "8-one")) == (3, 2)


async def test_an_answer_that_was_given_elsewhere_before_is_no_first(both):
    await plays(both, 1, seconds=40)
    ours, theirs = (await both.rounds())[-1], (await both.rounds(OTHER))[-1]
    await both.db.write(
        lambda tx: tx.execute(
            "UPDATE rounds SET puzzle_id = ?1 WHERE id = ?2", ours.puzzle_id, theirs.id
        )
    )
    await plays(both, 1, seconds=2, guild_id=OTHER, now=nine(2) + timedelta(minutes=5))
    await both.tick(nine(3))
    assert ranks(await look(both, Records(8))) == [(1, 1)]
    assert ranks(await look(both, Records(8), guild_id=OTHER)) == []
    assert await both.db.read(lambda tx: load_answers(tx, ours.puzzle_id)) == (1, 1)


async def test_boards_need_a_server_that_is_set_up(world):
    for name in (Window.TODAY, Special.NEWCOMERS):
        with pytest.raises(GuildNotSetUp):
            await look(world, name)


async def test_where_very_many_played_today_no_places_are_compared(both, monkeypatch):
    from bot.storage import totals

    for player_id in (1, 2, 3):
        await plays(both, player_id, seconds=10 * player_id)
    await both.tick(nine(3))
    for player_id in (2, 3):
        await plays(both, player_id, seconds=0, now=nine(3))
    moved = await look(both, now=nine(3))
    assert {row.rank_before for row in moved.standings} != {None}
    monkeypatch.setattr(totals, "MOST_MOVING", 1)
    still = await look(both, now=nine(3))
    assert {row.rank_before for row in still.standings} == {None}
    assert ranks(still) == ranks(moved)


async def test_a_server_s_own_lesson_counts_there_and_nowhere_else(both):
    """Who writes the puzzle must not earn by it what counts beyond the server."""
    from bot.services.checking import check_sums
    from bot.services.recounting import rebuild
    from bot.storage.own_lessons import insert_own

    lesson = both.library.get(8)
    # OTHER took our very lesson as its own; GUILD plays it as ours.
    await both.db.write(lambda tx: insert_own(tx, OTHER, lesson, "schema: 1", None, nine(1)))
    await plays(both, 1)
    await plays(both, 2, guild_id=OTHER)
    for guild_id in (GUILD, OTHER):
        await score(both, guild_id)

    async def beyond():
        def work(tx):
            firsts = tx.all("SELECT player_id FROM first_answers ORDER BY player_id")
            return [row[0] for row in firsts], list_players(tx, GLOBAL)

        return await both.db.read(work)

    assert await beyond() == ([1], [1])
    assert ranks(await look(both, guild_id=OTHER)) == [(1, 2)]
    assert (await check_sums(both.db)).disagreements == ()
    await rebuild(both.db)
    assert await beyond() == ([1], [1])


async def score(world, guild_id):
    [round_] = await world.rounds(guild_id)
    await score_round(world.db, round_)
