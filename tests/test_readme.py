"""What the README and .env.example say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from bot.discord_app.permissions import NEEDED, invite_permissions

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = "".join(
    (ROOT / "bot" / path).read_text(encoding="utf-8")
    for path in ("config.py", "sandbox/settings.py")
)


def test_the_invite_link_asks_for_exactly_what_check_looks_for():
    assert f"permissions={invite_permissions().value}`" in README
    assert all(name in " ".join(README.split()) for name in NEEDED.values())


def test_every_variable_that_the_code_reads_is_told_and_no_other():
    read = set(re.findall(r'"([A-Z]{3,}_?[A-Z_]*[A-Z])"', CONFIG)) - {
        *("DEBUG", "INFO", "WARNING", "ERROR")
    }
    table = README.partition("## Settings")[2].partition("## Where data lives")[0]
    first_cells = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|"))
    told = set(re.findall(r"`([A-Z_]{4,})`", first_cells))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert told == read
    assert set(re.findall(r"^#?([A-Z_]{4,})=", example, re.MULTILINE)) == read


def test_the_pictures_and_pages_it_shows_are_there():
    for target in re.findall(r'src="([^"]+)"|\]\(([^)#:]+)\)', README):
        path = next(part for part in target if part)
        assert (ROOT / path).exists(), path
