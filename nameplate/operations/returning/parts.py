"""Goods of a return, wholly or in part: received into lots of their own, and out of them into stock again or among what is rejected."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from nameplate.ledger import Goods, LotChange
from nameplate.ledger.lots import LotToOpen, open_lots
from nameplate.models import Document, Entry, Location, Lot, LotStatus, ReturnGoods, ReturnOutcome, Stock
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.rejecting_goods import Splitting
from nameplate.operations.returned_goods import GoodsBack, goods_of, lots_of
from nameplate.operations.returning.earlier import forget_goods, remember_goods
from nameplate.operations.returning.papers import cause
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender

_SAID = (
    "reason_id", "complaint", "coming", "outcome", "finding", "contradiction", "known", "settled", "shipment_id", "customer_order_id",
    "shipped_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoodsPart:
    """Goods of a return by their id on it: so much of them, or all that can be meant where no quantity is given."""

    id: int
    quantity: Decimal | int | str | None = None


@dataclass(slots=True)
class Coming:
    """Goods that are received: their rows, and what the ledger is asked for."""

    rows: list[ReturnGoods] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)

    def received(self, entry: Entry) -> None:
        """They came with this entry."""
        for row in self.rows:
            row.received_by = entry
        ReturnGoods.objects.bulk_update(self.rows, ["received_by", "back", "quantity"])


def goods_chosen(paper: Document, ids: Collection[int]) -> list[GoodsBack]:
    """The return's goods with these ids. Refused: one that is not on it, or is named twice."""
    wanted = set(ids)
    if len(wanted) < len(ids):
        raise Invalid("twice", "The same goods stand in it twice.", fields={"goods": "Give one quantity of them."})
    found = [one for one in goods_of(paper.pk) if one.row.pk in wanted] if wanted else []
    if len(found) < len(wanted):
        sentence = f"These goods are not on {paper}."
        raise Conflict("not-on-return", sentence, fields={"goods": sentence}, causes=[cause(paper)])
    return found


def expected_goods(paper: Document) -> list[GoodsPart]:
    """All goods of the return that are still to come."""
    return [GoodsPart(one.row.pk) for one in goods_of(paper.pk) if one.expected]


def coming(paper: Document, parts: Sequence[GoodsPart], place: Location) -> Coming:
    """These goods into lots of their own at the place, all of it on hold. What does not come yet stays expected, as a row of its own.

    Refused: what came already or stays with the customer; more than is expected.
    """
    found = goods_chosen(paper, [part.id for part in parts])
    refuse_goods(paper, [one for one in found if one.row.received_by_id is not None], "they were received already", "Look at them below.")
    refuse_goods(paper, [one for one in found if not one.row.coming], "they stay with the customer", "Say first that they come back.")
    amounts = {part.id: part.quantity for part in parts}
    result = Coming([one.row for one in found])
    rest: list[ReturnGoods] = []
    for row in result.rows:
        amount = _amount(amounts[row.pk], row.quantity, f"of {name_of(row)} {{}} expected")
        if amount < row.quantity:
            rest.append(_rest(row, row.quantity - amount))
            row.quantity = amount
    ReturnGoods.objects.bulk_create(rest)
    for row, lot in zip(result.rows, open_lots([_lot(row) for row in result.rows]), strict=True):
        row.back = lot
        result.lot_changes.append(LotChange(lot.pk, LotStatus.RMA_RETURNED))
        result.goods.append(Goods(lot.pk, place.pk, row.quantity, held=row.quantity))
    return result


def _rest(row: ReturnGoods, amount: int) -> ReturnGoods:
    """What is still expected, of which the same was said."""
    said = {name: getattr(row, name) for name in (*_SAID, "paper_id", "line_id", "lot_id")}
    return ReturnGoods(**said, quantity=amount)


def _lot(row: ReturnGoods) -> LotToOpen:
    """The lot into which they come: it keeps what is true of the goods themselves, as far as it is known from which lot they were."""
    first, item = row.lot, row.line.item
    if first is None:
        return LotToOpen(item, LotStatus.RMA_RETURNED)
    return LotToOpen.split_off(first, LotStatus.RMA_RETURNED)


