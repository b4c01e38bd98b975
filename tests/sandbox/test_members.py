"""Members' code: only where the self-test held, in turn, under the locks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.errors import MemberCodeOff, NoPlaceInLine, PythonNotOffered, SourceTooLong
from bot.core.runs import Outcome, RunResult
from bot.core.sandbox_health import MemberCode
from bot.core.versions import PythonVersion
from bot.sandbox import host, selftest
from bot.sandbox.limits import MEMBER
from bot.sandbox.members import MemberLine, QueuedRun
from bot.sandbox.queue import FairQueue
from tests.sandbox.conftest import OWN, QUICK, needs_locks, only_own_python


async def test_nothing_of_a_member_runs_before_the_self_test():
    async with only_own_python() as sandbox:
        with pytest.raises(MemberCodeOff) as refused:
            MemberLine(sandbox).line_up(1, "print(1)", OWN)
        assert refused.value.why is MemberCode.NOT_TESTED
        assert sandbox.member_pythons() == ()
        assert sandbox.health().summary == "members' code is off until the self-test has run"


@needs_locks
async def test_where_every_canary_holds_members_may_run_code():
    async with only_own_python(runs_at_once=1, waiting=1) as sandbox:
        (report,) = await sandbox.self_test(OWN)
        assert [row.name for row in report.rows if not row.held] == []
        assert report.way == "fork"
        assert sandbox.reports() == (report,)
        members = MemberLine(sandbox, QUICK)
        assert members.pythons() == (OWN,)
        assert (await members.line_up(1, "print(1)", OWN).result()).stdout == "1\n"

        first = members.line_up(1, "import time; time.sleep(.2)", OWN)
        second = members.line_up(1, "print(2)", OWN)
        assert (first.position(), second.position()) == (0, 1)
        assert second.wait_ms() >= 100
        for member, own in ((1, True), (2, False)):
            with pytest.raises(NoPlaceInLine) as full:
                members.line_up(member, "print(3)", OWN)
            assert full.value.own is own
            assert full.value.wait_ms >= 100
        assert (sandbox.health().running, sandbox.health().waiting) == (1, 1)
        assert (await first.result()).outcome is Outcome.OK
        assert (await second.result()).stdout == "2\n"
        assert second.position() == 0


@needs_locks
async def test_members_are_told_what_is_refused_before_anything_runs():
    async with only_own_python() as sandbox:
        await sandbox.self_test(OWN)
        members = MemberLine(sandbox)
        with pytest.raises(PythonNotOffered) as refused:
            members.line_up(1, "print(1)", PythonVersion(2, 7))
        assert refused.value.offered == (OWN,)
        members.line_up(1, "#" + "\U0001f40d" * 3_999, OWN)
        with pytest.raises(SourceTooLong):
            members.line_up(2, "#" * (MEMBER.source_bytes + 1), OWN)
        assert sandbox.health().waiting == 0


@needs_locks
async def test_the_operators_switch_keeps_members_out_of_a_sandbox_that_holds():
    async with only_own_python(member_code=False) as sandbox:
        (report,) = await sandbox.self_test(OWN)
        assert report.way == "fork"
        with pytest.raises(MemberCodeOff) as refused:
            MemberLine(sandbox).line_up(1, "print(1)", OWN)
        assert refused.value.why is MemberCode.SWITCHED_OFF
        assert (await sandbox.run("print(1)", QUICK, OWN)).stdout == "1\n"
        (python,) = sandbox.health().pythons
        assert (python.members, python.way, python.failed) == (False, "fork", ())
        assert "MEMBER_CODE=off" in sandbox.health().summary


@needs_locks
async def test_the_health_tells_what_holds_and_with_which_locks():
    async with only_own_python() as sandbox:
        before = sandbox.health()
        assert (before.member_code, before.pythons[0].is_tested) == (MemberCode.NOT_TESTED, False)
        await sandbox.self_test(OWN)
        health = sandbox.health()
        (python,) = health.pythons
        assert health.member_code is MemberCode.ON
        assert health.summary == f"members' code runs on Python {OWN}"
        assert (python.python, python.members, python.way) == (OWN, True, "fork")
        assert python.checks > 20
        assert {"namespaces", "landlock"} <= set(python.locks)
        assert python.zygote_runs
        assert (health.running, health.waiting) == (0, 0)


async def test_a_run_that_nobody_waits_for_any_more_gives_its_place_to_the_next():
    queue = FairQueue(1)
    place = queue.join(1)
    loop = asyncio.get_running_loop()

    async def never() -> RunResult:
        raise AssertionError("it must not start")

    run = loop.create_task(never())
    QueuedRun(queue, place, run)
    assert queue.running == 1
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await asyncio.sleep(0)
    assert queue.running == 0


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
        with pytest.raises(MemberCodeOff) as refused:
            MemberLine(sandbox).line_up(1, "print(1)", OWN)
        assert refused.value.why is MemberCode.NOT_HELD
        assert sandbox.health().pythons[0].failed == ("gets out",)
        assert "gets out" in sandbox.health().summary


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
        with pytest.raises(MemberCodeOff):
            MemberLine(sandbox).line_up(1, "1", OWN)
        assert poor.reason in sandbox.health().summary
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
