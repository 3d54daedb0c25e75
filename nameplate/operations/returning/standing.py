"""How a return stands: each unit with how it was shipped, its warranty and the reason for it, what was found and what is still to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.models import Document, Entry, Item, Reason, ReturnOutcome, Status
from nameplate.operations.coming_back import GONE, HERE, SENT_BACK, UNITS, became, is_done
from nameplate.operations.returned_goods import GoodsBack, goods_of
from nameplate.operations.returning.candidates import day_from

_OWN = "u.serial_id, s.number, u.replacement_id"
"""What is each unit's own; all else those that stand alike share."""
_SHARED = (
    "s.item_id, s.status, s.work_id, u.reason_id, u.complaint, u.coming, u.received_by_id, "
    f"u.outcome, u.finding, u.contradiction, u.known, u.settled, u.shipment_id, u.customer_order_id, {HERE}, {GONE}, "
    "s.at_vendor_id IS NOT NULL, CAST(u.shipped_on AS text), CAST(u.warranty_until AS text), u.replacement_id IS NOT NULL"
)
_FROM = f"{UNITS} WHERE u.paper_id = %s"
_IN_ORDER = "ORDER BY s.sort_key, s.id"
_ALIKE = f"SELECT {_OWN} FROM nameplate_returnunit u JOIN nameplate_serial s ON s.id = u.serial_id WHERE u.paper_id = %s {_IN_ORDER}"
_REPLACEMENTS = (
    "SELECT s.id, s.number FROM nameplate_serial s "
    "WHERE s.id IN (SELECT u.replacement_id FROM nameplate_returnunit u WHERE u.paper_id = %s AND u.replacement_id IS NOT NULL)"
)
_INSPECTED = (
    "SELECT w.serial_id, d.number, w.verdict, e.happened_at FROM nameplate_inspectedunit w "
    "JOIN nameplate_document d ON d.id = w.inspection_id JOIN nameplate_entry e ON e.id = COALESCE(w.judged_id, w.opened_id) "
    "WHERE w.serial_id IN (SELECT u.serial_id FROM nameplate_returnunit u WHERE u.paper_id = %s) ORDER BY w.id"
)


