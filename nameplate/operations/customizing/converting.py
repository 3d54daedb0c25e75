"""A column of a file's texts as values of a custom field, each text read once, however often it stands there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nameplate.models.custom_fields import CustomField
from nameplate.operations.customizing.reading import Unreadable, read_value


@dataclass(frozen=True, slots=True)
class Converted:
    """`values` in step with the texts, None where nothing stands; `problems` by the text's index from 0."""

    values: list[Any]
    problems: dict[int, str]


def convert_column(field: CustomField, texts: Iterable[str]) -> Converted:
    """The texts of a column as they would be stored.

    An empty cell takes the field's default, and is a problem only where the field is required and has none.
    """
    known: dict[str, tuple[Any, str]] = {}
    values: list[Any] = []
    problems: dict[int, str] = {}
    for index, text in enumerate(texts):
        read = known.get(text)
        if read is None:
            read = known[text] = _read(field, text)
        values.append(read[0])
        if read[1]:
            problems[index] = read[1]
    return Converted(values, problems)


def _read(field: CustomField, text: str) -> tuple[Any, str]:
    try:
        value = read_value(field, text)
    except Unreadable as problem:
        return None, str(problem)
    if value is None:
        value = field.default
    return value, f"{field.name} is needed." if value is None and field.required else ""
