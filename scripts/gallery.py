"""Makes docs/gallery/: every kind of message on the playground's page, at phone size, and pictures.

``python scripts/gallery.py [FOLDER]``; needs a Chromium. A short, a long and a limit-size lesson
are posted, played and revealed. Look at each picture: that is what they are for.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.library.loading import load_library, shipped_folder
from bot.library.measure import messages
from bot.rendering.language import speaking
from bot.rendering.pictures.chart import draw_reveal
from bot.rendering.pictures.code_picture import draw_lesson
from bot.rendering.pictures.facts import (
    ChartFacts,
    ChartOption,
    ChartPlace,
    DayMark,
    ProfileFacts,
    ShareFacts,
    TopicScore,
)
from bot.rendering.pictures.profile import draw_profile
from bot.rendering.pictures.share import draw_share, share_line
from bot.rendering.pictures.theme import DARK, LIGHT
from scripts.kinds import german_day, rarer_kinds
from scripts.kinds_for_moderators import steering
from scripts.limit_lesson import LIMIT_PEP, write_limit_lesson
from scripts.page import ROOT, find_browser, open_page, playground
from scripts.shelf import shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.core.lessons import Lesson, Library
    from bot.rendering.cards import Card
    from bot.rendering.pictures.facts import Picture
    from scripts.page import Page

FOLDER = ROOT / "docs" / "gallery"
PHONE = {"width": 390, "height": 3600, "scale": 1.5}
DESKTOP = {"width": 1000, "height": 2400, "scale": 1}


@dataclass(frozen=True)
class Exhibit:
    """One file of the gallery, with what it shows in words."""

    section: str
    name: str
    alt: str


class Gallery:
    """A folder that fills with pictures, and its index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exhibits: list[Exhibit] = []
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()

    def message(self, page: Page, section: str, name: str, text: str, alt: str) -> None:
        """Shoot the newest message that holds ``text``."""
        page.see(text)
        path = self.folder / f"{name}.png"
        page.shoot_message(text, path)
        _shrunk(Image.open(io.BytesIO(path.read_bytes())).convert("RGB")).save(path, optimize=True)
        self.exhibits.append(Exhibit(section, name, alt))

    def nth(self, page: Page, section: str, name: str, index: int, alt: str) -> None:
        """Shoot the page's message of that place, from 0."""
        path = self.folder / f"{name}.png"
        page.shoot_nth(index, path)
        _shrunk(Image.open(io.BytesIO(path.read_bytes())).convert("RGB")).save(path, optimize=True)
        self.exhibits.append(Exhibit(section, name, alt.capitalize()))

    def picture(self, name: str, drawn: Picture) -> None:
        """Save a picture of ours with its own alt text."""
        (self.folder / f"{name}.png").write_bytes(drawn.png)
        self.exhibits.append(Exhibit("Pictures by themselves", name, drawn.alt))

    def write_index(self) -> None:
        """The README.md beside the pictures."""
        lines = [
            "# Gallery",
            "",
            "Made by `python scripts/gallery.py`: every kind of message as the playground's page",
            "shows it, on a phone of 390 points unless said otherwise, and the pictures by",
            "themselves. Each has the alt text that Discord gets, or a sentence on what is seen.",
        ]
        section = ""
        for exhibit in self.exhibits:
            if exhibit.section != section:
                section = exhibit.section
                lines += ["", f"## {section}"]
            alt = " ".join(exhibit.alt.replace("[", "(").replace("]", ")").split())
            alt = alt.replace("`", "'").replace("<", "&lt;").replace("_", "\\_").replace("*", "\\*")
            lines += ["", f"![{alt}]({exhibit.name}.png)"]
        (self.folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(folder: Path) -> int:
    """Play three rounds, draw, save, index."""
    if find_browser() is None:
        print("No Chromium on this machine: install one (Debian: apt install chromium).")
        return 1
    gallery = Gallery(folder)
    with _with_limit_lesson() as limit:
        shipped, _ = load_library([shipped_folder()])
        by_size = sorted(shipped, key=_size)
        lessons = {"short": by_size[0], "long": by_size[-1], "limit": limit}
        for size, lesson in lessons.items():
            _play(gallery, size, lesson)
        _rarer(gallery, lessons["short"], shipped)
        _draw(gallery, lessons)
    gallery.write_index()
    total = sum(path.stat().st_size for path in folder.glob("*.png"))
    print(f"{len(gallery.exhibits)} pictures, {total // 1024} KB, in {folder}")
    return 0


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture in 256 colours: half a palette for its grounds, exactly, half for rare signs."""
    counted = image.getcolors(image.width * image.height) or []
    common = [colour for _count, colour in sorted(counted, reverse=True)[:128]]
    rare = image.quantize(128, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in common for part in colour] + rare[: 3 * 128])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def _size(lesson: Lesson) -> int:
    return next(messages(lesson)).characters


@contextmanager
def _with_limit_lesson() -> Iterator[Lesson]:
    with tempfile.TemporaryDirectory() as folder:
        write_limit_lesson(Path(folder))
        os.environ["LESSON_FOLDERS"] = folder
        library, faults = load_library([Path(folder)])
        lesson = library.get(LIMIT_PEP)
        if lesson is None:
            raise RuntimeError(f"the lesson at the limits can't be read: {faults}")
        yield lesson


def _play(gallery: Gallery, size: str, lesson: Lesson) -> None:
    section = f"A {size} lesson" if size != "limit" else "A lesson at the limits"
    pep = f"PEP {lesson.pep}"
    with playground("--pep", str(lesson.pep)) as url:
        if size == "short":
            with open_page(url, **DESKTOP) as desktop:
                alt = f"The daily post of {pep} in a wide window."
                gallery.message(desktop, "Wide", "post-wide", "in 90 seconds", alt)
        with open_page(url, **PHONE) as page:

            def shoot(name: str, text: str, alt: str) -> None:
                gallery.message(page, section, f"{size}-{name}", text, f"{alt} ({pep})")

            shoot("post", "in 90 seconds", "The daily post: story, before and after, buttons.")
            page.press("▶ Start the clock")
            shoot("puzzle", "Predict the output", "The puzzle with its options, for one member.")
            page.press("A")
            shoot("result", "It ran in the sandbox on", "The result of a guess, and why.")
            page.be("Grace")
            page.press("▶ Start the clock")
            page.press("B")
            page.see("It ran in the sandbox on")
            page.be("Mo (moderator)")
            if size == "short":
                _small_messages(page, shoot)
                _after_the_guess(page, shoot)
            if size == "limit":
                page.press("Code as text")
                shoot("code", "the code as text", "The code before and after as text.")
            page.slash("speedrun-admin reveal")
            shoot("reveal", "The reveal", "The reveal with its chart and podium.")
            if size == "short":
                shoot("retired", "This round is over.", "The daily post after the reveal.")
                page.press("Practise this puzzle")
                shoot("practice", "Practice: predict the output", "The puzzle as practice.")
                page.press("A")
                shoot("practised", "Practice: nothing was counted", "The result in practice.")


def _small_messages(page: Page, shoot: object) -> None:
    page.press("▶ Start the clock")
    page.press("C")
    page.see("It ran in the sandbox on")
    for command, name, text, alt in (
        ("speedrun me", "me", "Your speedruns", "A member's card."),
        ("speedrun leaderboard", "leaderboard", "Leaderboard ·", "Today's leaderboard."),
        ("speedrun help", "help", "Each day one Python", "How the game goes."),
        ("speedrun-admin check", "check", "Nothing is missing", "What a moderator's check says."),
        ("speedrun-admin preview", "preview", "Preview: only you", "A moderator's preview."),
        ("speedrun privacy", "privacy", "Your data", "What is stored about a member."),
        ("speedrun-admin void", "void", "Withdraw this round?", "The question before a void."),
    ):
        page.slash(command)
        shoot(name, text, alt)


def _after_the_guess(page: Page, shoot: object) -> None:
    page.be("Ada")
    for button, name, text, alt in (("Share", "shared", "shared a speedrun", "A shared result."),):
        page.press(button)
        shoot(name, text, alt)
    page.be("Mo (moderator)")


def _rarer(gallery: Gallery, lesson: Lesson, library: Library) -> None:
    """What three short days don't bring, and a day in German; each card at the page's bottom."""
    kinds: dict[str, str] = {}

    def make(ids: Sequence[int], channel_id: int) -> list[Card]:
        with speaking("de"):
            german = german_day(lesson, library, ids)
        cards = {
            **rarer_kinds(lesson, ids),
            **steering(library, ids, channel_id),
            **{f"german-{name}": card for name, card in german.items()},
        }
        for name in cards:
            kinds[name] = "In German" if name.startswith("german") else "Rarer messages"
        return list(cards.values())

    with shelf(make) as url, open_page(url, **{**PHONE, "height": 12_000}) as page:
        for index, (name, section) in enumerate(kinds.items()):
            gallery.nth(page, section, f"kind-{name}", index, f"{name.replace('-', ' ')}.")


def _draw(gallery: Gallery, lessons: dict[str, Lesson]) -> None:
    for size, lesson in lessons.items():
        gallery.picture(f"picture-{size}", draw_lesson(lesson))
    gallery.picture("picture-short-light", draw_lesson(lessons["short"], LIGHT))
    gallery.picture("picture-reveal-tied", draw_reveal(_CHART, DARK))
    gallery.picture("picture-profile", draw_profile(_profile()))
    gallery.picture("picture-profile-new", draw_profile(replace(_profile(), **_NEW)))
    with speaking("de"):
        gallery.picture("picture-profile-german", draw_profile(_profile()))
        gallery.picture("picture-reveal-german", draw_reveal(_CHART, DARK))
    right = ShareFacts(41, 572, True, 23_400, 12, "name a value where you need it")
    for name, facts in (("right", right), ("wrong", replace(right, is_right=False, streak=0))):
        drawn = draw_share(facts)
        gallery.picture(f"picture-share-{name}", replace(drawn, alt=share_line(facts)))


_CHART = ChartFacts(
    572,
    "name a value where you need it",
    (
        ChartOption("", "5 5\n", 412, is_right=True),
        ChartOption("", "5 None\n", 131),
        ChartOption("", "NameError", 58, raises=True),
        ChartOption("", "a line that goes on for long\nand a second one\nand a third\n", 0),
    ),
    (
        ChartPlace(1, "ada", 4_200),
        ChartPlace(2, "grace_hopper", 6_000),
        ChartPlace(2, "李明", 6_000),
    ),
    601,
    18_400,
)
_NEW = {
    "name": "new here",
    "points": 0,
    "right": 0,
    "played": 1,
    "median_ms": None,
    "streak": 1,
    "best_streak": 1,
    "rank": 187,
    "days": ((date(2026, 11, 22), DayMark.WRONG),),
    "strongest": (),
    "weakest": (),
}


def _profile() -> ProfileFacts:
    today = date(2026, 11, 22)
    marks = {0: DayMark.WRONG, 5: DayMark.WRONG, 8: DayMark.NONE}
    days = tuple((today - timedelta(n), marks.get(n % 11, DayMark.RIGHT)) for n in range(240))
    return ProfileFacts(
        name="grace_hopper",
        points=32_840,
        right=171,
        played=214,
        median_ms=14_200,
        streak=23,
        best_streak=61,
        rank=4,
        players=187,
        today=today,
        days=days,
        strongest=(TopicScore("typing", 31, 33), TopicScore("generators", 18, 20)),
        weakest=(TopicScore("descriptors", 3, 9), TopicScore("scope", 6, 11)),
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
