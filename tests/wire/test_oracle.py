"""The oracle catches each bad request, by name, and lets the good ones pass.

With the schema file and without.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from . import openapi
from .bodies import button, embed, gallery, post, row, select, send, text, v2
from .server import WireServer

GOOD: dict[str, dict[str, Any]] = {
    "plain": {"content": "x" * 2000, "tts": False, "nonce": "n" * 25, "enforce_nonce": True},
    "embed": embed(title="t" * 256, description="d" * 4096, flags=0),
    "v2": v2({"type": 17, "components": [text("x" * 3990), row(), gallery()], "accent_color": 1}),
    "forty components": v2(*[text() for _ in range(40)]),
    "select": {"components": [row(select(25, min_values=0, max_values=25))]},
    "id as a number": {
        "content": "x",
        "allowed_mentions": {"parse": [], "users": [80351110224678912]},
    },
    "section": v2({"type": 9, "components": [text()], "accessory": button()}),
    "link": {
        "components": [row({"type": 2, "style": 5, "label": "L", "url": "https://example.org"})]
    },
}

BAD: list[tuple[str, dict[str, Any]]] = [
    ("content", {"content": "x" * 2001}),
    ("empty", {"content": "  "}),
    ("empty", {"flags": 4096}),
    ("nonce", {"content": "x", "nonce": "n" * 26}),
    ("embeds-total", {"embeds": [{"description": "d" * 3001}, {"description": "d" * 3000}]}),
    ("embeds-count", {"embeds": [{"title": "t"}] * 11}),
    ("embed-text", embed(title="t" * 257)),
    ("embed-fields", embed(fields=[{"name": "n", "value": "v"}] * 26)),
    ("embed-field-empty", embed(fields=[{"name": "", "value": "v"}])),
    (
        "mentions-exclusive",
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ),
    ("attachment-unknown", embed(image={"url": "attachment://no.png"})),
    ("attachment-unknown", v2(gallery("attachment://no.png"))),
    ("v2-content", v2(text(), content="x")),
    ("v2-embeds", v2(text(), embeds=[{"title": "t"}])),
    (
        "v2-poll",
        v2(text(), poll={"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]}),
    ),
    ("v2-text", v2(text("x" * 2001), text("x" * 2000))),
    ("v2-bytes", v2(text("\N{SNAKE}" * 2600))),
    ("v2-flag-missing", {"components": [text()]}),
    ("components-count", v2(*[text() for _ in range(41)])),
    ("components-count", v2(*[{"type": 17, "components": [text()] * 9}] * 4, text())),
    ("action-rows", {"components": [row(button(str(n))) for n in range(6)]}),
    ("custom-id-twice", {"components": [row(button("a"), button("a"))]}),
    ("custom-id-length", {"components": [row(button("c" * 101))]}),
    ("component-id-twice", v2(text() | {"id": 7}, text("u") | {"id": 7})),
    ("button-custom-id", {"components": [row({"type": 2, "style": 1, "label": "A"})]}),
    ("button-label", {"components": [row(button(label="l" * 81))]}),
    ("button-link", {"components": [row({"type": 2, "style": 5, "label": "L"})]}),
    ("button-empty", {"components": [row(button(label=None))]}),
    ("row-size", {"components": [row(*(button(str(n)) for n in range(6)))]}),
    ("row-width", {"components": [row(select(), button())]}),
    ("select-options", {"components": [row(select(26))]}),
    ("select-options", {"components": [row(select(0))]}),
    ("select-bounds", {"components": [row(select(2, max_values=3))]}),
    (
        "select-value-twice",
        {"components": [row(select(options=[{"label": "a", "value": "a"}] * 2))]},
    ),
    (
        "select-option-text",
        {"components": [row(select(options=[{"label": "l" * 101, "value": "a"}]))]},
    ),
    ("select-placeholder", {"components": [row(select(placeholder="p" * 151))]}),
    ("text-display-length", v2(text(""))),
    ("gallery-items", v2({"type": 12, "items": []})),
    (
        "gallery-items",
        v2({"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}] * 11}),
    ),
    ("alt-text", v2(gallery(description="d" * 1025))),
    ("section-texts", v2({"type": 9, "components": [text()] * 4, "accessory": button()})),
    ("section-accessory", v2({"type": 9, "components": [text()]})),
    ("container-child", v2({"type": 17, "components": [{"type": 17, "components": [text()]}]})),
    ("container-empty", v2({"type": 17, "components": []})),
]

SCHEMA_ONLY: dict[str, dict[str, Any]] = {
    "a misspelt field": {"contents": "x", "content": "y"},
    "a misspelt field deep inside": {"components": [row(button(lable="A"))]},
    "a number where a text belongs": {"content": 5},
    "an unknown mention type": {"content": "x", "allowed_mentions": {"parse": ["friends"]}},
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
async def test_good_messages_pass(server: WireServer, body: dict[str, Any]) -> None:
    server.add_guild("House")
    assert (await post(server, body))[0] == 200


@pytest.mark.parametrize(
    ("rule", "body"), BAD, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(BAD)]
)
async def test_each_bad_message_is_caught_by_its_rule(
    plain: WireServer, rule: str, body: dict[str, Any]
) -> None:
    status, answer = await post(plain, body)
    assert status == (500 if rule == "v2-bytes" else 400)
    assert rule in {v.rule for v in plain.take_violations()}
    assert answer["code"] == {"empty": 50006, "v2-bytes": 0}.get(rule, 50035)
    assert not any(c.messages for c in plain.world.channels.values())


@pytest.mark.skipif(openapi.why_missing() is not None, reason=str(openapi.why_missing()))
@pytest.mark.parametrize("body", SCHEMA_ONLY.values(), ids=SCHEMA_ONLY.keys())
async def test_the_published_schema_catches_the_rest(
    server: WireServer, body: dict[str, Any]
) -> None:
    server.add_guild("House")
    assert (await post(server, body))[0] == 400
    assert {v.rule for v in server.take_violations()} == {"schema"}


async def test_a_route_that_discord_lacks_is_told_from_one_that_only_this_server_lacks(
    server: WireServer,
) -> None:
    if openapi.why_missing():
        pytest.skip(openapi.why_missing() or "")
    assert (await send(server, "GET", "/users/@me/friends", None))[0] == 404
    assert (await send(server, "GET", "/voice/regions", None))[0] == 404
    assert [v.rule for v in server.take_violations()] == ["unknown-route", "unmodelled-route"]


async def test_an_edit_is_judged_as_the_message_that_would_come_of_it(server: WireServer) -> None:
    server.add_guild("House")
    _, sent = await post(server, v2(text("first"), row()))
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
    for rule, body in (
        ("v2-content", {"content": "x"}),
        ("v2-removed", {"flags": 0, "components": [row()]}),
        ("empty", {"components": []}),
        ("attachment-id", {"attachments": [{"id": "5"}]}),
    ):
        assert (await send(server, "PATCH", path, body))[0] == 400, rule
        assert rule in {v.rule for v in server.take_violations()}
    assert (await send(server, "PATCH", path, {"components": [text("second")]}))[0] == 200


async def test_an_edit_may_not_drop_a_picture_that_the_message_still_shows(
    server: WireServer,
) -> None:
    server.add_guild("House")
    channel = next(c for c in server.world.channels.values() if c.guild_id)
    form = aiohttp.FormData(quote_fields=False)
    payload = v2(
        gallery("attachment://a.png"),
        attachments=[{"id": 0, "filename": "a.png", "description": "alt"}],
    )
    form.add_field("payload_json", json.dumps(payload))
    form.add_field("files[0]", b"bytes", filename="a.png", content_type="application/octet-stream")
    headers = {"Authorization": f"Bot {server.token}"}
    path = f"/channels/{channel.id}/messages"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(server.api_base + path, data=form) as response,
    ):
        sent = await response.json()
    assert sent["attachments"][0]["description"] == "alt"
    assert (await send(server, "PATCH", f"{path}/{sent['id']}", {"attachments": []}))[0] == 400
    assert [v.rule for v in server.take_violations()] == ["attachment-dropped"]
    kept = {
        "attachments": [{"id": sent["attachments"][0]["id"]}],
        "components": [gallery("attachment://a.png")],
    }
    assert (await send(server, "PATCH", f"{path}/{sent['id']}", kept))[0] == 200


async def test_without_the_description_the_oracle_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(openapi, "DESCRIPTION", tmp_path / "not-there.json")
    openapi.published.cache_clear()
    async with WireServer() as server:
        assert server.oracle.description is None
        assert "discord-openapi.json) is not there" in (server.oracle.why_no_schema or "")
    openapi.published.cache_clear()
