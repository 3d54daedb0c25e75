"""Filters on closed sets (status, availability, yes or no): values separated by commas, any of which will do.

`!received` is everything but that; `=` and `!=` are nothing set and anything set, where nothing can be set.
"""

from __future__ import annotations

from nameplate.listings.columns import Column
from nameplate.serial_text import fold


def chosen(column: Column, text: str) -> tuple[int, ...] | tuple[str, ...] | str:
    """The stored values that `text` asks for, or the sentence that says what is wrong with it."""
    known = {fold(name): choice.stored for choice in column.choices for name in (choice.label, choice.slug)}
    wanted: set[int | str] = set()
    refused: set[int | str] = set()
    every = _every_stored(column)
    terms = [term for term in (part.strip() for part in text.split(",")) if term]
    for term in terms:
        name = fold(term.removeprefix("!").strip())
        if name == "=" and column.bits:
            found: set[int | str] = {0}
        elif name in known:
            found = _stored_with(column, known[name], every)
        else:
            return f"“{term[:60]}” is not one of: {', '.join(choice.slug for choice in column.choices)}."
        if term.startswith("!"):
            refused |= found
        else:
            wanted |= found
    positive = any(not term.startswith("!") for term in terms)
    left = (wanted if positive else every) - refused
    # A column's stored values are all numbers or all words.
    return tuple(sorted(value for value in left if isinstance(value, int))) or tuple(sorted(map(str, left)))


def _every_stored(column: Column) -> set[int | str]:
    """Every value that the column can hold: each choice, or for a set of bits each sum of some."""
    if not column.bits:
        return {choice.stored for choice in column.choices}
    return set(range(sum(int(choice.stored) for choice in column.choices) + 1))


def _stored_with(column: Column, stored: int | str, every: set[int | str]) -> set[int | str]:
    if not column.bits:
        return {stored}
    return {value for value in every if int(value) & int(stored)}
