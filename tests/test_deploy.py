"""The files that hosts read say what the code does, and what the sandbox lives with."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot import __version__
from bot.cli import build_parser
from bot.config import read_settings
from bot.discord_app.connection import CLOSE_SECONDS, DRAIN_SECONDS

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "deploy" / "pep-speedrun.service"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]


@pytest.fixture
def unit():
    """The unit's options; one that is given twice keeps its values apart by a line break."""

    class Several(dict):
        def __setitem__(self, key, value):
            if key in self and isinstance(value, list):
                self[key].extend(value)
                return
            super().__setitem__(key, value)

    parser = configparser.RawConfigParser(strict=False, dict_type=Several, delimiters=("=",))
    parser.optionxform = str
    parser.read(UNIT, encoding="utf-8")
    return parser["Service"]


def test_systemd_finds_no_fault_in_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    text = re.sub(r"(?m)^ExecStart=.*$", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8"))
    (tmp_path / UNIT.name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / UNIT.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_unit_leaves_the_sandbox_what_it_needs(unit):
    assert set(unit["RestrictNamespaces"].split()) == {"user", "net", "ipc", "uts"}
    allowed = set(unit["SystemCallFilter"].split())
    assert {"seccomp", "landlock_create_ruleset", "landlock_restrict_self"} <= allowed
    assert "ProtectProc" not in unit
    assert unit["NoNewPrivileges"] == "yes"


def test_every_host_waits_for_a_drained_stop(unit):
    needed = DRAIN_SECONDS + CLOSE_SECONDS
    assert float(unit["TimeoutStopSec"].removesuffix("s")) > needed
    assert float(COMPOSE["stop_grace_period"].removesuffix("s")) > needed


def test_the_settings_that_hosts_make_are_settings(unit):
    made = dict(line.split("=", 1) for line in unit["Environment"].split("\n"))
    image = dict(re.findall(r"([A-Z_]+)=(\S+)", DOCKERFILE.partition("ENV ")[2].split("VOLUME")[0]))
    for environ in (made, image, COMPOSE["environment"]):
        settings = read_settings(environ, needs_token=False)
        assert settings.database.path.is_absolute()
        assert settings.backup_folder.is_absolute()
    assert COMPOSE["environment"].items() <= image.items()


def test_the_image_runs_as_nobody_s_root_and_can_say_how_it_is():
    assert re.search(r"^USER 10001", DOCKERFILE, re.MULTILINE)
    assert COMPOSE["read_only"] is True
    assert COMPOSE["cap_drop"] == ["ALL"]
    assert "seccomp" not in str(COMPOSE["security_opt"])
    [check] = re.findall(r'HEALTHCHECK .*CMD \["python", "-m", "bot", "(\w+)"\]', DOCKERFILE)
    build_parser().parse_args([check])


def test_what_the_image_copies_is_there_and_not_ignored():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
            assert f"!{name}\n" in ignored, name


def test_no_host_starts_two_bots():
    assert (ROOT / "Procfile").read_text(encoding="utf-8") == "worker: python -m bot run\n"


def test_the_changelog_knows_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_hosting_s_links_lead_somewhere():
    text = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text):
        assert not target or (ROOT / "docs" / target).exists(), target
        assert target or anchor in headings, anchor


def test_the_lesson_template_asks_for_fields_that_lessons_have():
    form = yaml.safe_load(
        (ROOT / ".github" / "ISSUE_TEMPLATE" / "lesson.yml").read_text(encoding="utf-8")
    )
    asked = {part["id"] for part in form["body"]} - {"kind", "puzzle", "mistake", "checked"}
    text = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    assert {name for name in asked if f"`{name}`" not in text} == set()


def test_each_pod_of_the_stateful_set_has_a_shard_and_the_time_to_end():
    text = (ROOT / "deploy" / "kubernetes" / "pep-speedrun.yaml").read_text(encoding="utf-8")
    settings, service, pods = yaml.safe_load_all(text)
    spec = pods["spec"]
    assert str(spec["replicas"]) == settings["data"]["SHARD_COUNT"]
    assert spec["serviceName"] == service["metadata"]["name"]
    pod = spec["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] > DRAIN_SECONDS + CLOSE_SECONDS
    [bot] = pod["containers"]
    [number] = bot["env"]
    assert number["name"] == "SHARD_IDS"
    read = [
        read_settings(
            settings["data"] | {"SHARD_IDS": str(n), "DATABASE_URL": "postgresql://db/bot"},
            needs_token=False,
        )
        for n in range(spec["replicas"])
    ]
    assert sum(one.shards.share for one in read) == pytest.approx(1)
    assert f"USER {pod['securityContext']['runAsUser']}:" in DOCKERFILE
    assert {mount["mountPath"] for mount in bot["volumeMounts"]} == {"/data", "/tmp"}
    assert "DATA_DIR=/data" in DOCKERFILE
