"""What a filter proposes while somebody types: the items, lots, orders and parties that a column may name.

It follows from what the column links to, so every list has it from its declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nameplate.listings.columns import Column
from nameplate.listings.conditions import between, contains
from nameplate.listings.sql import TRUE, Sql, all_of, fetch
from nameplate.models import NOUNS, PartyRole
from nameplate.serial_text import fold, upper_bound

MOST = 8


@dataclass(frozen=True, slots=True)
class _Source:
    """A FROM clause of named rows `t`: their name, its folded key, and what explains it."""

    table: str
    name: str
    key: str
    detail: str = "''"
    only: Sql = TRUE


def _party(role: PartyRole) -> _Source:
    return _Source("nameplate_party t", "t.name", "t.name_key", "t.number", Sql("t.role = %s", (role.value,)))


_DOCUMENTS = "nameplate_document t LEFT JOIN nameplate_party u ON u.id = t.party_id"
_SOURCES: Mapping[str, _Source] = {
    "items": _Source("nameplate_item t", "t.number", "t.number_key", "t.description"),
    "lots": _Source("nameplate_lot t JOIN nameplate_item u ON u.id = t.item_id", "t.number", "t.number_key", "u.number"),
    "vendors": _party(PartyRole.VENDOR),
    "customers": _party(PartyRole.CUSTOMER),
    "sites": _Source("nameplate_site t", "t.name", "t.name_key"),
    "locations": _Source("nameplate_location t JOIN nameplate_site u ON u.id = t.site_id", "u.name || ' · ' || t.name", "t.label_key"),
    "documents": _Source(_DOCUMENTS, "t.number", "t.number_key", "COALESCE(u.name, '')"),
    **{
        noun: _Source(_DOCUMENTS, "t.number", "t.number_key", "COALESCE(u.name, '')", Sql("t.kind = %s", (kind,)))
        for kind, noun in NOUNS.items()
    },
}


def proposes(column: Column) -> bool:
    """Whether the filter of this column names things that can be looked up: what the row points at, not the row's own name."""
    return column.via is not None and column.filterable and column.noun in _SOURCES


def proposals(column: Column, text: str) -> list[tuple[str, str]]:
    """The names that begin with `text`, then those that contain it, each with what explains it; the first few."""
    source = _SOURCES[column.noun]
    key = fold(text.strip()).replace("\x00", "\ufffd")
    found = _asked(source, between(source.key, key, upper_bound(key)), MOST) if key else _asked(source, TRUE, MOST)
    if key and len(found) < MOST:
        found += [one for one in _asked(source, contains(source.key, key), MOST) if one not in found]
    return found[:MOST]


def _asked(source: _Source, wanted: Sql, most: int) -> list[tuple[str, str]]:
    which = all_of([source.only, wanted])
    text = f"SELECT {source.name}, {source.detail} FROM {source.table} WHERE {which.text} ORDER BY {source.key}, t.id LIMIT {most}"
    return [(name, detail) for name, detail in fetch(Sql(text, which.params))]
