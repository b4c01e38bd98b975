import pytest

from bot.core.runs import Limits
from bot.sandbox.execute import rlimits
from bot.sandbox.limits import (
    AUTHORED,
    BOUNDS,
    MEMBER,
    MIB,
    SELFTEST,
    with_memory,
    with_settings,
)
from bot.sandbox.settings import SandboxSettings, read_sandbox


def test_the_presets_are_within_the_bounds():
    for preset in (AUTHORED, MEMBER, SELFTEST):
        for name, (least, most) in BOUNDS.items():
            assert least <= getattr(preset, name) <= most


def test_none_leaves_a_limit_as_it_is():
    assert with_settings(AUTHORED, wall_ms=None, cpu_ms=700) == Limits(cpu_ms=700)


def test_every_figure_out_of_bounds_is_named():
    with pytest.raises(ValueError, match=r"wall_ms must be .*; threads must be"):
        with_settings(AUTHORED, wall_ms=1, threads=100_000)


def test_an_unknown_limit_is_an_error():
    with pytest.raises(TypeError, match="no such limit: wall"):
        with_settings(AUTHORED, wall=1)


def test_limits_become_the_kernels_own():
    calls = {name: (soft, hard) for name, soft, hard in rlimits(Limits(cpu_ms=1_500))}
    assert calls["RLIMIT_CPU"] == (2, 3)
    assert calls["RLIMIT_AS"] == (384 * MIB, 384 * MIB)
    assert calls["RLIMIT_FSIZE"] == calls["RLIMIT_CORE"] == (0, 0)
    assert "RLIMIT_NPROC" not in calls
    shared = {name: soft for name, soft, _ in rlimits(Limits(threads=10), private_user=True)}
    assert shared["RLIMIT_NPROC"] == 25


def test_memory_moves_the_addresses_with_it():
    limits = with_memory(AUTHORED, 128)
    assert (limits.data_bytes, limits.address_space_bytes) == (128 * MIB, 256 * MIB)
    with pytest.raises(ValueError, match="between 64 and 4096 MB, not 5000"):
        with_memory(AUTHORED, 5_000)


def read(**environ):
    problems = []
    return read_sandbox(environ, problems), problems


def test_an_operator_who_says_nothing_gets_the_presets():
    settings, problems = read()
    assert settings == SandboxSettings()
    assert (settings.member_code, settings.runs_at_once, problems) == (True, None, [])
    assert settings.member == MEMBER


def test_an_operator_can_move_every_limit_of_each_use():
    settings, problems = read(
        SANDBOX_MEMBER="wall_s=3 cpu_s=0.5, memory_mb=64 output_kb=8 threads=8 source_kb=4",
        SANDBOX_AUTHORED="wall_s=10",
        SANDBOX_SELFTEST="wall_s=8 cpu_s=4",
        SANDBOX_CONCURRENCY="4",
        SANDBOX_QUEUE="0",
        MEMBER_CODE=" Off ",
        MEMBER_RUNS="2",
        SERVER_RUNS="9",
    )
    assert problems == []
    assert settings.member == Limits(
        3_000, 500, 192 * MIB, 64 * MIB, 8, output_bytes=8192, source_bytes=4096
    )
    assert settings.authored == Limits(wall_ms=10_000)
    assert (settings.selftest.wall_ms, settings.selftest.cpu_ms) == (8_000, 4_000)
    assert (settings.runs_at_once, settings.waiting, settings.member_code) == (4, 0, False)
    assert settings.runs_a_minute == (2, 9)


def test_a_shorter_wall_time_than_the_usual_cpu_time_takes_it_along():
    settings, problems = read(SANDBOX_MEMBER="wall_s=1")
    assert (settings.member.cpu_ms, problems) == (1_000, [])


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SANDBOX_MEMBER", "wall_s=0", "wall_s goes from 0.1 to 60"),
        ("SANDBOX_MEMBER", "wall_s=nan", "wall_s goes from"),
        ("SANDBOX_MEMBER", "memory_mb=1e9", "memory_mb goes from 64 to 4096"),
        ("SANDBOX_MEMBER", "wall_s=2 cpu_s=3", "more cpu_s than wall_s"),
        ("SANDBOX_AUTHORED", "wall=3", "there are wall_s, cpu_s, memory_mb"),
        ("SANDBOX_AUTHORED", "threads", "threads goes from 2 to 512"),
        ("SANDBOX_SELFTEST", "memory_mb=512", "there are wall_s, cpu_s."),
        ("SANDBOX_CONCURRENCY", "0", "from 1 to 64"),
        ("SANDBOX_QUEUE", "-1", "from 0 to 1000"),
        ("MEMBER_CODE", "maybe", "on or off"),
        ("MEMBER_RUNS", "many", "from 1 to 60"),
        ("SERVER_RUNS", "\u0663", "from 1 to 6000"),
    ],
)
def test_what_an_operator_can_not_have_is_told_with_its_name_and_the_bounds(name, value, told):
    _, [problem] = read(**{name: value})
    assert problem.startswith(f"{name} ")
    assert told in problem


def test_a_switch_that_nobody_understands_is_off():
    assert not read(MEMBER_CODE="nein")[0].member_code
