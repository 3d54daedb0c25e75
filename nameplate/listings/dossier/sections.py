"""The sections of a lot's dossier: each a small table, the same rows on paper (the first of them) and as CSV (all of them)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from nameplate import access, functions
from nameplate.ledger.kinds import Kind
from nameplate.listings.dossier import reading
from nameplate.listings.dossier.reading import Ground, Shipped, ground_of, shipped_goods, when
from nameplate.listings.edited import Wording
from nameplate.listings.export import escaped
from nameplate.listings.lot_ends import ends_of, status_words
from nameplate.listings.trace import FORWARD, Node, Row, trace
from nameplate.listings.trace.telling import certainty
from nameplate.models import DocumentKind, DocumentStatus, FieldNoun, Lot, Serial, Status
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

HOLDS = (Kind.HELD, Kind.FREED, Kind.REJECTED, Kind.RELEASED, Kind.RETURNED, Kind.RESTOCKED, Kind.WRITTEN_OFF)
"""What a section of its own tells of."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table. `widths` are the shares of a page's width that its columns take; `long`: not for paper at all."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]
    long: bool = False
    empty: str = "None."


@dataclass(frozen=True, slots=True)
class Dossier:
    """All sections about a lot."""

    lot: Lot
    sections: Sequence[Section]


def dossier(*, actor: access.Actor, lot: int) -> Dossier:
    """Everything about the lot and what was split off it. Refused: there is none; Lots is off."""
    access.require(actor, "stock", "view")
    functions.require_on(functions.LOTS, "Everything about a lot")
    found = Lot.objects.select_related("item", "source__party", "split_from").filter(pk=lot).first()
    if found is None:
        raise NotFound("no-such-lot", "There is no such lot.")
    ground = ground_of(found)
    onward = trace(actor=actor, node=Node("lots", lot), direction=FORWARD).rows
    shipped = _shipped_onward(ground, onward)
    return Dossier(
        found,
        [
            _facts(found),
            _ends(ground),
            _splits(ground),
            Section("Held, rejected, written off", *_acts(ground, HOLDS)),
            _papers(ground),
            _products(ground, onward, shipped),
            _customers(ground, onward, shipped),
            _files(ground),
            _edits(ground),
            Section("Everything that was done", *_acts(ground, ())),
            _units(ground),
            _steps(ground),
        ],
    )


def lines(found: Dossier) -> Iterator[str]:
    """All sections as one CSV: each begins with its heads, and each line with its section's title."""
    writer = csv.writer(_Line())
    for section in found.sections:
        yield str(writer.writerow(["Section", *section.columns]))
        for row in section.rows:
            yield str(writer.writerow([section.title, *map(escaped, row)]))


class _Line:
    def write(self, line: str) -> str:
        return line


def _facts(lot: Lot) -> Section:
    source = lot.source
    words = Wording.of(FieldNoun.LOTS)
    customs = {f"custom.{slug}": value for slug, value in (lot.custom or {}).items()}
    facts = [
        ("Lot", lot.number),
        ("Item", f"{lot.item.number} {lot.item.description}".strip()),
        ("Status", lot.get_status_display()),
        ("Source", source.number if source else "split off" if lot.split_from else "made by hand"),
        ("Vendor", source.party.name if source and source.party else ""),
        ("Vendor batch", lot.vendor_batch),
        ("Split from", lot.split_from.number if lot.split_from else ""),
        ("Opened", when(lot.created_at)),
        ("Expires on", lot.expires_on.isoformat() if lot.expires_on else ""),
        ("Cost of one", f"{from_micro(lot.cost):f}" if lot.cost is not None else ""),
        ("On hold", lot.hold),
        ("Notes", lot.notes),
        *((words.label(name), words.value(name, value)) for name, value in customs.items()),
    ]
    return Section("Lot", ("What", "Value"), [pair for pair in facts if pair[1]], (1, 4))


