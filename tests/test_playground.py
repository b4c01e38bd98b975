"""The playground as its user meets it: one command, a page, presses in a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from scripts.page import ONE_PYTHON, ROOT, find_browser, open_page, playground

needs_browser = pytest.mark.skipif(find_browser() is None, reason="no Chromium on this machine")
pytest.importorskip("simcord", reason="simcord is not installed")


@needs_browser
@pytest.mark.parametrize(
    ("size", "environ"),
    # With all Pythons of this host once; the other tests are about the page.
    [((1100, 1300), {}), ((390, 844), ONE_PYTHON)],
    ids=["desktop", "phone"],
)
def test_a_round_is_played_in_the_browser_by_two_members_and_a_moderator(size, environ):
    width, height = size
    with playground(**environ) as url, open_page(url, width=width, height=height) as page:
        page.see("in 90 seconds")
        page.press("▶ Start the clock")
        page.see("Predict the output")
        page.press("A")
        page.see("It ran in the sandbox on")
        page.be("Grace")
        page.press("▶ Start the clock")
        page.press("B")
        page.see("It ran in the sandbox on")
        page.slash("speedrun leaderboard")
        page.see("2 players")
        page.be("Mo (moderator)")
        page.slash("speedrun-admin preview")
        page.see("Preview: only you see this")
        page.slash("speedrun-admin reveal")
        page.see("2 members guessed")
        page.press("Practise this puzzle")
        page.see("Practice: predict the output")


@needs_browser
def test_another_pep_is_practised_from_the_menu():
    with playground(**ONE_PYTHON) as url, open_page(url) as page:
        page.choose_first("Or speedrun another PEP")
        page.see("Practice: predict the output")
        page.press("A")
        page.see("Practice: nothing was counted")


@needs_browser
def test_the_post_of_the_asked_pep_shows_its_picture_on_the_page():
    with playground("--pep", "572", **ONE_PYTHON) as url, open_page(url) as page:
        page.see("PEP 572 in 90 seconds")
        picture = page.tab.get_by_alt_text("PEP 572, the code before and after.")
        expect(picture.first).to_be_visible()


def test_a_pep_without_a_lesson_is_said_in_words():
    command = [sys.executable, "-m", "bot", "playground", "--no-browser", "--pep", "9998"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--pep 9998: no lesson on it can be posted" in ended.stderr


def test_a_kept_database_shows_todays_round_again(tmp_path):
    path = tmp_path / "kept.db"
    for _ in range(2):
        with playground("--db", str(path), **ONE_PYTHON) as url:
            assert url.startswith("http://127.0.0.1:")
    assert path.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(number):
    command = [sys.executable, "-m", "bot", "playground", "--no-browser"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | ONE_PYTHON,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout:
            if "http://" in line:
                break
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_taken_port_is_said_in_words():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "bot", "playground", "--no-browser", "--port", port]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert f"--port {port} can't be had" in ended.stderr
