"""A week in the life: two servers in two time zones, five members, all that a week can bring.

Berlin has Ada, Grace and Linus, Tokyo has Hedy and Alan. Ada has played the seven days before, and
holds a freeze. Dates are puzzle dates; both servers post at 09:00 of their own day.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.core.rounds import option_order, round_seed
from bot.services.checking import check_sums

from .conftest import answer, buttons, shown

if TYPE_CHECKING:
    import simcord

    from .conftest import Server

DAY = 24.0


@dataclass
class Place:
    """A server of the two: its channel, its moderator, and its members by name."""

    server: Server
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    mo: simcord.MemberActor
    members: dict[str, simcord.MemberActor]

    async def play(self, name: str, *, right: bool = True, after: float = 20) -> Any:
        """Press Start on the newest post, and an answer ``after`` seconds; the result's message."""
        member = self.members[name]
        post = [m for m in self.channel.history() if "▶ Start the clock" in buttons(m)][-1]
        puzzle = await member.click(post, custom_id=buttons(post)["▶ Start the clock"])
        await self.server.env.advance_time(after)
        [(round_id, truth, count)] = await self.server.query(
            "SELECT id, true_option, option_count FROM rounds "
            "WHERE state = 'open' AND guild_id = ?1 ORDER BY id DESC LIMIT 1",
            self.guild.id,
        )
        order = option_order(round_seed(round_id), member.id, count)
        position = next(p for p, index in enumerate(order) if (index == truth) is right)
        message = puzzle.response
        await member.click(message, custom_id=buttons(message)["ABCD"[position]])
        return message

    async def streaks(self) -> dict[str, int]:
        """What each member's own page says of their streak, 0 where it says nothing."""
        found = {}
        for name, member in self.members.items():
            told = answer(await member.slash(self.channel, "speedrun me"))
            line = next((line for line in told.splitlines() if line.startswith("Streak **")), "")
            found[name] = int(line.removeprefix("Streak **").split()[0]) if line else 0
        return found

    async def points(self) -> dict[str, int]:
        """The sums of all time as stored."""
        rows = await self.server.query(
            "SELECT player_id, points FROM totals WHERE guild_id = ?1 AND time_window = 'all'",
            self.guild.id,
        )
        by_id = {member.id: name for name, member in self.members.items()}
        return {by_id[player_id]: points for player_id, points in rows}


async def two_servers(server: Server) -> tuple[Place, Place]:
    env = server.env
    tokyo = env.create_guild("Tokyo")
    channel = tokyo.create_text_channel("mainichi-pep")
    mods = tokyo.create_role("Mods", permissions=discord.Permissions(manage_guild=True))
    mo = tokyo.add_member(server.mo.user, roles=[mods])
    members = {name: tokyo.add_member(env.create_user(name)) for name in ("hedy", "alan")}
    await server.set_up()
    await mo.slash(channel, "speedrun-admin setup", timezone="Asia/Tokyo", time="09:00")
    at_home = {name: getattr(server, name) for name in ("ada", "grace", "linus")}
    berlin = Place(server, server.guild, server.channel, server.mo, at_home)
    return berlin, Place(server, tokyo, channel, mo, members)


