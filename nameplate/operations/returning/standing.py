"""How a return stands: each unit with how it was shipped, its warranty and the reason for it, what was found and what is still to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.models import Document, ReturnOutcome, ReturnUnit, Status
from nameplate.operations.coming_back import SENT_BACK, is_done, is_here, rows_of

_INSPECTED = (
    "SELECT w.serial_id, d.number, w.verdict, e.happened_at FROM nameplate_inspectedunit w "
    "JOIN nameplate_document d ON d.id = w.inspection_id JOIN nameplate_entry e ON e.id = COALESCE(w.judged_id, w.opened_id) "
    "WHERE w.serial_id IN (SELECT u.serial_id FROM nameplate_returnunit u WHERE u.paper_id = %s) ORDER BY w.id"
)


@dataclass(frozen=True, slots=True)
class UnitBack:
    """One unit of a return."""

    row: ReturnUnit
    day: dt.date
    """On which it came, or was announced: the warranty is judged by it."""
    inspected: str
    """Its last inspection: number, verdict and day."""

    @property
    def days(self) -> int | None:
        """Days between shipping and coming back."""
        return None if self.row.shipped_on is None else (self.day - self.row.shipped_on).days

    @property
    def in_warranty(self) -> bool:
        """Whether its warranty had not ended."""
        return self.row.warranty_until is not None and self.row.warranty_until >= self.day

    @property
    def warranty(self) -> str:
        """The state of its warranty with the reason for it."""
        until, shipped = self.row.warranty_until, self.row.shipped_on
        if until is None:
            return "none: it was never shipped" if shipped is None else f"none was given when it was shipped on {shipped.isoformat()}"
        since = f", shipped on {shipped.isoformat()}" if shipped else ""
        return f"until {until.isoformat()}{since}" if self.in_warranty else f"ended on {until.isoformat()}{since}"

    @property
    def here(self) -> bool:
        """Whether it lies with us because of this return."""
        return is_here(self.row)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for it."""
        return is_done(self.row)

    @property
    def next(self) -> str:
        """What is to be done next, or where it is."""
        row, status = self.row, Status(self.row.serial.status)
        if row.received_by_id is None:
            if row.coming:
                return "expected"
            return "stays with the customer" if self.done else "a replacement is to be shipped"
        if not row.outcome:
            return "to be inspected"
        if self.here and row.serial.work_id is not None:
            return "in repair"
        if self.here and row.outcome in SENT_BACK:
            return "to be shipped back"
        if row.outcome == ReturnOutcome.REPLACEMENT and row.replacement_id is None:
            return "a replacement is to be shipped"
        if self.here and status == Status.RETURNED:
            return "to be restocked or rejected"
        gone = "shipped back" if row.outcome in SENT_BACK else "in stock again, and shipped since"
        return {Status.RECEIVED: "in stock again", Status.REJECTED: "rejected", Status.SHIPPED: gone}.get(status, status.label.lower())


@dataclass(frozen=True, slots=True)
class ReturnStanding:
    """A return with its units."""

    paper: Document
    units: list[UnitBack]

    @property
    def expected(self) -> list[UnitBack]:
        """Those that are still to come."""
        return [unit for unit in self.units if unit.row.coming and unit.row.received_by_id is None]

    @property
    def open_contradictions(self) -> list[UnitBack]:
        """Those that the records have elsewhere, and nobody said why."""
        return [unit for unit in self.units if unit.row.contradiction and not unit.row.settled]


def standing(paper: Document) -> ReturnStanding:
    """The return with its units in the natural order of their numbers. A constant number of statements."""
    related = (
        "serial__item", "serial__location__site", "serial__lot", "serial__work", "serial__customer", "reason", "shipment",
        "customer_order", "replacement__item", "received_by", "replaced_by__document",
    )  # fmt: skip
    inspected = {unit: f"{number}: {verdict}, {day_of(when)}" for unit, number, verdict, when in bulk.query(_INSPECTED, [paper.pk])}
    announced = timezone.localdate(paper.created_at)
    return ReturnStanding(
        paper,
        [
            UnitBack(
                row,
                timezone.localdate(row.received_by.happened_at) if row.received_by is not None else announced,
                inspected.get(row.serial_id, ""),
            )
            for row in rows_of(paper.pk).select_related(*related)
        ],
    )


def day_of(when: dt.datetime | str) -> str:
    """The business day of a moment as either database answers it."""
    moment = dt.datetime.fromisoformat(when) if isinstance(when, str) else when
    aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=dt.UTC)
    return timezone.localdate(aware).isoformat()
