"""Cards become messages that Discord takes, whatever is in them; nothing is kept for them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.layout import MAX_TEXT, MAX_TEXT_BYTES, build
from bot.rendering.cards import Button, Buttons, Card, Choice, Divider, Menu, Picture, Text
from bot.rendering.text import code_block


def components(card: Card) -> list[dict[str, Any]]:
    [container] = build(card)["view"].to_components()
    assert container["type"] == 17
    inner: list[dict[str, Any]] = container["components"]
    return inner


def texts(card: Card) -> list[str]:
    return [item["content"] for item in components(card) if item["type"] == 10]


async def test_each_block_becomes_its_component():
    card = Card(
        (
            Text("hello"),
            Divider(),
            Picture("code.png", b"png", "what it shows"),
            Buttons((Button("Go", "speedrun:start:1"),)),
            Menu("speedrun:related:1", "Choose", (Choice("PEP 8", "8", "why"),)),
        )
    )
    kinds = [item["type"] for item in components(card)]
    assert kinds == [10, 14, 12, 1, 1]
    picture = components(card)[2]["items"][0]
    assert picture["description"] == "what it shows"
    assert picture["media"]["url"] == "attachment://code.png"
    assert [file.filename for file in build(card)["files"]] == ["code.png"]


async def test_discord_py_keeps_nothing_of_a_layout():
    view = build(Card((Buttons((Button("Go", "speedrun:start:1"),)),)))["view"]
    # What it checks before it stores a view and its callbacks.
    assert view.is_finished()
    assert view.timeout is None


@given(st.lists(st.text(min_size=1, max_size=3_000), min_size=1, max_size=6))
def test_texts_of_any_length_fit_into_discords_limits(parts):
    found = texts(Card(tuple(Text(part) for part in parts)))
    assert sum(len(text) for text in found) <= MAX_TEXT
    assert sum(len(text.encode()) + 12 for text in found) <= MAX_TEXT_BYTES
    assert len(found) == len(parts)


def test_short_texts_are_left_alone():
    assert texts(Card((Text("one"), Text("two")))) == ["one", "two"]


def test_a_code_block_that_is_cut_keeps_its_end():
    [cut] = texts(Card((Text(code_block("word " * 2_000)),)))
    assert cut.endswith("…\n```")
    assert cut.count("```") == 2


async def test_a_form_becomes_a_modal_that_nothing_waits_for():
    from bot.discord_app.layout import build_form
    from bot.rendering.cards import Choice
    from bot.rendering.forms import ChoiceField, Form, TextField

    form = Form(
        "speedrun:x:1",
        "Edit & run",
        (
            TextField("code", "Code", "print(1)", is_long=True),
            ChoiceField("python", "Python", (Choice("3.13", "3.13", ""),), chosen="3.13"),
        ),
    )
    modal = build_form(form)
    assert modal.is_finished()
    payload = modal.to_dict()
    assert (payload["custom_id"], payload["title"]) == ("speedrun:x:1", "Edit & run")
    code, python = (row["component"] for row in payload["components"])
    assert (code["custom_id"], code["value"], code["style"]) == ("code", "print(1)", 2)
    assert [option["default"] for option in python["options"]] == [True]
