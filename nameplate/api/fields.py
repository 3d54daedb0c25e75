"""What a value in a body looks like: ids, texts, quantities and dates, each checked by one rule.

Nothing is converted silently: a number is no serial number, 1 is not true, and a key that nothing reads is refused by name.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

LARGEST_ID = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
_NO_DAY = "Send a date, like “2026-03-31”."
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Body(BaseModel):
    """What a request may hold; any other key is refused, so that nobody sets what no operation offers."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _id(value: Any) -> int:
    if not isinstance(value, str) or not _DIGITS.fullmatch(value) or int(value) > LARGEST_ID:
        raise ValueError("Send an id as it was answered: a text of digits, at most 9223372036854775807, in quotes.")
    return int(value)


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("This holds a NUL character, which nothing here does.")
    return value


def _quantity(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise ValueError("Send a quantity as text, like “12” or “2.5”: at most 15 digits, and 12 behind the point.")
    return text


def _day(value: Any) -> dt.date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(_NO_DAY)
    try:
        return dt.date.fromisoformat(value)
    except ValueError:  # the thirtieth of February
        raise ValueError(_NO_DAY) from None


Id = Annotated[int, BeforeValidator(_id), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,19}$", "examples": ["12"]})]
Text = Annotated[str, AfterValidator(_text)]
Word = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_text)]
"""One line of text, of a length that its operation limits further."""
Prose = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_text)]
Quantity = Annotated[
    str,
    BeforeValidator(_quantity),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$", "examples": ["2.5"]}),
]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
"""A whole number of days, months or characters; its operation limits it further."""
Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-31"]})]
CustomValue = Annotated[
    str | int | float | bool | None, Field(description="As its kind has it: a choice by slug or label, a decimal as text.")
]
Custom = Annotated[
    dict[Annotated[str, StringConstraints(max_length=100), AfterValidator(_text)], CustomValue],
    Field(max_length=100, description="Values of custom fields by slug; null takes one away."),
]
Version = Annotated[int, Field(ge=0, le=2**31 - 1, description="The version that was read; `If-Match` says the same.")]
