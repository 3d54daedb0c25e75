"""The history of one unit: its movements as steps, newest first, each with what it changed and whether it was undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nameplate import access
from nameplate.ledger.kinds import Kind
from nameplate.listings.around import around
from nameplate.listings.own_reasons import BUILT
from nameplate.models import Document, Entry, FailedPart, Line, Location, Lot, Movement, Party, Serial

PAGE = 100
PLACES = (
    "status",
    "lot_id",
    "location_id",
    "customer_id",
    "customer_order_id",
    "shipment_id",
    "at_vendor_id",
    "parent_id",
    "place",
    "hold",
    "reserved_line_id",
    "transfer_id",
    "work_id",
    "warranty_until",
    "withdrawn",
)
"""What of a placement a reader is told about."""
_ENTRY = (
    "act",
    "happened_at",
    "recorded_at",
    "actor_id",
    "actor__username",
    "actor__first_name",
    "actor__last_name",
    "document_id",
    "document__number",
    "document__kind",
    "document__party__name",
    "reason",
    "note",
    "units",
    "reverses_id",
)
ENDLESS = 2**62
_FIELDS = ("seq", "entry_id", "kind", "placed", "edits", "source_id", *PLACES, *(f"entry__{name}" for name in _ENTRY))

_OF_PRODUCT = (*_FIELDS, "serial_id", "serial__number")

Placement = Mapping[str, Any]


@dataclass(slots=True)
class Step:
    """What one entry did to the unit: one movement or several, and the placement before and after."""

    seq: int
    entry_id: int
    act: str
    kinds: list[int]
    happened_at: datetime
    recorded_at: datetime
    person: str
    document_id: int | None
    document: str
    document_kind: str
    party: str
    reason: str
    note: str
    units: int
    reverses: int | None
    undone_by: int | None
    placed: bool
    before: Placement | None
    """None: the unit was new."""
    after: Placement
    edits: dict[str, Any] = field(default_factory=dict)
    held: bool = False
    """Whether something later, not undone, hangs on what it changed of this unit: until that is undone, its undo is refused."""
    product_id: int | None = None
    product: str = ""
    """The product to which it was done while the unit was inside; empty: to the unit itself."""


@dataclass(frozen=True, slots=True)
class History:
    """A page of steps, newest first, and the rows that their placements name."""

    steps: Sequence[Step]
    further: int | None
    """The seq to go on from, in the direction that was asked for; None when this is all."""
    kinds: Sequence[Kind]
    """All that ever happened to the unit, to choose from."""
    names: Mapping[str, Mapping[int, Any]]
    """By column (`location_id`, `lot_id`…): the row behind each id."""


def history(*, actor: access.Actor, unit_id: int, beyond: int | None = None, oldest: bool = False, kinds: Collection[Kind] = ()) -> History:
    """The newest steps of a unit, or with `oldest` the first. `beyond`: those further on than that step; `kinds`: such entries alone.

    Unless it is asked for kinds, what was done to its products while it was inside stands between them. The number of statements does not
    depend on how many there are.
    """
    access.require(actor, "stock", "view")
    own = Movement.objects.filter(serial_id=unit_id)
    wanted = own.filter(entry_id__in=own.filter(kind__in=kinds).values("entry_id")) if kinds else own
    if beyond is not None:
        wanted = wanted.filter(seq__gt=beyond) if oldest else wanted.filter(seq__lt=beyond)
    found = list(wanted.order_by("seq" if oldest else "-seq").values(*_FIELDS)[: PAGE + 1])
    rows = sorted(found[:PAGE], key=lambda row: row["seq"], reverse=True)
    undone = _undone(unit_id, {row["entry_id"] for row in rows})
    known = {row["seq"]: row for row in found}
    known |= {row["seq"]: row for row in own.filter(seq__in={row["seq"] - 1 for row in rows} - {0} - known.keys()).values("seq", *PLACES)}
    steps: list[Step] = []
    for row in rows:
        earlier = known.get(row["seq"] - 1)
        if steps and steps[-1].entry_id == row["entry_id"]:
            _join(steps[-1], row, earlier)
        else:
            steps.append(_step(row, earlier, undone.get(row["entry_id"])))
    _tell_own_reasons(unit_id, steps)
    _tell_held(unit_id, steps)
    further = found[PAGE - 1]["seq"] if len(found) > PAGE else None
    told = list(known.values())
    if not kinds and any(row["parent_id"] for row in told):
        turn = None if beyond is None else own.values_list("entry_id", flat=True).get(seq=beyond)
        own_entries = {step.entry_id for step in steps}
        stretch = _stretch(rows, turn, further, oldest=oldest)
        others = [row for row in around(unit_id, stretch, _OF_PRODUCT) if row["entry_id"] not in own_entries]
        steps = sorted([*steps, *_of_products(others)], key=lambda step: step.entry_id, reverse=True)
        told += others
    return History(steps, further, [Kind(kind) for kind in own.order_by("kind").values_list("kind", flat=True).distinct()], _names(told))


def _stretch(rows: Sequence[Placement], turn: int | None, further: int | None, *, oldest: bool) -> tuple[int, int]:
    """Between which entries a page is that shows these rows (newest first) and begins behind the entry `turn`: both ends excluded.

    Every entry is on one page: on that of the unit's own step before it, or after it when the oldest come first.
    """
    first, last = (rows[-1]["entry_id"], rows[0]["entry_id"]) if rows else (0, 0)
    if oldest:
        return turn or 0, ENDLESS if further is None else last
    return 0 if further is None else first, ENDLESS if turn is None else turn


def _of_products(rows: Sequence[dict[str, Any]]) -> list[Step]:
    """What was done to the products, one step for each entry of one of them; nothing of it is undone from here."""
    before = {(row["serial_id"], row["seq"]): row for row in rows}
    steps: list[Step] = []
    for row in rows:
        earlier = before.get((row["serial_id"], row["seq"] - 1), row["earlier"])
        if steps and (steps[-1].entry_id, steps[-1].product_id) == (row["entry_id"], row["serial_id"]):
            _join(steps[-1], row, earlier)
            continue
        step = _step(row, earlier, row["undone_by"])
        step.product_id, step.product = row["serial_id"], row["serial__number"]
        if step.act == BUILT:
            step.reason = ""
        steps.append(step)
    return steps


def _tell_own_reasons(unit_id: int, steps: Sequence[Step]) -> None:
    """Where products were finished, let the unit's reason be what was wrong with it, and nothing where nothing was."""
    built = [step for step in steps if step.act == BUILT and step.reason]
    own = dict(FailedPart.objects.filter(serial=unit_id, entry__in=[step.entry_id for step in built]).values_list("entry", "reason"))
    for step in built:
        step.reason = own.get(step.entry_id, step.reason if Kind.REJECTED in step.kinds else "")


