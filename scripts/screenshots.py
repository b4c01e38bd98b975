"""Makes the README's pictures again: plays a round on the playground's page in a headless Chromium.

``make screenshots``, or ``python scripts/screenshots.py [FOLDER]``.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.page import ROOT, find_browser, open_page, playground

FOLDER = ROOT / "docs" / "images"


def main(folder: Path) -> int:
    """Play, and save what was seen."""
    if find_browser() is None:
        print("No Chromium on this machine: install one (Debian: apt install chromium).")
        return 1
    with playground() as url:
        with open_page(url, height=1400) as page:
            page.see("in 90 seconds")
            page.shoot(folder / "post.png")
            page.press("▶ Start the clock")
            page.see("Predict the output").scroll_into_view_if_needed()
            page.shoot(folder / "puzzle.png")
            page.press("A")
            page.see("It ran in the sandbox on").scroll_into_view_if_needed()
            page.shoot(folder / "result.png")
            page.be("Grace")
            page.press("▶ Start the clock")
            page.press("C")
            page.slash("speedrun leaderboard")
            page.see("2 players").scroll_into_view_if_needed()
            page.shoot(folder / "leaderboard.png")
            page.be("Mo (moderator)")
            page.slash("speedrun-admin reveal")
            page.see("2 members guessed").scroll_into_view_if_needed()
            page.shoot(folder / "reveal.png")
        with open_page(url, width=390, height=844, scale=2) as phone:
            phone.see("in 90 seconds")
            phone.shoot(folder / "phone.png")
    print(f"saved in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
