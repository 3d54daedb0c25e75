"""Filters on closed sets (status, availability, yes or no): values separated by commas, any of which will do.

`!received` is everything but that; `=` and `!=` are nothing set and anything set, where nothing can be set.
"""

from __future__ import annotations

from nameplate.listings.columns import Column
from nameplate.serial_text import fold

Stored = int | str | None


def chosen(column: Column, text: str) -> tuple[int, ...] | tuple[str, ...] | str:
    """The stored values that `text` asks for, or the sentence that says what is wrong with it."""
    found = _wanted(column, text)
    return found if isinstance(found, str) else _in_order(found)


def in_words(column: Column, text: str) -> str:
    """A filter on a closed set by its labels, “Received or Shipped”; other filters as they were typed."""
    labels = {choice.slug: choice.label for choice in column.choices}
    parts = [part.strip() for part in text.split(",")] if labels else []
    return " or ".join(labels[part] for part in parts) if parts and all(part in labels for part in parts) else text


def chosen_or_nothing(column: Column, text: str) -> tuple[tuple[int, ...] | tuple[str, ...], bool] | str:
    """The same for a column that may hold nothing: whether that is asked for stands beside the values."""
    found = _wanted(column, text)
    return found if isinstance(found, str) else (_in_order(found), None in found)


def _in_order(values: set[Stored]) -> tuple[int, ...] | tuple[str, ...]:
    # A column's stored values are all numbers or all words.
    return tuple(sorted(value for value in values if isinstance(value, int))) or tuple(
        sorted(value for value in values if isinstance(value, str))
    )


def _wanted(column: Column, text: str) -> set[Stored] | str:
    known = {fold(name): choice.stored for choice in column.choices for name in (choice.label, choice.slug)}
    wanted: set[Stored] = set()
    refused: set[Stored] = set()
    every = _every_stored(column)
    terms = [term for term in (part.strip() for part in text.split(",")) if term]
    for term in terms:
        name = fold(term.removeprefix("!").strip())
        if name == "=" and column.bits:
            found: set[Stored] = {0}
        elif name == "=" and column.kept is not None:
            found = {None}
        elif name in known:
            found = _stored_with(column, known[name], every)
        else:
            return f"“{term[:60]}” is not one of: {', '.join(choice.slug for choice in column.choices)}."
        if term.startswith("!"):
            refused |= found
        else:
            wanted |= found
    positive = any(not term.startswith("!") for term in terms)
    return (wanted if positive else every) - refused


def _every_stored(column: Column) -> set[Stored]:
    """Every value that the column can hold: each choice, or for a set of bits each sum of some."""
    if not column.bits:
        return {choice.stored for choice in column.choices} | ({None} if column.kept is not None else set())
    return set(range(sum(int(choice.stored) for choice in column.choices) + 1))


def _stored_with(column: Column, stored: Stored, every: set[Stored]) -> set[Stored]:
    if not column.bits:
        return {stored}
    return {value for value in every if int(value or 0) & int(stored or 0)}