def restocked(paper: Document, parts: Sequence[GoodsPart]) -> tuple[list[GoodsBack], Splitting]:
    """These goods into the lot from which they were shipped, or a new one where that is not known or not in stock any more."""
    work = Splitting()
    found, taken = _taken(paper, parts)
    for lot, stock, amount in taken:
        work.free(lot, stock, amount)
    return found, work


def rejected(paper: Document, parts: Sequence[GoodsPart]) -> tuple[list[GoodsBack], Splitting]:
    """These goods into lots of their own, status Rejected."""
    work = Splitting()
    found, taken = _taken(paper, parts)
    for lot, stock, amount in taken:
        work.reject(lot, stock, amount, None)
    return found, work


def _taken(paper: Document, parts: Sequence[GoodsPart]) -> tuple[list[GoodsBack], list[tuple[Lot, Stock, int]]]:
    """The goods, and how much is taken at which place of their lots, in key order, as everybody takes lots.

    Refused: what has not come; more than lies there.
    """
    found = goods_chosen(paper, [part.id for part in parts])
    refuse_goods(paper, [one for one in found if one.row.received_by_id is None], "they have not come back yet", "Receive them first.")
    refuse_goods(paper, [one for one in found if not one.left], "nothing of them is left to decide", "Undo what was done first.")
    amounts = {part.id: part.quantity for part in parts}
    taken: list[tuple[Lot, Stock, int]] = []
    for one in sorted(found, key=lambda one: one.row.back_id or 0):
        lots = {lot: lock_lot(lot) for lot in lots_of(one.row.back_id or 0)}
        lying = list(_lying(lots))
        amount = _amount(amounts[one.row.pk], sum(stock.quantity for stock in lying), f"of lot {one.row.back} {{}} here")
        for stock in lying:
            part = min(stock.quantity, amount)
            if part:
                taken.append((lots[stock.lot_id], stock, part))
                amount -= part
    return found, taken


def _lying(lots: Collection[int]) -> Iterator[Stock]:
    there = Stock.objects.filter(lot__in=lots, quantity__gt=0).exclude(location__purpose=Location.Purpose.TRANSIT)
    yield from there.select_related("location__site").order_by("lot_id", "location_id")


def _amount(quantity: Decimal | int | str | None, most: int, words: str) -> int:
    """The quantity in millionths, all of `most` where none is given. Refused: nothing, or more than that."""
    amount = most if quantity is None or (isinstance(quantity, str) and not quantity.strip()) else to_micro(quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    if amount > most:
        said = f"Only {from_micro(most):,f} {words.format('is' if most == to_micro(1) else 'are')}."
        raise Conflict("not-enough", said, fields={"quantity": f"At most {from_micro(most):,f}."})
    return amount


def note_goods(found: Sequence[GoodsBack], outcome: ReturnOutcome, finding: str = "", *, entry: Entry | None) -> None:
    """Keep what the customer gets for them by this entry, or by a decision alone; and what was found, where something was said."""
    rows = [one.row.pk for one in found]
    if not rows:
        return
    if entry is None:
        forget_goods(rows)
    else:
        remember_goods(entry, rows)
    values = {"outcome": outcome.value, **({"finding": finding.strip()[:2_000]} if finding.strip() else {})}
    ReturnGoods.objects.filter(pk__in=rows).update(**values)


def refuse_goods(paper: Document, found: Sequence[GoodsBack], why: str, way_out: str) -> None:
    """Refuse these goods, each named."""
    if found:
        offenders = [Offender(name_of(one.row), why) for one in found]
        sentence = f"{offenders[0].text}: {why}."
        raise Conflict("return-goods", sentence, fields={"goods": sentence}, offenders=offenders, causes=[cause(paper)], way_out=way_out)


def name_of(row: ReturnGoods) -> str:
    """The item, and its lot where that is known."""
    return f"{row.line.item}, lot {row.lot}" if row.lot is not None else str(row.line.item)
