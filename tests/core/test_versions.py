"""Python versions compare as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.versions import PythonVersion, VersionBounds

versions = st.builds(PythonVersion, st.integers(2, 3), st.integers(0, 99))
V = PythonVersion.parse


@given(versions)
def test_a_version_reads_what_it_writes(version):
    assert PythonVersion.parse(str(version)) == version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "3.",
        "3.08",
        "3.8.1",
        "4.0",
        "1.5",
        " 3.8",
        "3.8\n",
        "3.100",
        "\uff13.8",
        "3.\u0668",
    ],
)
def test_what_is_no_version_is_refused(text):
    with pytest.raises(ValueError, match="is not a Python version"):
        PythonVersion.parse(text)


def test_versions_are_ordered_as_numbers():
    assert V("2.7") < V("3.0") < V("3.9") < V("3.10") < V("3.13")


@pytest.mark.parametrize(
    ("low", "high", "text", "inside", "outside"),
    [
        ("3.8", None, "3.8+", ["3.8", "3.20"], ["3.7", "2.7"]),
        ("3.8", "3.10", "3.8-3.10", ["3.8", "3.9", "3.10"], ["3.7", "3.11"]),
        ("2.7", "2.7", "2.7", ["2.7"], ["3.0"]),
    ],
)
def test_both_ends_of_bounds_belong_to_them(low, high, text, inside, outside):
    bounds = VersionBounds(V(low), None if high is None else V(high))
    assert str(bounds) == text
    assert all(V(version) in bounds for version in inside)
    assert not any(V(version) in bounds for version in outside)