async def test_a_week_in_the_life(server: Server) -> None:
    berlin, tokyo = await two_servers(server)
    # 2026-01-01 00:00 UTC: Tokyo's post is due at this instant, Berlin's in eight hours.
    await server.at(8.5)
    for _ in range(7):
        await berlin.play("ada")
        await server.at(DAY)
    me = answer(await server.ada.slash(berlin.channel, "speedrun me"))
    assert "1 freeze held" in me

    # 8 January: all play. Ada shares; Grace, and Hedy in Tokyo, are wrong.
    shared = await berlin.play("ada")
    await server.ada.click(shared, custom_id=buttons(shared)["Share"])
    assert len(server.posts("shared a speedrun")) == 1
    await berlin.play("grace", right=False)
    await berlin.play("linus", after=40)
    await tokyo.play("hedy", right=False)
    await tokyo.play("alan")
    [(missed_pep,)] = await server.query(
        "SELECT pep FROM rounds WHERE guild_id = ?1 ORDER BY id DESC LIMIT 1", server.guild.id
    )
    assert await berlin.streaks() == {"ada": 8, "grace": 1, "linus": 1}

    # 9 January: Ada is away. 10 January: she is back, and a freeze has covered the day.
    await server.at(DAY)
    for name in ("grace", "linus"):
        await berlin.play(name)
    for name in ("hedy", "alan"):
        await tokyo.play(name)
    await server.at(DAY)
    back = await berlin.play("ada")
    assert "freeze" in shown(back)
    assert (await berlin.streaks())["ada"] == 9
    for name in ("grace", "linus"):
        await berlin.play(name)
    for name in ("hedy", "alan"):
        await tokyo.play(name)

    # 11 January: the bot is down from the day before until the morning after. There is no post, and
    # no streak is the shorter for it.
    before = {**await berlin.streaks(), **await tokyo.streaks()}
    server.env.bot.ticker.stop()
    await server.at(2 * DAY - 2)
    await server.restart()
    await server.at(2)
    assert await server.query("SELECT id FROM rounds WHERE puzzle_date = '2026-01-11'") == []
    for name in ("ada", "grace", "linus"):
        await berlin.play(name)
    for name in ("hedy", "alan"):
        await tokyo.play(name)
    after = {**await berlin.streaks(), **await tokyo.streaks()}
    assert after == {name: length + 1 for name, length in before.items()}

    # 13 January: Berlin's round goes wrong after two guesses, and is withdrawn.
    await server.at(DAY)
    points_before, streaks_before = await berlin.points(), await berlin.streaks()
    await berlin.play("grace")
    await berlin.play("linus", right=False)
    question = await server.mo.slash(berlin.channel, "speedrun-admin void")
    withdraw = next(
        custom_id for label, custom_id in buttons(question.response).items() if "Withdraw" in label
    )
    await server.mo.click(question.response, custom_id=withdraw)
    assert await berlin.points() == points_before
    assert await berlin.streaks() == streaks_before
    for name in ("hedy", "alan"):
        await tokyo.play(name)

    # 14 January: what Grace missed comes back as a review; Linus takes what he missed along.
    await server.at(DAY)
    review = await server.grace.user.slash("speedrun review")
    assert f"PEP {missed_pep} ·" in answer(review)
    exported = await tokyo.members["hedy"].user.slash("speedrun export", format="csv")
    data = (await exported.response.attachments[0].read()).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(data)))) == 1
    for name in ("ada", "grace", "linus"):
        await berlin.play(name)
    await tokyo.play("alan")

    # Hedy has had enough: a copy, then the wish, which waits for a week.
    hedy = tokyo.members["hedy"]
    page = await hedy.slash(tokyo.channel, "speedrun privacy")
    copy = await hedy.click(page.response, custom_id=buttons(page.response)["Export as a file"])
    [file] = copy.followups[-1].attachments if copy.followups else copy.response.attachments
    assert len(json.loads(await file.read())["stored"]["guesses.player_id"]) == 5
    asked = await hedy.click(page.response, custom_id=buttons(page.response)["Delete my data…"])
    await hedy.click(asked.response, custom_id=buttons(asked.response)["Delete in seven days"])
    alan_before = (await tokyo.points())["alan"]
    await server.at(8 * DAY)
    assert await tokyo.points() == {"alan": alan_before}
    for table in ("starts", "guesses", "totals", "streaks", "reviews", "deletion_requests"):
        rows = await server.query(f"SELECT count(*) FROM {table} WHERE player_id = ?1", hedy.id)
        assert rows == [(0,)], table

    # Whatever happened: the sums are what the guesses say, and each date was posted once a place.
    assert (await check_sums(server.app.db)).disagreements == ()
    twice = await server.query(
        "SELECT guild_id, puzzle_date FROM rounds GROUP BY guild_id, puzzle_date "
        "HAVING count(*) > 1"
    )
    assert twice == []
