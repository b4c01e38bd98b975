"""Two bots on one database by mistake: the second says so and goes; a kill leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.errors import DatabaseInUse
from bot.storage.claim import claimed

from .process import BotProcess, build_house, database_of, end_all

if TYPE_CHECKING:
    from pathlib import Path

    from .server import WireServer


async def test_a_second_bot_refuses_to_start_and_a_killed_first_one_leaves_no_lock(
    server: WireServer, tmp_path: Path
) -> None:
    house = build_house(tmp_path)
    processes = [first := await BotProcess.start(house, server)]
    try:
        await first.said("ready as")
        second = await BotProcess.start(house, server)
        processes.append(second)
        assert await second.ended() == 2
        assert f"Another bot is running on {database_of(house)}" in second.text
        assert "Traceback" not in second.text
        assert first.is_running

        status = await BotProcess.start(house, server, "db", "status")
        processes.append(status)
        assert await status.ended() == 0, status.text

        first.kill()
        await first.ended()
        processes.append(third := await BotProcess.start(house, server))
        await third.said("ready as")
    finally:
        await end_all(processes)


def test_two_spellings_of_one_path_are_one_database(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "house")
    with (
        claimed(tmp_path / "house" / "bot.db"),
        pytest.raises(DatabaseInUse),
        claimed(tmp_path / "alias" / "bot.db"),
    ):
        pass


def test_a_claim_ends_with_its_block_and_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bot.db"
    for _ in range(2):
        with claimed(path):
            assert not path.exists()
