"""The doctor on the sandbox and the lessons: what holds here, and what can be posted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.app import sandbox_runner
from bot.cli.doctor.findings import fault, ok, warning
from bot.core.sandbox_health import MemberCode
from bot.library.loading import load_library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.cli.doctor.findings import Finding
    from bot.config import Settings
    from bot.core.lessons import Library
    from bot.core.sandbox_health import SandboxHealth
    from bot.core.versions import PythonVersion


async def examine_sandbox(settings: Settings) -> SandboxHealth:
    """Run the self-test on every Python of this host: a second or two each."""
    async with sandbox_runner(settings) as runner:
        await runner.self_test()
        return runner.health()


def sandbox(health: SandboxHealth) -> Iterator[Finding]:
    """What holds, what does not, and what that means."""
    if not health.pythons:
        yield fault(
            "sandbox",
            "no Python was found to run puzzles on",
            "Name a folder with one in PEP_SPEEDRUN_PYTHONS.",
        )
        return
    if health.host_reason is not None:
        yield warning(
            "sandbox",
            f"NOT SANDBOXED: {health.host_reason}. Puzzles run under limits alone, members' code "
            "not at all",
            "Host it on 64-bit Linux (x86_64 or aarch64) with seccomp; docs/security.md has hosts.",
        )
        return
    for each in health.pythons:
        if each.is_tested and each.failed:
            yield warning(
                "sandbox",
                f"Python {each.python}: {', '.join(each.failed)} did not hold, so members' code "
                "does not run on it",
                f"python -m bot sandbox selftest --python {each.python} shows what was seen.",
            )
    if health.member_code in (MemberCode.ON, MemberCode.SWITCHED_OFF):
        yield ok("sandbox", health.summary)
    else:
        yield warning(
            "sandbox", health.summary, "python -m bot sandbox selftest shows what was seen."
        )
    yield from _second_locks(health)


def _second_locks(health: SandboxHealth) -> Iterator[Finding]:
    """What stands behind the first lock; hosts may lack it, and the first holds all the same."""
    states = {name: state for each in health.pythons for name, state in each.locks.items()}
    off = [f"{name} {state}" for name, state in states.items() if not state.startswith("on")]
    on = [name for name, state in states.items() if state.startswith("on")]
    if states:
        shown = f"on: {', '.join(on) or 'none'}"
        more = f"; {'; '.join(off)} (the required ones hold without)" if off else ""
        yield ok("second locks", shown + more)


def puzzles(settings: Settings, pythons: Sequence[PythonVersion]) -> Iterator[Finding]:
    """The lessons that loaded, and how many of their puzzles run here."""
    library, faults = load_library(settings.lesson_folders)
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        yield warning("lessons", f"left out: {faults[0]}{more}", "python -m bot lessons check")
    runnable, lacking = _runnable(library, pythons)
    total = runnable + lacking.total()
    here = ", ".join(map(str, pythons)) or "none"
    if not runnable:
        yield fault(
            "puzzles",
            f"none of {total} runs on the Pythons here ({here})",
            "Name a folder with a newer one in PEP_SPEEDRUN_PYTHONS.",
        )
    elif lacking:
        wanted = ", ".join(f"{count} want {bounds}" for bounds, count in sorted(lacking.items()))
        yield warning(
            "puzzles",
            f"{runnable} of {total} in {len(library)} lessons run on the Pythons here ({here}); "
            f"{wanted}",
            "The rest is posted as soon as such a Python is on PATH or in PEP_SPEEDRUN_PYTHONS.",
        )
    else:
        yield ok("puzzles", f"all {total} in {len(library)} lessons run here, on Python {here}")


def _runnable(library: Library, pythons: Sequence[PythonVersion]) -> tuple[int, Counter[str]]:
    """How many puzzles some Python of these can run, and how many want which others."""
    runnable = 0
    lacking: Counter[str] = Counter()
    for lesson in library:
        for puzzle in lesson.puzzles:
            if any(version in puzzle.python for version in pythons):
                runnable += 1
            else:
                lacking[str(puzzle.python)] += 1
    return runnable, lacking
