"""Goods without serial numbers in an inspection: a quantity passes, or fails and goes into a new lot, status Rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate.ledger import Goods, LotChange
from nameplate.models import Document, Entry, InspectedGoods, Lot, LotStatus, Reason, Stock, Verdict
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.placing import place_of
from nameplate.operations.rejecting_goods import Splitting
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class GoodsSaid:
    """The verdict on a quantity of a lot. `location_id` may be left out when the lot lies in one place; failures go to `to_location_id`."""

    lot: Lot | int
    quantity: Decimal | int | str
    passed: bool
    reason: Reason | int | None = None
    note: str = ""
    location_id: int | None = None
    to_location_id: int | None = None
    sampled: bool = False
    """Passed by a sample, not inspected."""

    @property
    def verdict(self) -> Verdict:
        """The verdict as it is kept."""
        if not self.passed:
            return Verdict.FAILED
        return Verdict.SAMPLED if self.sampled else Verdict.PASSED


@dataclass(frozen=True, slots=True)
class Piece:
    """A judged quantity, to be written once the act is posted."""

    waits: InspectedGoods
    quantity: int
    verdict: Verdict
    reason: Reason | None
    note: str

    def write(self, entry: Entry) -> None:
        """The row that waits becomes this, or less waits and this stands beside it."""
        rest = self.waits.quantity - self.quantity
        said = {"verdict": self.verdict, "reason": self.reason, "note": self.note, "judged": entry}
        if not rest:
            InspectedGoods.objects.filter(pk=self.waits.pk).update(**said)
            return
        self.waits.quantity = rest
        self.waits.save(update_fields=["quantity"])
        InspectedGoods.objects.create(
            inspection_id=self.waits.inspection_id, lot_id=self.waits.lot_id, quantity=self.quantity, opened_id=self.waits.opened_id, **said
        )


def write_pieces(entry: Entry, pieces: Sequence[Piece]) -> None:
    """What was said of each piece stands from this entry on."""
    for piece in pieces:
        piece.write(entry)


def judge_goods(
    paper: Document, said: Sequence[GoodsSaid], reasons: Mapping[int, Reason]
) -> tuple[list[Goods], list[LotChange], list[Piece]]:
    """What the ledger is asked for, and the pieces that are judged. Refused: more than waits, or than is on hold there; no reason."""
    splitting = Splitting()
    pieces: list[Piece] = []
    waits: dict[int, InspectedGoods] = {}
    judged: dict[int, int] = {}
    taken: dict[tuple[int, int], int] = {}
    # In key order, as everybody takes lots.
    for one in sorted(said, key=lambda one: id_of(one.lot)):
        lot = lock_lot(one.lot)
        row = waits.get(lot.pk) or InspectedGoods.objects.filter(inspection=paper.pk, lot=lot, verdict=Verdict.WAITING).first()
        if row is None:
            sentence = f"Nothing of lot {lot} waits in {paper}."
            raise Conflict("not-judgeable", sentence, fields={"goods": sentence})
        waits[lot.pk] = row
        quantity = _quantity(one, lot, row.quantity - judged.get(lot.pk, 0))
        judged[lot.pk] = judged.get(lot.pk, 0) + quantity
        stock = stock_at(lot, one.location_id)
        spot = (lot.pk, stock.location_id)
        _refuse_not_held(lot, stock, quantity + taken.get(spot, 0))
        taken[spot] = taken.get(spot, 0) + quantity
        if one.passed:
            splitting.free(lot, stock, quantity)
        else:
            splitting.reject(lot, stock, quantity, None if one.to_location_id is None else place_of(one.to_location_id).pk)
        reason = None if one.passed or one.reason is None else reasons[id_of(one.reason)]
        pieces.append(Piece(row, quantity, one.verdict, reason, one.note.strip()))
    return splitting.goods, splitting.lot_changes, pieces


def _quantity(said: GoodsSaid, lot: Lot, most: int) -> int:
    quantity = to_micro(said.quantity)
    if quantity <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    if quantity > most:
        sentence = f"Only {from_micro(most):,} of lot {lot} wait for a verdict."
        raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(most):,}."})
    if not said.passed and said.reason is None:
        raise Invalid("reason-needed", "A rejection needs a reason.", fields={"reason": "Say what is wrong with it."})
    return quantity


def _refuse_not_held(lot: Lot, stock: Stock, quantity: int) -> None:
    """What waits is on hold; where somebody took it away meanwhile, there is less to judge."""
    if quantity > stock.held:
        sentence = f"Only {from_micro(stock.held):,} of lot {lot} are on hold at {stock.location}."
        raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(stock.held):,}."})


def goods_taken_out(paper: Document) -> tuple[list[Goods], list[InspectedGoods]]:
    """What frees all the goods that wait in the inspection, as far as they are still on hold, and their rows."""
    rows = list(InspectedGoods.objects.filter(inspection=paper.pk, verdict=Verdict.WAITING).order_by("lot_id"))
    goods: list[Goods] = []
    for row in rows:
        lot = lock_lot(row.lot_id)
        if lot.status != LotStatus.RECEIVED:
            continue  # on hold as a whole, or rejected: it stays on hold for that
        left = row.quantity
        for stock in Stock.objects.filter(lot=lot, held__gt=0).order_by("location_id"):
            amount = min(stock.held, left)
            left -= amount
            goods += [Goods(lot.pk, stock.location_id, 0, held=-amount)] if amount else []
    return goods, rows
