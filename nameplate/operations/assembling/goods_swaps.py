"""Goods without serial numbers replaced in one step: so much of a lot comes out of a product, and other goods go in for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nameplate.ledger import Goods
from nameplate.operations.assembling.fates import Fate
from nameplate.operations.assembling.fitting import refuse_off_bill, refuse_unexplained
from nameplate.operations.assembling.goods import GoodsLeaving, GoodsOut, goods_inside, leaving
from nameplate.operations.assembling.goods_in import GoodsEntering, GoodsIn, entering
from nameplate.operations.assembling.standing import Standing, standing
from nameplate.refusals import Conflict


@dataclass(frozen=True, slots=True)
class GoodsSwap:
    """So much of a lot out of a product, and what goes into that product for it: of whatever lot, taken from wherever it lies free."""

    old: GoodsOut
    new: GoodsIn


@dataclass(slots=True)
class GoodsExchange:
    """What comes out and what goes in for it, and the products that it is about."""

    leaving: GoodsLeaving
    entering: GoodsEntering
    products: list[Standing]

    def changes(self) -> list[Goods]:
        """As the ledger takes them. Refused as `GoodsLeaving.changes` says; what would come to lie where it is taken from."""
        out, into = self.leaving.changes(), self.entering.changes()
        kept = {(product, lot, outcome.location_id) for product, lot, outcome in self.leaving.taken if outcome.fate is Fate.RECEIVED}
        if kept & self.entering.taken.keys():
            sentence = "What comes out would lie with what goes in, and nothing would be changed."
            raise Conflict(
                "nothing-to-move", sentence, fields={"goods.0.new_lot": "Give another lot."}, way_out="Give another lot or place."
            )
        return out + into


def exchange_of(given: Sequence[GoodsSwap], *, reason: str, anyway: bool) -> GoodsExchange:
    """What is to be done. As much of an item as comes out belongs there; more, and others, must stand on the bill, unless `anyway`.

    Refused, each with its field: more than is inside; a fate that goods cannot have; what goes in as `entering` says; a product at a
    customer without a reason. A few statements, however many.
    """
    if not given:
        return GoodsExchange(GoodsLeaving(), GoodsEntering(), [])
    products = standing([one.old.product_id for one in given])
    refuse_unexplained(products.values(), reason)
    items = {(one.product_id, one.lot_id): one.item_id for one in goods_inside(products)}
    out = leaving([one.old for one in given])
    into = entering([replace(one.new, product_id=one.old.product_id) for one in given], products, prefix="new_")
    if not anyway:
        gone: dict[tuple[int, int], int] = {}
        for (product, lot, _), quantity in out.taken.items():
            key = (product, items[product, lot])
            gone[key] = gone.get(key, 0) + quantity
        known = {line for line, (product, spot, _) in enumerate(into.lines, 1) if (product.id, spot.item_id) in gone}
        strange = [offender for offender in into.off_bill() if offender.line not in known]
        refuse_off_bill(strange or into.beyond_bill(gone))
    return GoodsExchange(out, into, list(products.values()))
