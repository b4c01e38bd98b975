"""The filter's bytes, run by a small emulator of the kernel's, for both architectures."""

import errno
import struct

import pytest

from bot.sandbox import bpf, policy
from bot.sandbox.syscalls import AUDIT_ARCH, numbers

MACHINES = ("x86_64", "aarch64")
PID = 4242
ALLOWED = "allowed"
KILLED = "killed"


def emulate(code, machine_audit, number, arguments=()):
    """What the kernel would answer: ALLOWED, KILLED or an errno."""
    arguments = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<iIQ6Q", number, machine_audit, 0, *(a & 2**64 - 1 for a in arguments))
    lines = list(struct.iter_unpack("<HBBI", code))
    at = accumulator = 0
    while True:
        operation, yes, no, k = lines[at]
        at += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, k)[0]
        elif operation == 0x06:
            return _answer(k)
        else:
            holds = {
                0x15: accumulator == k,
                0x25: accumulator > k,
                0x35: accumulator >= k,
                0x45: bool(accumulator & k),
            }[operation]
            at += yes if holds else no


def _answer(action):
    if action == bpf.ALLOW:
        return ALLOWED
    return KILLED if action == bpf.KILL_PROCESS else action & 0xFFFF


class Kernel:
    def __init__(self, machine, rules=policy.MEMBER_RULES):
        self.machine = machine
        self.known = numbers(machine)
        self.code = bpf.assemble(rules, machine).for_pid(PID)

    def __call__(self, name, *arguments):
        return emulate(self.code, AUDIT_ARCH[self.machine], self.known[name], arguments)


@pytest.fixture(params=MACHINES)
def kernel(request):
    return Kernel(request.param)


def satisfying(check):
    """Arguments (index to value) under which ``check`` holds, and some under which it fails."""
    match check:
        case policy.In(argument, values):
            outside = next(v for v in range(5000) if v not in values)
            return {argument: values[0]}, [{argument: outside}]
        case policy.Null(argument):
            return {argument: 0}, [{argument: 1}, {argument: 1 << 32}]
        case policy.OwnPid(argument):
            return {argument: PID}, [{argument: PID + 1}, {argument: 2**32 - 1}, {argument: 1}]
        case policy.Without(argument, mask):
            return {argument: 0}, [{argument: mask}, {argument: mask & -mask}]
        case policy.With(argument, mask):
            return {argument: mask}, [{argument: 0}]
        case policy.SizeIfFlag(flags, mask, argument, least):
            return {argument: least}, [{flags: mask | 0x20, argument: least - 1}]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("rule", policy.MEMBER_RULES, ids=lambda rule: rule.names[:40])
def test_each_rule_answers_as_it_says_on_each_architecture(machine, rule):
    kernel = Kernel(machine)
    allows = isinstance(rule, policy.Allow)
    good, bad = {}, []
    for check in rule.checks:
        holds, fails = satisfying(check)
        for index, value in holds.items():
            good[index] = good.get(index, 0) | value
        bad += fails
    for name in [name for name in rule.names.split() if name in kernel.known]:
        expected = ALLOWED if allows else rule.error
        assert kernel(name, *(good.get(i, 0) for i in range(6))) == expected
        for change in bad:
            wrong = {**good, **change}
            assert kernel(name, *(wrong.get(i, 0) for i in range(6))) == rule.otherwise


def test_a_call_that_no_rule_names_is_refused_with_eperm(kernel):
    named = {name for rule in policy.MEMBER_RULES for name in rule.names.split()}
    unnamed = set(kernel.known) - named
    assert {
        "execve",
        "mount",
        "ptrace",
        "bpf",
        "io_uring_setup",
        "setns",
        "memfd_create",
    } <= unnamed
    assert {kernel(name) for name in unnamed} == {errno.EPERM}


def test_a_call_newer_than_the_table_looks_like_an_older_kernel(kernel):
    audit = AUDIT_ARCH[kernel.machine]
    for number in (max(kernel.known.values()) + 1, 600, 2**30 - 1):
        assert emulate(kernel.code, audit, number) == errno.ENOSYS


@pytest.mark.parametrize("number", [0x40000000, 0x40000000 | 57, 0x40000000 | 1, 0x7FFFFFFF])
def test_x32_numbers_do_not_reach_the_calls_they_alias(number):
    code = Kernel("x86_64").code
    assert emulate(code, AUDIT_ARCH["x86_64"], number) == errno.ENOSYS


