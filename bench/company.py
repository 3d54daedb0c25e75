"""A made-up company of any size, as rows of the product's own tables: every status, and a ledger of which the units' rows are the fold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.store import Row, Store
from nameplate.serial_text import sort_key

MILLION = 1_000_000
PER_ORDER, PER_LOT = 1_000, 500
BEGAN = dt.datetime(2024, 11, 1, 8, tzinfo=dt.UTC)
DAYS = 700
ITEMS, VENDORS, CUSTOMERS, SITES, PLACES = 200, 20, 300, 4, 25
HISTORIES = (20, 1_000)
"""The first units of all have this many entries."""

MOVED = 7
"""The kind of a movement to another place, as the ledger numbers it."""

STYLES = ("WD-WCAV5", *["MJ0351YNG9"] * 6, *["Z300"] * 5, *["S1F0"] * 3, "PL2331LAG")
"""How vendors begin their numbers; each is followed by five letters and digits without an order."""
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("notes", "place", "hold", "reason", "note", "vendor_batch", "email", "phone", "address", "group"), ""),
    **dict.fromkeys(
        ("serial_format", "serial_characters", "serial_prefix", "serial_pattern", "gtin", "description", "description_key"), ""
    ),
    **dict.fromkeys(("vendor_reference", "currency"), ""),
    **dict.fromkeys(("withdrawn", "archived", "partial", "made", "requires_inspection"), False),
    **dict.fromkeys(("placed", "bought"), True),
    **dict.fromkeys(("reserved", "held", "availability"), 0),
    "version": 1,
    "created_at": BEGAN,
}


def number_of(unit: int) -> str:
    """The unit's serial number."""
    rest, code = unit * 7_368_787 % 36**5, ""
    for _ in range(5):
        rest, digit = divmod(rest, 36)
        code += DIGITS[digit]
    return STYLES[unit % 16] + code


@dataclass
class Company:
    """Collects rows by table and hands them to the database batch by batch."""

    store: Store
    units: int
    actor_id: int
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    stock: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    """(lot, location) → quantity, held, movements."""

    def add(self, table: str, **values: Any) -> int:
        """One row, with the next id where none is given; the id."""
        if table not in self.columns:
            self.columns[table] = self.store.table(f"nameplate_{table}", "1 = 0", [])[0]
        columns = self.columns[table]
        if "id" in columns and "id" not in values:
            self.last[table] += 1
            values["id"] = self.last[table]
        self.rows[table].append(tuple([values[c] if c in values else DEFAULTS.get(c) for c in columns]))
        return int(values.get("id", 0))

    def named(self, table: str, number: str, **values: Any) -> int:
        """A row with a number or name and its keys."""
        key = number.lower()
        return self.add(table, number=number, number_key=key, sort_key=sort_key(key), **values)

    def flush(self) -> None:
        """Write what was collected, in the order in which the tables were first used."""
        for table, rows in self.rows.items():
            self.store.load(f"nameplate_{table}", self.columns[table], rows)
            rows.clear()

    def write(self, write_order: Callable[[Company, int, dt.datetime], None]) -> None:
        """Everything; an order with all that became of it by `write_order`."""
        self._catalogue()
        orders = max(1, self.units // PER_ORDER)
        for order in range(orders):
            write_order(self, order, BEGAN + dt.timedelta(days=DAYS * order / orders))
            if order % 10 == 9:
                self.flush()
        for index, entries in enumerate(HISTORIES):
            self._long_history(index + 1, entries)
        for (lot, location), (quantity, held, version) in self.stock.items():
            self.add("stock", lot_id=lot, location_id=location, quantity=quantity, held=held, version=version)
        self.flush()

    def _catalogue(self) -> None:
        for index in range(1, ITEMS + 1):
            text = f"Hard drive, series {(index * 37) % ITEMS:03d}"
            number = f"HD-{4000 + index}"
            self.add(
                "item",
                number=number,
                number_key=number.lower(),
                description=text,
                description_key=text.lower(),
                tracking="serial",
                unit="pcs",
            )
        for role, count in (("vendor", VENDORS), ("customer", CUSTOMERS)):
            for index in range(1, count + 1):
                name = f"{role.title()} {(index * 61) % count:03d} Ltd"
                number = f"{role[0].upper()}{index:05d}"
                self.add("party", role=role, number=number, number_key=number.lower(), name=name, name_key=name.lower())
        for index in range(1, SITES + 1):
            site = self.add("site", name=f"Site {index}", name_key=f"site {index}")
            special = (("Unknown", "unknown"), ("In transit", "transit"))
            for name, purpose in (*special, *((f"Shelf {shelf:02d}", "storage") for shelf in range(1, PLACES + 1))):
                key = name.lower()
                self.add("location", site_id=site, name=name, name_key=key, label_key=f"site {index} · {key}", purpose=purpose)
        self.flush()

    def shelf(self, index: int) -> int:
        """The id of a storage location, of all sites in turn."""
        site, shelf = divmod(index % (SITES * PLACES), PLACES)
        return site * (PLACES + 2) + shelf + 3

    def entry(self, act: str, at: dt.datetime, units: int, document: int | None = None, reason: str = "") -> int:
        """An entry of the ledger."""
        return self.add(
            "entry", act=act, happened_at=at, recorded_at=at, actor_id=self.actor_id, document_id=document, units=units, reason=reason
        )

    def goods(self, entry: int, lot: int, location: int, units: int, line: int | None = None) -> None:
        """Units come to a place or go from it."""
        if units:
            spot = self.stock[lot, location]
            spot[0] += units * MILLION
            spot[2] += 1
            self.add(
                "stockmovement",
                entry_id=entry,
                lot_id=lot,
                location_id=location,
                seq=spot[2],
                change=units * MILLION,
                balance=spot[0],
                line_id=line,
            )

    def _long_history(self, unit: int, entries: int) -> None:
        """Move a unit to and fro between two shelves until it has so many entries."""
        self.flush()
        names = self.columns["movement"]
        placement = dict(
            zip(names, self.store.query(f"SELECT * FROM nameplate_movement WHERE serial_id = {unit} AND seq = 1")[0], strict=True)
        )
        lot, here = placement["lot_id"], placement["location_id"]
        shelves, entry = (here, here + 1), 0
        for seq in range(2, entries + 1):
            come, go = shelves[(seq + 1) % 2], shelves[seq % 2]
            entry = self.entry("moved", BEGAN + dt.timedelta(days=DAYS, minutes=seq), 1)
            self.goods(entry, lot, go, -1)
            self.goods(entry, lot, come, 1)
            self.add("movement", **{**placement, "seq": seq, "entry_id": entry, "kind": MOVED, "line_id": None, "location_id": come})
        location = shelves[(entries + 1) % 2]
        self.flush()
        self.store.execute(
            f"UPDATE nameplate_serial SET version = {entries}, last_entry_id = {entry}, location_id = {location} WHERE id = {unit}"
        )
