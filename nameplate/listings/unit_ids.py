"""What reports say of a unit by its id, and how its number is found in them."""

from __future__ import annotations

from collections.abc import Callable

from nameplate.listings.conditions import contains
from nameplate.listings.narrowed import Check
from nameplate.listings.sql import Sql, any_of
from nameplate.serial_text import fold


def of_unit(column: str, key: str) -> str:
    """A column of the unit whose id stands in `key`."""
    return f"(SELECT x.{column} FROM nameplate_serial x WHERE x.id = {key})"


def number_in(*columns: str) -> Callable[[str], Check]:
    """A search box that finds a unit's number, anywhere in it, in one of these columns of ids."""

    def search(text: str) -> Check:
        found = contains("t.key", fold(text.strip()))
        return Check(any_of([Sql(f"{one} IN (SELECT t.id FROM nameplate_serial t WHERE {found.text})", found.params) for one in columns]))

    return search
