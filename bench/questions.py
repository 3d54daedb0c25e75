"""What is asked of the list of units: as an address of the product, and as one prepared statement that reads the same columns bare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.store import Sqlite, Store

SIZE = 50
LIVE = "NOT s.withdrawn"
ITEM, LOCATION = 1, 3
FEW, MANY = "K7Q", "YNG"
"""Three characters that some tens of units have, and three that more than a third has."""


@dataclass(frozen=True)
class Question:
    """One page of units. `kind` chooses the target that it has to meet."""

    name: str
    kind: str
    """indexed, narrowed (substring, two filters), many (a substring with very many hits), deep, fields (filters on custom fields), wide."""
    params: dict[str, str]
    floor: str
    after: int = 0
    """How many rows lie before the page."""
    columns: str = ""
    """The columns of the page; empty for those that it usually has. A program gets all of them anyhow."""


LINKED = (
    ("nameplate_item i", "i.id = s.item_id", ("number", "description", '"group"')),
    ("nameplate_lot l", "l.id = s.lot_id", ("number", "status", "vendor_batch", "expires_on")),
    ("nameplate_location p", "p.id = s.location_id", ("name",)),
    ("nameplate_site w", "w.id = p.site_id", ("id", "name")),
    ("nameplate_party c", "c.id = s.customer_id", ("name",)),
    ("nameplate_document d", "d.id = s.source_id", ("number",)),
    ("nameplate_party v", "v.id = d.party_id", ("id", "name")),
    ("nameplate_document co", "co.id = s.customer_order_id", ("number",)),
    ("nameplate_document sh", "sh.id = s.shipment_id", ("number",)),
    ("nameplate_document rd", "rd.id = s.return_doc_id", ("number",)),
    ("nameplate_document mb", "mb.id = s.made_by_id", ("number",)),
    ("nameplate_document ub", "ub.id = s.used_by_id", ("number",)),
    ("nameplate_line rl", "rl.id = s.reserved_line_id", ()),
    ("nameplate_document ro", "ro.id = rl.document_id", ("number",)),
    ("nameplate_serial pa", "pa.id = s.parent_id", ("number",)),
    ("nameplate_serial om", "om.id = s.outermost_id AND om.id <> s.id", ("number",)),
    ("nameplate_entry e", "e.id = s.last_entry_id", ("recorded_at",)),
    ("nameplate_user u", "u.id = e.actor_id", ("username",)),
)
"""Everything that the list's columns read from linked rows."""


def columns_of(page: str) -> str:
    """All columns of the list for the units that `page` (a SELECT of their ids in order) finds."""
    picks = ", ".join(f"{table.split()[1]}.{column}" for table, _, columns in LINKED for column in columns)
    joins = " ".join(f"LEFT JOIN {table} ON {condition}" for table, condition, _ in LINKED)
    rows = f"SELECT s.*, {picks} FROM page JOIN nameplate_serial s ON s.id = page.id {joins} ORDER BY page.n"
    return f"WITH page AS MATERIALIZED ({page}) {rows}"


def ordered(order: str, condition: str = LIVE, source: str = "nameplate_serial s") -> str:
    """A page that one walk along an index, or one look into it, answers."""
    found = f"SELECT s.id FROM {source} WHERE {condition} ORDER BY {order} LIMIT {SIZE}"
    return columns_of(f"SELECT f.id, row_number() OVER () AS n FROM ({found}) f")


def linked(store: Store, table: str, key: str, column: str) -> str:
    """A page sorted by a column of a linked row: its table in order, and for each row the units under it."""
    order = f"t.{column}, t.id, s.sort_key, s.id"
    if isinstance(store, Sqlite):
        found = f"SELECT s.id FROM {table} t CROSS JOIN nameplate_serial s WHERE s.{key} = t.id AND {LIVE} ORDER BY {order} LIMIT {SIZE}"
    else:
        under = f"SELECT * FROM nameplate_serial s WHERE s.{key} = t.id AND {LIVE} ORDER BY s.sort_key, s.id LIMIT {SIZE}"
        found = f"SELECT s.id FROM {table} t CROSS JOIN LATERAL ({under}) s ORDER BY {order} LIMIT {SIZE}"
    return columns_of(f"SELECT f.id, row_number() OVER () AS n FROM ({found}) f")


