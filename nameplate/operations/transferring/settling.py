"""What is missing of a transfer, or was met beside it, settled: found, still at origin, arrived elsewhere, or written off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from nameplate import access, functions
from nameplate.ledger import Group, Kind, Step, post
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, Entry, Location, Reason, Request, TransferExtra, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.in_transit import NOUN, settle_transfers
from nameplate.operations.placing import place_of
from nameplate.operations.transferring.arriving import GoodsArrived, goods_line, goods_to, refuse_not_under_way
from nameplate.operations.transferring.orders import SWITCH, lock_transfer
from nameplate.operations.transferring.standing import TransferStanding, standing
from nameplate.operations.transferring.units import standing_of
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.quantities import from_micro
from nameplate.refusals import Cause, Conflict, Invalid, NotFound, Offender

Outcome = Literal["found", "at_origin", "elsewhere", "written_off"]
OUTCOMES: dict[Outcome, str] = {
    "found": "found",
    "at_origin": "still at origin",
    "elsewhere": "arrived elsewhere",
    "written_off": "written off",
}
"""How something missing, or extra, is settled; but for the last, the act that the entry bears."""


@transacting()
def settle_missing(
    *,
    actor: User,
    order: Document | int,
    outcome: Outcome,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsArrived] = (),
    location_id: int | None = None,
    reason: str = "",
    write_off_reason: Reason | int | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """What became of units and goods that did not come. What is found lies at the destination, what never left at the origin.

    Refused: units that are not in transit under this order, each named; a place that is not of the site that the outcome means; arrived
    elsewhere without a reason; written off without one of the company's reasons.
    """
    access.require(actor, "stock", "edit")
    functions.require_on(SWITCH, "Settling a transfer")
    _refuse_unknown(outcome)
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    found = lock_transfer(order)
    refuse_not_under_way(found)
    stands = standing(found)
    _refuse_not_in_transit(stands, chosen)
    lines = [goods_line(stands, one.line_id, one.quantity) for one in goods]
    if outcome == "written_off":
        gone = [GoodsGone(line.transit_lot or 0, from_micro(amount), line.transit_place, line.line.pk) for line, amount in lines]
        why = 0 if write_off_reason is None else write_off_reason
        entry = write_off(actor=actor, reason=why, unit_ids=chosen, goods=gone, note=note, request=request)
    else:
        place = _place(found, outcome, location_id)
        why_there = reason.strip() or ("" if outcome == "elsewhere" else f"{OUTCOMES[outcome].capitalize()}.")
        if not why_there:
            raise Invalid("reason-needed", "Say how it came there.", fields={"reason": "Say how it came there."})
        arrived = Step(Kind.ARRIVED, {"location_id": place.pk}, destination_id=found.transfer_order.destination_id)
        entry = post(
            actor=actor,
            act=OUTCOMES[outcome],
            document=found,
            groups=[Group([arrived], units=chosen)] if chosen else [],
            goods=[change for line, amount in lines for change in goods_to(line, amount, place)],
            reason=why_there,
            note=note.strip(),
            request=request,
        )
    settle_transfers(actor=actor, orders=[found.pk])
    return entry


@transacting()
def settle_extra(*, actor: User, order: Document | int, extra: int, outcome: Outcome, note: str = "") -> TransferExtra:
    """What a number was that was met beside the order: nothing is posted by it. Refused: there is none, or it is settled already."""
    access.require(actor, "stock", "edit")
    functions.require_on(SWITCH, "Settling a transfer")
    _refuse_unknown(outcome)
    found = lock_transfer(order)
    met = TransferExtra.objects.filter(pk=extra, order=found).first()
    if met is None:
        raise NotFound("not-found", f"There is no such number beside {found}.")
    if met.settled:
        raise Conflict("settled-already", f"{met.number} is settled already: {met.settled}.", causes=[_cause(found)])
    met.settled = f"{OUTCOMES[outcome]}{f': {note.strip()}' if note.strip() else ''}"[:1000]
    met.settled_by = actor
    met.save(update_fields=["settled", "settled_by"])
    return met


def _refuse_unknown(outcome: str) -> None:
    if outcome not in get_args(Outcome):
        sentence = f"It is one of {', '.join(OUTCOMES)}."
        raise Invalid("no-such-outcome", "Say what became of it.", fields={"outcome": sentence})


def _refuse_not_in_transit(stands: TransferStanding, chosen: Sequence[int]) -> None:
    missing = {unit.id for unit in stands.in_transit}
    strangers = [unit for unit in chosen if unit not in missing]
    if not strangers:
        return
    fates = {unit.id: unit.fate for unit in stands.units}
    offenders = [
        Offender(unit.number, str(fates[unit.id]) if unit.id in fates else f"it is not on {stands.order}", unit.id)
        for unit in standing_of(strangers)
    ]
    sentence = (
        f"{offenders[0].text} is not missing: {offenders[0].why}."
        if len(offenders) == 1
        else f"{len(strangers):,} of these units are not in transit under {stands.order}."
    )
    raise Conflict("not-missing", sentence, fields={"units": sentence}, offenders=offenders, causes=[_cause(stands.order)])


def _place(order: Document, outcome: Outcome, location_id: int | None) -> Location:
    head = order.transfer_order
    place = place_of(location_id if location_id is not None or outcome != "found" else head.location_id)
    fits = {
        "found": place.site_id == head.destination_id,
        "at_origin": place.site_id == head.origin_id,
        "elsewhere": place.site_id not in (head.destination_id, head.origin_id),
    }
    if not fits[outcome]:
        where = {"found": f"of {head.destination}", "at_origin": f"of {head.origin}", "elsewhere": "of another site"}[outcome]
        sentence = f"Choose a location {where}."
        raise Invalid("another-site", f"{place} is at {place.site}.", fields={"location": sentence}, way_out=sentence)
    return place


def _cause(order: Document) -> Cause:
    return Cause(NOUN, order.pk, order.number)
