"""The speed extra: used where it is there, named at the start, missed by nobody."""

from __future__ import annotations

import sys

import pytest

from bot.cli import speed


def test_what_is_installed_is_used_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = speed.loop_factory()
    assert factory is not None
    loop = factory()
    assert type(loop).__module__.startswith("uvloop")
    loop.close()
    assert speed.described() == "faster with uvloop, orjson, zstandard"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("uvloop",), "faster with orjson, zstandard; pip install"),
        (("uvloop", "orjson", "zstandard"), "without the speed extra; pip install"),
    ],
)
def test_where_it_is_missing_the_bot_runs_on_python_s_own(
    missing: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    assert speed.loop_factory() is None
    assert speed.described().startswith(said)
