"""Members' runs: the form to edit, the place in line, what came out, and a puzzle by version.

Captured text is hostile: it goes through `bot.rendering.output`, and our verdict stands outside
its block.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.core.runs import Outcome
from bot.rendering.actions import Verb, action
from bot.rendering.cards import Accent, Button, Buttons, Card, Choice, Divider, Text, notice
from bot.rendering.forms import MAX_TEXT_FIELD, ChoiceField, Form, TextField
from bot.rendering.language import _, number
from bot.rendering.output import code_block, safe_output
from bot.rendering.post import headline
from bot.rendering.text import plain, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lessons import Lesson
    from bot.core.runs import Limits, RunResult
    from bot.core.versions import PythonVersion

CODE, PYTHON, INPUT = "code", "python", "input"
"""The names of the form's fields."""

_MIB = 1024 * 1024
_MOST_PYTHONS = 25
_HEAD_LINES, _TAIL_LINES = 5, 12
"""Of a long error text: where it came from, and, at its end, what it says."""


def edit_form(
    round_id: int, code: str, stdin: str, pythons: Sequence[PythonVersion], chosen: PythonVersion
) -> Form:
    """The form with a snippet to edit; ``round_id`` 0 where it began as no round's."""
    newest_first = [str(each) for each in reversed(pythons)][:_MOST_PYTHONS]
    return Form(
        action(Verb.RUN, round_id),
        _("Edit & run"),
        (
            TextField(CODE, _("Your code"), code[:MAX_TEXT_FIELD], is_long=True),
            ChoiceField(
                PYTHON,
                _("On which Python"),
                tuple(Choice(f"Python {name}", name, "") for name in newest_first),
                str(chosen),
            ),
            TextField(
                INPUT,
                _("What input() reads"),
                stdin[:MAX_TEXT_FIELD],
                _("Nothing, if left empty"),
                is_long=True,
                is_required=False,
            ),
        ),
    )


