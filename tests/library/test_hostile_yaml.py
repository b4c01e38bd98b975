"""Hostile and broken files end in a located fault: never in a crash, a hang or a loaded object."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from bot.core.errors import LessonFormatError
from bot.library import nodes
from bot.library.files import read_bytes
from bot.library.loading import load_library

PATH = Path("pep-0618.yaml")
GOOD = (Path(__file__).parent / "good" / "field-missing" / "pep-0618.yaml").read_bytes()

LIBYAML = hasattr(yaml, "CSafeLoader")
TITLE = b"zip that notices a missing partner"
BILLION_LAUGHS = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
)
HOSTILE = {
    "aliases that unfold to gigabytes": (BILLION_LAUGHS, "yaml-alias"),
    "an anchor that holds itself": (b"a: &a [*a]\n", "yaml-alias"),
    "a merge key": (b"base: &b {x: 1}\npep: {<<: *b}\n", "yaml-alias"),
    "a tag that calls a function": (b'pep: !!python/object/apply:os.system ["true"]\n', "yaml-tag"),
    "a tag of our own": (b"pep: !secret x\n", "yaml-tag"),
    "a binary tag": (b"pep: !!binary aGk=\n", "yaml-tag"),
    "60,000 opening brackets": (b"[" * 60_000, "yaml-nesting"),
    "60,000 opening braces": (b"{" * 60_000, "yaml-nesting"),
    "dashes that nest": (b"- " * 20_000, "yaml-nesting"),
    "five megabytes": (b"pep: " + b"9" * 5_000_000, "yaml-size"),
    "thirty thousand small values": (b"tags: [" + b"a," * 30_000 + b"]", "yaml-size"),
    "Latin-1": ("title: Zähler\n".encode("latin-1"), "yaml-encoding"),
    # libyaml refuses it itself; the parser in Python lets it through to us.
    "half a surrogate": (b'title: "\\ud800"\n', "yaml-syntax" if LIBYAML else "yaml-encoding"),
    "a NUL": (b"title: a\x00b\n", "yaml-syntax"),
    "an escape character": (b"title: \x1b[31mred\n", "yaml-syntax"),
    "nothing at all": (b"", "yaml-syntax"),
    "only a comment": (b"# later\n", "yaml-syntax"),
    "two documents": (b"pep: 1\n---\npep: 2\n", "yaml-syntax"),
    "a tab as indentation": (b"track:\n\ttitle: x\n", "yaml-syntax"),
    "a list as a key": (b"? [a, b]\n: c\n", "yaml-syntax"),
    "an open quote": (b'title: "never ends\n', "yaml-syntax"),
    "5,000 mappings in each other": (
        b"{" + b"".join(b"a: {" for _ in range(5_000)),
        "yaml-nesting",
    ),
    "a bare word": (b"hello\n", "field-type"),
    "a list": (b"- pep: 618\n", "field-type"),
    "a PEP in octal": (GOOD.replace(b"pep: 618\n", b"pep: 0618\n", 1), "field-type"),
    "a PEP that is no number": (GOOD.replace(b"pep: 618\n", b"pep: .inf\n", 1), "field-type"),
    "a huge number": (
        GOOD.replace(b"pep: 618\n", b"pep: " + b"9" * 5_000 + b"\n", 1),
        "field-type",
    ),
    "a truth value as a tag": (GOOD.replace(b"[iteration,", b"[yes,"), "field-type"),
    "a date as a title": (GOOD.replace(TITLE, b"2024-01-01"), "field-type"),
    "nothing as a title": (GOOD.replace(b"title: zip that", b"title: ~ #"), "field-type"),
    "an empty title": (GOOD.replace(TITLE, b'""'), "field-value"),
    "an unknown Python": (GOOD.replace(b'"3.10"', b'"4.0"', 1), "field-value"),
    "bounds upside down": (
        GOOD.replace(b'{min: "3.10"}', b'{min: "3.10", max: "3.9"}'),
        "field-value",
    ),
    "an exception with a message": (
        GOOD.replace(b"raises: ValueError", b"raises: ValueError('no')"),
        "field-value",
    ),
}


@pytest.mark.parametrize(("data", "rule"), HOSTILE.values(), ids=HOSTILE.keys())
def test_it_ends_in_a_fault_with_a_line_and_quickly(data, rule):
    began = time.monotonic()
    with pytest.raises(LessonFormatError) as caught:
        read_bytes(data, PATH)
    assert rule in {fault.rule for fault in caught.value.faults}
    lines = data.count(b"\n") + 1
    for fault in caught.value.faults:
        assert 1 <= fault.line <= lines
        assert len(str(fault)) < 6_000
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_both_parsers_of_pyyaml_agree(loader, monkeypatch):
    monkeypatch.setattr(nodes, "_LOADER", loader)
    for data, rule in HOSTILE.values():
        with pytest.raises(LessonFormatError) as caught:
            read_bytes(data, PATH)
        # Which of several ways to refuse comes first may differ; that it is refused may not.
        assert caught.value.faults, rule
    assert read_bytes(GOOD, PATH).lesson.pep == 618


def test_all_faults_of_a_file_come_at_once_in_the_order_of_lines():
    data = GOOD.replace(b"level: beginner", b"level: easy").replace(b"    hint:", b"    hin:")
    with pytest.raises(LessonFormatError) as caught:
        read_bytes(data, PATH)
    found = [(fault.rule, fault.line) for fault in caught.value.faults]
    assert [rule for rule, _ in found] == ["field-value", "field-missing", "field-unknown"]
    assert [line for _, line in found] == sorted(line for _, line in found)
    assert "did you mean" in str(caught.value.faults[-1])


def test_a_broken_file_stops_nothing(tmp_path):
    (tmp_path / "pep-0001.yaml").write_bytes(BILLION_LAUGHS)
    (tmp_path / "pep-0002.yaml").mkdir()
    (tmp_path / "pep-0618.yaml").write_bytes(GOOD)

    library, faults = load_library([tmp_path, tmp_path / "absent"])

    assert [lesson.pep for lesson in library] == [618]
    assert {fault.path.name for fault in faults} == {"pep-0001.yaml", "pep-0002.yaml", "absent"}


def test_a_lesson_that_would_break_a_message_is_left_out(tmp_path):
    (tmp_path / "pep-0618.yaml").write_bytes(GOOD.replace(b"hint: In", b"hint: Ask @everyone in"))
    library, faults = load_library([tmp_path])
    assert len(library) == 0
    assert [fault.rule for fault in faults] == ["no-mentions"]


def test_of_two_lessons_on_one_pep_the_earlier_folder_wins(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pep-0618.yaml").write_bytes(GOOD + b"# %s\n" % name.encode())
    library, faults = load_library([tmp_path / "second", tmp_path / "first"])
    second, _ = load_library([tmp_path / "second"])
    assert library.get(618).digest == second.get(618).digest
    assert {fault.rule for fault in faults} == {"duplicate-pep", "duplicate-puzzle-id"}
    assert {fault.path.parent.name for fault in faults} == {"first"}