def containing(store: Store, text: str) -> str:
    """The condition for keys that contain `text`, by the index of trigrams."""
    if isinstance(store, Sqlite):
        return f"s.id IN (SELECT rowid FROM nameplate_serial_trigram WHERE nameplate_serial_trigram MATCH '\"{text.lower()}\"') AND {LIVE}"
    return f"s.key LIKE '%{text.lower()}%' AND {LIVE}"


NATURAL = "s.sort_key, s.id"
LINKS = (
    ("item", "nameplate_item", "item_id", "number_key"),
    ("description", "nameplate_item", "item_id", "description_key"),
    ("lot", "nameplate_lot", "lot_id", "sort_key"),
    ("location", "nameplate_location", "location_id", "label_key"),
    ("customer", "nameplate_party", "customer_id", "name_key"),
    ("source", "nameplate_document", "source_id", "sort_key"),
)
OWN = (("status", "status"), ("availability", "availability"), ("received_on", "received_on"), ("last_change", "last_entry_id"))


def questions(store: Store, deep: int) -> Iterator[Question]:
    """All of them; the deep page begins after so many rows. Of very many hits the first are met soonest on a walk along the order."""
    exact = store.query("SELECT number FROM nameplate_serial WHERE id = 4321")[0][0]
    item = store.query(f"SELECT number FROM nameplate_item WHERE id = {ITEM}")[0][0]
    yield Question("no filter", "indexed", {}, ordered(NATURAL))
    yield Question("item", "indexed", {"item": item}, ordered(NATURAL, f"s.item_id = {ITEM} AND {LIVE}"))
    yield Question("status", "indexed", {"status": "shipped"}, ordered(NATURAL, f"s.status = 4 AND {LIVE}"))
    yield Question("prefix WD-*", "indexed", {"serial": "WD-*"}, ordered(NATURAL, f"s.sort_key >= 'wd-' AND s.sort_key < 'wd.' AND {LIVE}"))
    yield Question("exact", "indexed", {"serial": f"={exact}"}, ordered(NATURAL, f"s.key = '{exact.lower()}' AND {LIVE}"))
    yield Question("substring, few hits", "narrowed", {"serial": f"*{FEW}*"}, ordered(NATURAL, containing(store, FEW)))
    many = f"instr(s.key, '{MANY.lower()}') > 0 AND {LIVE}" if isinstance(store, Sqlite) else containing(store, MANY)
    yield Question("substring, very many hits", "many", {"serial": f"*{MANY}*"}, ordered(NATURAL, many))
    yield Question(
        "item and status",
        "narrowed",
        {"item": item, "status": "shipped"},
        ordered(NATURAL, f"s.item_id = {ITEM} AND s.status = 4 AND {LIVE}"),
    )
    yield Question(
        "status and prefix",
        "narrowed",
        {"status": "rejected", "serial": "WD-*"},
        ordered(NATURAL, f"s.status = 6 AND s.sort_key >= 'wd-' AND s.sort_key < 'wd.' AND {LIVE}"),
    )
    yield Question("sorted by serial", "indexed", {"sort": "serial"}, ordered(NATURAL))
    for name, table, key, column in LINKS:
        yield Question(f"sorted by {name}", "indexed", {"sort": name}, linked(store, table, key, column))
    for name, column in OWN:
        condition = f"s.{column} IS NOT NULL AND {LIVE}"
        yield Question(f"sorted by {name}", "indexed", {"sort": name}, ordered(f"s.{column}, {NATURAL}", condition))
    yield Question(f"deep page (after {deep:,})", "deep", {}, _behind(store, deep), deep)


def _behind(store: Store, rows: int) -> str:
    place: list[tuple[Any, ...]] = store.query(
        f"SELECT s.sort_key, s.id FROM nameplate_serial s WHERE {LIVE} ORDER BY {NATURAL} LIMIT 1 OFFSET {rows - 1}"
    )
    key, unit = place[0]
    return ordered(NATURAL, f"(s.sort_key, s.id) > ('{key}', {unit}) AND {LIVE}")
