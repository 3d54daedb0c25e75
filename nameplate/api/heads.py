"""The head of an order or another document, as it was sent."""

from __future__ import annotations

from typing import TypeVar, cast

from pydantic import BaseModel

Head = TypeVar("Head")


def head_of(given: BaseModel, shape: type[Head]) -> Head:
    """What was sent of the fields of `shape`, a TypedDict whose keys the body has as fields; what was left out stays out."""
    return cast(Head, given.model_dump(exclude_unset=True, include=set(shape.__annotations__)))
