import pytest

from bot.core.runs import Limits
from bot.sandbox.execute import rlimits
from bot.sandbox.limits import AUTHORED, BOUNDS, MEMBER, MIB, SELFTEST, with_settings


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