def _ends(ground: Ground) -> Section:
    found = ends_of(ground.lot, [lot.pk for lot in ground.family], ground.units, most=1_000)
    rows = [
        (
            str(end.count) if end.status is not None else f"{from_micro(end.count):f}",
            status_words(end.status, end.act),
            end.item,
            end.order,
            end.customer or end.place,
        )
        for end in found
    ]
    return Section("Where it went", ("How many", "Status", "In a product", "Document", "Customer or place"), rows, (1, 2, 2, 2, 3))


def _splits(ground: Ground) -> Section:
    inside = Counter(Serial.objects.filter(lot__in=ground.family, withdrawn=False).values_list("lot", flat=True))
    numbers = {lot.pk: lot.number for lot in ground.family}
    rows = [
        (lot.number, lot.get_status_display(), str(inside[lot.pk]), numbers.get(lot.split_from_id or 0, ""), when(lot.created_at))
        for lot in ground.family
        if lot.pk != ground.lot.pk
    ]
    return Section("Split off", ("Lot", "Status", "Units in it", "Out of", "Opened"), rows, (2, 2, 1, 2, 2))


def _acts(ground: Ground, kinds: Sequence[Kind]) -> tuple[Sequence[str], Iterable[Sequence[str]], Sequence[int]]:
    columns = ("Entry", "What", "Happened", "Recorded", "By whom", "Units", "Document", "Reason", "Note", "Undone by", "Undoes")
    rows = [
        (
            str(entry),
            act,
            when(happened),
            when(recorded),
            person,
            str(units) if units else "",
            paper or "",
            reason,
            note,
            str(undone or ""),
            str(undoes or ""),
        )
        for entry, act, happened, recorded, person, paper, _, reason, note, units, undone, undoes in reading.entries(ground, kinds)
    ]
    return columns, rows, (2, 3, 4, 4, 3, 2, 3, 5, 4, 2, 2)


def _papers(ground: Ground) -> Section:
    rows = [
        (number, str(DocumentKind(kind).label), str(DocumentStatus(status).label), party or "", notes)
        for number, kind, status, party, notes in reading.documents(ground)
    ]
    return Section("Documents, inspections among them", ("Number", "Kind", "Status", "Whose", "Notes"), rows, (2, 2, 2, 3, 4))


def _products(ground: Ground, onward: Sequence[Row], shipped: Sequence[Shipped]) -> Section:
    first = 2 if ground.by_serials else 1
    own = {Node("lots", lot.pk) for lot in ground.family}
    to: dict[int, dict[str, list[str]]] = {}
    for one in shipped:
        to.setdefault(one.lot_id, {}).setdefault(one.customer, []).append(one.shipment)
    rows: dict[Node, tuple[str, ...]] = {}
    best: dict[Node, tuple[bool, bool]] = {}
    for row in onward:
        if (
            row.node.noun == "entries"
            or row.node in own
            or (row.level < first and row.node.noun == "serials")
            or (row.sure, row.now) <= best.get(row.node, (False, False)) != (False, False)
        ):
            continue
        facts, best[row.node] = row.facts, (row.sure, row.now)
        customer, shipment = facts.customer, facts.shipment.number if facts.shipment else ""
        if row.node.noun == "lots":
            went = to.get(row.node.id, {})
            customer, shipment = _told(list(went), "customers"), _told([one for every in went.values() for one in every], "shipments")
        still = "yes" if row.now else "no"
        rows[row.node] = (facts.number, facts.item, facts.standing, certainty(row.sure), still, customer, shipment)
    columns = ("Product", "Item", "Status", "Something of it inside", "Still inside", "Customer", "Shipment")
    return Section("Products that it went into", columns, list(rows.values()), (4, 3, 2, 3, 2, 4, 3))


def _told(names: Sequence[str], what: str) -> str:
    """These names, or how many there are: a lot of goods goes to many."""
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} {what}"


