"""Goods without serial numbers that a customer sends back: what they can have of them by the records, and how it is put on a return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate.ledger import bulk
from nameplate.models import Document, Item, Lot, Party, Tracking, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.coming_back import NOUN
from nameplate.operations.returning.candidates import day_from
from nameplate.operations.returning.units import Said, grow_lines, read_said
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender

_SHIPPED = (
    "SELECT l.item_id, i.number, i.unit, l.id, l.number, d.id, d.number, s.shipped_on, MAX(o.document_id), SUM(-m.change), "
    "(SELECT COALESCE(SUM(g.quantity), 0) FROM nameplate_returngoods g JOIN nameplate_document p ON p.id = g.paper_id "
    "AND p.status <> 'canceled' WHERE g.coming AND g.shipment_id = d.id AND g.lot_id = l.id) "
    "FROM nameplate_document d JOIN nameplate_shipment s ON s.document_id = d.id JOIN nameplate_entry e ON e.document_id = d.id "
    "JOIN nameplate_stockmovement m ON m.entry_id = e.id JOIN nameplate_lot l ON l.id = m.lot_id "
    "JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' LEFT JOIN nameplate_line o ON o.id = m.line_id "
    "WHERE d.kind = 'S' AND d.party_id = %s GROUP BY l.item_id, i.number, i.unit, l.id, l.number, d.id, d.number, s.shipped_on "
    "HAVING SUM(m.change) < 0 ORDER BY s.shipped_on DESC, d.id DESC, i.number, l.id DESC"
)
_COLUMNS = (
    "paper_id", "line_id", "lot_id", "quantity", "reason_id", "complaint", "coming", "outcome", "finding", "contradiction", "known",
    "settled", "shipment_id", "customer_order_id", "shipped_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoodsSaid:
    """So much of an item without serial numbers, or of a lot of it, that the customer sends back; `shipment` says with which it went."""

    quantity: Decimal | int | str
    item: Item | int | None = None
    lot: Lot | int | None = None
    shipment: int | None = None


@dataclass(frozen=True, slots=True)
class GoodsThere:
    """What the customer has of a lot from one shipment, as far as nothing of it came back or is expected. In millionths."""

    item_id: int
    item: str
    unit: str
    lot_id: int
    lot: str
    shipment_id: int
    shipment: str
    shipped_on: dt.date | None
    order_id: int | None
    left: int


@dataclass(frozen=True, slots=True)
class Allotted:
    """An amount and the shipment with which it went; none where the records do not have it with the customer, and what they say then."""

    item: Item
    lot_id: int | None
    amount: int
    there: GoodsThere | None
    known: str = ""


def goods_there(customer: int, *, shipment: int | None = None) -> list[GoodsThere]:
    """The goods without serial numbers that the customer has by the records, the newest shipment first. One statement."""
    found: list[GoodsThere] = []
    for item, number, unit, lot, lot_number, paper, paper_number, day, order, went, back in bulk.query(_SHIPPED, [customer]):
        left = int(went) - int(back)
        if left > 0 and shipment in (None, paper):
            found.append(GoodsThere(item, number, unit, lot, lot_number, paper, paper_number, day_from(day), order, left))
    return found


def allot(customer: Party | int, goods: Sequence[GoodsSaid]) -> list[Allotted]:
    """From which shipments these goods can be, the newest first. Locks the customer: nobody takes the same back twice.

    Refused: an item with serial numbers, or none; nothing of it; an item followed by lot of which they have several, without the lot.
    """
    if not goods:
        return []
    list(Party.objects.select_for_update(no_key=True).filter(pk=id_of(customer)).values_list("pk"))
    meant = _meant(goods)
    there = goods_there(id_of(customer))
    left = {(one.shipment_id, one.lot_id): one.left for one in there}
    found: list[Allotted] = []
    for said, (item, lot, amount) in zip(goods, meant, strict=True):
        fits = [
            one
            for one in there
            if one.item_id == item.pk and (lot is None or one.lot_id == lot.pk) and said.shipment in (None, one.shipment_id)
        ]
        lots = {one.lot_id for one in fits}
        _refuse_which_lot(item, lot, fits)
        had, rest = sum(left[one.shipment_id, one.lot_id] for one in fits), amount
        for one in fits:
            taken = min(rest, left[one.shipment_id, one.lot_id])
            if taken:
                found.append(Allotted(item, one.lot_id, taken, one))
                left[one.shipment_id, one.lot_id] -= taken
                rest -= taken
        if rest:
            whole = (
                f"only {from_micro(had):,f} {item.unit} of it were with this customer" if had else "nothing of it was with this customer"
            )
            found.append(Allotted(item, lot.pk if lot else next(iter(lots), None), rest, None, whole))
    return found


def _meant(goods: Sequence[GoodsSaid]) -> list[tuple[Item, Lot | None, int]]:
    """The item, the lot where one is given, and how much of each. Two statements, however many."""
    lots = Lot.objects.select_related("item").in_bulk({id_of(one.lot) for one in goods if one.lot is not None})
    items = Item.objects.in_bulk({id_of(one.item) for one in goods if one.item is not None})
    return [_one_meant(one, lots, items) for one in goods]


def _one_meant(said: GoodsSaid, lots: Mapping[int, Lot], items: Mapping[int, Item]) -> tuple[Item, Lot | None, int]:
    lot = lots.get(id_of(said.lot)) if said.lot is not None else None
    if said.lot is not None and lot is None:
        raise Invalid("no-such-lot", "There is no such lot.", fields={"goods": "Give a lot that exists."})
    item = lot.item if lot else items.get(id_of(said.item or 0))
    if item is None or (said.item is not None and id_of(said.item) != item.pk):
        raise Invalid("no-such-item", "There is no such item or lot.", fields={"goods": "Give an item, or a lot of it."})
    if item.tracking == Tracking.SERIAL:
        raise Invalid("serials-needed", f"{item} is followed by serial numbers.", fields={"goods": "Choose its units instead."})
    amount = to_micro(said.quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    return item, lot, amount


def _refuse_which_lot(item: Item, lot: Lot | None, fits: Sequence[GoodsThere]) -> None:
    lots = sorted({one.lot for one in fits})
    if item.tracking == Tracking.LOT and lot is None and len(lots) > 1:
        sentence = f"{item} is followed by lot, and they have {', '.join(lots[:-1])} and {lots[-1]}."
        raise Invalid("which-lot", sentence, fields={"goods": f"{sentence} Say which."}, way_out="Say which lot comes back.")


def put_goods_on(actor: User, paper: Document, allotted: Sequence[Allotted], said: Said) -> None:
    """These goods on the locked return. Refused: without a reason for the contradiction, more than the records have with the customer."""
    why, texts = read_said(said)
    if not texts["contradiction"]:
        _refuse_surplus([one for one in allotted if one.there is None], str(paper.party))
    amounts: dict[int, int] = {}
    for one in allotted:
        amounts[one.item.pk] = amounts.get(one.item.pk, 0) + one.amount
    lines = grow_lines(paper, amounts)
    rows = [
        (
            paper.pk, lines[one.item.pk], one.lot_id, one.amount, why.pk if why else None, texts["complaint"], said.coming, "", "",
            "" if one.there else texts["contradiction"], one.known, "",
            *((one.there.shipment_id, one.there.order_id, one.there.shipped_on) if one.there else (None, None, None)),
        )
        for one in allotted
    ]  # fmt: skip
    bulk.insert("nameplate_returngoods", _COLUMNS, rows)
    told = ", ".join(f"{from_micro(amount):,f} of {item}" for item, amount in _by_item(allotted))
    log_changes(actor=actor, noun=NOUN, subject=paper.pk, changes=[("goods", "", f"{told} put on it"[:1_000])])


def _by_item(allotted: Collection[Allotted]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for one in allotted:
        found[one.item.number] = found.get(one.item.number, 0) + one.amount
    return list(found.items())


def _refuse_surplus(surplus: Sequence[Allotted], customer: str) -> None:
    if surplus:
        offenders = [Offender(f"{from_micro(one.amount):,f} {one.item.unit} of {one.item}", one.known) for one in surplus]
        sentence = f"{offenders[0].text} cannot be {customer}’s by the records: {offenders[0].why}."
        out = f"Give a reason to take them from {customer} all the same: they are marked a contradiction, to be settled."
        raise Conflict("not-theirs", sentence, fields={"contradiction": sentence}, offenders=offenders, way_out=out)
