"""A server's settings as a YAML file that people read and change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.rendering.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_NAME = "pep-speedrun.yaml"


def settings_yaml(plain: dict[str, Any]) -> str:
    """The exported values as YAML: texts in quotes, mappings in blocks, lists on one line.

    A JSON text is a YAML text, whatever is in it.
    """
    head = _(
        "PEP Speedrun's settings. Change them, and send the file back: "
        "/speedrun-admin settings import"
    )
    return "\n".join([f"# {head}", *_mapping(plain, 0)]) + "\n"


def _mapping(plain: dict[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for name, value in plain.items():
        key = name if name.isidentifier() else json.dumps(name)
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from _mapping(value, depth + 1)
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=True)}"
