"""Everything the page of one lot shows: where it came from, how much of it is where, what was split off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from nameplate import access
from nameplate.listings.edited import Wording
from nameplate.listings.lot_ends import End, ends_of
from nameplate.listings.lot_past import Left, units_ever_in, units_that_left, with_splits
from nameplate.models import Entry, FieldNoun, Lot, LotMovement, Serial, Status, Stock, Tracking
from nameplate.models.serials import NUMBER_MISSING
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
    wording: Wording
    entries: Sequence[Entry]
    held: int
    """How many of its units are on hold, for whatever reason."""
    waiting: int
    """How many of those wait for their real numbers."""
    ends: Sequence[End]
    """What became of all that was ever in it or in its splits."""
    family: Sequence[Lot]
    """The lot and its splits."""

    @property
    def quantity(self) -> int:
        """How much of it is in stock, in millionths."""
        return sum(row.quantity for row in self.stock)

    @property
    def first(self) -> Entry | None:
        """The entry that opened it, when it is among those shown."""
        return self.entries[-1] if len(self.entries) < MOST and self.entries else None

    @property
    def told(self) -> list[tuple[Entry, list[tuple[str, str, str]]]]:
        """Each entry with what it edited of the lot: label, before, after."""
        edits: dict[int, list[tuple[str, str, str]]] = {}
        words = self.wording
        for change in self.changes:
            for name, (before, after) in (change.edits or {}).items():
                if name != "hold":  # why it is on hold is said by the entry itself
                    told = words.label(name), words.value(name, before), words.value(name, after)
                    edits.setdefault(change.entry_id, []).append(told)
        return [(entry, edits.get(entry.pk, [])) for entry in self.entries]

    @property
    def on_hold(self) -> int:
        """How much of it in stock is on hold, in millionths."""
        return sum(row.held for row in self.stock)


def lot_page(*, actor: access.Actor, lot_id: int) -> LotPage:
    """The lot, in a constant number of statements. Refused: there is none."""
    access.require(actor, "stock", "view")
    lot = Lot.objects.select_related("item", "source__party", "split_from", "line").filter(pk=lot_id).first()
    if lot is None:
        raise NotFound("no-such-lot", "There is no such lot.")
    standing = Serial.objects.filter(lot=lot, withdrawn=False)
    counted = list(standing.values("status").annotate(count=Count("id")).order_by("status"))
    held = standing.aggregate(held=Count("id", filter=~Q(hold="")), waiting=Count("id", filter=Q(hold=NUMBER_MISSING)))
    family = with_splits(lot.pk)
    entries = Entry.objects.filter(stock_movements__lot=lot) | Entry.objects.filter(lot_movements__lot=lot)
    return LotPage(
        lot=lot,
        stock=list(Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location__site").order_by("location__label_key")[:MOST]),
        units=[(Status(row["status"]).value, row["count"]) for row in counted],
        left=units_that_left(lot),
        splits=_splits(lot),
        changes=list(LotMovement.objects.filter(lot=lot).order_by("-seq")[:MOST]),
        wording=Wording.of(FieldNoun.LOTS),
        entries=list(entries.select_related("actor", "document").distinct().order_by("-pk")[:MOST]),
        held=held["held"],
        waiting=held["waiting"],
        ends=ends_of(lot, family, units_ever_in(family) if lot.item.tracking == Tracking.SERIAL else []),
        family=list(Lot.objects.filter(pk__in=family).order_by("pk")),
    )


def _splits(lot: Lot) -> list[tuple[Lot, int]]:
    splits = list(lot.splits.order_by("pk")[:MOST])
    counted = Serial.objects.filter(lot__in=splits, withdrawn=False).values("lot").annotate(count=Count("id"))
    counts = {row["lot"]: row["count"] for row in counted}
    return [(split, counts.get(split.pk, 0)) for split in splits]
