"""Rules on what a lesson says and how long it takes to read. Runs nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.library import measure
from bot.library.rules.base import Finding, lesson_rule, snippets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.library.files import LessonFile
    from bot.library.rules.base import Where

PROSE_WORDS = (90, 160)
READING_SECONDS = 90
EXPLANATION_WORDS = 60
COLUMNS = 60
PAGE_LINES = 30
PUZZLE_LINES = (3, 18)

_MENTION = re.compile(r"@(?:everyone|here)\b|<(?:@|#\d|a?:\w+:\d|/[-\w ]+:\d)")
_CODE_FIELDS = ("code", "stdout", "stdin")


def texts_of(file: LessonFile) -> Iterator[tuple[Where, str]]:
    """Every text of a lesson that somebody will see, with where it stands."""
    lesson = file.lesson
    yield ("title",), lesson.title
    yield ("tagline",), lesson.tagline
    yield ("track", "title"), lesson.track.title
    if lesson.same_output is not None:
        yield ("why_different",), lesson.same_output
    for index, paragraph in enumerate(lesson.prose):
        yield ("prose", index), paragraph
    for where in (("before",), ("after",)):
        snippet = lesson.before if where == ("before",) else lesson.after
        yield (*where, "label"), snippet.label
        yield (*where, "code"), snippet.code
        yield (*where, "stdout"), snippet.stdout
    for index, puzzle in enumerate(lesson.puzzles):
        at: Where = ("puzzles", index)
        for name in ("prompt", "code", "hint", "explanation", "stdin"):
            yield (*at, name), getattr(puzzle, name)
        for number, option in enumerate(puzzle.options):
            yield (*at, "options", number, "why"), option.why
            yield (*at, "options", number, "stdout"), option.stdout or ""
        if puzzle.version_twist:
            yield (*at, "version_twist", "note"), puzzle.version_twist.note
            yield (*at, "version_twist", "stdout"), puzzle.version_twist.stdout or ""
    for index, related in enumerate(lesson.related):
        yield ("related", index, "hook"), related.hook
    for index, source in enumerate(lesson.sources):
        yield ("sources", index, "title"), source.title


@lesson_rule(
    "prose-words",
    reason="Ninety seconds hold 90 to 160 words of prose beside the code.",
    way_out="cut, or tell more",
)
def prose_words(file: LessonFile) -> Iterator[Finding]:
    """90 to 160 words over all paragraphs."""
    count = sum(measure.words(paragraph) for paragraph in file.lesson.prose)
    low, high = PROSE_WORDS
    if not low <= count <= high:
        yield Finding(("prose",), f"the prose has {count} words, wanted are {low} to {high}")


@lesson_rule(
    "prose-inline",
    reason="A paragraph is one flow of text; a block or a lone backtick breaks the layout.",
    way_out="fold the paragraph with >- and close every backtick",
)
def prose_inline(file: LessonFile) -> Iterator[Finding]:
    """No line breaks in paragraphs, and backticks in pairs, wherever prose is shown."""
    for index, paragraph in enumerate(file.lesson.prose):
        if "\n" in paragraph:
            yield Finding(("prose", index), "there is a line break inside this paragraph")
    for where, text in texts_of(file):
        if where[-1] not in _CODE_FIELDS and text.count("`") % 2:
            yield Finding(where, "a backtick is opened here and not closed")


@lesson_rule(
    "reading-time",
    reason="The page promises 90 seconds.",
    way_out="shorten the prose or the code",
)
def within_90_seconds(file: LessonFile) -> Iterator[Finding]:
    """Both counts of the reading time are at most 90 s."""
    time = measure.reading_time(file.lesson)
    if time.seconds > READING_SECONDS:
        both = f"{time.by_words:.0f} s by words, {time.by_lines:.0f} s by lines"
        why = f"it takes {both}; at most {READING_SECONDS} are promised"
        yield Finding(("prose",), why)


@lesson_rule(
    "explanation-words",
    reason="After the guess people want the rule, not a second lesson.",
    way_out="state the rule in at most 60 words",
)
def explanation_words(file: LessonFile) -> Iterator[Finding]:
    """At most 60 words."""
    for index, puzzle in enumerate(file.lesson.puzzles):
        count = measure.words(puzzle.explanation)
        if count > EXPLANATION_WORDS:
            yield Finding(("puzzles", index, "explanation"), f"the explanation has {count} words")


@lesson_rule(
    "code-width",
    reason="Wider lines wrap on a phone and can't be read as code.",
    way_out="break the line, or choose shorter names",
)
def code_width(file: LessonFile) -> Iterator[Finding]:
    """At most 60 columns, counted as a fixed-width font shows them."""
    for where, snippet in snippets_of(file):
        for number, line in enumerate(snippet.code.splitlines(), 1):
            width = measure.columns(line)
            if width > COLUMNS:
                yield Finding(
                    (*where, "code"), f"this line has {width} columns, at most 60", number
                )


@lesson_rule(
    "code-layout",
    reason="Tabs and trailing spaces look different everywhere, and an empty edge wastes the page.",
    way_out="indent with spaces and remove what can't be seen",
)
def code_layout(file: LessonFile) -> Iterator[Finding]:
    """No tabs, no trailing spaces, no empty first or last line, a newline at the end."""
    for where, snippet in snippets_of(file):
        at = (*where, "code")
        for number, line in enumerate(snippet.code.split("\n"), 1):
            if "\t" in line:
                yield Finding(at, "there is a tab in this line", number)
            elif line != line.rstrip():
                yield Finding(at, "there are spaces at the end of this line", number)
        if not snippet.code.endswith("\n") or snippet.code.strip("\n") + "\n" != snippet.code:
            yield Finding(at, "the code has to begin with a line and end with one newline")


@lesson_rule(
    "page-lines",
    reason="Before and after have to be seen together.",
    way_out="keep before plus after within 30 lines",
)
def page_lines(file: LessonFile) -> Iterator[Finding]:
    """Before plus after at most 30 lines, empty ones included."""
    count = sum(
        len(snippet.code.splitlines()) for snippet in (file.lesson.before, file.lesson.after)
    )
    if count > PAGE_LINES:
        yield Finding(("before", "code"), f"before and after have {count} lines together")


@lesson_rule(
    "puzzle-lines",
    reason="Shorter is no puzzle, longer is not read while a clock runs.",
    way_out="write 3 to 18 lines",
)
def puzzle_lines(file: LessonFile) -> Iterator[Finding]:
    """3 to 18 lines."""
    low, high = PUZZLE_LINES
    for index, puzzle in enumerate(file.lesson.puzzles):
        count = len(puzzle.code.splitlines())
        if not low <= count <= high:
            yield Finding(("puzzles", index, "code"), f"the snippet has {count} lines")


@lesson_rule(
    "no-mentions",
    reason="Discord turns these into pings, channels and commands.",
    way_out="write it another way",
    essential=True,
)
def no_mentions(file: LessonFile) -> Iterator[Finding]:
    """No @everyone, no <@...>, no channel, emoji or command links."""
    for where, text in texts_of(file):
        match = _MENTION.search(text)
        if match:
            offset = text.count("\n", 0, match.start()) + 1
            yield Finding(where, f"{match[0]!r} means something to Discord", offset)


@lesson_rule(
    "no-fences",
    reason="Three backticks end the code block that a text is shown in.",
    way_out="remove the backticks",
    essential=True,
)
def no_fences(file: LessonFile) -> Iterator[Finding]:
    """No triple backtick anywhere."""
    for where, text in texts_of(file):
        if "```" in text:
            yield Finding(
                where, "three backticks in a row", text.count("\n", 0, text.index("```")) + 1
            )


@lesson_rule(
    "visible-characters",
    reason="Control, invisible and direction-changing characters make a text look like another.",
    way_out="remove the character, or write its escape in the code",
    essential=True,
)
def visible_characters(file: LessonFile) -> Iterator[Finding]:
    """Nothing of Unicode's categories Cc (but newlines), Cf, Co, Cs, Cn, Zl, Zp."""
    for where, text in texts_of(file):
        for position, char in enumerate(text):
            kind = unicodedata.category(char)
            if char != "\n" and char != "\t" and (kind[0] == "C" or kind in ("Zl", "Zp")):
                offset = text.count("\n", 0, position) + 1
                yield Finding(where, f"U+{ord(char):04X} can't be seen", offset)
                break