def _step(row: Mapping[str, Any], earlier: Placement | None, undone_by: int | None) -> Step:
    full = f"{row['entry__actor__first_name']} {row['entry__actor__last_name']}".strip()
    return Step(
        seq=row["seq"],
        entry_id=row["entry_id"],
        act=row["entry__act"],
        kinds=[row["kind"]],
        happened_at=row["entry__happened_at"],
        recorded_at=row["entry__recorded_at"],
        person=full or row["entry__actor__username"],
        document_id=row["entry__document_id"],
        document=row["entry__document__number"] or "",
        document_kind=row["entry__document__kind"] or "",
        party=row["entry__document__party__name"] or "",
        reason=row["entry__reason"],
        note=row["entry__note"],
        units=row["entry__units"],
        reverses=row["entry__reverses_id"],
        undone_by=undone_by,
        placed=row["placed"],
        before=earlier,
        after=row,
        edits=dict(row["edits"] or {}),
    )


def _join(step: Step, row: Mapping[str, Any], earlier: Placement | None) -> None:
    """An earlier movement of the same entry: the step begins before it."""
    step.kinds.insert(0, row["kind"])
    step.seq = row["seq"]
    step.before = earlier
    step.placed = step.placed or row["placed"]
    for name, (old, new) in (row["edits"] or {}).items():
        step.edits[name] = [old, step.edits.get(name, [None, new])[1]]


def _tell_held(unit_id: int, steps: Sequence[Step]) -> None:
    """Say of each step, newest first, whether a later one stands that changed the same.

    A placement counts as one field, each edit by itself. What was only refitted follows the component that went in or out, and is judged
    where that is undone.
    """
    if not steps:
        return
    gone = Entry.objects.filter(reverses__isnull=False, movements__serial_id=unit_id).values("reverses_id")
    standing = Movement.objects.filter(serial_id=unit_id, seq__gt=steps[-1].seq, entry__reverses=None).exclude(entry_id__in=gone)
    later = list(standing.order_by("seq").values_list("seq", "entry_id", "placed", "edits"))
    placed, edited = False, set[str]()
    for step in steps:
        while later and later[-1][0] > step.seq and later[-1][1] != step.entry_id:
            _, _, moved, edits = later.pop()
            placed = placed or moved
            edited |= (edits or {}).keys()
        step.held = step.kinds != [Kind.REFITTED] and ((step.placed and placed) or not edited.isdisjoint(step.edits))


def _undone(unit_id: int, entries: Iterable[int]) -> dict[int, int]:
    """By entry: the reversal that took it back for this unit."""
    reversals = Entry.objects.filter(reverses_id__in=list(entries), movements__serial_id=unit_id)
    return dict(reversals.values_list("reverses_id", "id"))


def _names(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, Any]]:
    def ids(*columns: str) -> set[int]:
        return {row[column] for row in rows for column in columns if row[column] is not None}

    documents = Document.objects.in_bulk(ids("transfer_id", "work_id", "customer_order_id", "shipment_id"))
    lines = Line.objects.select_related("document").in_bulk(ids("reserved_line_id"))
    return {
        "location_id": {row.pk: row for row in Location.objects.select_related("site").filter(pk__in=ids("location_id"))},
        "lot_id": Lot.objects.in_bulk(ids("lot_id")),
        "customer_id": (parties := Party.objects.in_bulk(ids("customer_id", "at_vendor_id"))),
        "at_vendor_id": parties,
        "parent_id": Serial.objects.in_bulk(ids("parent_id")),
        "customer_order_id": documents,
        "shipment_id": documents,
        "reserved_line_id": {pk: line.document for pk, line in lines.items()},
        "transfer_id": documents,
        "work_id": documents,
    }
