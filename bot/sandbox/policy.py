"""What sandboxed code may ask of the kernel: every rule with its reason. Data only, no mechanism.

An allow-list. A call that no rule names is refused with EPERM if the kernel of today has it, and
with ENOSYS if it is newer than our table, so that a C library falls back as on an older kernel. The
snippet is taken to run native code of its own choice: nothing here counts on Python being polite.

Why no file can be opened at all: what a snippet may import was loaded, or is served from one
read-only descriptor, before the filter is on. stat is refused with open, because Landlock would
let it through and the existence of a file is information.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

MIN_THREAD_STACK = 1024 * 1024
"""Bytes. With 384 MB of addresses this bounds threads at some 250 before the watchdog looks."""


@dataclass(frozen=True, slots=True)
class In:
    """The low 32 bits of an argument are one of ``values``. For int and unsigned int parameters."""

    argument: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Null:
    """All 64 bits of an argument are zero."""

    argument: int


@dataclass(frozen=True, slots=True)
class OwnPid:
    """An argument is the process's own id, patched in after the fork; 0 too where ``or_zero``."""

    argument: int
    or_zero: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """None of the bits of ``mask`` is set."""

    argument: int
    mask: int


@dataclass(frozen=True, slots=True)
class With:
    """All bits of ``mask`` are set."""

    argument: int
    mask: int


@dataclass(frozen=True, slots=True)
class SizeIfFlag:
    """Where the flag is set in ``flags``, the size in ``argument`` is at least ``least`` bytes."""

    flags: int
    mask: int
    argument: int
    least: int


Check = In | Null | OwnPid | Without | With | SizeIfFlag


@dataclass(frozen=True, slots=True)
class Allow:
    """Calls (names with spaces between) that are let through where all of ``checks`` hold."""

    names: str
    why: str
    checks: tuple[Check, ...] = ()
    otherwise: int = errno.EPERM


@dataclass(frozen=True, slots=True)
class Refuse:
    """Calls answered with ``error``, or ``otherwise`` where a check fails: Python says which."""

    names: str
    error: int
    why: str
    checks: tuple[Check, ...] = ()
    otherwise: int = errno.EPERM


# Flags from include/uapi: mman.h, sched.h, fcntl.h, socket.h, futex.h, ioctls.h, prctl.h.
_PROT_EXEC = 4
_MAP_SHARED_TYPES = 0x20
_MAP_REFUSED = 0x100 | 0x2000 | 0x40000  # GROWSDOWN, LOCKED, HUGETLB
_MAP_STACK = 0x20000
_THREAD = (0x3D0F00, 0x7D0F00)
_FUTEX = tuple(op | private for op in (0, 1, 3, 4, 5, 9, 10) for private in (0, 128, 256, 384))
_WRITES = 0o3 | 0o100 | 0o1000 | 0o20000000  # WRONLY, RDWR, CREAT, TRUNC, TMPFILE
_SOCK_FLAGS = 0o4000 | 0o2000000
_MSG_OOB = 1

