"""The oracle catches each bad command and each bad answer to a person, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .bodies import gallery, send, text

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Interaction


def command(**fields: Any) -> dict[str, Any]:
    return {"name": "board", "description": "d", "type": 1} | fields


def option(name: str = "o", **fields: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "d"} | fields


def choice(value: str) -> dict[str, Any]:
    return {"name": value, "value": value}


BAD_COMMANDS: list[tuple[str, list[dict[str, Any]]]] = [
    ("command-name", [command(name="Board")]),
    ("command-name", [command(name="two words")]),
    ("command-name", [command(name="n" * 33)]),
    ("command-name", [command(options=[option("Upper")])]),
    ("description", [command(description="")]),
    ("description", [command(options=[option(description="d" * 101)])]),
    ("description", [command(type=2, name="Show Score", description="not allowed")]),
    ("command-twice", [command(), command()]),
    ("commands-count", [command(name=f"c{n}") for n in range(101)]),
    ("option-twice", [command(options=[option(), option()])]),
    ("options-count", [command(options=[option(f"o{n}") for n in range(26)])]),
    ("options-mixed", [command(options=[option(), option("s", type=1)])]),
    ("required-last", [command(options=[option("a"), option("b", required=True)])]),
    ("choices-count", [command(options=[option(choices=[choice(str(n)) for n in range(26)])])]),
    ("choice-text", [command(options=[option(choices=[{"name": "", "value": "v"}])])]),
    ("command-size", [command(options=[option(n, choices=[choice("v" * 90)] * 25) for n in "ab"])]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "body"), BAD_COMMANDS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(BAD_COMMANDS)]
)
async def test_each_bad_command_is_caught_by_its_rule(
    plain: WireServer, rule: str, body: list[dict[str, Any]]
) -> None:
    status, _ = await send(plain, "PUT", f"/applications/{plain.application_id}/commands", body)
    assert status == 400
    assert rule in {v.rule for v in plain.take_violations()}
    assert not plain.world.commands[None]


def modal(*components: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "type": 9,
        "data": {"title": "T", "custom_id": "m", "components": list(components or [label()])}
        | fields,
    }


def label(custom_id: str = "i", **fields: Any) -> dict[str, Any]:
    return {
        "type": 18,
        "label": "L",
        "component": {"type": 4, "style": 1, "custom_id": custom_id} | fields,
    }


BAD_CALLBACKS: list[tuple[str, dict[str, Any]]] = [
    ("modal-components", modal(*(label(str(n)) for n in range(6)))),
    ("modal-title", modal(title="t" * 46)),
    ("modal-title", modal(title="")),
    ("modal-child", modal(text(), gallery())),
    ("modal-label", modal(label() | {"label": "l" * 46})),
    ("custom-id-twice", modal(label("a"), label("a"))),
    ("text-input-bounds", modal(label(min_length=5, max_length=4))),
    ("text-input-value", modal(label(value="abc", max_length=2))),
    ("content", {"type": 4, "data": {"content": "x" * 2001}}),
    ("empty", {"type": 4, "data": {"flags": 64}}),
    ("callback-type", {"type": 7, "data": {"content": "x"}}),
    ("callback-type", {"type": 8, "data": {"choices": []}}),
    ("callback-type", {"type": 99}),
]


def asked(server: WireServer, kind: int = 2) -> Interaction:
    guild = next(iter(server.world.guilds.values()))
    channel = next(iter(guild.channels.values()))
    return server.act(
        kind, server.world.users[guild.owner_id], channel, {"custom_id": "x", "name": "x"}
    )


@pytest.mark.parametrize(
    ("rule", "body"),
    BAD_CALLBACKS,
    ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(BAD_CALLBACKS)],
)
async def test_each_bad_answer_is_caught_by_its_rule(
    plain: WireServer, rule: str, body: dict[str, Any]
) -> None:
    interaction = asked(plain)
    status, _ = await send(
        plain, "POST", f"/interactions/{interaction.id}/{interaction.token}/callback", body
    )
    assert status == 400
    assert rule in {v.rule for v in plain.take_violations()}
    assert interaction.callback_type is None, "a refused answer is none: another may follow"
