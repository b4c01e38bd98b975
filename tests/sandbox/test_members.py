"""Members' code: only where the self-test held, in turn, under the locks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.core.runs import Outcome
from bot.core.versions import PythonVersion
from bot.sandbox import host, selftest
from bot.sandbox.limits import MEMBER
from tests.sandbox.conftest import OWN, QUICK, needs_locks, only_own_python


async def test_nothing_of_a_member_runs_before_the_self_test():
    async with only_own_python() as sandbox:
        result = await sandbox.run_member(1, "print(1)", MEMBER, OWN)
        assert result.outcome is Outcome.UNAVAILABLE
        assert sandbox.member_pythons() == ()


@needs_locks
async def test_where_every_canary_holds_members_may_run_code():
    async with only_own_python() as sandbox:
        (report,) = await sandbox.self_test(OWN)
        assert [row.name for row in report.rows if not row.held] == []
        assert report.way == "fork"
        assert sandbox.member_pythons() == (OWN,)
        assert sandbox.reports() == (report,)
        assert (await sandbox.run_member(1, "print(1)", MEMBER, OWN)).stdout == "1\n"
        first = asyncio.create_task(
            sandbox.run_member(1, "import time; time.sleep(.3)", QUICK, OWN)
        )
        second = asyncio.create_task(sandbox.run_member(1, "print(2)", QUICK, OWN))
        await asyncio.sleep(0.05)
        third = await sandbox.run_member(1, "print(3)", QUICK, OWN)
        assert (third.outcome, third.limit) == (Outcome.UNAVAILABLE, "queue")
        assert "try again in about" in third.detail
        assert (await first).outcome is Outcome.OK
        assert (await second).stdout == "2\n"


@needs_locks
async def test_one_canary_that_got_through_keeps_members_out(monkeypatch):
    known = selftest.canaries

    def with_a_hole(*arguments):
        return (*known(*arguments), selftest.Canary("gets out", "print('ESCAPED')", selftest._OK))

    monkeypatch.setattr(selftest, "canaries", with_a_hole)
    async with only_own_python() as sandbox:
        (report,) = await sandbox.self_test(OWN)
        assert report.way is None
        assert "gets out" in report.reason
        result = await sandbox.run_member(1, "print(1)", MEMBER, OWN)
        assert result.outcome is Outcome.UNAVAILABLE


@needs_locks
async def test_a_filter_that_lets_everything_through_is_noticed(monkeypatch):
    from bot.sandbox import bpf, policy, zygote
    from bot.sandbox.syscalls import numbers

    everything = policy.Allow(" ".join(numbers(host.this_host().machine)), "a broken policy")
    broken = bpf.assemble((everything,), host.this_host().machine)
    monkeypatch.setattr(zygote, "member_filter", lambda _: broken)
    async with only_own_python(second_locks=False) as sandbox:
        (report,) = await sandbox.self_test(OWN)
    assert report.way is None
    assert {"reads a file", "forks", "connects to TCP"} <= {
        row.name for row in report.rows if not row.held
    }


async def test_a_host_without_locks_says_so_and_runs_authored_code_alone(monkeypatch):
    poor = host.describe("darwin", "arm64", is_64_bit=True, has_pidfd=False)
    assert "macOS" in poor.reason
    for module in ("bot.sandbox.runner", "bot.sandbox.selftest", "bot.sandbox.execute"):
        monkeypatch.setattr(f"{module}.this_host", lambda: poor)
    async with only_own_python() as sandbox:
        (report,) = await sandbox.self_test(OWN)
        assert report.summary == f"authored code only: {poor.reason}"
        assert (await sandbox.run_member(1, "1", MEMBER, OWN)).detail == poor.reason
        assert (await sandbox.run("print(1)", QUICK, OWN)).stdout == "1\n"


def test_hosts_are_told_apart():
    def reason(system="linux", machine="x86_64", is_64_bit=True, has_pidfd=True):
        return host.describe(system, machine, is_64_bit, has_pidfd).reason

    assert reason() is None
    assert reason(machine="aarch64") is None
    assert "Windows" in reason(system="win32")
    assert "riscv64" in reason(machine="riscv64")
    assert "32-bit" in reason(is_64_bit=False)
    assert "pidfd_open" in reason(has_pidfd=False)


async def test_an_old_python_is_for_authored_code():
    async with only_own_python() as sandbox:
        old = replace(sandbox.interpreter(OWN), version=PythonVersion(3, 10))
        sandbox._found[old.version] = old
        (report,) = await sandbox.self_test(old.version)
    assert report.reason == "members' code needs Python 3.11 or newer"
