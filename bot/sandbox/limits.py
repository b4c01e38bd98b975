"""What each kind of run may spend, and the bounds within which an operator may move that.

The figures come from measurements on two cores (docs/security.md). An authored puzzle must end in
2 s on a Raspberry Pi too, so its wall time has room; a member's run gets less address space than
a small dyno has in all.
"""

from __future__ import annotations

from dataclasses import fields, replace

from bot.core.runs import Limits

MIB = 1024 * 1024

AUTHORED = Limits()
"""A lesson's snippet or puzzle: reviewed code, under the same lid."""

MEMBER = Limits(output_bytes=32 * 1024, source_bytes=16 * 1024)
"""Code that somebody typed into a form of Discord's: 4,000 characters, of up to four bytes each."""

SELFTEST = Limits(wall_ms=2_000, cpu_ms=1_000, output_bytes=16 * 1024)
"""The canaries: each must end, or be ended, quickly."""

BOUNDS: dict[str, tuple[int, int]] = {
    "wall_ms": (100, 60_000),
    "cpu_ms": (100, 60_000),
    # CPython with the library's extensions loaded maps about 100 MB before the first line.
    "address_space_bytes": (192 * MIB, (4096 + 128) * MIB),
    "data_bytes": (64 * MIB, 4096 * MIB),
    "threads": (2, 512),
    "open_files": (16, 1024),
    "output_bytes": (256, 4 * MIB),
    "source_bytes": (64, 1 * MIB),
}
"""The least and the most of each field of `Limits`, both allowed."""


_BESIDE_DATA_BYTES = AUTHORED.address_space_bytes - AUTHORED.data_bytes


def with_memory(base: Limits, megabytes: int) -> Limits:
    """``base`` with so much memory for data, and the addresses that go with it.

    Raises:
        ValueError: It is out of `BOUNDS`.
    """
    least, most = (bound // MIB for bound in BOUNDS["data_bytes"])
    if not least <= megabytes <= most:
        raise ValueError(f"memory must be between {least} and {most} MB, not {megabytes}")
    data = megabytes * MIB
    return replace(base, data_bytes=data, address_space_bytes=data + _BESIDE_DATA_BYTES)


def with_settings(base: Limits, **changes: int | None) -> Limits:
    """``base`` with some fields changed; None leaves a field as it is.

    Raises:
        ValueError: A figure is out of `BOUNDS`; the text names all that are.
        TypeError: There is no such limit.
    """
    known = {field.name for field in fields(Limits)}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise TypeError(f"no such limit: {', '.join(unknown)}")
    wanted = {name: value for name, value in changes.items() if value is not None}
    problems = [
        f"{name} must be between {BOUNDS[name][0]} and {BOUNDS[name][1]}, not {value}"
        for name, value in wanted.items()
        if not BOUNDS[name][0] <= value <= BOUNDS[name][1]
    ]
    if problems:
        raise ValueError("; ".join(problems))
    return replace(base, **wanted)
