"""Rules for component trees, of messages and of modals.

Pure; yields (rule, path, code, sentence).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from . import limits
from .state import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Json

Found = tuple[str, str, str, str]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
SELECTS = (3, 5, 6, 7, 8)
TOP = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER}
LINK, PREMIUM = 5, 6


def component_rules(components: list[Json], *, in_modal: bool = False) -> Iterator[Found]:
    """Yield what is wrong with a message's components, or with a modal's."""
    everything = list(walk(components))
    if len(everything) > limits.COMPONENTS:
        sentence = "The maximum number of components in a message is 40"
        yield "components-count", "components", "COMPONENT_LIMIT_EXCEEDED", sentence
    ids = [str(c["custom_id"]) for c in everything if isinstance(c.get("custom_id"), str)]
    for custom_id, times in Counter(ids).items():
        if times > 1:
            sentence = f"Component custom id cannot be duplicated: {custom_id!r}"
            yield "custom-id-twice", "components", "COMPONENT_CUSTOM_ID_DUPLICATED", sentence
    numbers = Counter(c["id"] for c in everything if c.get("id"))
    if any(times > 1 for times in numbers.values()):
        yield (
            "component-id-twice",
            "components",
            "COMPONENT_ID_DUPLICATED",
            "Component ids must be unique",
        )
    for path, component in _located(components, "components"):
        yield from _one(component, path)
    if not in_modal:
        for n, component in enumerate(components):
            if component.get("type") not in TOP:
                yield _choices("top-level-type", f"components.{n}.type")


def _located(components: list[Json], path: str) -> Iterator[tuple[str, Json]]:
    for n, component in enumerate(components):
        here = f"{path}.{n}"
        yield here, component
        if isinstance(component.get("components"), list):
            yield from _located(component["components"], f"{here}.components")
        for single in ("accessory", "component"):
            if isinstance(component.get(single), dict):
                yield f"{here}.{single}", component[single]


def _one(c: Json, path: str) -> Iterator[Found]:
    kind = c.get("type")
    if (
        "custom_id" in c
        and c["custom_id"] is not None
        and not 1 <= len(str(c["custom_id"])) <= limits.CUSTOM_ID
    ):
        yield _between("custom-id-length", f"{path}.custom_id", 1, limits.CUSTOM_ID)
    if kind == ROW:
        yield from _row(c, path)
    elif kind == BUTTON:
        yield from _button(c, path)
    elif kind in SELECTS:
        yield from _select(c, path)
    elif kind == TEXT and not 1 <= len(str(c.get("content") or "")) <= limits.V2_TEXT:
        yield _between("text-display-length", f"{path}.content", 1, limits.V2_TEXT)
    elif kind == SECTION:
        yield from _section(c, path)
    elif kind == GALLERY:
        items = c.get("items") or []
        if not 1 <= len(items) <= limits.GALLERY_ITEMS:
            yield _between("gallery-items", f"{path}.items", 1, limits.GALLERY_ITEMS)
        for n, item in enumerate(items):
            yield from _alt(item, f"{path}.items.{n}")
    elif kind == THUMBNAIL:
        yield from _alt(c, path)
    elif kind == CONTAINER:
        yield from _container(c, path)
    elif kind == TEXT_INPUT:
        yield from _text_input(c, path)
    elif kind == LABEL:
        yield from _label(c, path)


def _row(c: Json, path: str) -> Iterator[Found]:
    kinds = [child.get("type") for child in c.get("components") or []]
    if not 1 <= len(kinds) <= limits.ROW_BUTTONS:
        yield _between("row-size", f"{path}.components", 1, limits.ROW_BUTTONS)
    elif any(k != BUTTON for k in kinds) and len(kinds) > 1:
        sentence = "The specified component exceeds the maximum width"
        yield "row-width", f"{path}.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", sentence
    for n, kind in enumerate(kinds):
        if kind not in (BUTTON, TEXT_INPUT, *SELECTS):
            yield _choices("row-child", f"{path}.components.{n}.type")


def _button(c: Json, path: str) -> Iterator[Found]:
    if len(c.get("label") or "") > limits.BUTTON_LABEL:
        yield _long("button-label", f"{path}.label", limits.BUTTON_LABEL)
    style = c.get("style")
    if style == LINK:
        if not c.get("url") or c.get("custom_id"):
            yield (
                "button-link",
                f"{path}.url",
                "BUTTON_COMPONENT_URL_REQUIRED",
                "A link button needs a url, no custom id",
            )
    elif style == PREMIUM:
        if not c.get("sku_id"):
            yield "button-sku", f"{path}.sku_id", "BASE_TYPE_REQUIRED", "This field is required"
        return
    elif not c.get("custom_id") or c.get("url"):
        sentence = "A custom id and url cannot both be specified; one of them is required"
        yield (
            "button-custom-id",
            f"{path}.custom_id",
            "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
            sentence,
        )
    if not c.get("label") and not c.get("emoji"):
        sentence = "A button needs a label or an emoji"
        yield "button-empty", path, "BUTTON_COMPONENT_INVALID_EMPTY", sentence


def _select(c: Json, path: str) -> Iterator[Found]:
    if not c.get("custom_id"):
        yield (
            "select-custom-id",
            f"{path}.custom_id",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        )
    if len(c.get("placeholder") or "") > limits.SELECT_PLACEHOLDER:
        yield _long("select-placeholder", f"{path}.placeholder", limits.SELECT_PLACEHOLDER)
    least, most = _number(c, "min_values"), _number(c, "max_values")
    if least > most:
        yield (
            "select-bounds",
            f"{path}.min_values",
            "SELECT_BOUNDS",
            "min_values must not exceed max_values",
        )
    if c.get("type") != STRING_SELECT:
        return
    options = c.get("options") or []
    if not 1 <= len(options) <= limits.SELECT_OPTIONS:
        yield _between("select-options", f"{path}.options", 1, limits.SELECT_OPTIONS)
    elif most > len(options):
        yield (
            "select-bounds",
            f"{path}.max_values",
            "SELECT_BOUNDS",
            "max_values exceeds the number of options",
        )
    for n, option in enumerate(options):
        for key in ("label", "value", "description"):
            text = option.get(key)
            if len(text or "") > limits.SELECT_OPTION_TEXT:
                yield _long(
                    "select-option-text", f"{path}.options.{n}.{key}", limits.SELECT_OPTION_TEXT
                )
            elif not text and key != "description":
                yield (
                    "select-option-text",
                    f"{path}.options.{n}.{key}",
                    "BASE_TYPE_REQUIRED",
                    "This field is required",
                )
    values = Counter(option.get("value") for option in options)
    if any(times > 1 for times in values.values()):
        sentence = "The specified option value is already used"
        yield (
            "select-value-twice",
            f"{path}.options",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            sentence,
        )


def _section(c: Json, path: str) -> Iterator[Found]:
    texts = c.get("components") or []
    if not 1 <= len(texts) <= limits.SECTION_TEXTS:
        yield _between("section-texts", f"{path}.components", 1, limits.SECTION_TEXTS)
    if any(t.get("type") != TEXT for t in texts):
        yield _choices("section-child", f"{path}.components")
    if (c.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
        yield (
            "section-accessory",
            f"{path}.accessory",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        )


def _container(c: Json, path: str) -> Iterator[Found]:
    children = c.get("components") or []
    if not children:
        yield _between("container-empty", f"{path}.components", 1, limits.COMPONENTS)
    if any(child.get("type") not in TOP - {CONTAINER} for child in children):
        yield _choices("container-child", f"{path}.components")


def _alt(item: Json, path: str) -> Iterator[Found]:
    if len(item.get("description") or "") > limits.ALT_TEXT:
        yield _long("alt-text", f"{path}.description", limits.ALT_TEXT)


def _text_input(c: Json, path: str) -> Iterator[Found]:
    label, value = c.get("label"), c.get("value") or ""
    if label is not None and not 1 <= len(label) <= limits.MODAL_LABEL:
        yield _between("text-input-label", f"{path}.label", 1, limits.MODAL_LABEL)
    if len(c.get("placeholder") or "") > limits.TEXT_INPUT_PLACEHOLDER:
        yield _long("text-input-placeholder", f"{path}.placeholder", limits.TEXT_INPUT_PLACEHOLDER)
    least, most = c.get("min_length") or 0, c.get("max_length") or limits.TEXT_INPUT
    if not 0 <= least <= most <= limits.TEXT_INPUT:
        yield (
            "text-input-bounds",
            f"{path}.min_length",
            "TEXT_INPUT_BOUNDS",
            "min_length must not exceed max_length",
        )
    if value and not least <= len(value) <= most:
        yield _between("text-input-value", f"{path}.value", least, most)


def _label(c: Json, path: str) -> Iterator[Found]:
    if not 1 <= len(c.get("label") or "") <= limits.MODAL_LABEL:
        yield _between("modal-label", f"{path}.label", 1, limits.MODAL_LABEL)
    if len(c.get("description") or "") > limits.MODAL_DESCRIPTION:
        yield _long("modal-label-description", f"{path}.description", limits.MODAL_DESCRIPTION)


def modal_rules(data: Json) -> Iterator[Found]:
    """Yield what is wrong with a modal's callback data."""
    if not 1 <= len(data.get("title") or "") <= limits.MODAL_TITLE:
        yield _between("modal-title", "data.title", 1, limits.MODAL_TITLE)
    if not 1 <= len(data.get("custom_id") or "") <= limits.CUSTOM_ID:
        yield _between("custom-id-length", "data.custom_id", 1, limits.CUSTOM_ID)
    tops = data.get("components") or []
    if not 1 <= len(tops) <= limits.MODAL_COMPONENTS:
        yield _between("modal-components", "data.components", 1, limits.MODAL_COMPONENTS)
    if any(top.get("type") not in (ROW, TEXT, LABEL) for top in tops):
        yield _choices("modal-child", "data.components")
    for rule, path, code, sentence in component_rules(tops, in_modal=True):
        yield rule, f"data.{path}", code, sentence


def _number(c: Json, key: str) -> int:
    value: Any = c.get(key)
    return value if isinstance(value, int) else 1


def _long(rule: str, path: str, most: int) -> Found:
    return rule, path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."


def _between(rule: str, path: str, least: int, most: int) -> Found:
    return rule, path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."


def _choices(rule: str, path: str) -> Found:
    return rule, path, "UNION_TYPE_CHOICES", 'Value of field "type" is not allowed here.'
