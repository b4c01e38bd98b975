"""Turns the policy into a seccomp filter: classic BPF, assembled here, run by the kernel.

Pure: numbers in, bytes out. The emulator in the tests runs the same bytes for every rule.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import policy
from bot.sandbox.syscalls import AUDIT_ARCH, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

# include/uapi/linux/bpf_common.h and seccomp.h
_LOAD, _JEQ, _JGT, _JGE, _JSET, _JUMP, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x05, 0x06
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
KILL_PROCESS = 0x80000000
_NR, _ARCH, _ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000
_EPERM, _ENOSYS = 1, 38
_GROUP = 200
"""Conditional jumps reach 255 instructions; a group of numbers with one answer stays below."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A packed array of struct sock_filter, and where in it the process's own id belongs."""

    code: bytes
    pid_offsets: tuple[int, ...]

    def for_pid(self, pid: int) -> bytes:
        """The filter of the process ``pid``."""
        code = bytearray(self.code)
        for offset in self.pid_offsets:
            struct.pack_into("<I", code, offset, pid)
        return bytes(code)


@dataclass(slots=True)
class _Line:
    code: int
    k: int = 0
    yes: str | None = None
    no: str | None = None
    own_pid: bool = False


@dataclass(slots=True)
class _Assembler:
    lines: list[_Line] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    made: int = 0

    def label(self) -> str:
        self.made += 1
        return f"L{self.made}"

    def here(self, label: str) -> None:
        self.labels[label] = len(self.lines)

    def load(self, offset: int) -> None:
        self.lines.append(_Line(_LOAD, offset))

    def test(self, code: int, k: int, yes: str | None = None, no: str | None = None) -> None:
        self.lines.append(_Line(code, k, yes, no))

    def answer(self, action: int) -> None:
        self.lines.append(_Line(_RETURN, action))

    def finish(self) -> Filter:
        packed = bytearray()
        pids = []
        for index, line in enumerate(self.lines):
            if line.own_pid:
                pids.append(len(packed) + 4)
            yes, no = (self._distance(index, to) for to in (line.yes, line.no))
            packed += struct.pack("<HBBI", line.code, yes, no, line.k)
        return Filter(bytes(packed), tuple(pids))

    def _distance(self, index: int, to: str | None) -> int:
        distance = 0 if to is None else self.labels[to] - index - 1
        if not 0 <= distance <= 255:
            raise ValueError(f"a jump of {distance} instructions does not fit")
        return distance


def assemble(rules: Iterable[policy.Allow | policy.Refuse], machine: str) -> Filter:
    """The filter for ``rules`` on ``machine``; a call named twice obeys its first rule.

    Raises:
        KeyError: No table of system calls for that machine, or a rule names none of either table.
    """
    known = numbers(machine)
    _reject_unknown_names(rules)
    out = _Assembler()
    _check_machine(out, machine)
    seen: set[int] = set()
    for rule in rules:
        wanted = [known[name] for name in rule.names.split() if name in known]
        fresh = [number for number in wanted if number not in seen]
        seen.update(fresh)
        action = ERRNO | rule.error if isinstance(rule, policy.Refuse) else ALLOW
        if not rule.checks:
            _answer_all(out, fresh, action)
        else:
            for number in fresh:
                _checked(out, number, rule, action)
    newer = out.label()
    out.test(_JGT, max(known.values()), yes=newer)
    out.answer(ERRNO | _EPERM)
    out.here(newer)
    out.answer(ERRNO | _ENOSYS)
    return out.finish()


def _reject_unknown_names(rules: Iterable[policy.Allow | policy.Refuse]) -> None:
    known = {name for machine in AUDIT_ARCH for name in numbers(machine)}
    for rule in rules:
        for name in rule.names.split():
            if name not in known:
                raise KeyError(name)


def _check_machine(out: _Assembler, machine: str) -> None:
    same, native = out.label(), out.label()
    out.load(_ARCH)
    out.test(_JEQ, AUDIT_ARCH[machine], yes=same)
    # 32-bit code in a 64-bit process has other numbers: whatever it wants, it is over.
    out.answer(KILL_PROCESS)
    out.here(same)
    out.load(_NR)
    if machine == "x86_64":
        x32 = out.label()
        out.test(_JGE, _X32_BIT, yes=x32, no=native)
        out.here(x32)
        out.answer(ERRNO | _ENOSYS)
    out.here(native)


def _answer_all(out: _Assembler, wanted: list[int], action: int) -> None:
    for start in range(0, len(wanted), _GROUP):
        group = wanted[start : start + _GROUP]
        hit, after = out.label(), out.label()
        for number in group[:-1]:
            out.test(_JEQ, number, yes=hit)
        out.test(_JEQ, group[-1], yes=hit, no=after)
        out.here(hit)
        out.answer(action)
        out.here(after)


def _checked(out: _Assembler, number: int, rule: policy.Allow | policy.Refuse, action: int) -> None:
    after, refuse = out.label(), out.label()
    out.test(_JEQ, number, no=after)
    for check in rule.checks:
        _check(out, check, refuse)
    out.answer(action)
    out.here(refuse)
    out.answer(ERRNO | rule.otherwise)
    out.here(after)


def _check(out: _Assembler, check: policy.Check, refuse: str) -> None:
    """Instructions that go on to the next one where ``check`` holds, else to ``refuse``."""
    # Both architectures are little-endian: the low word comes first.
    low = _ARGUMENTS + 8 * check.argument
    if isinstance(check, policy.SizeIfFlag):
        fine = out.label()
        out.load(_ARGUMENTS + 8 * check.flags)
        out.test(_JSET, check.mask, no=fine)
        out.load(low + 4)
        out.test(_JGT, 0, yes=fine)
        out.load(low)
        out.test(_JGE, check.least, no=refuse)
        out.here(fine)
        return
    out.load(low)
    if isinstance(check, policy.Null):
        out.test(_JEQ, 0, no=refuse)
        out.load(low + 4)
        out.test(_JEQ, 0, no=refuse)
    elif isinstance(check, policy.Without):
        out.test(_JSET, check.mask, yes=refuse)
    elif isinstance(check, policy.With):
        for bit in range(32):
            if check.mask >> bit & 1:
                out.test(_JSET, 1 << bit, no=refuse)
    else:
        _one_of(out, check, refuse)


def _one_of(out: _Assembler, check: policy.In | policy.OwnPid, refuse: str) -> None:
    fine = out.label()
    if isinstance(check, policy.OwnPid):
        if check.or_zero:
            out.test(_JEQ, 0, yes=fine)
        out.test(_JEQ, 0, yes=fine, no=refuse)
        out.lines[-1].own_pid = True
    else:
        for value in check.values[:-1]:
            out.test(_JEQ, value, yes=fine)
        out.test(_JEQ, check.values[-1], yes=fine, no=refuse)
    out.here(fine)
