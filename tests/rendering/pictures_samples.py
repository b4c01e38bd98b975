"""Lessons and facts to draw, made by hand: short, long, at the limits, hostile. Asserts nothing."""
# ruff: noqa: RUF001  (look-alike characters are what these samples are about)

from __future__ import annotations

from datetime import date, timedelta

from bot.core.lessons import Lesson, Level, Link, Snippet
from bot.core.versions import PythonVersion, VersionBounds
from bot.rendering.pictures.facts import (
    ChartFacts,
    ChartOption,
    ChartPlace,
    DayMark,
    ProfileFacts,
    ShareFacts,
    TopicScore,
)


def bounds(low: str, high: str | None = None) -> VersionBounds:
    return VersionBounds(PythonVersion.parse(low), PythonVersion.parse(high) if high else None)


def lesson(before: Snippet, after: Snippet, pep: int = 492, title: str = "A title") -> Lesson:
    return Lesson(
        pep=pep,
        title=title,
        tagline="A tagline",
        python=PythonVersion(3, 5),
        year=2015,
        category="syntax",
        level=Level.INTERMEDIATE,
        tags=(),
        status="Final",
        track=Link("t", "u"),
        prose=(),
        before=before,
        after=after,
        puzzles=(),
        related=(),
        sources=(),
    )


def snippets(
    before: str,
    after: str,
    labels: tuple[str, str] = ("Python 3.7, before", "Python 3.8, after"),
    versions: tuple[VersionBounds, VersionBounds] | None = None,
) -> Lesson:
    old, new = versions or (bounds("3.0"), bounds("3.8"))
    return lesson(Snippet(labels[0], old, before, ""), Snippet(labels[1], new, after, ""))


ASYNC = lesson(
    Snippet(
        "Python 3.4, @coroutine + yield from",
        bounds("3.4", "3.10"),
        """import asyncio

@asyncio.coroutine
def brew(cup, minutes):
    yield from asyncio.sleep(minutes / 100)
    return f"{cup} is ready"

@asyncio.coroutine
def morning():
    tea = yield from brew("tea", 3)
    print(tea)

loop = asyncio.new_event_loop()
loop.run_until_complete(morning())
loop.close()
""",
        "tea is ready\n",
        fails_after="AttributeError",
    ),
    Snippet(
        "Python 3.7, async def + await",
        bounds("3.7"),
        """import asyncio

async def brew(cup, minutes):
    await asyncio.sleep(minutes / 100)
    return f"{cup} is ready"

async def morning():
    tea = await brew("tea", 3)
    print(tea)

asyncio.run(morning())
""",
        "tea is ready\n",
    ),
)

WALRUS = lesson(
    Snippet(
        "Python 3.7, assign, then test",
        bounds("3.0"),
        """import re

line = "order 66: tea"
match = re.search(r"\\d+", line)
if match:
    print(match.group())
""",
        "66\n",
    ),
    Snippet(
        "Python 3.8, assign in the test",
        bounds("3.8"),
        """import re

line = "order 66: tea"
if match := re.search(r"\\d+", line):
    print(match.group())
""",
        "66\n",
    ),
    pep=572,
)

_LONG = '''class Invoice:  # one for every customer, sent and then paid
    """A bill: {name} owes {amount} for {count:>4} item."""
    @property
    def total(self, rate=0.19, *, rounding=True) -> float:
        amounts = [line.price * line.count for line in self]
        if not amounts or None in amounts: raise ValueError
        gross = sum(amounts) * (1 + rate)  # 19 per cent tax
        return round(gross, 2) if rounding else int(gross)

    def __repr__(self) -> str:
        return f"<Invoice {self.name!r}: {self.total:,.2f}>"

    def pay(self, amount: int, *, note="2024-1-1") -> Any:
        yield from (p for p in range(9) if p % 2 == 0x1F)
        print("paid:", amount, self.total, sep="  ", end="")
'''

LIMIT = lesson(
    Snippet(
        "A label that is as long as any author would dare to write it, and then goes on a bit "
        "more, until it takes more than the two lines it is given here",
        bounds("2.7", "3.10"),
        _LONG,
        "",
    ),
    Snippet(
        "Python 3.14",
        bounds("3.14"),
        _LONG.replace("rounding", "exactly")
        .replace("def pay", "def owe")
        .replace("None in", "0 in")
        .replace("yield from", "return list"),
        "",
    ),
    pep=3156,
)