def waiting_card(position: int, wait_ms: int) -> Card:
    """Where in line a run is, before its turn."""
    wait = -(-wait_ms // 1000)
    match position:
        case 1:
            text = _("You are next in line: about {wait} s.", wait=wait)
        case 2:
            text = _("You are second in line: about {wait} s.", wait=wait)
        case 3:
            text = _("You are third in line: about {wait} s.", wait=wait)
        case place:
            text = _("You are number {place} in line: about {wait} s.", place=place, wait=wait)
    return notice(f"⏳ {text}")


def run_card(result: RunResult, limits: Limits, round_id: int) -> Card:
    """What a member's run did; ``limits`` are those it had."""
    took = _("Python {python}, {time}", python=result.python, time=_time(result.duration_ms))
    head = f"-# {_('Your run')} · {took}\n### {outcome_in_words(result, limits)}"
    texts = [Text(head), *_captured(result)]
    again = Button(_("Edit again"), action(Verb.EDIT, round_id))
    accent = Accent.RIGHT if result.outcome is Outcome.OK else Accent.WRONG
    return Card((*texts, Buttons((again,))), accent)


def outcome_in_words(result: RunResult, limits: Limits) -> str:
    """How a run ended, in one sentence of ours."""
    match result.outcome, result.limit:
        case Outcome.OK, _limit:
            return _("✅ It ran to its end.")
        case Outcome.TIMEOUT, "cpu_ms":
            return _("⏹ Stopped: it computed for more than {limit}.", limit=_time(limits.cpu_ms))
        case Outcome.TIMEOUT, _limit:
            return _("⏹ Stopped: it took longer than {limit}.", limit=_time(limits.wall_ms))
        case Outcome.MEMORY, _limit:
            size = number(limits.data_bytes // _MIB)
            return _("⏹ Stopped: it needed more than {size} MB of memory.", size=size)
        case Outcome.OUTPUT_LIMIT, _limit:
            size = number(limits.output_bytes / 1024, 0)
            return _("⏹ Stopped: it printed more than {size} KB. The beginning:", size=size)
        case Outcome.KILLED, "threads":
            return _("⏹ Stopped: it started more than {count} threads.", count=limits.threads)
        case Outcome.KILLED, _limit:
            return _("💥 It crashed Python itself.")
        case Outcome.UNAVAILABLE, _limit:
            return _("It did not run: the sandbox had to be restarted. Try again.")
        case _:
            return _error_in_words(result)


def comparison_card(lesson: Lesson, results: Sequence[RunResult]) -> Card:
    """A puzzle on every Python that ran it, oldest first: where its output changes, and how."""
    groups = [list(same) for _key, same in groupby(results, key=_what_happened)]
    if len(groups) == 1:
        title = _("The same on every Python here")
        lead = _("Ran on {pythons}.", pythons=_span(groups[0]))
    else:
        title = _("It changes with the version")
        changes = ", ".join(group[0].python for group in groups[1:])
        lead = _("Another output from Python {versions} on.", versions=changes)
    texts = [Text(f"-# {headline(lesson)}\n## {title}\n{lead}")]
    texts += [Text(f"**Python {_span(group)}**\n{_short(group[-1])}") for group in groups]
    return Card((texts[0], Divider(), *texts[1:]), Accent.PYTHON)


def _error_in_words(result: RunResult) -> str:
    if result.exception is None:
        return _("It ended with exit code {code}.", code=result.exit_code)
    # The exception's name is the snippet's own choice.
    name = plain(safe_output(result.exception, max_lines=1, max_chars=80))
    if result.detail:
        return _("❌ Ended with {name}: it {what}.", name=name, what=_(result.detail))
    return _("❌ Ended with {name}.", name=name)


def _captured(result: RunResult) -> list[Text]:
    if result.outcome is Outcome.UNAVAILABLE:
        return []
    out = safe_output(result.stdout, max_lines=25, max_chars=1_800)
    error = safe_output(
        _middle_cut(result.stderr), max_lines=_HEAD_LINES + _TAIL_LINES + 1, max_chars=1_300
    )
    texts = []
    if out:
        texts.append(Text(f"{_('It printed:')}\n{code_block(out)}"))
    elif not error:
        texts.append(Text(_("It printed nothing.")))
    if error:
        stream = _("And to its error stream:") if out else _("To its error stream:")
        texts.append(Text(f"{stream}\n{code_block(error)}"))
    return texts


def _middle_cut(text: str) -> str:
    """A long error text without its middle: the last lines say what happened."""
    lines = text.rstrip("\n").split("\n")
    if len(lines) <= _HEAD_LINES + _TAIL_LINES + 1:
        return text
    return "\n".join([*lines[:_HEAD_LINES], "  …", *lines[-_TAIL_LINES:]])


def _what_happened(result: RunResult) -> tuple[str, str, str | None]:
    return result.outcome, result.stdout, result.exception


def _short(result: RunResult) -> str:
    out = safe_output(result.stdout, max_lines=6, max_columns=60, max_chars=240)
    parts = [code_block(out)] if out else []
    if result.exception is not None:
        last = result.stderr.rstrip("\n").rpartition("\n")[2]
        parts.append(code_block(safe_output(last, max_lines=1, max_columns=100, max_chars=100)))
    elif result.outcome is not Outcome.OK:
        parts.append(_("It was stopped."))
    return "\n".join(parts) or _("It printed nothing.")


def _span(group: Sequence[RunResult]) -> str:
    """``3.8``, or from there to ``3.12``: every Python of this host between the two."""
    first, last = group[0].python, group[-1].python
    return first if first == last else f"{first}\N{EN DASH}{last}"


def _time(milliseconds: float) -> str:
    if milliseconds < 1_000:
        return _("{count} ms", count=number(milliseconds))
    return seconds(round(milliseconds))
