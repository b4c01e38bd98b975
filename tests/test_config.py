"""Settings from the environment: all problems at once, each with a name and a way out."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import (
    DEFAULT_API_BASE,
    DEFAULT_GATEWAY_URL,
    JsonFormatter,
    Secret,
    bundled,
    configure_logging,
    load_environ,
    read_settings,
)
from bot.core.errors import ConfigError
from bot.core.shards import ALL, Shards

TOKEN = "a-token-that-nobody-must-see"


def problems(environ, *, needs_token=False):
    with pytest.raises(ConfigError) as refusal:
        read_settings(environ, needs_token=needs_token)
    return refusal.value.problems


def test_an_empty_environment_has_a_default_for_all_but_the_token():
    settings = read_settings({}, needs_token=False)
    assert settings.database_path == Path("data/pep-speedrun.db")
    assert settings.log_level == "INFO"
    assert settings.log_format == "text"
    assert settings.lesson_folders == (bundled("lessons"),)
    assert settings.python_folders == ()
    assert settings.api_base == DEFAULT_API_BASE
    assert settings.gateway_url == DEFAULT_GATEWAY_URL
    assert not settings.token


def test_everything_can_be_set(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    settings = read_settings(
        {
            "DISCORD_TOKEN": f"  {TOKEN}\n",
            "DATABASE_URL": "sqlite:////srv/my%20bot.db",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "JSON",
            "LESSON_FOLDERS": f"{one}{os.pathsep} {two} {os.pathsep}",
            "PEP_SPEEDRUN_PYTHONS": str(two),
            "DISCORD_API_BASE": "http://127.0.0.1:8080/api/v10/",
            "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8081/",
        },
        needs_token=True,
    )
    assert settings.token.reveal() == TOKEN
    assert settings.database_path == Path("/srv/my bot.db")
    assert settings.log_level == "DEBUG"
    assert settings.log_format == "json"
    assert settings.lesson_folders == (bundled("lessons"), one, two)
    assert settings.python_folders == (two,)
    assert settings.api_base == "http://127.0.0.1:8080/api/v10"
    assert settings.gateway_url == "ws://127.0.0.1:8081/"


def test_all_problems_are_told_at_once_each_with_its_variable():
    told = problems(
        {
            "DATABASE_URL": "mysql://db/bot",
            "LOG_LEVEL": "loud",
            "LESSON_FOLDERS": "/no/such/folder",
            "PEP_SPEEDRUN_PYTHONS": "/none/either",
            "DISCORD_API_BASE": "discord.com",
            "DISCORD_GATEWAY_URL": "https://gateway.discord.gg",
        },
        needs_token=True,
    )
    names = (
        *("DISCORD_TOKEN", "DATABASE_URL", "LOG_LEVEL", "LESSON_FOLDERS"),
        *("PEP_SPEEDRUN_PYTHONS", "DISCORD_API_BASE", "DISCORD_GATEWAY_URL"),
    )
    assert len(told) == len(names)
    assert all(problem.startswith(name) for problem, name in zip(told, names, strict=True))
    assert str(ConfigError(told)) == "\n".join(told)


@pytest.mark.parametrize("value", ["", "   "])
def test_a_token_is_needed_only_where_it_is_asked_for(value):
    assert problems({"DISCORD_TOKEN": value}, needs_token=True)[0].startswith("DISCORD_TOKEN")
    assert not read_settings({"DISCORD_TOKEN": value}, needs_token=False).token


def test_a_token_in_two_pieces_is_refused_and_not_shown():
    [problem] = problems({"DISCORD_TOKEN": f"{TOKEN} {TOKEN}"})
    assert "white space" in problem
    assert TOKEN not in problem


def test_a_token_is_in_no_repr_and_no_problem():
    settings = read_settings({"DISCORD_TOKEN": TOKEN}, needs_token=True)
    shown = f"{settings} {settings!r} {settings.token} {settings.token!r}"
    assert TOKEN not in shown
    assert "Secret(set)" in shown
    assert repr(Secret("")) == "Secret(not set)"
    told = problems({"DISCORD_TOKEN": TOKEN, "LOG_LEVEL": "loud"})
    assert TOKEN not in "".join(told)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/bot.db", "data/bot.db"),
        ("sqlite:////var/lib/bot.db", "/var/lib/bot.db"),
        ("SQLITE:///bot.db", "bot.db"),
        ("sqlite:///a%23b.db", "a#b.db"),
    ],
)
def test_a_database_is_a_path_from_here_or_from_the_root(url, path):
    assert read_settings({"DATABASE_URL": url}, needs_token=False).database_path == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:hunter2@db/bot",
        "data/bot.db",
        "sqlite://bot.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///data/",  # a folder
        "sqlite:///:memory:",  # each connection would have its own
        "sqlite:///a%00b.db",
        "sqlite://[",
        "http://[::1",
    ],
)
def test_what_is_no_database_is_refused_without_showing_a_password(url):
    [problem] = problems({"DATABASE_URL": url})
    assert problem.startswith("DATABASE_URL")
    assert "sqlite:///data/bot.db" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://bot:hunter2@db/speedrun", "postgresql://bot@db/speedrun"),
        ("postgres://b%40t:hunter2@db:5433/speedrun", "postgresql://b@t@db:5433/speedrun"),
        ("postgresql://db/bot?password=hunter2", "postgresql://db/bot"),
        (
            "postgresql:///bot?host=/run/postgresql&password=hunter2",
            "postgresql:///run/postgresql/bot",
        ),
    ],
)
def test_a_server_s_database_is_shown_without_its_password(url, shown):
    settings = read_settings({"DATABASE_URL": url}, needs_token=False)
    assert str(settings.database) == shown
    assert settings.database.conninfo == url
    assert "hunter2" not in f"{settings!r} {settings.database!r} {settings.database}"
    assert settings.data_folder == Path("data")
    elsewhere = read_settings({"DATABASE_URL": url, "DATA_DIR": "/data"}, needs_token=False)
    assert elsewhere.data_folder == Path("/data")
    with pytest.raises(TypeError):
        _ = settings.database_path


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hunter2@db",
        "postgresql://user:hunter2@db:port/bot",
        "postgresql:///bot",
        "postgresql://user:hunter2@db/a/b",
    ],
)
def test_a_server_without_a_database_is_refused_without_showing_a_password(url):
    [problem] = problems({"DATABASE_URL": url})
    assert problem.startswith("DATABASE_URL")
    assert "postgresql://user:password@host" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize("name", ["DISCORD_API_BASE", "DISCORD_GATEWAY_URL"])
@pytest.mark.parametrize("value", ["localhost", "ftp://host/", "http://", "wss://", "http://[::1"])
def test_an_address_has_its_scheme_and_a_host(name, value):
    [problem] = problems({name: value})
    assert problem.startswith(name)


SERVER = "postgresql://bot@db/speedrun"


@pytest.mark.parametrize(
    ("environ", "shards"),
    [
        ({}, ALL),
        ({"SHARD_COUNT": "auto"}, Shards(None)),
        ({"SHARD_COUNT": " 3 "}, Shards(3)),
        ({"SHARD_COUNT": "3", "SHARD_IDS": "0-2"}, Shards(3)),
        ({"SHARD_COUNT": "3", "SHARD_IDS": "1", "DATABASE_URL": SERVER}, Shards(3, (1,))),
    ],
)
def test_shards_are_all_or_some(environ, shards):
    assert read_settings(environ, needs_token=False).shards == shards


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SHARD_COUNT": "many"}, "SHARD_COUNT is 'many'"),
        ({"SHARD_COUNT": "2", "SHARD_IDS": "2"}, "SHARD_IDS has '2'"),
        ({"SHARD_IDS": "0"}, "SHARD_IDS needs SHARD_COUNT"),
        ({"SHARD_COUNT": "2", "SHARD_IDS": "0"}, "SHARD_IDS names some of the shards"),
    ],
)
def test_shards_that_do_not_fit_are_refused_in_words(environ, said):
    [problem] = problems(environ)
    assert problem.startswith(said)


def test_several_processes_on_a_file_are_told_of_postgresql():
    [problem] = problems({"SHARD_COUNT": "2", "SHARD_IDS": "0"})
    assert "PostgreSQL" in problem


texts = st.text(max_size=30) | st.text("sqlite:/[]%0@.", max_size=20)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "DISCORD_TOKEN",
                "DATABASE_URL",
                "LOG_LEVEL",
                "LESSON_FOLDERS",
                "DISCORD_API_BASE",
                "DISCORD_GATEWAY_URL",
            ]
        ),
        texts,
    )
)
def test_any_environment_is_read_or_refused_in_words(environ):
    try:
        read_settings(environ, needs_token=False)
    except ConfigError as refusal:
        assert refusal.problems  # noqa: PT017  (either outcome is right; no third is)


def test_the_environment_comes_before_the_env_file(tmp_path):
    env_file = tmp_path / ".env"
    env_file.write_text("DISCORD_TOKEN=from-file\nLOG_LEVEL='DEBUG'\nEMPTY\n# a comment\n")
    environ = load_environ({"LOG_LEVEL": "ERROR"}, env_file)
    assert environ == {"DISCORD_TOKEN": "from-file", "LOG_LEVEL": "ERROR"}


def test_an_env_file_need_not_be(tmp_path):
    assert load_environ({"A": "b"}, tmp_path / ".env") == {"A": "b"}


def test_lessons_and_migrations_travel_with_the_code():
    assert list(bundled("migrations").glob("0001_*.sql"))
    assert list(bundled("lessons").glob("pep-*.yaml"))


def test_a_wheel_has_them_inside_the_package(tmp_path, monkeypatch):
    (tmp_path / "bot" / "_bundled" / "lessons").mkdir(parents=True)
    monkeypatch.setattr("bot.config._PACKAGE", tmp_path / "bot")
    assert bundled("lessons") == tmp_path / "bot" / "_bundled" / "lessons"
    assert bundled("migrations") == tmp_path / "migrations"


@pytest.mark.parametrize(
    ("level", "root", "library"), [("DEBUG", 10, 30), ("WARNING", 30, 30), ("ERROR", 40, 40)]
)
def test_discord_s_own_chatter_is_kept_low(level, root, library):
    logger = logging.getLogger()
    before, handlers = logger.level, logger.handlers[:]
    # force=True would take pytest's handlers away.
    logger.handlers.clear()
    try:
        configure_logging(level)
        assert logger.level == root
        assert logging.getLogger("discord").level == library
        assert len(logger.handlers) == 1
        voice = logging.getLogger("discord.client")
        told = [
            voice.filter(logging.makeLogRecord({"msg": text}))
            for text in ("PyNaCl is not installed, voice will NOT be supported", "Else")
        ]
        assert [bool(each) for each in told] == [False, True]
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(before)
        logging.getLogger("discord").setLevel(logging.NOTSET)


def test_a_json_line_has_the_ids_of_its_message_as_fields():
    record = logging.LogRecord(
        "bot.x", 20, "x.py", 1, "opened round=%s guild=%s after %.1f s", (7, 9, 1.5), None
    )
    line = json.loads(JsonFormatter().format(record))
    assert (line["round"], line["guild"], line["level"]) == (7, 9, "INFO")
    assert line["message"] == "opened round=7 guild=9 after 1.5 s"
    assert "traceback" not in line


def test_health_is_served_nowhere_unless_a_port_is_given():
    settings = read_settings({}, needs_token=False)
    assert (settings.health_host, settings.health_port) == ("127.0.0.1", None)
    environ = {"HEALTH_PORT": " 9090 ", "HEALTH_HOST": "::1", "PORT": "80"}
    settings = read_settings(environ, needs_token=False)
    assert (settings.health_host, settings.health_port) == ("::1", 9090)


@pytest.mark.parametrize("text", ["-1", "65536", "http", "9" * 5_000, "90.0", "4²"])
def test_a_health_port_that_is_none_is_told(text):
    with pytest.raises(ConfigError, match="HEALTH_PORT"):
        read_settings({"HEALTH_PORT": text}, needs_token=False)


def test_daily_copies_are_off_unless_a_folder_is_given():
    settings = read_settings({}, needs_token=False)
    assert (settings.backup_folder, settings.backup_keep) == (None, 7)
    assert settings.backups_folder == Path("data/backups")
    environ = {"BACKUP_DIR": "/srv/copies", "BACKUP_KEEP": "30"}
    settings = read_settings(environ, needs_token=False)
    assert (settings.backups_folder, settings.backup_keep) == (Path("/srv/copies"), 30)


@pytest.mark.parametrize("text", ["0", "-1", "all", "1001", "9" * 5_000])
def test_a_number_of_copies_that_is_none_is_told(text):
    with pytest.raises(ConfigError, match="BACKUP_KEEP"):
        read_settings({"BACKUP_KEEP": text}, needs_token=False)
