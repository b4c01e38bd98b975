"""Faults of Discord's REST side, and what members see, what is stored, what is tried again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_app import ticker
from bot.storage.values import from_ms

from . import permissions as may
from .due import make_due, noon_zone
from .process import PATIENCE

if TYPE_CHECKING:
    from .rig import Rig

POST = "POST /channels/{channel_id}/messages"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
SOON = timedelta(seconds=16)
"""A little more than the first wait after a failure."""
LATER = timedelta(minutes=31)
"""A little more than the wait after a refusal."""

FAULTS: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "429": {"status": 429},
    "429 global": {"status": 429, "is_global": True},
    "429 of Cloudflare": {"status": 429, "via": False},
    "reset": {"reset": True},
    "answer dropped": {"reset": True, "applied": True},
    "500 after it was applied": {"status": 500, "applied": True},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_post_that_fails_is_made_once_all_the_same(
    rig: Rig, start: Any, fault: str
) -> None:
    rig.server.faults.add(POST, **FAULTS[fault])
    await rig.connect(start)
    await rig.tick()
    await rig.tick(SOON)
    [post] = rig.found("start")
    stored = await rig.round()
    assert (stored["state"], stored["message_id"]) == ("open", post.id)
    assert (stored["attempts"], stored["retry_at"], stored["last_error"]) == (0, None, None)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_reveal_that_fails_is_made_once_and_counts_once(
    rig: Rig, start: Any, fault: str
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    points = await rig.rows("SELECT * FROM totals")
    rig.server.faults.add(POST, **FAULTS[fault])
    await rig.time_is_up()
    await rig.tick()
    await rig.tick(SOON)
    [reveal] = rig.found("rematch")
    assert "1 member guessed" in reveal.text
    assert len(rig.found("practise")) == 1
    stored = await rig.round()
    assert (stored["state"], stored["reveal_message_id"]) == ("revealed", reveal.id)
    assert await rig.rows("SELECT * FROM totals") == points


async def test_a_reveal_whose_answer_was_lost_is_found_again_in_a_busy_channel(
    rig: Rig, start: Any
) -> None:
    await rig.connect(start)
    began = (await rig.posted()).created_at
    for n in range(1_100):  # more than a search reads, while the round is open
        rig.server.say(rig.ada, rig.channel, "chat", at=began + timedelta(seconds=n))
    await rig.tick(timedelta(minutes=30))
    await rig.time_is_up()
    rig.server.faults.add(POST, reset=True, applied=True)
    await rig.tick()
    assert (await rig.round())["state"] == "scored"
    rig.server.world.nonces.clear()
    await rig.tick(SOON)
    [reveal] = rig.found("rematch")
    assert (await rig.round())["reveal_message_id"] == reveal.id


async def test_a_limit_of_many_minutes_holds_up_its_own_channel_alone(
    rig: Rig, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "GUILDS_AT_ONCE", 1)
    # Before the bot connects: its first tick may come before anything else here.
    held = rig.server.faults.add(
        f"POST /channels/{rig.channel.id}/messages", status=429, retry_after=600
    )
    await rig.connect(start)
    other = rig.server.add_guild("Another")
    await make_due(rig.app.settings.database_path, [other])
    await rig.tick()
    assert held.hits == 1
    stored = await rig.round()
    assert (stored["state"], stored["attempts"]) == ("reserved", 1)
    assert "Too many requests" in stored["last_error"]
    assert len(next(iter(other.channels.values())).messages) == 2


async def test_commands_that_discord_takes_only_tomorrow_keep_the_bot_from_nothing(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    rig.server.faults.add(
        "PUT /applications/{application_id}/commands", status=429, retry_after=80_000
    )
    async with asyncio.timeout(PATIENCE):
        await rig.connect(start)
    assert "Discord refused the commands" in caplog.text
    assert (await rig.guess(rig.ada)).text


async def test_discord_away_for_an_hour_delays_the_post_and_loses_nothing(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    other = rig.server.add_guild("Another", users=[rig.ada])
    await rig.posted()
    async with rig.server.away():
        await make_due(rig.app.settings.database_path, [other])
        for minutes in (0, 1, 2, 4, 8, 15, 30):
            await rig.tick(timedelta(minutes=minutes))
        [(state, attempts, error)] = await rig.rows(
            "SELECT state, attempts, last_error FROM rounds WHERE guild_id = ?1", other.id
        )
        assert (state, attempts) == ("reserved", 7)
        assert "could not reach Discord" in error
        assert f"guild={other.id}" in caplog.text
    await rig.tick(timedelta(minutes=11))
    channel = next(iter(other.channels.values()))
    assert len(channel.messages) == 2  # the word of welcome as it joined, and the post
    await rig.server.gateway.saw("resume", deadline=PATIENCE)
    assert (await rig.guess(rig.ada)).text


async def test_a_deleted_channel_is_left_alone_until_a_moderator_names_another(
    rig: Rig, start: Any
) -> None:
    new = rig.server.add_channel(rig.guild, "puzzles")
    rig.server.delete_channel(rig.channel)
    await rig.connect(start)
    await rig.tick()
    stored = await rig.round()
    assert stored["state"] == "reserved"
    assert "Unknown Channel" in stored["last_error"]
    tried = len(rig.server.calls(POST))
    await rig.tick(SOON)
    assert len(rig.server.calls(POST)) == tried, "a channel that is gone does not heal in seconds"
    check = rig.server.slash(rig.owner, rig.guild, new, "speedrun-admin check")
    assert "Unknown Channel" in str((await check.edit(deadline=PATIENCE)).components)
    options = {"channel": str(new.id), "timezone": noon_zone(rig.clock.now()).key}
    said = rig.server.slash(rig.owner, rig.guild, new, "speedrun-admin setup", options)
    await said.first(deadline=PATIENCE)
    await rig.tick()
    assert (await rig.round())["state"] == "open"
    assert len(new.messages) == 1


async def test_a_lost_permission_is_told_and_its_return_is_enough(rig: Rig, start: Any) -> None:
    other = rig.server.add_guild("Another")
    await make_due(rig.app.settings.database_path, [other])
    rig.server.allow(rig.channel, rig.server.bot, deny=may.SEND_MESSAGES)
    await rig.connect(start)
    await rig.tick()
    assert len(next(iter(other.channels.values())).messages) == 1
    stored = await rig.round()
    assert (stored["state"], stored["attempts"]) == ("reserved", 1)
    assert "refused" in stored["last_error"]
    rig.server.allow(rig.channel, rig.server.bot)
    await rig.tick(LATER)
    assert (await rig.round())["state"] == "open"
    assert len(rig.found("start")) == 1


async def test_a_guild_that_is_left_and_rejoined_goes_on_with_its_round(
    rig: Rig, start: Any
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    rig.server.remove_guild(rig.guild)
    await rig.time_is_up()
    await rig.tick()
    stored = await rig.round()
    assert stored["state"] == "scored", "closed, and its reveal waits"
    rig.server.rejoin(rig.guild)
    await rig.tick(LATER)
    assert (await rig.round())["state"] == "revealed"
    assert "1 member guessed" in rig.found("rematch")[0].text
    assert await rig.rows("SELECT count(*) FROM guesses") == [(1,)]


async def test_a_post_that_a_moderator_deleted_has_its_reveal(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    await rig.connect(start)
    await rig.guess(rig.ada)
    rig.server.delete_message(await rig.posted())
    await rig.time_is_up()
    await rig.tick()
    assert (await rig.round())["state"] == "revealed"
    assert "1 member guessed" in rig.found("rematch")[0].text
    assert "of round=1 is gone" in caplog.text


async def test_a_reveal_that_is_refused_for_a_day_is_given_up_and_the_points_stay(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    await rig.guess(rig.ada)
    rig.server.allow(rig.channel, rig.server.bot, deny=may.SEND_MESSAGES)
    await rig.time_is_up()
    await rig.tick()
    late = await rig.press(rig.ben, await rig.posted(), "start").first(deadline=PATIENCE)
    assert "is over" in late.text
    assert (await rig.round())["state"] == "scored"
    # The next day's round is due in the same tick, and can't be posted either.
    await rig.tick(timedelta(days=1, minutes=1))
    states = await rig.rows("SELECT state FROM rounds ORDER BY puzzle_date")
    assert [state for (state,) in states] == ["revealed", "reserved"]
    assert "gave up the reveal of round=1" in caplog.text
    assert await rig.rows("SELECT count(*) FROM guesses") == [(1,)]


async def test_a_guess_whose_token_expired_is_stored_and_told_at_the_next_press(
    rig: Rig, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.connect(start)
    puzzle = await rig.puzzle(rig.ada)
    late = rig.server.faults.add(CALLBACK, status=404, code=10062)
    rig.press(rig.ada, puzzle, "guess")
    await late.hit(deadline=PATIENCE)
    again = await rig.press(rig.ada, await rig.posted(), "start").first(deadline=PATIENCE)
    assert "your first guess stands" in again.text
    assert "too late to answer press" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_clock_that_nobody_saw_start_starts_at_the_next_press(rig: Rig, start: Any) -> None:
    await rig.connect(start)
    post, pressed = await rig.posted(), "SELECT started_at FROM starts"
    late = rig.server.faults.add(CALLBACK, status=404, code=10062)
    rig.press(rig.ada, post, "start", at=rig.clock.now() - timedelta(seconds=50))
    await late.hit(deadline=PATIENCE)
    again = rig.clock.now()
    seen = await rig.press(rig.ada, post, "start", at=again).first(deadline=PATIENCE)
    assert "running already" not in seen.text
    [(started_at,)] = await rig.rows(pressed)
    assert abs(from_ms(started_at) - again) < timedelta(milliseconds=2)
    # Seen once, it runs, whatever becomes of later presses.
    late = rig.server.faults.add(CALLBACK, status=404, code=10062)
    rig.press(rig.ada, post, "start")
    await late.hit(deadline=PATIENCE)
    third = await rig.press(rig.ada, post, "start").first(deadline=PATIENCE)
    assert "running already" in third.text
    assert await rig.rows(pressed) == [(started_at,)]


async def test_a_press_in_the_instant_of_the_end_is_told_the_truth_about_itself(
    rig: Rig, start: Any
) -> None:
    await rig.connect(start)
    puzzles = [(user, await rig.puzzle(user)) for user in (rig.ada, rig.ben)]
    await rig.time_is_up()
    end = (await rig.round())["closes_at"]
    before, instant = from_ms(end - 1), from_ms(end)
    presses = [
        rig.press(user, puzzle, "guess", at=at)
        for (user, puzzle), at in zip(puzzles, (before, instant), strict=True)
    ]
    tick = asyncio.create_task(rig.tick())
    told = [(await press.first(deadline=PATIENCE)).text for press in presses]
    await tick
    stored = {player for (player,) in await rig.rows("SELECT player_id FROM guesses")}
    assert rig.ben.id not in stored
    assert "is over" in told[1]
    # The first press came in time; whether it got through before the round was scored, only
    # the database says, and the member is told what it says.
    assert ("is over" in told[0]) is (rig.ada.id not in stored)
    [reveal] = rig.found("rematch")
    assert ("1 member guessed" in reveal.text) is (rig.ada.id in stored)