def _customers(ground: Ground, onward: Sequence[Row], shipped: Sequence[Shipped]) -> Section:
    sure: dict[str, set[int]] = {}
    doubtful: dict[str, set[int]] = {}
    for row in onward:
        if row.node.noun == "serials" and row.facts.customer and row.facts.outermost_id is None and row.now:
            (sure if row.sure else doubtful).setdefault(row.facts.customer, set()).add(row.node.id)
    rows = [
        (name, "", str(len(sure.get(name, ()))), str(len(doubtful.get(name, set()) - sure.get(name, set()))))
        for name in sorted({*sure, *doubtful})
    ]
    certain = {row.node.id for row in onward if row.node.noun == "lots" and row.sure and row.now} | {lot.pk for lot in ground.family}
    goods: dict[tuple[str, str, int, str], int] = {}
    for one in shipped:
        key = one.customer, one.lot, one.lot_id, one.unit
        goods[key] = goods.get(key, 0) + one.quantity
    for (name, lot, lot_id, unit), quantity in sorted(goods.items()):
        there = f"{from_micro(quantity):f} {unit}"
        rows.append((name, lot, there, "") if lot_id in certain else (name, lot, "", there))
    columns = ("Customer", "Goods of lot", "Units there, with certainty", "Units there, possibly")
    return Section("Customers", columns, rows, (4, 2, 2, 2))


def _shipped_onward(ground: Ground, onward: Sequence[Row]) -> list[Shipped]:
    """What was shipped of goods in which something of it is now: of its own lots and of those that it went into."""
    own = [] if ground.by_serials else [lot.pk for lot in ground.family]
    return shipped_goods(sorted({*own, *(row.node.id for row in onward if row.node.noun == "lots" and row.now)}))


def _files(ground: Ground) -> Section:
    rows = [
        (name, lot, str(size), digest, when(added), person, when(removed))
        for name, lot, size, digest, added, person, removed in reading.files(ground)
    ]
    return Section("Files", ("File", "Of lot", "Bytes", "SHA-256", "Attached", "By whom", "Taken off"), rows, (4, 2, 2, 7, 3, 2, 3))


def _edits(ground: Ground) -> Section:
    words = Wording.of(FieldNoun.LOTS)
    logged: list[tuple[str, ...]] = [
        (when(at), person, lot, words.label(field), before, after) for at, person, lot, field, before, after in reading.edits(ground)
    ]
    columns = ("Changed", "By whom", "Lot", "Field", "Before", "After")
    return Section("Changes of what is written about it", columns, logged + reading.lot_edits(ground), (3, 2, 2, 3, 4, 4))


def _units(ground: Ground) -> Section:
    found = Serial.objects.filter(pk__in=ground.units).select_related("lot", "location__site", "parent", "outermost__customer", "shipment")
    rows = (
        (
            unit.number,
            "Withdrawn" if unit.withdrawn else str(Status(unit.status).label),
            unit.lot.number,
            f"{unit.location.site.name} · {unit.location.name}" if unit.location else "",
            unit.parent.number if unit.parent else "",
            unit.outermost.customer.name if unit.outermost.customer else "",
            unit.hold,
            unit.received_on.isoformat() if unit.received_on else "",
        )
        for unit in found.order_by("sort_key", "pk")
    )
    columns = ("Serial number", "Status", "Lot now", "Where", "Built into", "Customer", "On hold", "Received on")
    return Section("Units that were ever in it", columns, list(rows) if ground.units else [], (4, 3, 2, 4, 4, 3, 3, 3))


def _steps(ground: Ground) -> Section:
    columns = (
        "Serial number", "Step", "What", "Happened", "Recorded", "By whom", "Status after", "Lot after", "Where after", "Built into",
        "Customer", "Document", "Reason", "Other changes", "Entry",
    )  # fmt: skip
    return Section("Every step of every unit", columns, chain(reading.steps(ground)), (1,) * len(columns), long=True)