@lesson_rule(
    "nothing-to-do",
    reason="A place that the skeleton left open would be posted as it is.",
    way_out="write what belongs there",
    essential=True,
)
def nothing_to_do(file: LessonFile) -> Iterator[Finding]:
    """No TODO is left."""
    for where, text in texts_of(file):
        if "TODO" in text:
            offset = text.count("\n", 0, text.index("TODO")) + 1
            yield Finding(where, "there is a TODO here", offset)


@lesson_rule(
    "title-repeats-number",
    reason='The page puts "PEP 492 in 90 seconds:" before the title.',
    way_out="say what it is about",
)
def title_repeats_number(file: LessonFile) -> Iterator[Finding]:
    """The title does not say PEP and the number again."""
    if re.search(rf"\bPEP\b|\b{file.lesson.pep}\b", file.lesson.title):
        yield Finding(("title",), "the title repeats the PEP's number")


@lesson_rule(
    "fits-discord",
    reason="Discord refuses a message above its limits, and the day would have no puzzle.",
    way_out="shorten what this message shows",
    essential=True,
)
def fits_discord(file: LessonFile) -> Iterator[Finding]:
    """At most 4,000 characters and 10,170 bytes in every message."""
    for message in measure.messages(file.lesson):
        if message.characters > measure.MESSAGE_CHARACTERS or message.bytes > measure.MESSAGE_BYTES:
            size = f"{message.characters:,} characters and {message.bytes:,} bytes"
            yield Finding((), f"{message.name} would have {size}")


@lesson_rule(
    "before-equals-after",
    reason="Before and after do the same job, so that the reader sees what became better.",
    way_out="let both print the same, or write same_output: false and why_different",
)
def before_equals_after(file: LessonFile) -> Iterator[Finding]:
    """Before and after print the same, unless the lesson says why they can't."""
    lesson = file.lesson
    same = lesson.before.stdout == lesson.after.stdout
    if not same and lesson.same_output is None:
        yield Finding(("after", "stdout"), "after does not print what before prints")
    if same and lesson.same_output is not None:
        yield Finding(("same_output",), "before and after do print the same")


TEXT_RULES = (
    prose_words,
    prose_inline,
    within_90_seconds,
    explanation_words,
    code_width,
    code_layout,
    page_lines,
    puzzle_lines,
    no_mentions,
    no_fences,
    visible_characters,
    nothing_to_do,
    title_repeats_number,
    fits_discord,
    before_equals_after,
)
