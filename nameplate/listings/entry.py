"""Everything the page of one entry shows: who did what under which document, to which units and quantities, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.models import Entry, LotMovement, StockMovement
from nameplate.refusals import NotFound

PAGE = 100

_UNITS = (
    "SELECT s.id, s.number, i.id, i.number, m.status, m.withdrawn, s.status, s.withdrawn, EXISTS (SELECT 1 FROM nameplate_movement r "
    "JOIN nameplate_entry e ON e.id = r.entry_id WHERE e.reverses_id = m.entry_id AND r.serial_id = m.serial_id), "
    f"m.kind = {Kind.REFITTED.value}, m.placed AND EXISTS (SELECT 1 FROM nameplate_movement l JOIN nameplate_entry e ON e.id = l.entry_id "
    "WHERE l.serial_id = m.serial_id AND l.seq > m.seq AND l.placed AND e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 "
    "FROM nameplate_movement r JOIN nameplate_entry u ON u.id = r.entry_id "
    f"WHERE u.reverses_id = l.entry_id AND r.serial_id = l.serial_id AND (l.kind <> {Kind.REFITTED.value} OR NOT u.partial))) "
    "FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id JOIN nameplate_item i ON i.id = s.item_id "
    "WHERE m.entry_id = %s AND m.serial_id > %s AND NOT EXISTS (SELECT 1 FROM nameplate_movement later "
    "WHERE later.serial_id = m.serial_id AND later.entry_id = m.entry_id AND later.seq > m.seq) ORDER BY m.serial_id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class EntryUnit:
    """A unit of the entry: how it stood after it, how it stands now, and whether the entry is undone for it."""

    id: int
    number: str
    item_id: int
    item: str
    status_after: int
    withdrawn_after: bool
    """Whether it was the entry that took the unit back: it then has no status any more."""
    status: int
    withdrawn: bool
    undone: bool
    refitted: bool
    """Whether it is a product that only followed what went in or out of it."""
    held: bool
    """Whether it was placed anew by a later entry that is not undone: until it is, the undo of this one is refused for it."""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry with a page of its units, in the order of their ids."""

    entry: Entry
    units: Sequence[EntryUnit]
    next: int | None
    """Go on after this unit; None when these are the last."""
    whole: bool
    """Whether these are all of its units."""
    reversals: Sequence[Entry]
    stock: Sequence[StockMovement]
    lots: Sequence[LotMovement]

    @property
    def held(self) -> bool:
        """Whether undoing it is refused for each of its units, as far as this page alone can tell: it shows all of them."""
        left = [unit for unit in self.units if not (unit.undone or unit.refitted)]
        return bool(left) and self.whole and all(unit.held for unit in left)

    @property
    def undone(self) -> bool:
        """Whether it is undone wholly."""
        return any(not reversal.partial for reversal in self.reversals)


def entry_page(*, actor: access.Actor, entry_id: int, after: int = 0) -> EntryPage:
    """The entry with the units after `after`, in a constant number of statements. Refused: there is none."""
    access.require(actor, "stock", "view")
    entry = Entry.objects.select_related("document__party", "actor", "reverses__document").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("no-such-entry", "There is no such entry.")
    rows = bulk.query(_UNITS, [entry_id, after, PAGE + 1])
    units = [EntryUnit(r[0], r[1], r[2], r[3], r[4], bool(r[5]), r[6], *map(bool, r[7:])) for r in rows[:PAGE]]
    return EntryPage(
        entry=entry,
        units=units,
        next=units[-1].id if len(rows) > PAGE else None,
        whole=not after and len(rows) <= PAGE,
        reversals=list(Entry.objects.filter(reverses_id=entry_id).select_related("actor").order_by("pk")),
        stock=list(
            StockMovement.objects.filter(entry_id=entry_id)
            .select_related("lot__item", "location__site", "line")
            .order_by("lot_id", "location_id", "seq")[:PAGE]
        ),
        lots=list(LotMovement.objects.filter(entry_id=entry_id).select_related("lot").order_by("lot_id", "seq")[:PAGE]),
    )
