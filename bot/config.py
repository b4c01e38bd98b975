"""Settings from the environment. Reads a mapping it is given; all problems are told at once.

A token is kept out of every repr and message: `Secret` shows that it is set, and no more.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from dotenv import dotenv_values

from bot.core.addresses import PostgresAddress, SqliteAddress
from bot.core.errors import ConfigError
from bot.core.privacy import KEEP_DEPARTED
from bot.core.shards import ALL, Shards, parse_shards
from bot.sandbox.settings import SandboxSettings, read_sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.addresses import DatabaseAddress

DEFAULT_DATABASE_URL = "sqlite:///data/pep-speedrun.db"
DEFAULT_API_BASE = "https://discord.com/api/v10"
DEFAULT_GATEWAY_URL = "wss://gateway.discord.gg/"
DEFAULT_HEALTH_HOST = "127.0.0.1"
DEFAULT_BACKUP_KEEP = 7
_LAST_PORT = 65_535
_MOST = 1_000
_SHARDS_NEED_SERVER = (
    "SHARD_IDS names some of the shards, so that other processes serve the others, and a SQLite "
    "file is for one process. Leave SHARD_IDS out, or set DATABASE_URL to a PostgreSQL database."
)
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOG_FORMATS = ("text", "json")
_PLACEHOLDER = re.compile(r"(?:([a-z_]+)=)?%[-0-9.]*[sdrf]")
_PACKAGE = Path(__file__).parent


class Secret:
    """A value that no repr, log or error shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(set)" if self._value else "Secret(not set)"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides. Paths are as given, relative ones from the working directory."""

    token: Secret
    database: DatabaseAddress
    log_level: str
    log_format: str
    lesson_folders: tuple[Path, ...]
    python_folders: tuple[Path, ...]
    api_base: str
    gateway_url: str
    health_host: str = DEFAULT_HEALTH_HOST
    health_port: int | None = None
    backup_folder: Path | None = None
    backup_keep: int = DEFAULT_BACKUP_KEEP
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    keep_departed: timedelta = KEEP_DEPARTED
    shards: Shards = ALL
    data_dir: Path | None = None

    @property
    def database_path(self) -> Path:
        """The file of a bot on SQLite; a TypeError on PostgreSQL."""
        if isinstance(self.database, PostgresAddress):
            raise TypeError("a PostgreSQL database is no file")
        return self.database.path

    @property
    def data_folder(self) -> Path:
        """Where what can be made again is kept: beside the file of a database, else ``data``."""
        if self.data_dir is not None:
            return self.data_dir
        if isinstance(self.database, PostgresAddress):
            return Path("data")
        return self.database.path.parent

    @property
    def backups_folder(self) -> Path:
        """Where a copy from before a migration goes: with the daily ones, or beside the data."""
        return self.backup_folder or self.data_folder / "backups"


def load_environ(environ: Mapping[str, str], env_file: Path) -> dict[str, str]:
    """The environment over what the ``.env`` file says, where there is one."""
    from_file = dotenv_values(env_file) if env_file.is_file() else {}
    return {name: value for name, value in from_file.items() if value is not None} | dict(environ)


def read_settings(environ: Mapping[str, str], *, needs_token: bool) -> Settings:
    """Read the settings.

    Raises:
        ConfigError: Everything that is wrong, each with the variable's name and a way out.
    """
    problems: list[str] = []
    settings = Settings(
        token=_token(environ, problems, needs_token=needs_token),
        database=_database(environ, problems),
        log_level=_log_level(environ, problems),
        log_format=_log_format(environ, problems),
        lesson_folders=(bundled("lessons"), *_folders(environ, "LESSON_FOLDERS", problems)),
        python_folders=_folders(environ, "PEP_SPEEDRUN_PYTHONS", problems),
        api_base=_address(environ, "DISCORD_API_BASE", DEFAULT_API_BASE, "http", problems),
        gateway_url=_address(environ, "DISCORD_GATEWAY_URL", DEFAULT_GATEWAY_URL, "ws", problems),
        health_host=environ.get("HEALTH_HOST", "").strip() or DEFAULT_HEALTH_HOST,
        health_port=_port(environ, "HEALTH_PORT", problems),
        backup_folder=_folder(environ, "BACKUP_DIR"),
        backup_keep=_count(environ, "BACKUP_KEEP", DEFAULT_BACKUP_KEEP, problems),
        sandbox=read_sandbox(environ, problems),
        shards=_shards(environ, problems),
        data_dir=_folder(environ, "DATA_DIR"),
        keep_departed=timedelta(
            days=_count(environ, "KEEP_LEFT_SERVERS_DAYS", KEEP_DEPARTED.days, problems)
        ),
    )
    if not settings.shards.is_all and isinstance(settings.database, SqliteAddress):
        problems.append(_SHARDS_NEED_SERVER)
    if problems:
        raise ConfigError(tuple(problems))
    return settings


def bundled(name: str) -> Path:
    """A folder that travels with the code: in the package of a wheel, else at the tree's top."""
    inside = _PACKAGE / "_bundled" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def _token(environ: Mapping[str, str], problems: list[str], *, needs_token: bool) -> Secret:
    token = environ.get("DISCORD_TOKEN", "").strip()
    if not token and needs_token:
        problems.append(
            "DISCORD_TOKEN is not set. Copy the token from your application's Bot page into the "
            "environment or a .env file; `python -m bot playground` runs without one."
        )
    elif any(character.isspace() for character in token):
        problems.append(
            "DISCORD_TOKEN has white space inside. Copy it again, in one piece and without quotes."
        )
    return Secret(token)