@pytest.mark.parametrize("audit", [0x40000003, 0x40000028, AUDIT_ARCH["aarch64"], 0])
def test_code_of_another_architecture_ends_the_process(audit):
    code = Kernel("x86_64").code
    assert emulate(code, audit, 1) == KILLED


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("clone", (0x3D0F00,), ALLOWED),
        ("clone", (0x3D0F00 | 0x10000000,), errno.EPERM),
        ("clone", (17,), errno.EPERM),
        ("clone", (0x4111,), errno.EPERM),
        ("clone3", (0, 88), errno.ENOSYS),
        ("fcntl", (3, 8, 1), errno.EPERM),
        ("fcntl", (3, 10, 9), errno.EPERM),
        ("fcntl", (3, 1031, 1 << 20), errno.EPERM),
        ("fcntl", (3, 4, 0o4000), ALLOWED),
        ("ioctl", (0, 0x5412), errno.ENOTTY),
        ("ioctl", (3, 0x5452), errno.ENOTTY),
        ("ioctl", (3, 0x8901), errno.ENOTTY),
        ("socketpair", (1, 1 | 0o2000000, 0), ALLOWED),
        ("socketpair", (1, 2, 0), errno.ENETUNREACH),
        ("socketpair", (1, 5, 0), errno.ENETUNREACH),
        ("sendto", (3, 0x7000, 4, 0, 0, 0), ALLOWED),
        ("sendto", (3, 0x7000, 4, 0, 0x7000, 16), errno.ENETUNREACH),
        ("sendto", (3, 0x7000, 4, 0, 0x700000000000, 16), errno.ENETUNREACH),
        ("sendto", (3, 0x7000, 4, 1, 0, 0), errno.ENETUNREACH),
        ("mmap", (0, 4096, 7, 0x22, -1), errno.ENOMEM),
        ("mmap", (0, 4096, 1, 2, 3), errno.ENOMEM),
        ("mmap", (0, 65536, 0, 0x20022, -1), errno.ENOMEM),
        ("mmap", (0, 4 << 20, 0, 0x20022, -1), ALLOWED),
        ("mmap", (0, 1 << 33, 0, 0x20022, -1), ALLOWED),
        ("mprotect", (0x1000, 4096, 5), errno.EPERM),
        ("prlimit64", (0, 7, 0, 0x7000), ALLOWED),
        ("prlimit64", (0, 7, 0x7000, 0), errno.EPERM),
        ("prlimit64", (PID + 1, 7, 0, 0x7000), errno.EPERM),
        ("kill", (PID, 15), ALLOWED),
        ("kill", (0, 15), errno.ESRCH),
        ("kill", (-1, 9), errno.ESRCH),
        ("kill", (-PID, 9), errno.ESRCH),
        ("tgkill", (PID, PID + 1, 15), ALLOWED),
        ("futex", (0, 6), errno.ENOSYS),
        ("futex", (0, 0 | 128), ALLOWED),
        ("prctl", (1, 0), errno.EINVAL),
        ("prctl", (15, 0x7000), ALLOWED),
        ("openat", (-100, 0x7000, 0), errno.ENOENT),
        ("openat", (-100, 0x7000, 0o101), errno.EROFS),
        ("openat", (-100, 0x7000, 0o1000), errno.EROFS),
        ("newfstatat", (0, 0x7000, 0x7000, 0x1000), errno.ENOENT),
        ("madvise", (0, 4096, 12), errno.EINVAL),
        ("pipe2", (0x7000, 0o40000), errno.EPERM),
    ],
)
def test_each_argument_that_made_a_bypass_is_looked_at(kernel, name, arguments, answer):
    assert kernel(name, *arguments) == answer


def test_old_pythons_may_read_and_map_files_and_nothing_more(kernel):
    library = Kernel(kernel.machine, policy.LIBRARY_FILES + policy.MEMBER_RULES)
    assert library("openat", -100, 0x7000, 0o2000000) == ALLOWED
    assert library("openat", -100, 0x7000, 0o2) == errno.EROFS
    assert library("mmap", 0, 4096, 5, 2, 3) == ALLOWED
    assert library("socket", 2, 1, 0) == errno.ENETUNREACH
    assert library("execve", 0, 0, 0) == errno.EPERM
    assert library("unlinkat", -100, 0x7000) == errno.EROFS
    assert library("kill", 1, 9) == errno.ESRCH


def test_every_jump_of_every_filter_stays_inside_it(kernel):
    lines = list(struct.iter_unpack("<HBBI", kernel.code))
    assert len(lines) < 4096
    for index, (operation, yes, no, _) in enumerate(lines):
        if operation != 0x06:
            assert index + 1 + max(yes, no) < len(lines)
    assert lines[-1][0] == 0x06


def test_the_own_pid_is_patched_into_every_place_that_asks_for_it():
    plain = bpf.assemble(policy.MEMBER_RULES, "x86_64")
    assert plain.pid_offsets
    for offset in plain.pid_offsets:
        assert struct.unpack_from("<I", plain.for_pid(PID), offset)[0] == PID


def test_a_misspelt_call_is_an_error_and_no_hole():
    with pytest.raises(KeyError):
        bpf.assemble((policy.Allow("raed", "typo"),), "x86_64")


def test_every_rule_has_a_reason():
    for rule in policy.MEMBER_RULES + policy.LIBRARY_FILES:
        assert rule.why
        assert rule.names.split()
