"""Makes this process a poorer host: another user, fewer kernel features. For the corpus harness."""

from __future__ import annotations

import os
import platform
import struct

from bot.sandbox.inside import locks
from bot.sandbox.syscalls import AUDIT_ARCH, numbers

ALL = ("as-is", "user", "no-landlock", "no-namespaces", "docker", "no-second-locks")
USER = 64_765
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_NAMESPACES = 0x7E020000

# What a container without CAP_SYS_ADMIN is refused by Docker's profile, by effect.
_DOCKER_REFUSES = """
unshare setns mount umount2 pivot_root chroot keyctl add_key request_key bpf perf_event_open
kexec_load kexec_file_load init_module finit_module delete_module open_by_handle_at userfaultfd
io_uring_setup io_uring_enter io_uring_register fsopen fsconfig fsmount fspick open_tree
move_mount mount_setattr quotactl swapon swapoff reboot settimeofday clock_settime clock_adjtime
sethostname setdomainname lookup_dcookie acct syslog vhangup iopl ioperm kcmp
""".split()  # noqa: SIM905
# CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT
# MKNOD AUDIT_WRITE SETFCAP
_DOCKER_KEEPS = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)


def put_on(setting: str) -> bool:
    """Apply ``setting`` to this process; whether the sandbox is to use its second locks."""
    if setting == "user":
        become_user()
    elif setting == "no-landlock":
        refuse(
            dict.fromkeys(
                ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"), _ENOSYS
            )
        )
    elif setting == "no-namespaces":
        refuse({"unshare": _EPERM})
    elif setting == "docker":
        refuse({**dict.fromkeys(_DOCKER_REFUSES, _EPERM), "clone3": _ENOSYS}, namespaces=True)
        keep_capabilities(_DOCKER_KEEPS)
    return setting != "no-second-locks"


def become_user() -> None:
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)


def refuse(errors: dict[str, int], *, namespaces: bool = False) -> None:
    """Answer some system calls with an error from now on, as a container's profile does."""
    machine = platform.machine()
    known = numbers(machine)
    lines = [
        (0x20, 0, 0, 4),
        (0x15, 1, 0, AUDIT_ARCH[machine]),
        (0x06, 0, 0, _ALLOW),
        (0x20, 0, 0, 0),
    ]
    for name, error in errors.items():
        if name in known:
            lines += [(0x15, 0, 1, known[name]), (0x06, 0, 0, _ERRNO | error)]
    if namespaces:
        lines += [
            (0x15, 0, 3, known["clone"]),
            (0x20, 0, 0, 16),
            (0x45, 0, 1, _NAMESPACES),
            (0x06, 0, 0, _ERRNO | _EPERM),
        ]
    lines.append((0x06, 0, 0, _ALLOW))
    if os.getuid() != 0:
        locks.no_new_privileges()
    locks.seccomp(b"".join(struct.pack("<HBBI", *line) for line in lines), [])


def keep_capabilities(kept: tuple[int, ...]) -> None:
    import ctypes

    if os.getuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(41):
        if number not in kept:
            libc.prctl(24, number, 0, 0, 0)
    low = sum(1 << number for number in kept)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(low, low, low, 0, 0, 0)
    if libc.capset(ctypes.byref(header), ctypes.byref(data)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