def _database(environ: Mapping[str, str], problems: list[str]) -> DatabaseAddress:
    url = environ.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE_URL
    try:
        return database_address(url)
    except ValueError as error:
        problems.append(f"DATABASE_URL {error}")
        return SqliteAddress(Path("unusable.db"))


def database_address(url: str) -> DatabaseAddress:
    """The database that a URL names.

    Raises:
        ValueError: It names none; the sentence, without the URL, begins with a verb.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    path = unquote(parts.path)[1:]
    if parts.scheme in ("postgresql", "postgres"):
        # Sockets and passwords may stand in the query: libpq reads the URL, people see these.
        host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
        if not host or not path or "/" in path or "\0" in url:
            raise ValueError(
                "names no PostgreSQL database. It looks like "
                "postgresql://user:password@host:5432/name; special characters in a password are "
                "written with %, as in %40 for @."
            )
        user = f"{unquote(parts.username)}@" if parts.username else ""
        at = f"{host}:{port}" if port else host
        return PostgresAddress(url, f"postgresql://{user}{at}/{path}")
    # The bot has two connections on its file: in memory each would have a database of its own.
    is_file = bool(path) and path != ":memory:" and not path.endswith("/") and "\0" not in path
    if parts.scheme != "sqlite" or parts.netloc or not is_file:
        raise ValueError(
            "names neither a SQLite file nor a PostgreSQL database: "
            "sqlite:///data/bot.db for a path from here, sqlite:////var/lib/bot.db from the root, "
            "postgresql://user:password@host:5432/name for a server."
        )
    return SqliteAddress(Path(path))


def _shards(environ: Mapping[str, str], problems: list[str]) -> Shards:
    count, ids = (environ.get(name, "").strip().lower() for name in ("SHARD_COUNT", "SHARD_IDS"))
    try:
        return parse_shards(count, ids)
    except ValueError as error:
        problems.append(f"SHARD_{error}")
        return ALL


def _log_level(environ: Mapping[str, str], problems: list[str]) -> str:
    level = environ.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in _LOG_LEVELS:
        problems.append(f"LOG_LEVEL is {level!r}. Use one of {', '.join(_LOG_LEVELS)}.")
    return level


def _log_format(environ: Mapping[str, str], problems: list[str]) -> str:
    chosen = environ.get("LOG_FORMAT", "").strip().lower() or "text"
    if chosen not in _LOG_FORMATS:
        problems.append(f"LOG_FORMAT is {chosen!r}. Use one of {', '.join(_LOG_FORMATS)}.")
    return chosen


def _port(environ: Mapping[str, str], name: str, problems: list[str]) -> int | None:
    text = environ.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:6]) > _LAST_PORT:
        problems.append(f"{name} is {text!r}. Use a port from 0 (any free one) to {_LAST_PORT}.")
        return None
    return int(text)


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    # It need not be there yet, as the database's need not.
    text = environ.get(name, "").strip()
    return Path(text) if text else None


def _count(environ: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= _MOST:
        problems.append(f"{name} is {text!r}. Use a number from 1 to {_MOST:,}.")
        return default
    return int(text)


def _folders(environ: Mapping[str, str], name: str, problems: list[str]) -> tuple[Path, ...]:
    import os  # noqa: PLC0415  (only for the separator of paths)

    folders = [
        Path(part.strip()) for part in environ.get(name, "").split(os.pathsep) if part.strip()
    ]
    problems += [
        f"{name} names {folder}, which is no folder. Make it, or take it out of the list."
        for folder in folders
        if not folder.is_dir()
    ]
    return tuple(folders)


def _address(
    environ: Mapping[str, str], name: str, default: str, scheme: str, problems: list[str]
) -> str:
    address = environ.get(name, "").strip() or default
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in (scheme, f"{scheme}s") and bool(parts.hostname)
    except ValueError:
        is_usable = False
    if not is_usable:
        problems.append(
            f"{name} is not an address that begins with {scheme}:// or {scheme}s://. "
            f"Leave it out for Discord's own."
        )
    return address.rstrip("/") if scheme == "http" else address


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what a message calls ``guild=%s`` or ``round=%s`` is a field too."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, with its ids as fields."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if isinstance(record.msg, str) and isinstance(record.args, tuple):
            names = _PLACEHOLDER.findall(record.msg)
            for name, value in zip(names, record.args, strict=False):
                if name and name not in fields:
                    fields[name] = value
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str, ensure_ascii=False)


def _is_no_voice(record: logging.LogRecord) -> bool:
    """Whether it is about something else than voice libraries, which nobody here misses."""
    return "voice will NOT be supported" not in str(record.msg)


def configure_logging(level: str, log_format: str = "text") -> None:
    """Log to stderr, one line an event, with discord.py's own chatter at WARNING."""
    # No line shows them, and to find them out takes a third of what a line costs.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if hasattr(logging, "logAsyncioTasks"):  # from Python 3.12 on
        logging.logAsyncioTasks = False
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", force=True
    )
    if log_format == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter())
    logging.getLogger("discord").setLevel(max(logging.getLevelName(level), logging.WARNING))
    logging.getLogger("discord.client").addFilter(_is_no_voice)
