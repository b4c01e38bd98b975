"""Calls the kernel to put this process's locks on. Decides no policy: it is told which, and how.

Written for Python 2.7 and 3.6 up, with nothing but ctypes: each lock is one or two system calls.
"""
# mypy: disable-error-code="var-annotated"
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
# ruff: noqa: ANN001, ANN002, ANN201, ANN202, UP010, UP031, PLC0415, B904

from __future__ import absolute_import

import os
import struct

# include/uapi/linux/prctl.h, capability.h, sched.h
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_SIGKILL = 9
_CLONE_NEWUTS, _CLONE_NEWIPC = 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


class LockError(Exception):
    """A lock that was asked for as required is not on."""


_loaded = []


def _libc():
    """The module ctypes and the C library, looked up once: a zygote does it before it forks."""
    if not _loaded:
        import ctypes

        _loaded.append((ctypes, ctypes.CDLL(None, use_errno=True)))
    return _loaded[0]


def _call(what, function, *arguments):
    ctypes, _ = _libc()
    ctypes.set_errno(0)
    result = function(*[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise LockError("%s: %s" % (what, os.strerror(ctypes.get_errno())))
    return result


def put_on(wanted):
    """Put on what ``wanted`` names, in the one order that works; a report of the second locks.

    Keys: ``uid`` to become (root only), ``namespaces`` and ``landlock`` (true, or folders to leave
    readable) where the kernel gives them, ``linux`` for what every Linux has, ``parent`` whose
    death is ours, ``nice``, ``seccomp`` (a packed filter). The report maps a second lock to "on"
    or to why it is not.

    Raises:
        LockError: One of the first locks could not be put on; the process must not run a snippet.
    """
    report = {}
    if wanted.get("namespaces"):
        report["namespaces"] = _optional(own_namespaces)
    if wanted.get("uid") is not None:
        drop_user(wanted["uid"])
    if wanted.get("linux"):
        no_new_privileges()
        drop_capabilities()
        # After setresuid, which clears it.
        die_with_parent(wanted.get("parent"))
    if wanted.get("nice"):
        os.nice(wanted["nice"])
    if wanted.get("landlock"):
        readable = wanted["landlock"]
        report["landlock"] = _optional(landlock, [] if readable is True else readable)
    if wanted.get("seccomp"):
        seccomp(wanted["seccomp"], wanted["pid_offsets"])
    return report


def _optional(lock, *arguments):
    try:
        return lock(*arguments)
    except LockError as error:
        return "off: %s" % error


def die_first():
    """Where memory runs out, the kernel ends this process and its runs before it ends the bot.

    Before `hide_memory`, which takes this file away from us too.
    """
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    except OSError:  # no /proc here
        return
    try:
        os.write(fd, b"1000")
    except OSError:  # a host that does not let it be raised
        pass
    finally:
        os.close(fd)


def drop_user(uid):
    """Become ``uid`` for good: real, effective and saved, groups too."""
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except (OSError, AttributeError) as error:
        raise LockError("setresuid: %s" % error)


def no_new_privileges():
    """No setuid program, no file capability: and what seccomp asks for when unprivileged."""
    _call("no_new_privs", _libc()[1].prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities():
    """None permitted, effective, inheritable, ambient or in the bounding set."""
    ctypes, libc = _libc()
    libc.prctl(_PR_CAP_AMBIENT, 4, 0, 0, 0)
    for number in range(64):
        # Fails without CAP_SETPCAP, and then there is nothing to drop either.
        if libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) < 0 and ctypes.get_errno() == 22:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    _call("capset", libc.capset, ctypes.byref(header), ctypes.byref(data))


def die_with_parent(parent):
    """SIGKILL when the parent dies; and now, where it has died already."""
    _call("pdeathsig", _libc()[1].prctl, _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(125)


def seccomp(program, pid_offsets):
    """Install the filter ``program`` (struct sock_filter, packed) on this process.

    ``pid_offsets`` are the places in it where the id of this process belongs.
    """
    ctypes, libc = _libc()
    patched = bytearray(program)
    for offset in pid_offsets:
        struct.pack_into("<I", patched, offset, os.getpid())
    code = ctypes.create_string_buffer(bytes(patched), len(patched))
    # struct sock_fprog: the number of instructions, padding, their address.
    head = struct.pack("HxxxxxxP", len(patched) // 8, ctypes.addressof(code))
    fprog = ctypes.create_string_buffer(head, len(head))
    _call("seccomp", libc.prctl, _PR_SET_SECCOMP, 2, ctypes.byref(fprog), 0, 0)


def thread_stacks(size):
    """Give threads stacks of ``size`` bytes: the usual 8 MB would soon fill the address space."""
    ctypes, libc = _libc()
    if not hasattr(libc, "pthread_setattr_default_np"):  # only glibc has it
        return
    attributes = (ctypes.c_long * 16)()
    libc.pthread_attr_init(ctypes.byref(attributes))
    libc.pthread_attr_setstacksize(ctypes.byref(attributes), ctypes.c_size_t(size))
    libc.pthread_setattr_default_np(ctypes.byref(attributes))
    libc.pthread_attr_destroy(ctypes.byref(attributes))


def own_namespaces():
    """Leave the host's network, System V IPC and host name; as a plain user, its ids too."""
    _, libc = _libc()
    flags = _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS
    try:
        _call("unshare", libc.unshare, flags)
    except LockError:
        # Without privilege the kernel gives them inside a new user namespace alone, and some hosts
        # (Docker's default profile, hardened kernels) do not give that either.
        _call("unshare", libc.unshare, flags | _CLONE_NEWUSER)
        return "on: user, network, ipc, uts"
    return "on: network, ipc, uts"


def landlock(readable):
    """Deny every file, TCP port, abstract socket and signal that Landlock knows of.

    Under the folders ``readable`` files can be read and mapped. Numbers:
    include/uapi/linux/landlock.h; the three calls have the same ones on every architecture.
    """
    ctypes, libc = _libc()
    abi = _call("landlock", libc.syscall, 444, 0, 0, 1)
    # Bits of handled_access_fs by ABI: 13 at first, then REFER, TRUNCATE, and from 5 on IOCTL_DEV.
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    attributes = [files]
    if abi >= 4:
        attributes.append(3)
    if abi >= 6:
        attributes.append(3)
    ruleset = (ctypes.c_uint64 * len(attributes))(*attributes)
    fd = _call("landlock", libc.syscall, 444, ctypes.byref(ruleset), 8 * len(attributes), 0)
    try:
        for folder in readable:
            _allow_reading(ctypes, libc, fd, folder)
        _call("landlock", libc.syscall, 446, fd, 0)
    finally:
        os.close(fd)
    return "on: ABI %d" % abi


def _allow_reading(ctypes, libc, ruleset, folder):
    """EXECUTE (mapping a library), READ_FILE and READ_DIR beneath ``folder``, if there is one."""
    try:
        parent = os.open(folder, 0o10000000)  # O_PATH
    except OSError:
        return

    class Beneath(ctypes.Structure):
        _pack_ = 1
        _layout_ = "ms"
        _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))

    try:
        rule = Beneath(0b1101, parent)
        _call("landlock", libc.syscall, 445, ruleset, 1, ctypes.byref(rule), 0)
    finally:
        os.close(parent)


def hide_memory():
    """No core, no ptrace, no /proc/PID/mem by others of the same user."""
    _call("dumpable", _libc()[1].prctl, _PR_SET_DUMPABLE, 0, 0, 0, 0)
