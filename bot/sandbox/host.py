"""What this host lets the sandbox do, found out without running anything."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from functools import cache

from bot.sandbox import bpf, policy
from bot.sandbox.syscalls import AUDIT_ARCH

FIRST_USER = 64_700
"""User ids for root to drop to: between Debian's allocations and those that systemd hands out."""
USERS = 64


@dataclass(frozen=True, slots=True)
class Host:
    """``reason`` says why hostile code can't be run here; None where it may be tried."""

    machine: str
    is_root: bool
    reason: str | None


@cache
def this_host() -> Host:
    """The host that this process runs on."""
    return describe(
        sys.platform, platform.machine(), sys.maxsize > 2**32, hasattr(os, "pidfd_open")
    )


def describe(system: str, machine: str, is_64_bit: bool, has_pidfd: bool) -> Host:
    """`this_host` from its facts."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    reason = None
    if system != "linux":
        name = {"darwin": "macOS", "win32": "Windows"}.get(system, system)
        reason = f"{name} has nothing like Linux's seccomp, so members' code is not run here"
        if system == "win32":
            reason = "Windows has neither rlimits nor process groups: use WSL to run snippets"
    elif machine not in AUDIT_ARCH:
        reason = (
            f"there is no table of system calls for {machine}, so members' code is not run here"
        )
    elif not is_64_bit:
        reason = "this is a 32-bit Python, so members' code is not run here"
    elif not has_pidfd:
        reason = "this Python has no pidfd_open, so members' code is not run here"
    return Host(machine, is_root, reason)


@cache
def member_filter(machine: str) -> bpf.Filter:
    """The whole allow-list, for code that imports nothing from disk."""
    return bpf.assemble(policy.MEMBER_RULES, machine)


@cache
def library_filter(machine: str) -> bpf.Filter:
    """The allow-list and reading of files, for old Pythons that import while the snippet runs."""
    return bpf.assemble(policy.LIBRARY_FILES + policy.MEMBER_RULES, machine)
