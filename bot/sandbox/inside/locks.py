"""Calls the kernel to put this process's locks on. Decides no policy: it is told which, and how.

Written for Python 2.7 and 3.6 up, with nothing but ctypes: each lock is one or two system calls.
"""
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
# ruff: noqa: ANN001, ANN002, ANN201, ANN202, UP010, UP031, UP032, PLC0415, B904

from __future__ import absolute_import

import os

# include/uapi/linux/prctl.h, capability.h, sched.h
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_SIGKILL = 9


class LockError(Exception):
    """A lock that was asked for as required is not on."""


def _libc():
    import ctypes

    return ctypes, ctypes.CDLL(None, use_errno=True)


def _call(what, function, *arguments):
    ctypes, _ = _libc()
    ctypes.set_errno(0)
    result = function(*[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise LockError("%s: %s" % (what, os.strerror(ctypes.get_errno())))
    return result


def put_on(wanted):
    """Put on what ``wanted`` names, in the one order that works.

    Raises:
        LockError: One of them could not be put on; the process must not run a snippet.
    """
    if wanted.get("uid") is not None:
        drop_user(wanted["uid"])
    if wanted.get("linux"):
        no_new_privileges()
        drop_capabilities()
        # After setresuid, which clears it.
        die_with_parent(wanted.get("parent"))
    if wanted.get("nice"):
        os.nice(wanted["nice"])
    if wanted.get("seccomp"):
        seccomp(wanted["seccomp"])


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


def seccomp(program):
    """Install the filter ``program`` (struct sock_filter, packed) on this thread and all it starts."""
    ctypes, libc = _libc()

    class Fprog(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    fprog = Fprog(len(program) // 8, program)
    _call("seccomp", libc.prctl, _PR_SET_SECCOMP, 2, ctypes.byref(fprog), 0, 0)
