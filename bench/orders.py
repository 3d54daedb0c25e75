"""One made-up purchase order, and what became of its units: every status that a unit can have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bench.company import CUSTOMERS, ITEMS, MILLION, PER_LOT, PER_ORDER, VENDORS, Company, number_of
from nameplate.serial_text import sort_key

PLANNED, RECEIVED, REJECTED, HELD, USED_UP, SHIPPED, RETURNED, WRITTEN_OFF = 1, 2, 5, 12, 19, 20, 21, 24
"""Kinds of movements, as the ledger numbers them."""

FATES: tuple[tuple[int, Iterable[int]], ...] = (
    (HELD, (5,)),
    (SHIPPED, range(35, 44)),
    (WRITTEN_OFF, (44, 45)),
    (USED_UP, (46, 47)),
    (REJECTED, (48,)),
    (RETURNED, (49,)),
)
"""What becomes of which units, by their place within each fifty; of the others nothing more than that they came."""
FATE_OF = {place: kind for kind, places in FATES for place in places}


def write_order(company: Company, index: int, at: dt.datetime) -> None:
    """All rows of the order with this index."""
    Order(company, index, at).write()


class Order:
    """One purchase order of two lots, and what became of its units."""

    def __init__(self, company: Company, index: int, at: dt.datetime) -> None:
        self.company, self.index, self.at = company, index, at
        self.planned = index % 25 == 24
        self.day = at.date()
        self.later = (at + dt.timedelta(days=9)).date()
        self.documents: dict[int, int] = {}
        self.entries: dict[int, int] = {}
        self.customer = VENDORS + 1 + index % CUSTOMERS
        self.location = company.shelf(index)

    def write(self) -> None:
        """All its rows."""
        company, status = self.company, "ordered" if self.planned else "received"
        number, vendor = f"PO{self.index + 1:05d}", 1 + self.index % VENDORS
        author = {"created_at": self.at, "created_by_id": company.actor_id}
        order = company.named("document", number, kind="PO", status=status, party_id=vendor, **author)
        company.add("purchaseorder", document_id=order, ordered_on=self.day)
        for kind, prefix in ((SHIPPED, "S"), (USED_UP, "MO"), (RETURNED, "RMA")):
            if not self.planned:
                party = None if prefix == "MO" else self.customer
                number = f"{prefix}{self.index + 1:05d}"
                self.documents[kind] = company.named("document", number, kind=prefix, status="new", party_id=party, **author)
        self._entries(order)
        for position in (1, 2):
            lots = self.index * 2 + position - 1
            item = 1 + (lots // 2 % 10 if position == 1 else 10 + lots // 2 % (ITEMS - 10))
            line = company.add("line", document_id=order, position=position, item_id=item, quantity=PER_LOT * MILLION)
            self._lot(order, line, item)

    def _entries(self, order: int) -> None:
        company = self.company
        self.entries[RECEIVED] = company.entry("ordered" if self.planned else "received", self.at, PER_ORDER, order)
        acts = {
            HELD: "held",
            SHIPPED: "shipped",
            WRITTEN_OFF: "written off",
            USED_UP: "used up",
            REJECTED: "rejected",
            RETURNED: "returned",
        }
        for step, (kind, places) in enumerate(FATES):
            if not self.planned:
                # Returned units were shipped before.
                count = len(tuple(places)) + (kind == SHIPPED)
                document = self.documents.get(kind)
                at = self.at + dt.timedelta(days=9, hours=step)
                self.entries[kind] = company.entry(
                    acts[kind], at, count * PER_ORDER // 50, document, "Measured" if document is None else ""
                )

    def _open_lot(self, item: int, order: int, line: int, status: str, entry: int, split_from: int | None = None) -> int:
        company = self.company
        number = f"L{company.last['lot'] + 1:05d}"
        lot = company.named(
            "lot", number, item_id=item, status=status, source_id=order, line_id=line, split_from_id=split_from, created_at=self.at
        )
        company.add("lotmovement", entry_id=entry, lot_id=lot, seq=1, status=status)
        return lot

    def _lot(self, order: int, line: int, item: int) -> None:
        company, came = self.company, self.entries[RECEIVED]
        lot = self._open_lot(item, order, line, "planned" if self.planned else "received", came)
        base: dict[str, Any] = {"lot_id": lot, "source_id": order, "status": 1}
        if self.planned:
            for _ in range(PER_LOT):
                self._unit(item, [(PLANNED, came, {**base})], line)
            return
        base |= {"status": 2, "location_id": self.location, "received_on": self.day}
        company.goods(came, lot, self.location, PER_LOT, line)
        rejected = self._open_lot(item, order, line, "rejected", self.entries[REJECTED], lot)
        returned = self._open_lot(item, order, line, "rma_returned", self.entries[RETURNED], lot)
        steps = self._steps(base, rejected, returned)
        for index in range(PER_LOT):
            self._unit(item, steps[FATE_OF.get(index % 50, 0)], line)
        each = PER_LOT // 50
        company.stock[lot, self.location][1] += each * MILLION
        for kind, places in FATES:
            if kind not in (HELD, RETURNED):
                company.goods(self.entries[kind], lot, self.location, -each * (len(tuple(places)) + (kind == SHIPPED)))
        company.goods(self.entries[REJECTED], rejected, self.location, each)
        company.goods(self.entries[RETURNED], returned, self.location, each)

    def _steps(self, base: dict[str, Any], rejected: int, returned: int) -> dict[int, list[tuple[int, int, dict[str, Any]]]]:
        """By fate: the movements, each with the placement after it."""
        came = (RECEIVED, self.entries[RECEIVED], base)
        gone = {**base, "location_id": None}
        shipped = {**gone, "status": 4, "customer_id": self.customer, "shipment_id": self.documents[SHIPPED], "shipped_on": self.later}
        back = {
            **shipped, "status": 7, "lot_id": returned, "location_id": self.location, "returned_on": self.later,
            "return_doc_id": self.documents[RETURNED],
        }  # fmt: skip
        after: dict[int, list[tuple[int, dict[str, Any]]]] = {
            0: [],
            HELD: [(HELD, {**base, "hold": "Waiting for a decision"})],
            SHIPPED: [(SHIPPED, shipped)],
            WRITTEN_OFF: [(WRITTEN_OFF, {**gone, "status": 5})],
            USED_UP: [(USED_UP, {**gone, "status": 3, "used_by_id": self.documents[USED_UP]})],
            REJECTED: [(REJECTED, {**base, "status": 6, "lot_id": rejected})],
            RETURNED: [(SHIPPED, shipped), (RETURNED, back)],
        }
        return {fate: [came, *((kind, self.entries[kind], placement) for kind, placement in more)] for fate, more in after.items()}

    def _unit(self, item: int, steps: list[tuple[int, int, dict[str, Any]]], line: int) -> None:
        company = self.company
        number = number_of(company.last["serial"] + 1)
        key = number.lower()
        _, last, placement = steps[-1]
        unit = company.add(
            "serial",
            item_id=item,
            number=number,
            key=key,
            sort_key=sort_key(key),
            outermost_id=company.last["serial"] + 1,
            last_entry_id=last,
            **{**placement, "availability": _availability(placement), "version": len(steps)},
        )
        for seq, (kind, entry, after) in enumerate(steps, 1):
            company.add("movement", serial_id=unit, seq=seq, entry_id=entry, kind=kind, line_id=line if seq == 1 else None, **after)


def _availability(placement: dict[str, Any]) -> int:
    if placement.get("hold"):
        return 4
    return 1 if placement["status"] == 2 else 0
