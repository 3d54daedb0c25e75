"""Numbers of products given beforehand: units that are Planned on the order until they are finished."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from nameplate import access, functions
from nameplate.ledger import Group, Kind, Newcomers, Step, post
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Entry, Request, Serial, Status, Tracking, User
from nameplate.operations.manufacturing.expecting import UNDER_WAY, planned_lot
from nameplate.operations.manufacturing.orders import lock_order
from nameplate.operations.manufacturing.progress import progress
from nameplate.operations.purchasing.planning import refuse_bad
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Conflict, Offender
from nameplate.serial_text import prepare


@transacting()
def plan_products(*, actor: User, order: Document | int, numbers: Sequence[str], note: str = "", request: Request | None = None) -> Entry:
    """Give products their numbers before they are made; they stand Planned in the target lot and are taken over when they are finished.

    Refused with every offender: numbers that cannot stand, stand twice, or that the item has already; more than are still to be made.
    """
    access.require(actor, "production", "edit")
    functions.require_on(functions.SERIAL_NUMBERS, "Numbering products", field="numbers")
    ready = prepare(numbers)
    refuse_bad(ready)
    found = lock_order(order)
    standing = progress(found)
    lot = planned_lot(standing)
    if found.status not in UNDER_WAY or lot is None:
        label = DocumentStatus(found.status).label
        raise Conflict("not-expected", f"{found} is {label}; no product of it is expected.", way_out="Schedule or start the order first.")
    if standing.product.item.tracking != Tracking.SERIAL:
        raise Conflict(
            "not-serial-tracked",
            f"{standing.product.item} has no serial numbers.",
            way_out="Complete it by quantity; nothing of it is numbered.",
        )
    room = max(standing.product.to_make // MILLIONTHS - standing.product.planned, 0)
    if len(ready.numbers) > room:
        over = len(ready.numbers) - room
        raise Conflict(
            "more-than-expected",
            f"{from_micro(standing.product.to_make):,f} are still to be made and {standing.product.planned:,} are numbered; "
            f"{over:,} of these {len(ready.numbers):,} {'is' if over == 1 else 'are'} too many.",
            fields={"numbers": f"At most {room:,} more."},
            way_out="Raise the order’s quantity first, if more are to be made.",
        )
    new = Newcomers(standing.product.item.pk, ready.numbers, ready.keys, ready.sort_keys)
    step = Step(Kind.PLANNED, {"lot_id": lot.pk, "source_id": found.pk, "made_by_id": found.pk}, line_id=standing.product.line.pk)
    return post(actor=actor, act="planned", document=found, note=note, groups=[Group([step], new=new)], request=request)


@transacting()
def withdraw_products(
    *, actor: User, order: Document | int, units: Collection[int], reason: str = "", request: Request | None = None
) -> Entry:
    """Take back product numbers that were given beforehand on this order."""
    access.require(actor, "production", "edit")
    found = lock_order(order)
    planned = set(planned_products(found).filter(pk__in=units).values_list("pk", flat=True))
    strangers = [unit for unit in units if unit not in planned]
    if strangers or not planned:
        offenders = [Offender(str(unit), "it is not Planned on this order", unit) for unit in strangers]
        raise Conflict("not-planned", "Choose numbers that are Planned on this order.", offenders=offenders)
    groups = [Group([Step(Kind.WITHDRAWN)], units=sorted(planned))]
    return post(actor=actor, act="withdrawn", document=found, reason=reason, groups=groups, request=request)


def planned_products(order: Document) -> QuerySet[Serial]:
    """The numbers given beforehand on this order that are not finished yet."""
    return Serial.objects.filter(lot__source=order, status=Status.PLANNED, withdrawn=False).order_by("sort_key", "pk")
