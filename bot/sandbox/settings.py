"""What the operator decides about the sandbox, read from a mapping; every problem is told.

One variable a use, since three uses with five figures each are fifteen names that nobody keeps
apart: ``SANDBOX_MEMBER="wall_s=3 memory_mb=128"``. What is left out keeps its default.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.sandbox.limits import AUTHORED, BOUNDS, MEMBER, SELFTEST, with_memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.runs import Limits

# What an operator writes -> the field of `Limits`, and how many of its units one of these is.
_FIGURES = {
    "wall_s": ("wall_ms", 1_000),
    "cpu_s": ("cpu_ms", 1_000),
    "memory_mb": ("data_bytes", 1024 * 1024),
    "output_kb": ("output_bytes", 1024),
    "threads": ("threads", 1),
    "source_kb": ("source_bytes", 1024),
}
# The canaries try to break the self-test's own limits; only a slow machine has to move two.
_OF_THE_SELFTEST = ("wall_s", "cpu_s")


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """``runs_at_once`` None: two, or one on a single core. ``waiting``: members' runs in line.

    ``member_code`` False keeps members' code off the whole bot; True leaves it to the self-test.
    Of ``runs_a_minute`` a member has the first, all members of a server together the second.
    """

    authored: Limits = AUTHORED
    member: Limits = MEMBER
    selftest: Limits = SELFTEST
    runs_at_once: int | None = None
    waiting: int = 16
    member_code: bool = True
    runs_a_minute: tuple[int, int] = (6, 40)


def read_sandbox(environ: Mapping[str, str], problems: list[str]) -> SandboxSettings:
    """The settings in ``environ``; what is wrong is added to ``problems``, each with its name."""
    usual = SandboxSettings()
    return SandboxSettings(
        authored=_limits(environ, "SANDBOX_AUTHORED", AUTHORED, problems),
        member=_limits(environ, "SANDBOX_MEMBER", MEMBER, problems),
        selftest=_limits(environ, "SANDBOX_SELFTEST", SELFTEST, problems, _OF_THE_SELFTEST),
        runs_at_once=_count(environ, "SANDBOX_CONCURRENCY", (1, 64), problems) or None,
        waiting=_count(environ, "SANDBOX_QUEUE", (0, 1_000), problems, usual.waiting),
        member_code=_switch(environ, "MEMBER_CODE", problems),
        runs_a_minute=(
            _count(environ, "MEMBER_RUNS", (1, 60), problems, usual.runs_a_minute[0]),
            _count(environ, "SERVER_RUNS", (1, 6_000), problems, usual.runs_a_minute[1]),
        ),
    )


def _limits(
    environ: Mapping[str, str],
    name: str,
    base: Limits,
    problems: list[str],
    known: tuple[str, ...] = tuple(_FIGURES),
) -> Limits:
    limits = base
    for word in environ.get(name, "").replace(",", " ").split():
        figure, _, value = word.partition("=")
        if figure not in known:
            problems.append(
                f"{name} has {word!r}. Write figures such as wall_s=5; there are "
                f"{', '.join(known)}."
            )
            continue
        field, unit = _FIGURES[figure]
        least, most = BOUNDS[field]
        number = _number(value)
        if number is None or not least <= number * unit <= most:
            problems.append(
                f"{name} has {word!r}. {figure} goes from {least / unit:g} to {most / unit:g}."
            )
        elif field == "data_bytes":
            limits = with_memory(limits, int(number))
        else:
            limits = replace(limits, **{field: round(number * unit)})
    if limits.cpu_ms > limits.wall_ms and limits.cpu_ms != base.cpu_ms:
        problems.append(f"{name} has more cpu_s than wall_s, which no run can use: lower it.")
    return replace(limits, cpu_ms=min(limits.cpu_ms, limits.wall_ms))


def _number(text: str) -> float | None:
    try:
        return float(text) if text.isascii() and len(text) < 20 else None
    except ValueError:
        return None


def _count(
    environ: Mapping[str, str],
    name: str,
    bounds: tuple[int, int],
    problems: list[str],
    default: int = 0,
) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    least, most = bounds
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
    if not least <= number <= most:
        problems.append(f"{name} is {text!r}. Use a whole number from {least} to {most}.")
        return default
    return number


def _switch(environ: Mapping[str, str], name: str, problems: list[str]) -> bool:
    text = environ.get(name, "").strip().lower() or "on"
    if text not in ("on", "off"):
        # Whoever writes "no" does not want it on.
        problems.append(f"{name} is {text!r}. Use on or off.")
    return text == "on"
