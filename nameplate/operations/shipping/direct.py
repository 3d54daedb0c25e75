"""“Ship…”: an order and a shipment made and shipped in one act, of units that were ticked or scanned and of goods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict, Unpack

from nameplate import access, ledger
from nameplate.ledger import Goods
from nameplate.models import Document, Entry, Item, Lot, LotStatus, Party, Request, Site, Tracking, User
from nameplate.operations.cataloguing.texts import read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.choosing import chosen_once
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.sales.lines import OrderLine
from nameplate.operations.sales.orders import create_customer_order, read_customer
from nameplate.operations.sales.progress import progress
from nameplate.operations.sales.reserving import amount_wanted
from nameplate.operations.sales.standing import EXPIRED, Standing, is_expired, objection, refuse_units, standings
from nameplate.operations.sales.statuses import settle
from nameplate.operations.shipping.departing import day_of, mark_shipped, post_shipped, refuse_nothing
from nameplate.operations.shipping.shipments import TEXTS, open_shipment
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Cause, Conflict, Invalid, Offender


@dataclass(frozen=True, slots=True)
class GoodsShipped:
    """A quantity of a lot without serial numbers. `location_id` may be left out when the lot lies in one place."""

    lot: Lot | int
    quantity: Decimal | int | str
    location_id: int | None = None


class DirectFields(TypedDict, total=False):
    """What can be said beside what goes and to whom."""

    customer_reference: str
    address: str
    carrier: str
    tracking_number: str
    warranty_months: int | str | None
    """Of all that goes; None is as long as each item has, 0 none."""


def ship_directly(
    *,
    actor: User,
    customer: Party | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsShipped] = (),
    shipped_on: dt.date | str | None = None,
    keep: frozenset[str] = frozenset(),
    note: str = "",
    request: Request | None = None,
    **given: Unpack[DirectFields],
) -> Entry:
    """Make an order of these units and goods and a shipment of it, and ship it: all of it, or nothing is made.

    Refused, each named with why: units that are not in stock, on hold, reserved (for whom), in a shipment, or at several sites; an expired
    one unless `keep` holds `expired`; more of a lot than lies there free.
    """
    access.require(actor, "sales", "create")
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    refuse_nothing(chosen, goods)
    with ledger.transacting():
        wrong: dict[str, str] = {}
        buyer = read_customer(customer, wrong)
        texts = read_texts(TEXTS, given, wrong)
        refuse_wrong(wrong)
        day = day_of(shipped_on)
        units = _judged(chosen, keep)
        stock = _stock(goods)
        site = _one_site({unit.site_id for unit in units} | {spot.site for spot in stock})
        order = _order(actor, id_of(customer), units, stock, given)
        values = {"address": buyer.address if buyer else "", **texts, "site": site}
        shipment = open_shipment(actor, buyer, [order], values)
        lines = {one.line.pk: one for one in progress(order)}
        by_item = {one.item.pk: line for line, one in lines.items()}
        by_line: dict[int, list[int]] = {}
        for unit in units:
            by_line.setdefault(by_item[unit.item_id], []).append(unit.id)
        gone = [Goods(spot.lot.pk, spot.location, -spot.amount, by_item[spot.lot.item_id]) for spot in stock]
        entry = post_shipped(actor, shipment, lines, by_line, gone, day=day, note=note, request=request)
        mark_shipped(actor, shipment, day)
        settle(actor=actor, orders=[order.pk])
        return entry


def _judged(unit_ids: Sequence[int], keep: frozenset[str]) -> list[Standing]:
    units = standings(unit_ids) if unit_ids else []
    offenders: list[Offender] = []
    causes: list[Cause | None] = []
    for unit in units:
        found = objection(unit)
        if found is not None:
            offenders.append(Offender(unit.number, found.message, unit.id))
            causes.append(found.cause)
        elif is_expired(unit) and EXPIRED not in keep:
            offenders.append(Offender(unit.number, f"expired on {unit.expires_on}", unit.id))
    refuse_units("not-shippable", offenders, causes, asked=len(units), what="shipped")
    return units


@dataclass(frozen=True, slots=True)
class _Spot:
    lot: Lot
    location: int
    site: int
    amount: int


def _stock(goods: Sequence[GoodsShipped]) -> list[_Spot]:
    """What goes of each lot, in key order, as everybody takes lots. Refused: more than is free."""
    found: list[_Spot] = []
    for one in sorted(goods, key=lambda one: id_of(one.lot)):
        lot = lock_lot(one.lot)
        if lot.item.tracking == Tracking.SERIAL:
            raise Invalid("serials-needed", f"{lot.item} is followed by serial numbers.", fields={"quantity": "Choose its units instead."})
        if lot.status == LotStatus.ON_HOLD:
            raise Conflict("on-hold", f"Lot {lot} is on hold ({lot.hold}).", fields={"lot": "Free it first."})
        row = stock_at(lot, one.location_id)
        amount = amount_wanted(one.quantity)
        free = row.quantity - row.reserved - row.held
        if amount > free:
            sentence = f"Only {from_micro(free):,} of lot {lot} is free at {row.location}."
            raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(free):,}."})
        found.append(_Spot(lot, row.location_id, row.location.site_id, amount))
    if len({(spot.lot.pk, spot.location) for spot in found}) < len(found):
        raise Invalid("twice", "The same lot at the same place stands in it twice.", fields={"goods": "Give one quantity of it."})
    return found


def _one_site(sites: set[int | None]) -> Site | None:
    known = sorted(site for site in sites if site is not None)
    found = {site.pk: site for site in Site.objects.filter(pk__in=known)}
    if len(known) > 1:
        names = " and ".join(found[site].name for site in known)
        raise Conflict("another-site", f"They lie at {names}.", fields={"units": "What goes together leaves from one site."})
    return found[known[0]] if known else None


def _order(actor: User, customer: int, units: Sequence[Standing], stock: Sequence[_Spot], given: DirectFields) -> Document:
    """An order of just what goes, a line for each item."""
    amounts: dict[int, int] = {}
    for unit in units:
        amounts[unit.item_id] = amounts.get(unit.item_id, 0) + MILLIONTHS
    for spot in stock:
        amounts[spot.lot.item_id] = amounts.get(spot.lot.item_id, 0) + spot.amount
    items = Item.objects.in_bulk(amounts)
    months = given.get("warranty_months")
    lines = [OrderLine(items[pk], from_micro(amount), warranty_months=months) for pk, amount in amounts.items()]
    try:
        return create_customer_order(actor=actor, customer=customer, customer_reference=given.get("customer_reference", ""), lines=lines)
    except Invalid as refusal:
        # The line's field stands once on this form.
        found = {name.rpartition(".")[2]: sentence for name, sentence in refusal.fields.items()}
        raise Invalid(refusal.rule, refusal.message, fields=found, way_out=refusal.way_out) from refusal
