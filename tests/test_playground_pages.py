"""What the page shows, held against what the bot knows: who was right, and what was drawn."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest
from PIL import Image

from bot.cli import main
from bot.core.rounds import option_order, round_seed
from bot.rendering.text import letter
from scripts.page import ONE_PYTHON, find_browser, open_page, playground

pytest.importorskip("simcord", reason="simcord is not installed")
pytestmark = pytest.mark.skipif(find_browser() is None, reason="no Chromium on this machine")

SIZES = pytest.mark.parametrize("size", [(1100, 1300), (390, 844)], ids=["desktop", "phone"])


def ask(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def label(path, *, right):
    """The button of a right, or of a wrong, option for whoever pressed Start last."""
    [(round_id, player_id)] = ask(
        path, "SELECT round_id, player_id FROM starts ORDER BY started_at DESC LIMIT 1"
    )
    [(truth, count)] = ask(
        path, f"SELECT true_option, option_count FROM rounds WHERE id = {round_id}"
    )
    order = option_order(round_seed(round_id), player_id, count)
    position = order.index(truth)
    return letter(position if right else (position + 1) % count)


def pixels(file):
    with Image.open(file) as image:
        return image.size, image.convert("RGB").tobytes()


@SIZES
def test_one_member_is_wrong_and_another_right_and_the_board_and_the_reveal_know(size, tmp_path):
    width, height = size
    path = tmp_path / "page.db"
    with (
        playground("--db", str(path), **ONE_PYTHON) as url,
        open_page(url, width=width, height=height) as page,
    ):
        page.press("▶ Start the clock")
        page.see("Predict the output")
        page.press(label(path, right=False))
        page.see("Not this time: you chose")
        page.be("Grace")
        page.press("▶ Start the clock")
        page.press(label(path, right=True))
        page.see("Right: ")
        page.slash("speedrun leaderboard")
        page.see("2 players")
        page.be("Mo (moderator)")
        page.slash("speedrun-admin reveal")
        page.see("2 members guessed, 1 right")


@pytest.mark.parametrize("pep", [572, 492])
def test_the_page_shows_the_very_picture_that_lessons_preview_writes(pep, tmp_path):
    drawn = tmp_path / "drawn.png"
    assert main(["lessons", "preview", str(pep), "--png", str(drawn)]) == 0
    with playground("--pep", str(pep), **ONE_PYTHON) as url, open_page(url) as page:
        page.see(f"PEP {pep} in 90 seconds")
        shown = page.picture(f"PEP {pep}, the code before and after.")
    # The page encodes its pictures anew: every pixel is the same, the file is not.
    assert pixels(io.BytesIO(shown)) == pixels(drawn)


async def test_discord_is_sent_the_very_picture_that_lessons_preview_writes(tmp_path):
    from bot.library.loading import load_library, shipped_folder
    from bot.rendering.pictures.album import Album
    from bot.rendering.pictures.cache import PictureCache, Studio

    library, _ = load_library([shipped_folder()])
    drawn = tmp_path / "drawn.png"
    main(["lessons", "preview", "484", "--png", str(drawn)])
    studio = Studio(PictureCache(tmp_path / "pictures"))
    for _ in range(2):  # drawn, and from the disk
        picture = await Album(studio).lesson(library.get(484))
        assert picture.data == drawn.read_bytes()
    await studio.aclose()