HOSTILE = snippets(
    "access = 'user\u202e \u2066# admin\u2069 \u2066'\n"
    "price = 'a\u0301e\u0301o\u0308' + 'Z\u0335\u0321\u0317\u034d\u0348\u0353\u033a\u033c'\n"
    "zero\u200bwidth = '\x00\x1b[31m\x7f'\n"
    "nbsp\u00a0=\u00a01\n"
    "lone = '\ud800' + '\ue000' + '\U0010ffff'\n",
    "access = 'user'\n"
    "greek = 'αβγ Ωμέγα' ; cyr = 'Привет'; ж = 1\n"
    "hebrew = 'שלום עולם'; arabic = 'مرحبا بالعالم'\n"
    "hindi = 'नमस्ते दुनिया'; thai = 'สวัสดีครับ'\n"
    "han = '你好，世界'; kana = 'こんにちは ｶﾅ'; ko = '안녕하세요'\n"
    "fun = '🐍🎉👍🏽👩‍👩‍👧‍👦🇩🇪❤️☕' + '∀∑∫√∞≠≤→⇒' + '𝓙𝕠𝐡𝐧'\n"
    "rare = '\U00013000 \u1781\u17d2\u1798\u17c2\u179a \u0c85'\n",
)

CLASSIC = lesson(
    Snippet(
        "Python 2, print is a statement",
        bounds("2.5", "2.7"),
        "for i in xrange(3):\n    print 'tea', i,\nraise ValueError, 'x'\n",
        "",
    ),
    Snippet("Python 3", bounds("3.0"), "", ""),
    pep=3105,
)

OVERLONG = snippets(
    "\n".join(
        f"value_{i} = " + " + ".join(f"part_{i}_{j}" for j in range(i)) for i in range(1, 60)
    ),
    "x = '" + "\u4f60" * 200 + "'\n" + "\u0645" * 300 + "\n" + "a" * 1000,
)

REVEAL = ChartFacts(
    pep=572,
    title="Assignment expressions",
    options=(
        ChartOption("A", "66\n", 18, is_right=True),
        ChartOption("B", "None\n", 7),
        ChartOption("C", "NameError", 2, raises=True),
        ChartOption("D", "<re.Match object; span=(6, 8), match='66'>\n", 0),
    ),
    podium=(
        ChartPlace(1, "Ada", 4210),
        ChartPlace(2, "grace_hopper", 5980),
        ChartPlace(2, "李明 🐍", 5980),
    ),
    players=27,
    median_ms=18400,
)

HOSTILE_NAMES = (
    "\u202egnp.exe\u202c",
    "Z\u0335\u0321\u0317\u034d\u0348a\u0335\u0321\u0317l\u0335\u0321\u0317g\u0335o",
    "\u200b\u200b\u2060",
    "@everyone <@123> `x` **bold** ||spoiler||",
    "𝓑𝓮𝓵𝓵𝓪 ꧁༺ ʚїɞ ༻꧂",
    "محمد علي",
    "👩‍👩‍👧‍👦" * 8,
    "W" * 200,
    "\ud800\x00\n\r\t",
    "",
)


def reveal_with(names: tuple[str, ...]) -> ChartFacts:
    places = tuple(ChartPlace(i + 1, name, 4000 + 731 * i) for i, name in enumerate(names))
    return ChartFacts(701, "F-strings", REVEAL.options, places, 1204, 65_400)


EMPTY_REVEAL = ChartFacts(
    634,
    "Structural pattern matching",
    tuple(ChartOption(o.letter, o.text, 0, o.is_right, o.raises) for o in REVEAL.options),
    (),
    0,
    None,
)

TODAY = date(2026, 11, 22)


def _days(count: int) -> tuple[tuple[date, DayMark], ...]:
    cycle = (DayMark.RIGHT,) * 4 + (DayMark.WRONG, DayMark.RIGHT, DayMark.FREEZE, DayMark.WRONG)
    marks = [cycle[(i * i + i // 5) % 8] if i % 11 else DayMark.NONE for i in range(count)]
    return tuple((TODAY - timedelta(days=i), mark) for i, mark in enumerate(marks))


PROFILE = ProfileFacts(
    name="grace_hopper",
    points=12840,
    right=171,
    played=214,
    median_ms=14200,
    streak=23,
    best_streak=61,
    rank=4,
    players=187,
    today=TODAY,
    days=_days(240),
    strongest=(
        TopicScore("typing", 31, 33),
        TopicScore("asyncio", 22, 25),
        TopicScore("iterators", 18, 21),
    ),
    weakest=(
        TopicScore("descriptors", 3, 9),
        TopicScore("imports", 5, 12),
        TopicScore("scoping", 6, 13),
    ),
)

NEW_PROFILE = ProfileFacts("Ada", 0, 0, 0, None, 0, 0, None, 0, TODAY)

SHARE = ShareFacts(
    128, 572, is_right=True, elapsed_ms=14200, streak=23, title="Assignment expressions"
)