@dataclass(frozen=True, slots=True, eq=False)
class ReturnState:
    """How units of a return stand, shared by all that stand alike: all that is said of them but their numbers."""

    item: Item
    status: Status
    work_id: int | None
    reason: str | None
    complaint: str
    coming: bool
    received_by_id: int | None
    outcome: str
    finding: str
    contradiction: str
    known: str
    settled: str
    shipment_id: int | None
    shipment: str | None
    customer_order_id: int | None
    here: bool
    """Whether it lies with us because of this return."""
    gone: bool
    """Whether it was announced and cannot come any more: the customer has it no longer."""
    at_vendor: bool
    shipped_on: dt.date | None
    warranty_until: dt.date | None
    replaced: bool
    day: dt.date
    """On which it came, or was announced: the warranty is judged by it."""

    @property
    def days(self) -> int | None:
        """Days between shipping and coming back."""
        return None if self.shipped_on is None else (self.day - self.shipped_on).days

    @property
    def in_warranty(self) -> bool:
        """Whether its warranty had not ended."""
        return self.warranty_until is not None and self.warranty_until >= self.day

    @property
    def warranty(self) -> str:
        """The state of its warranty with the reason for it."""
        until, shipped = self.warranty_until, self.shipped_on
        if until is None:
            return "none: it was never shipped" if shipped is None else f"none was given when it was shipped on {shipped.isoformat()}"
        since = f", shipped on {shipped.isoformat()}" if shipped else ""
        return f"until {until.isoformat()}{since}" if self.in_warranty else f"ended on {until.isoformat()}{since}"

    @property
    def expected(self) -> bool:
        """Whether it is still to come, and can."""
        return self.coming and self.received_by_id is None and not self.gone

    @property
    def outcome_label(self) -> str:
        """What the customer gets, in words; empty until it is decided."""
        return str(ReturnOutcome(self.outcome).label) if self.outcome else ""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for it."""
        return is_done(self)

    @property
    def next(self) -> str:
        """What is to be done next, or where it is."""
        if self.received_by_id is None and self.coming:
            return became(self) if self.done else "a replacement is to be shipped" if self.gone else "expected"
        if self.received_by_id is None:
            return "stays with the customer" if self.done else "a replacement is to be shipped"
        if not self.outcome:
            return became(self) if self.done else "to be inspected"
        if self.here and self.work_id is not None:
            return "in repair"
        if self.here and self.outcome in SENT_BACK:
            return "to be shipped back"
        if self.outcome == ReturnOutcome.REPLACEMENT and not self.replaced:
            return "a replacement is to be shipped"
        if self.here and self.status == Status.RETURNED:
            return "to be restocked or rejected"
        return "shipped back" if self.status == Status.SHIPPED and self.outcome in SENT_BACK else became(self)


class UnitBack(NamedTuple):
    """One unit of a return."""

    serial_id: int
    number: str
    replacement_id: int | None
    """The unit that the customer got for it."""
    replacement: str
    inspected: str
    """Its last inspection: number, verdict and day."""
    state: ReturnState


@dataclass(frozen=True, slots=True)
class ReturnStanding:
    """A return with its units and goods."""

    paper: Document
    units: list[UnitBack]
    goods: list[GoodsBack]

    @property
    def expected(self) -> list[UnitBack]:
        """Those that are still to come."""
        return [unit for unit in self.units if unit.state.expected]

    @property
    def expected_goods(self) -> list[GoodsBack]:
        """Goods that are still to come."""
        return [one for one in self.goods if one.expected]

    @property
    def goods_by_item(self) -> list[tuple[Item, int]]:
        """How much of each item is on it, in millionths."""
        found: dict[int, tuple[Item, int]] = {}
        for one in self.goods:
            item = one.row.line.item
            found[item.pk] = (item, found.get(item.pk, (item, 0))[1] + one.row.quantity)
        return list(found.values())

    @property
    def swappable(self) -> UnitBack | None:
        """The first unit of an open contradiction that was shipped, to somebody else: its shipment can be swapped."""
        return next((unit for unit in self.open_contradictions if unit.state.shipment_id is not None), None)

    @property
    def open_goods(self) -> list[GoodsBack]:
        """Goods that the records do not have with this customer, and nobody said why."""
        return [one for one in self.goods if one.row.contradiction and not one.row.settled]

    @property
    def open_contradictions(self) -> list[UnitBack]:
        """Those that the records have elsewhere, and nobody said why."""
        return [unit for unit in self.units if unit.state.contradiction and not unit.state.settled]


def standing(paper: Document) -> ReturnStanding:
    """The return with its units in the natural order of their numbers, and its goods. A constant number of statements."""
    # Mostly all stand alike, and then how they stand is not read for each.
    cases = {case: at for at, case in enumerate(bulk.query(f"SELECT DISTINCT {_SHARED} {_FROM}", [paper.pk]))}
    told = len(cases) > 1
    rows = bulk.query(f"SELECT {_OWN}, {_SHARED} {_FROM} {_IN_ORDER}" if told else _ALIKE, [paper.pk])
    inspected = {unit: f"{number}: {verdict}, {day_of(when)}" for unit, number, verdict, when in bulk.query(_INSPECTED, [paper.pk])}
    instead: dict[int | None, str] = dict(bulk.query(_REPLACEMENTS, [paper.pk]))
    at = [cases.setdefault(row[3:], len(cases)) for row in rows] if told else [0] * len(rows)
    states = _states(paper, list(cases))
    return ReturnStanding(
        paper,
        [
            UnitBack(row[0], row[1], row[2], instead.get(row[2], ""), inspected.get(row[0], ""), states[case])
            for row, case in zip(rows, at, strict=True)
        ],
        goods_of(paper.pk),
    )


def _states(paper: Document, cases: Sequence[tuple[Any, ...]]) -> list[ReturnState]:
    """What each of these cases comes to, with the names of what it refers to."""
    items = Item.objects.in_bulk({case[0] for case in cases})
    reasons = dict(Reason.objects.filter(pk__in={case[3] for case in cases} - {None}).values_list("pk", "name"))
    shipments = dict(Document.objects.filter(pk__in={case[12] for case in cases} - {None}).values_list("pk", "number"))
    came = dict(Entry.objects.filter(pk__in={case[6] for case in cases} - {None}).values_list("pk", "happened_at"))
    found = []
    for item, status, work, reason, fault, coming, entry, *texts, shipment, order, here, gone, vendor, shipped, until, replaced in cases:
        outcome, finding, contradiction, known, settled = texts
        found.append(
            ReturnState(
                item=items[item],
                status=Status(status),
                work_id=work,
                reason=reasons.get(reason),
                complaint=fault,
                coming=bool(coming),
                received_by_id=entry,
                outcome=outcome,
                finding=finding,
                contradiction=contradiction,
                known=known,
                settled=settled,
                shipment_id=shipment,
                shipment=shipments.get(shipment),
                customer_order_id=order,
                here=bool(here),
                gone=bool(gone),
                at_vendor=bool(vendor),
                shipped_on=day_from(shipped),
                warranty_until=day_from(until),
                replaced=bool(replaced),
                day=timezone.localdate(came.get(entry, paper.created_at)),
            )
        )
    return found


def day_of(when: dt.datetime | str) -> str:
    """The business day of a moment as either database answers it."""
    moment = dt.datetime.fromisoformat(when) if isinstance(when, str) else when
    aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=dt.UTC)
    return timezone.localdate(aware).isoformat()
