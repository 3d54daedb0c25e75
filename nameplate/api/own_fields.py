"""The company's own custom fields in the API's description, for whoever is signed in: filters of lists, members of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nameplate.api.describing import Json, column_parameter, column_schema
from nameplate.listings import ALL
from nameplate.listings.columns import Column
from nameplate.listings.custom_fields import columns_of

THINGS = {"serials": "Serial", "lots": "Lot", "items": "Item"}
"""Of each list with custom fields, the schema of one of its things beside that of its row."""


def with_own_fields(document: Json) -> Json:
    """The description with every custom field that is defined now."""
    for name, thing in THINGS.items():
        columns = columns_of(ALL[name].customs)
        if not columns:
            continue
        for path in (f"/api/v1/{name}", f"/api/v1/{name}.csv"):
            operation = document["paths"][path]["get"]
            operation["parameters"] = [*map(column_parameter, columns), *operation["parameters"]]
        for schema in (thing, f"{name.title()}Row"):
            for member, own in _groups(columns):
                described = document["components"]["schemas"][schema]["properties"]
                properties = {column.name.rpartition(".")[2]: {**column_schema(column), "description": column.label} for column in own}
                described[member] = {**described[member], "properties": properties}
    return document


def _groups(columns: Sequence[Column]) -> Iterator[tuple[str, list[Column]]]:
    """The columns by the member of an answer that holds them."""
    groups: dict[str, list[Any]] = {}
    for column in columns:
        groups.setdefault(column.name.rpartition(".")[0].replace(".", "_"), []).append(column)
    yield from groups.items()
