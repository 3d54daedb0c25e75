"""What pydantic finds wrong with a request, in sentences and by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MOST = 100
"""Fields that are named; whoever sends more that are wrong reads these first."""

_SAID = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field here.",
    "string_type": "Send a text, in quotes.",
    "bool_type": "Send true or false.",
    "int_type": "Send a whole number.",
    "list_type": "Send a list.",
    "dict_type": "Send an object.",
    "model_type": "Send an object.",
    "model_attributes_type": "Send an object.",
    "dataclass_type": "Send an object.",
}


def sentences(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A sentence for each field at fault, by its path in the body: `lines.0.serials.3`; the body itself is `body`."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(_path(error["loc"]), _sentence(error))
        if len(found) >= MOST:
            break
    return found


def _path(place: Iterable[int | str]) -> str:
    parts = [str(part) for part in place]
    if parts[:1] == ["body"]:  # then comes the name of the view's own parameter
        return _printable(".".join(parts[2:])) or "body"
    return _printable(".".join(parts[1:])) or parts[0]


def _sentence(error: Mapping[str, Any]) -> str:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _SAID:
        return _SAID[kind]
    if kind == "literal_error":
        return f"Send one of: {context['expected']}."
    if kind == "string_too_long":
        return f"This has more than {context['max_length']:,} characters."
    if kind == "too_long" and isinstance(error.get("input"), str):
        return f"At most {context['max_length']:,} characters."
    if kind == "too_long":
        return f"At most {context['max_length']:,} of these in one go."
    if kind == "too_short":
        return "Send at least one of these."
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"At {'least' if 'ge' in context else 'most'} {context.get('ge', context.get('le')):,}."
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def _printable(path: str) -> str:
    """Names of fields come from outside: shown, never trusted."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in path)
    return shown[:200]
