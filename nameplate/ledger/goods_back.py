"""Goods without numbers of an entry that is undone: what of them goes back, and who used them since."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nameplate.ledger import bulk
from nameplate.ledger.lots_back import cause_of
from nameplate.ledger.moves import Goods
from nameplate.ledger.transacting import Collision
from nameplate.models import Entry
from nameplate.quantities import from_micro
from nameplate.refusals import Conflict, Offender, Refused

_LEFT = (
    "SELECT m.lot_id, m.location_id, m.line_id, m.parent_id, -sum(m.change), -sum(COALESCE(m.held, 0)), -sum(COALESCE(m.reserved, 0)) "
    "FROM nameplate_stockmovement m JOIN nameplate_lot l ON l.id = m.lot_id JOIN nameplate_item i ON i.id = l.item_id "
    "WHERE i.tracking <> 'serial' AND m.entry_id IN (SELECT CAST(%s AS bigint) "
    "UNION ALL SELECT e.id FROM nameplate_entry e WHERE e.reverses_id = %s) "
    "GROUP BY m.lot_id, m.location_id, m.line_id, m.parent_id, "
    "m.parent_id IS NOT NULL AND (m.change > 0) = (m.entry_id = CAST(%s AS bigint)) "
    "HAVING sum(m.change) <> 0 OR sum(COALESCE(m.held, 0)) <> 0 OR sum(COALESCE(m.reserved, 0)) <> 0 ORDER BY 1, 2, 3, 4, 5"
)
"""What went into a product and what came out of it are two things: of one lot at one place they come to nothing together."""


def goods_back(entry: Entry) -> list[Goods]:
    """The entry's changes of goods without numbers the other way round, less what undos for chosen units took back already."""
    return [
        Goods(lot, location, int(change), line, parent, int(held), int(reserved))
        for lot, location, line, parent, change, held, reserved in bulk.query(_LEFT, [entry.pk] * 3)
    ]


def goods_of_units(left: Sequence[Goods], chosen: Collection[int]) -> list[Goods]:
    """What of `left` goes back with these units: what went into them or came out of them, what was written off of the latter too.

    Refused: written-off goods that came out of others as well, since how much was whose nobody recorded.
    """
    theirs = [one for one in left if one.parent_id in chosen]
    inside_again = {(one.lot_id, one.location_id) for one in theirs if one.change < 0}
    gone = [
        one
        for one in left
        if one.parent_id is None and one.line_id is None and one.change > 0 and (one.lot_id, one.location_id) in inside_again
    ]
    spots = {(one.lot_id, one.location_id) for one in gone}
    others = {one.parent_id for one in left if one.parent_id is not None and one.change < 0 and (one.lot_id, one.location_id) in spots}
    if others - set(chosen):
        raise Conflict(
            "goods-together",
            "Goods that came out of several products were written off together.",
            fields={"units": "Choose all of these products, or undo the whole."},
            way_out="Undo it for all of these products, or wholly.",
        )
    return [*theirs, *gone]


def told_apart(collision: Collision, entry: Entry, goods: Sequence[Goods]) -> Collision:
    """The collision of an undo, which names the later entries where goods that the entry brought have been used since."""
    return Collision(lambda: _used_since(collision.explain(), entry, goods))


_USED = (
    "SELECT m.lot_id, m.location_id, l.number, p.name, m.change, m.entry_id, d.number, e.act FROM nameplate_stockmovement m "
    "JOIN nameplate_entry e ON e.id = m.entry_id AND e.reverses_id IS NULL JOIN nameplate_lot l ON l.id = m.lot_id "
    "JOIN nameplate_location p ON p.id = m.location_id LEFT JOIN nameplate_document d ON d.id = e.document_id "
    f"WHERE m.lot_id IN {bulk.id_set()} AND m.entry_id > %s AND (m.change < 0 OR m.held > 0 OR m.reserved > 0) "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = e.id AND NOT r.partial) ORDER BY m.entry_id DESC, m.id LIMIT 20"
)


def _used_since(refused: Refused, entry: Entry, goods: Sequence[Goods]) -> Refused:
    spots = {(one.lot_id, one.location_id) for one in goods if one.change < 0}
    if refused.rule != "not-enough" or not spots:
        return refused
    rows = [row for row in bulk.query(_USED, [bulk.ids({lot for lot, _ in spots}), entry.pk]) if row[:2] in spots]
    if not rows:
        return refused
    offenders = [
        Offender(
            f"lot {lot}",
            f"{from_micro(abs(change)):,f} of it at {place}: {act} later{f' ({number})' if number else ''}",
            None,
            None,
            by,
            number or "",
        )
        for _, _, lot, place, change, by, number, act in rows
    ]
    first = offenders[0]
    later = Entry.objects.select_related("document").filter(pk__in={one.entry_id for one in offenders}).order_by("pk")
    return Conflict(
        "later-entries",
        f"What came by it has been used since: {first.text}, {first.why}.",
        offenders=offenders,
        causes=[cause_of(one) for one in later],
        way_out="Undo the later entries first, or undo it for its serial numbers alone.",
        extra={"possible": []},
    )
