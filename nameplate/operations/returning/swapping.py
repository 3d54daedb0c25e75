"""Contradictions settled: two customers' mixed-up units swapped between their shipments, or said how it came about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nameplate import access, functions, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.transacting import transacting
from nameplate.models import SHIPMENTS_SWAPPED, Document, Entry, Request, ReturnGoods, ReturnUnit, Serial, Status, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import NOUN, lock_returns, settle_returns
from nameplate.operations.returning.papers import SWITCH, begin
from nameplate.operations.returning.parts import goods_chosen, refuse_goods
from nameplate.operations.returning.units import refuse_rows, rows_chosen
from nameplate.refusals import Conflict, Invalid, NotFound, Offender

COLUMNS = ("customer_id", "customer_order_id", "shipment_id", "shipped_on")
"""What of a unit says how it was shipped; the warranty goes with it."""


def swap_shipments(*, actor: User, unit_id: int, other_id: int, reason: str, request: Request | None = None) -> Entry:
    """Two units that went to each other's customers: each gets the other's customer, order, shipment, date and warranty, as one act.

    A contradiction on an open return is settled where the unit is its customer's by that. Refused: no reason; units of different items,
    inside a product, in stock, or of the same shipment.
    """
    access.require(actor, "stock", "edit")
    functions.require_on(SWITCH, "Swapping shipments")
    if not reason.strip():
        raise Invalid("reason-needed", "A swap needs a reason.", fields={"reason": "Say how it was found out."})
    with ledger.transacting():
        papers = sorted(set(ReturnUnit.objects.filter(serial__in=[unit_id, other_id]).values_list("paper_id", flat=True)))
        lock_returns(papers)
        found = Serial.objects.select_related("item").filter(withdrawn=False).in_bulk([unit_id, other_id])
        if len(found) < 2:
            sentence = "A swap is between two units."
            raise NotFound("no-such-unit", sentence, fields={"other": sentence})
        one, other = found[unit_id], found[other_id]
        _refuse_swap(one, other)
        pair = [(one, other), (other, one)]
        step = Step(
            Kind.CORRECTED,
            each={name: [getattr(source, name) for _, source in pair] for name in COLUMNS},
            edits=[{"warranty_until": source.warranty_until} for _, source in pair],
        )
        entry = ledger.post(
            actor=actor, act=SHIPMENTS_SWAPPED, groups=[Group([step], units=[one.pk, other.pk])], reason=reason.strip(), request=request
        )
        _settle(entry, pair)
        settle_returns(actor=actor, papers=papers)
        return entry


def refuse_half_a_swap(entry: Entry, unit_ids: Collection[int]) -> None:
    """Refuse to undo a swap for one of its two units: both would have gone with one shipment, and none with the other."""
    if entry.act != SHIPMENTS_SWAPPED:
        return
    left = entry.movements.exclude(serial__in=unit_ids).values_list("serial_id", "serial__number")
    if offenders := [Offender(number, "it was swapped with the other", unit) for unit, number in left]:
        sentence = "A swap between shipments is undone for both units together."
        raise Conflict("half-a-swap", sentence, fields={"units": sentence}, offenders=offenders, way_out="Choose both.")


def without_half_a_swap(entry: Entry, unit_ids: Collection[int]) -> set[int]:
    """The units, or none of them where only one of a swap's two is among them."""
    half = entry.act == SHIPMENTS_SWAPPED and entry.movements.exclude(serial__in=unit_ids).exists()
    return set() if half else set(unit_ids)


def _refuse_swap(one: Serial, other: Serial) -> None:
    wrong = [
        Offender(unit.number, f"it is {Status(unit.status).label}; only what was shipped, or came back, is swapped", unit.pk)
        for unit in (one, other)
        if unit.status not in (Status.SHIPPED, Status.RETURNED) or unit.shipment_id is None
    ]
    if wrong:
        sentence = f"{wrong[0].text}: {wrong[0].why}."
        raise Conflict("not-swappable", sentence, fields={"other": sentence}, offenders=wrong)
    if one.item_id != other.item_id:
        sentence = f"{one.number} and {other.number} are of different items."
        named = [Offender(unit.number, f"it is {unit.item}", unit.pk) for unit in (one, other)]
        raise Conflict(
            "other-item", sentence, fields={"other": sentence}, offenders=named, way_out="Undo the shipments instead, and ship what went."
        )
    if one.shipment_id == other.shipment_id:
        sentence = f"{one.number} and {other.number} went with the same shipment."
        named = [Offender(unit.number, "it went with that shipment", unit.pk) for unit in (one, other)]
        raise Conflict("same-shipment", sentence, fields={"other": sentence}, offenders=named, way_out="Nothing is to be swapped then.")


def _settle(entry: Entry, pair: Sequence[tuple[Serial, Serial]]) -> None:
    for unit, source in pair:
        rows = ReturnUnit.objects.filter(serial=unit, settled="", paper__party=source.customer_id).exclude(contradiction="")
        rows.update(
            settled=f"Swapped with {source.number}.",
            settled_by=entry,
            shipment=source.shipment_id,
            customer_order=source.customer_order_id,
            shipped_on=source.shipped_on,
            warranty_until=source.warranty_until,
        )


@transacting()
def settle_contradiction(
    *, actor: User, paper: Document | int, unit_ids: Sequence[int] = (), goods: Sequence[int] = (), how: str
) -> Document:
    """Say how units and goods came to this customer that the records have elsewhere. Refused: nothing said; one without a contradiction."""
    access.require(actor, "stock", "edit")
    found = begin(paper, "A return")
    wrong: dict[str, str] = {}
    texts = read_texts({"how": Text("How it came about", 1_000, required=True, lines=True)}, {"how": how}, wrong)
    refuse_wrong(wrong)
    rows = rows_chosen(found, chosen_once(unit_ids, none_is_fine=bool(goods)))
    refuse_rows(found, [row for row in rows if not row.contradiction or row.settled], "it has no open contradiction", "Leave it out.")
    parts = goods_chosen(found, goods)
    odd = [one for one in parts if not one.row.contradiction or one.row.settled]
    refuse_goods(found, odd, "they have no open contradiction", "Leave them out.")
    ReturnGoods.objects.filter(pk__in=[one.row.pk for one in parts]).update(settled=texts["how"])
    sql = f"UPDATE nameplate_returnunit SET settled = %s WHERE id IN {bulk.id_set()}"
    bulk.execute(sql, [texts["how"], bulk.ids(row.id for row in rows)])
    log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("contradiction", "", texts["how"])])
    return found
