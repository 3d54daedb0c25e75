"""How units stand that a customer wants to send back, and why one cannot be theirs: what decides what a return offers and takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.ledger import bulk
from nameplate.models import Document, Status
from nameplate.refusals import Cause, Conflict, NotFound, Offender

_FROM = (
    "FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_serial root ON root.id = s.outermost_id "
    "LEFT JOIN nameplate_party c ON c.id = root.customer_id LEFT JOIN nameplate_document sh ON sh.id = root.shipment_id "
)
_SQL = (
    "SELECT s.id, s.number, s.item_id, i.number, s.status, s.withdrawn, root.id, root.number, root.status, root.customer_id, c.name, "
    "root.shipment_id, sh.number, root.customer_order_id, root.shipped_on, COALESCE(s.warranty_until, root.warranty_until), "
    "(SELECT min(d.id) FROM nameplate_returnunit r JOIN nameplate_document d ON d.id = r.paper_id "
    "AND d.status NOT IN ('canceled', 'resolved') WHERE r.serial_id = s.id AND r.coming AND r.received_by_id IS NULL) "
    f"{_FROM} WHERE s.id IN {{ids}} ORDER BY s.sort_key, s.id"
)
MOST_OFFERED = 500
_OFFERED = (
    f"SELECT s.id, s.number, i.number, CASE WHEN root.id <> s.id THEN root.number ELSE '' END, sh.number, root.shipped_on {_FROM} "
    f"WHERE root.customer_id = %s AND root.status = {Status.SHIPPED.value} AND NOT s.withdrawn AND {{which}} "
    f"ORDER BY root.shipped_on DESC, root.sort_key, root.id, s.parent_id IS NOT NULL, s.sort_key LIMIT {MOST_OFFERED + 1}"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit as far as sending it back asks. How it was shipped is its outermost product's."""

    id: int
    number: str
    item_id: int
    item: str
    status: Status
    withdrawn: bool
    root_id: int
    root: str
    root_status: Status
    customer_id: int | None
    customer: str | None
    shipment_id: int | None
    shipment: str | None
    order_id: int | None
    shipped_on: dt.date | None
    warranty_until: dt.date | None
    open_return: int | None
    """Another return on which it is expected."""

    @property
    def away(self) -> bool:
        """Whether a customer has it, by itself or inside a product."""
        return self.root_status == Status.SHIPPED and self.status in (Status.SHIPPED, Status.CONSUMED)

    @property
    def inside(self) -> bool:
        """Whether it comes out of a product."""
        return self.root_id != self.id

    @property
    def known(self) -> str:
        """What the records say of it, for a sentence that begins with its number."""
        if self.away:
            within = f"inside {self.root} " if self.inside else ""
            under = f" with {self.shipment}" if self.shipment else ""
            return f"it was shipped {within}to {self.customer}{under}"
        if self.status == Status.CONSUMED:
            return f"it is built into {self.root}, which is not shipped" if self.inside else "it is used up by an order"
        before = f"; it was last with {self.customer}" if self.customer else "; it was never shipped"
        return f"it is {self.status.label}{before}"


def candidates(unit_ids: Sequence[int]) -> list[Candidate]:
    """How these units stand. One statement. Refused: ids that no unit has."""
    found = [_candidate(row) for row in bulk.query(_SQL.format(ids=bulk.id_set()), [bulk.ids(unit_ids)])]
    if len(found) < len(set(unit_ids)):
        raise NotFound("no-such-unit", "Some of these units do not exist.", fields={"units": "Choose units that exist."})
    return found


def _candidate(row: Sequence[object]) -> Candidate:
    values = list(row)
    values[4], values[5], values[8] = Status(int(str(values[4]))), bool(values[5]), Status(int(str(values[8])))
    values[14], values[15] = day_from(values[14]), day_from(values[15])
    return Candidate(*values)  # type: ignore[arg-type]  # as the statement selects them


def day_from(value: object) -> dt.date | None:
    """A date as either database answers it."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]  # a date or None


@dataclass(frozen=True, slots=True)
class Offered:
    """A unit that the customer has."""

    id: int
    number: str
    item: str
    product: str
    """The product that it is inside of; empty where it is by itself."""
    shipment: str | None
    shipped_on: dt.date | None


def offered(customer: int, *, shipment: int | None = None) -> tuple[list[Offered], bool]:
    """The customer's units, newest shipment first and what is inside each behind it; whether there are more. One statement."""
    which, more = ("root.shipment_id = %s", [shipment]) if shipment is not None else ("1 = 1", [])
    rows = bulk.query(_OFFERED.format(which=which), [customer, *more])
    found = [
        Offered(unit, number, item, product, shipment_number, day_from(day))
        for unit, number, item, product, shipment_number, day in rows[:MOST_OFFERED]
    ]
    return found, len(rows) > MOST_OFFERED


def refuse_impossible(units: Sequence[Candidate], paper: Document | None) -> None:
    """Refuse units that cannot come back at all, whatever the reason: not away, not known, or expected on another return."""
    offenders: list[Offender] = []
    others: set[int] = set()
    for unit in units:
        why = ""
        if unit.withdrawn:
            why = "its number was withdrawn"
        elif unit.status in (Status.PLANNED, Status.REJECTED, Status.RETURNED) or (unit.status == Status.CONSUMED and not unit.away):
            why = unit.known
        elif unit.open_return is not None and (paper is None or unit.open_return != paper.pk):
            others.add(unit.open_return)
            why = "it is expected on another return"
        if why:
            offenders.append(Offender(unit.number, why, unit.id))
    if offenders:
        causes = [Cause("returns", pk, number) for pk, number in Document.objects.filter(pk__in=others).values_list("pk", "number")]
        _refuse("not-returnable", offenders, causes, "cannot come back", "Take them out and go on with the others.")


def strangers(units: Sequence[Candidate], customer: int) -> list[Candidate]:
    """Those that the records do not have with this customer."""
    return [unit for unit in units if not unit.away or unit.customer_id != customer]


def refuse_strangers(units: Sequence[Candidate], customer: str) -> None:
    """Refuse units of which the records say that this customer cannot have them."""
    offenders = [Offender(unit.number, unit.known, unit.id) for unit in units]
    if offenders:
        out = f"Give a reason to take them from {customer} all the same: they are marked a contradiction, to be settled."
        _refuse("not-theirs", offenders, [], f"cannot be {customer}’s by the records", out, "contradiction")


def _refuse(rule: str, offenders: list[Offender], causes: list[Cause], what: str, way_out: str, field: str = "units") -> None:
    first, count = offenders[0], len(offenders)
    sentence = f"{first.text} {what}: {first.why}." if count == 1 else f"{count:,} of these units {what}; {first.text}: {first.why}."
    raise Conflict(rule, sentence, fields={field: sentence}, offenders=offenders, causes=causes, way_out=way_out)
