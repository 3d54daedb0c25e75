"""An inspection opened by hand: of units and goods in stock, or once more of what was rejected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.models import Document, Entry, InspectedGoods, Lot, LotStatus, Request, Status, Tracking, User, Verdict
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.choosing import chosen_once
from nameplate.operations.inspecting.documents import make_inspection, require_quality_control
from nameplate.operations.inspecting.waiting import hold_of, waiting_of
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, NotFound, Offender

ACT = "inspection opened"
INSPECTED = (Status.RECEIVED, Status.REJECTED)
"""The statuses of units that can be inspected; what a customer sent back is inspected on its return."""
_STANDING = (
    "SELECT s.id, s.number, s.status, s.withdrawn, s.hold, d.number FROM nameplate_serial s "
    f"LEFT JOIN nameplate_inspectedunit w ON w.serial_id = s.id AND w.verdict = '{Verdict.WAITING.value}' "
    "LEFT JOIN nameplate_document d ON d.id = w.inspection_id WHERE s.id IN {ids} ORDER BY s.sort_key, s.id"
)
_TAKE_IN = (
    "INSERT INTO nameplate_inspectedunit (inspection_id, serial_id, verdict, note, opened_id) "
    "SELECT %s, s.id, 'waiting', '', %s FROM nameplate_serial s WHERE s.id IN {ids} ORDER BY s.sort_key, s.id"
)


@dataclass(frozen=True, slots=True)
class GoodsAsked:
    """A quantity of a lot without serial numbers. `location_id` may be left out when the lot lies in one place."""

    lot: Lot | int
    quantity: Decimal | int | str
    location_id: int | None = None


def open_inspection(
    *, actor: User, unit_ids: Sequence[int] = (), goods: Sequence[GoodsAsked] = (), note: str = "", request: Request | None = None
) -> tuple[Document, Entry]:
    """Put these units and quantities on hold for an inspection of their own (QC00001), as one act.

    What is on hold already keeps its reason. Refused, each named: nothing chosen; a unit that is neither Received nor Rejected, or waits
    in an inspection already; more of a lot than lies there unpromised.
    """
    access.require(actor, "stock", "edit")
    require_quality_control()
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    with ledger.transacting():
        free = _free(chosen)
        asked = [_asked(one) for one in sorted(goods, key=lambda one: id_of(one.lot))]
        if len({change.lot_id for change, _ in asked}) != len(asked):
            raise Invalid("twice", "The same lot stands in it twice.", fields={"goods": "Give one quantity of it."})
        paper = make_inspection(actor=actor, source=None, note=note)
        groups = [Group([Step(Kind.HELD, {"hold": hold_of(paper.number)})], units=free)] if free else []
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=paper,
            groups=groups,
            goods=[change for change, _ in asked if change.held],
            note=note.strip(),
            request=request,
        )
        if chosen:
            bulk.execute(_TAKE_IN.format(ids=bulk.id_set()), [paper.pk, entry.pk, bulk.ids(chosen)])
        InspectedGoods.objects.bulk_create(
            InspectedGoods(inspection_id=paper.pk, lot_id=change.lot_id, quantity=quantity, opened=entry) for change, quantity in asked
        )
        return paper, entry


def _free(chosen: Sequence[int]) -> list[int]:
    """Those of the units that are not on hold yet. Refused: each that cannot be inspected now."""
    rows = bulk.query(_STANDING.format(ids=bulk.id_set()), [bulk.ids(chosen)]) if chosen else []
    if len(rows) != len(chosen):
        raise NotFound("no-such-unit", "Some of these units do not exist.", fields={"units": "Choose units that are in the list."})
    offenders = [
        Offender(number, why, unit)
        for unit, number, status, withdrawn, _, paper in rows
        if (why := _objection(Status(status), bool(withdrawn), paper))
    ]
    if offenders:
        first = f"{offenders[0].text}: {offenders[0].why}."
        sentence = first if len(offenders) == 1 else f"{len(offenders):,} of these units cannot be inspected now."
        raise Conflict("not-inspectable", sentence, fields={"units": sentence}, offenders=offenders, way_out="Take these out.")
    return [unit for unit, _, _, _, hold, _ in rows if not hold]


def _objection(status: Status, withdrawn: bool, paper: str | None) -> str:
    if withdrawn:
        return "its number was withdrawn"
    if paper is not None:
        return f"it waits for inspection {paper} already"
    return "" if status in INSPECTED else f"it is {status.label}, not in stock"


def _asked(asked: GoodsAsked) -> tuple[Goods, int]:
    """What goes on hold of a lot so that the quantity is, and the quantity. What is free goes first; beyond that, what is on hold."""
    lot = lock_lot(asked.lot)
    if lot.item.tracking == Tracking.SERIAL:
        raise Invalid("serials-needed", f"{lot.item} is followed by serial numbers.", fields={"quantity": "Choose its units instead."})
    row = stock_at(lot, asked.location_id)
    amount = to_micro(asked.quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    free = row.quantity - row.reserved - row.held
    most = row.quantity - row.reserved - min(waiting_of(lot), row.held)
    if amount > most or (lot.status not in {LotStatus.RECEIVED, LotStatus.ON_HOLD, LotStatus.REJECTED}):
        sentence = f"Only {from_micro(max(most, 0)):,} of lot {lot} can be inspected at {row.location}."
        raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(max(most, 0)):,}."})
    return Goods(lot.pk, row.location_id, 0, held=min(amount, max(free, 0))), amount