MEMBER_RULES: tuple[Allow | Refuse, ...] = (
    # the descriptors it has
    Allow("read write readv writev pread64 lseek close close_range", "use what it was given"),
    Allow("dup dup2 dup3 fstat", "copies count against RLIMIT_NOFILE; fstat names no path"),
    Allow(
        "fcntl",
        "not F_SETOWN with F_SETSIG: with O_ASYNC they send any signal to any process of the user,"
        " without kill(2). Not F_SETPIPE_SZ: pipe memory counts against no rlimit",
        (In(1, (0, 1, 2, 3, 4, 1030)),),
    ),
    Allow(
        "ioctl",
        "FIONBIO, FIOCLEX, FIONCLEX, FIONREAD; not FIOASYNC and FIOSETOWN (as fcntl above), not"
        " TIOCSTI. isatty() wants ENOTTY from a pipe",
        (In(1, (0x5421, 0x5451, 0x5450, 0x541B)),),
        errno.ENOTTY,
    ),
    Allow("poll ppoll select pselect6", "waiting"),
    Allow(
        "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2", "asyncio waits"
    ),
    Allow("pipe", "threads and asyncio wake each other"),
    Allow("pipe2", "O_CLOEXEC and O_NONBLOCK alone", (Without(1, ~_SOCK_FLAGS & 0xFFFFFFFF),)),
    Allow(
        "socketpair",
        "asyncio's self-pipe. A DGRAM pair can sendto() any Unix socket of the host: STREAM only",
        (
            In(0, (1,)),
            In(1, tuple(1 | flags for flags in (0, 0o4000, 0o2000000, _SOCK_FLAGS))),
            In(2, (0,)),
        ),
        errno.ENETUNREACH,
    ),
    Allow(
        "sendto recvfrom",
        "on such a pair: to nobody else, and no MSG_OOB (a rich source of kernel bugs)",
        (Null(4), Without(3, _MSG_OOB)),
        errno.ENETUNREACH,
    ),
    Allow("shutdown getsockname getpeername", "asyncio's transports ask"),
    Allow("getsockopt", "SOL_SOCKET: SO_TYPE, SO_ERROR", (In(1, (1,)), In(2, (3, 4)))),
    # memory
    Allow("brk munmap mremap", "counted by RLIMIT_AS and RLIMIT_DATA"),
    Allow(
        "mmap",
        "anonymous only, never executable, nothing locked or huge. Small thread stacks are refused"
        " so that RLIMIT_AS bounds the number of threads even between two looks of the watchdog",
        (
            Without(2, _PROT_EXEC),
            With(3, _MAP_SHARED_TYPES),
            Without(3, _MAP_REFUSED),
            SizeIfFlag(3, _MAP_STACK, 1, MIN_THREAD_STACK),
        ),
        errno.ENOMEM,
    ),
    Allow("mprotect", "thread stacks; no new executable page", (Without(2, _PROT_EXEC),)),
    Allow(
        "madvise",
        "NORMAL to WILLNEED, DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE: no sharing, poisoning, wiping",
        (In(2, (0, 1, 2, 3, 4, 8, 14, 15)),),
        errno.EINVAL,
    ),
    # threads
    Allow(
        "clone",
        "a thread, with the very flags of glibc or musl; never a process or a namespace",
        (In(0, _THREAD),),
    ),
    Refuse(
        "clone3", errno.ENOSYS, "its flags lie in memory, out of a filter's sight; libc falls back"
    ),
    Allow(
        "futex",
        "locks; without priority inheritance, which was the way in of CVE-2014-3153",
        (In(1, _FUTEX),),
        errno.ENOSYS,
    ),
    Allow("set_robust_list rseq gettid sched_yield exit exit_group", "a thread and its end"),
    Allow("getcpu", "which processor it is on"),
    Allow(
        "sched_getaffinity",
        "os.cpu_count(); of nobody else",
        (OwnPid(0, or_zero=True),),
        errno.ESRCH,
    ),
    Allow(
        "prctl",
        "PR_SET_NAME and PR_GET_NAME of a thread. Not PR_SET_PDEATHSIG: it would outlive the bot",
        (In(0, (15, 16)),),
        errno.EINVAL,
    ),
    # signals to itself
    Allow("rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending", "signal.signal and its like"),
    Allow("rt_sigtimedwait rt_sigsuspend sigaltstack pause restart_syscall", "waits for one"),
    Allow("alarm setitimer getitimer", "timers signal the process that set them"),
    Allow("kill tgkill", "itself alone: no parent, no group, not -1", (OwnPid(0),), errno.ESRCH),
    Refuse(
        "tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal",
        errno.ESRCH,
        "the other ways to signal; Python needs none of them",
    ),
    # time, chance, identity
    Allow("clock_gettime clock_getres gettimeofday time times getrusage", "clocks"),
    Allow("nanosleep clock_nanosleep", "sleep; the wall clock outside counts"),
    Allow("getrandom", "random, secrets, uuid, hash seeds"),
    Allow(
        "getpid getppid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp", "own"
    ),
    Allow("getpgid getsid", "its own, not whether a process exists", (OwnPid(0, or_zero=True),)),
    Allow("getcwd", "os.path.abspath; it is the root"),
    Allow(
        "prlimit64",
        "reading its own limits. Setting is refused, and other processes' too",
        (In(0, (0,)), Null(2)),
    ),
    Allow("getrlimit", "the same"),
    # refusals that say what they mean
    Refuse(
        "open",
        errno.ENOENT,
        "an empty, read-only world: what is read is not there, what is written can't be",
        (Without(1, _WRITES),),
        errno.EROFS,
    ),
    Refuse("openat", errno.ENOENT, "the same", (Without(2, _WRITES),), errno.EROFS),
    Refuse(
        "openat2 stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat chdir"
        " getxattr lgetxattr listxattr llistxattr",
        errno.ENOENT,
        "Path.exists() is False; whether the host has that file stays unknown",
    ),
    Refuse(
        "getdents getdents64 fchdir statfs fstatfs fgetxattr flistxattr name_to_handle_at"
        " open_by_handle_at inotify_add_watch open_tree",
        errno.EACCES,
        "no folder, no file system, no handle",
    ),
    Refuse(
        "creat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat"
        " symlink symlinkat chmod fchmod fchmodat chown fchown lchown fchownat truncate"
        " ftruncate fallocate utime utimes futimesat utimensat mknod mknodat setxattr lsetxattr"
        " fsetxattr removexattr lremovexattr fremovexattr",
        errno.EROFS,
        "nothing of the host can be changed",
    ),
    Refuse(
        "socket connect bind listen accept accept4 sendmsg sendmmsg recvmsg recvmmsg setsockopt",
        errno.ENETUNREACH,
        "no network, and no descriptor passed over a socket",
    ),
    Refuse("wait4 waitid", errno.ECHILD, "there are no children"),
)

LIBRARY_FILES: tuple[Allow | Refuse, ...] = (
    Allow(
        "open",
        "read-only: an old Python imports from disk while the snippet runs",
        (Without(1, _WRITES),),
        errno.EROFS,
    ),
    Allow("openat", "the same", (Without(2, _WRITES),), errno.EROFS),
    Allow("stat lstat newfstatat statx access faccessat faccessat2", "the import system looks"),
    Allow("readlink readlinkat getdents getdents64 fstatfs uname sysinfo", "and lists"),
    Allow("mmap", "C extensions are mapped executable from their files"),
    Allow("mprotect", "and relocated"),
    Allow("set_tid_address get_robust_list arch_prctl", "what libc does when it starts"),
)
"""Put before `MEMBER_RULES` for authored code on Pythons that can't be locked whole."""
