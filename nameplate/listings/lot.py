"""Everything the page of one lot shows: where it came from, how much of it is where, what was split off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from nameplate import access
from nameplate.listings.lot_past import Left, units_that_left
from nameplate.models import Entry, Lot, LotMovement, Serial, Status, Stock
from nameplate.refusals import NotFound

MOST = 100


@dataclass(frozen=True, slots=True)
class LotPage:
    """A lot as it stands. `units` counts its units by status, withdrawn ones aside; `left` holds those that were in it."""

    lot: Lot
    stock: Sequence[Stock]
    units: Sequence[tuple[int, int]]
    left: Left
    splits: Sequence[tuple[Lot, int]]
    """The lots split off, each with how many units are in it."""
    changes: Sequence[LotMovement]
    entries: Sequence[Entry]

    @property
    def quantity(self) -> int:
        """How much of it is in stock, in millionths."""
        return sum(row.quantity for row in self.stock)


def lot_page(*, actor: access.Actor, lot_id: int) -> LotPage:
    """The lot, in a constant number of statements. Refused: there is none."""
    access.require(actor, "stock", "view")
    lot = Lot.objects.select_related("item", "source__party", "split_from", "line").filter(pk=lot_id).first()
    if lot is None:
        raise NotFound("no-such-lot", "There is no such lot.")
    counted = Serial.objects.filter(lot=lot, withdrawn=False).values("status").annotate(count=Count("id")).order_by("status")
    entries = Entry.objects.filter(stock_movements__lot=lot) | Entry.objects.filter(lot_movements__lot=lot)
    return LotPage(
        lot=lot,
        stock=list(Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location__site").order_by("location__label_key")[:MOST]),
        units=[(Status(row["status"]).value, row["count"]) for row in counted],
        left=units_that_left(lot),
        splits=_splits(lot),
        changes=list(LotMovement.objects.filter(lot=lot).order_by("seq")[:MOST]),
        entries=list(entries.select_related("actor", "document").distinct().order_by("-pk")[:MOST]),
    )


def _splits(lot: Lot) -> list[tuple[Lot, int]]:
    splits = list(lot.splits.order_by("pk")[:MOST])
    counted = Serial.objects.filter(lot__in=splits, withdrawn=False).values("lot").annotate(count=Count("id"))
    counts = {row["lot"]: row["count"] for row in counted}
    return [(split, counts.get(split.pk, 0)) for split in splits]
