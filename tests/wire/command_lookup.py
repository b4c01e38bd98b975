"""From a typed command line to INTERACTION_CREATE's data, by the commands that the bot has
registered.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads
from .ids import as_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .state import Guild, Json, World

SUBCOMMAND, GROUP = 1, 2
USER, CHANNEL, ROLE, MENTIONABLE = 6, 7, 8, 9


def command_data(
    world: World, guild: Guild | None, line: str, options: Mapping[str, Any], focused: str | None
) -> tuple[Json, Json]:
    """Return the interaction's data and the registered command.

    AssertionError where the picker would not offer it.
    """
    names = line.lstrip("/").split()
    scopes = [world.commands.get(guild.id, {})] if guild is not None else []
    scopes.append(world.commands[None])
    found = next(
        (c for scope in scopes for c in scope.values() if c["name"] == names[0] and c["type"] == 1),
        None,
    )
    offered = sorted(c["name"] for scope in scopes for c in scope.values())
    assert found is not None, f"no command {names[0]!r} is registered; there are {offered}"
    level: list[Json] = found["options"]
    path: list[Json] = []
    for name in names[1:]:
        step = next(
            (o for o in level if o["name"] == name and o["type"] in (SUBCOMMAND, GROUP)), None
        )
        assert step is not None, f"/{line}: no {name!r} among {[o['name'] for o in level]}"
        path.append(step)
        level = step.get("options") or []
    assert not any(o["type"] in (SUBCOMMAND, GROUP) for o in level), f"/{line} needs a sub-command"
    given, resolved = _given(world, guild, line, level, options, focused)
    for step in reversed(path):
        given = [{"type": step["type"], "name": step["name"], "options": given}]
    data: Json = {"id": found["id"], "name": found["name"], "type": 1, "options": given}
    if resolved:
        data["resolved"] = resolved
    if "guild_id" in found:
        data["guild_id"] = found["guild_id"]
    return data, found


def _given(
    world: World,
    guild: Guild | None,
    line: str,
    level: list[Json],
    options: Mapping[str, Any],
    focused: str | None,
) -> tuple[list[Json], Json]:
    unknown = set(options) - {o["name"] for o in level}
    assert not unknown, f"/{line} has no option {unknown}"
    given: list[Json] = []
    resolved: Json = {}
    for option in level:
        name, kind = option["name"], option["type"]
        if name not in options:
            assert focused is not None or not option.get("required"), f"/{line} needs {name!r}"
            continue
        value = options[name]
        if focused is None:
            _check(line, option, value)
        if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
            target = as_id(getattr(value, "id", value)) or 0
            value = str(target)
            _resolve(world, guild, kind, target, resolved)
        given.append(
            {
                "type": kind,
                "name": name,
                "value": value,
                **({"focused": True} if name == focused else {}),
            }
        )
    return given, resolved


def _check(line: str, option: Json, value: Any) -> None:
    choices = [c["value"] for c in option.get("choices") or []]
    assert not choices or value in choices, (
        f"/{line} {option['name']}: {value!r} is not among {choices}"
    )
    for key, size in (("value", value), ("length", len(value) if isinstance(value, str) else None)):
        least, most = option.get(f"min_{key}"), option.get(f"max_{key}")
        if isinstance(size, int | float):
            assert least is None or size >= least, f"/{line} {option['name']}: below {least}"
            assert most is None or size <= most, f"/{line} {option['name']}: above {most}"


def _resolve(world: World, guild: Guild | None, kind: int, target: int, resolved: Json) -> None:
    key = str(target)
    if kind in (USER, MENTIONABLE) and target in world.users:
        resolved.setdefault("users", {})[key] = payloads.user(world.users[target])
        if guild is not None and target in guild.members:
            partial = payloads.member(guild.members[target], guild.id, with_user=False)
            resolved.setdefault("members", {})[key] = partial | {"permissions": "0"}
    elif kind == CHANNEL:
        resolved.setdefault("channels", {})[key] = payloads.channel(world.channels[target]) | {
            "permissions": "0"
        }
    elif guild is not None and target in guild.roles:
        resolved.setdefault("roles", {})[key] = payloads.role(guild.roles[target])
