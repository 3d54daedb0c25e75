"""Taking an act back."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from nameplate import access, ledger
from nameplate.ledger import bulk
from nameplate.ledger.goods_back import goods_back
from nameplate.ledger.kinds import Kind
from nameplate.ledger.undoing import blockers, moved_along, remaining_units
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Item, Lot, Movement, Request, Serial, User
from nameplate.operations import counting, manufacturing, sending_back
from nameplate.operations.assembling.removing import settle_taking_apart
from nameplate.operations.assembling.replacing import refuse_half, without_halves
from nameplate.operations.assembling.reworking import settle_rework
from nameplate.operations.coming_back import returns_of
from nameplate.operations.counting import posting as counted
from nameplate.operations.entering.parsing import parse
from nameplate.operations.going_back import refuse_back_into_off
from nameplate.operations.holding.coming import hold_with_their_lots
from nameplate.operations.in_transit import orders_of, settle_undone
from nameplate.operations.inspecting import documents, settling
from nameplate.operations.purchasing import settle_all
from nameplate.operations.purchasing.called_off import called_off, kept_by_calling_off, refuse_revived
from nameplate.operations.returning import taking_back
from nameplate.operations.returning.swapping import refuse_half_a_swap, without_half_a_swap
from nameplate.operations.shipping.taking_back import follow_undo, lines_concerned
from nameplate.operations.writing_off import settle_write_off
from nameplate.refusals import Cause, Conflict, Invalid, NotFound, Offender

NOT_UNDONE = {
    "ordered": "Cancel the order instead.",
    "scheduled": "Cancel the order instead.",
    "started": "Cancel the order instead.",
    "order canceled": "Make another order, and reserve them for that.",
}
"""Acts that are the steps of a document rather than something done to units, and what to do instead."""
CALLING_OFF = {"canceled", "rest canceled"}
"""Acts that call off what was expected: whoever may not do them may not undo them."""
INSPECTING = {"inspected", "inspection canceled"}
"""Acts of an inspector: whoever may not do them may not undo them."""


def undo_entry(
    *, actor: User, entry_id: int, unit_ids: Collection[int] | None = None, reason: str = "", request: Request | None = None
) -> Entry:
    """Undo an entry wholly, or for chosen units, and let its document's status follow.

    Refused as `ledger.undo` says, and while the rest of a line that it would open again is called off; nothing is changed then.
    `extra["possible"]` of the refusal lists the units that can be undone.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        entry = find_entry(entry_id)
        _require_right(actor, entry)
        _refuse_step(entry)
        if unit_ids is not None:
            refuse_half(entry, unit_ids)
            refuse_half_a_swap(entry, unit_ids)
        orders, transfers, returns = _orders_of(entry), orders_of(entry), sending_back.papers_of(entry)
        came_back = returns_of(entry)
        inspections = settling.concerned_by(entry)
        sold = lines_concerned(entry)
        papers = {*orders, *inspections, *transfers, *returns, *came_back, *sold.values(), *counted.papers_of(entry)}
        papers |= {entry.document_id or 0}
        # The documents first, as receiving and shipping do, orders before shipments: two people who take the same locks in the same order
        # never wait in a circle.
        list(Document.objects.select_for_update(no_key=True).filter(pk__in=papers).order_by("kind", "pk").values_list("pk"))
        _refuse_closed(entry)
        sending_back.refuse_replaced(entry, unit_ids)
        along = [] if unit_ids is None else manufacturing.goods_of_products(entry, unit_ids)
        off = _called_off(entry, orders)
        alone = partial(_alone, off=off)
        reversal = ledger.undo(actor=actor, entry=entry, unit_ids=unit_ids, along=along, alone=alone, reason=reason, request=request)
        refuse_back_into_off(reversal)
        refuse_revived(orders, off, partial(_of_other_lines, entry, reversal, off))
        settle_all(actor=actor, orders=orders)
        settle_write_off(entry)
        settle_undone(actor=actor, entry=entry, reversal=reversal, orders=transfers)
        counting.reopen(actor=actor, entry=entry, undo=undo_entry)
        _settle_manufacturing(actor, entry)
        settling.settle(entry, reversal)
        documents.follow(inspections)
        settle_taking_apart(entry)
        settle_rework(entry)
        sending_back.follow_undo(actor=actor, entry=entry, reversal=reversal, papers=returns)
        if sold:
            follow_undo(actor=actor, entry=entry, reversal=reversal, lines=sold)
        taking_back.follow_undo(actor=actor, entry=entry, reversal=reversal, papers=came_back)
        hold_with_their_lots(actor=actor, entry=reversal)
        return reversal


def _settle_manufacturing(actor: User, entry: Entry) -> None:
    """The status of the manufacturing order follows. Refused: less than nothing would be booked for a part of it."""
    if entry.document is not None and entry.document.kind == DocumentKind.MANUFACTURING_ORDER:
        manufacturing.refuse_overdrawn(entry.document)
        manufacturing.settle(actor=actor, document=entry.document)


def _require_right(actor: User, entry: Entry) -> None:
    """Whoever may not do some acts may not undo them."""
    if entry.act in CALLING_OFF:
        made = entry.document is not None and entry.document.kind == DocumentKind.MANUFACTURING_ORDER
        access.require(actor, "production" if made else "purchasing", "delete")
    if entry.act in INSPECTING:
        access.require(actor, "stock", "inspect")
    if entry.act == counted.ACT:
        access.require(actor, "stock", "count")


def _refuse_step(entry: Entry) -> None:
    """Refuse what is the step of a document rather than something done to units."""
    if entry.act in NOT_UNDONE:
        paper = entry.document
        causes = [Cause(paper.noun, paper.pk, paper.number)] if paper is not None else []
        raise Conflict("not-undone", f"“{entry.act}” is not undone.", causes=causes, way_out=NOT_UNDONE[entry.act])


def _refuse_closed(entry: Entry) -> None:
    """Refuse what was done under an order that is closed by now."""
    document = entry.document
    if document is not None and document.status == DocumentStatus.CLOSED:
        raise Conflict(
            "order-finished",
            f"{document} is Closed, so nothing of it is undone.",
            causes=[Cause(document.noun, document.pk, document.number)],
            way_out="Open it again first.",
        )


def _orders_of(entry: Entry) -> list[int]:
    """The purchase orders that the entry concerns: its own, or those whose lines its units stand on."""
    if entry.document is not None:
        return [entry.document.pk] if entry.document.kind == DocumentKind.PURCHASE_ORDER else []
    rows = bulk.query(
        "SELECT DISTINCT l.document_id FROM nameplate_line l JOIN nameplate_document d ON d.id = l.document_id AND d.kind = %s "
        "WHERE l.id IN (SELECT m.line_id FROM nameplate_movement m WHERE m.entry_id = %s UNION "
        "SELECT s.line_id FROM nameplate_stockmovement s WHERE s.entry_id = %s) ORDER BY l.document_id",
        [DocumentKind.PURCHASE_ORDER.value, entry.pk, entry.pk],
    )
    return [row[0] for row in rows]


def find_entry(entry_id: int) -> Entry:
    """The entry with its document. Refused: there is none."""
    entry = Entry.objects.select_related("document", "actor").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("no-such-entry", "There is no such entry.")
    return entry


def chosen_units(*, entry_id: int, scope: str, text: str = "") -> list[int] | None:
    """The units to undo an entry for: `all` (None), `free` (those that nothing keeps from it), or `only` those whose numbers `text` holds.

    Refused: a number that is not in the entry, or undone already, each named with its line.
    """
    if scope == "all":
        return None
    remaining = remaining_units(find_entry(entry_id))
    if scope == "free":
        return sorted(_in_the_way(find_entry(entry_id), remaining)[1])
    parsed = parse(text)
    bearers: dict[str, list[int]] = {}
    keys = parsed.prepared.keys
    for unit, key in Serial.objects.filter(pk__in=_bearers(keys, remaining)).values_list("pk", "key"):
        bearers.setdefault(key, []).append(unit)
    offenders = [Offender(c.raw, c.problem.message, line=c.line) for c in parsed.candidates if c.problem]
    offenders += [
        Offender(number, "not in this entry, or undone already", line=c.line)
        for c in parsed.candidates
        for number, key in zip(c.numbers, c.keys, strict=True)
        if key not in bearers
    ]
    if offenders or not keys:
        raise Invalid(
            "not-in-entry",
            f"{len(offenders)} of these numbers cannot be undone here." if offenders else "No serial number is given.",
            fields={"units": "Give numbers of units of this entry." if offenders else "Enter the numbers of the units to undo it for."},
            offenders=offenders,
        )
    return sorted(unit for units in bearers.values() for unit in units)


def _called_off(entry: Entry, orders: Collection[int]) -> set[int]:
    """The lines of these orders whose rest is called off, and stays so when this entry is undone."""
    return called_off(orders) if entry.act not in CALLING_OFF else set()


def _alone(entry: Entry, unit_ids: Collection[int], off: Collection[int]) -> set[int]:
    """Those of the units for which the entry can be undone with none but them. `off` are lines whose rest is called off."""
    kept = {offender.unit_id for offender in kept_by_calling_off(entry, off)}
    return without_half_a_swap(entry, without_halves(entry, set(unit_ids) - kept))


def _of_other_lines(entry: Entry, reversal: Entry, off: Collection[int]) -> set[int]:
    """The units of a reversal that could have been undone but for those of lines whose rest is called off."""
    undone = set(Movement.objects.filter(entry=reversal, kind=Kind.UNDONE).values_list("serial_id", flat=True))
    return _alone(entry, undone - moved_along(entry), off)


def _in_the_way(entry: Entry, remaining: set[int]) -> tuple[list[Offender], set[int]]:
    """What keeps units from going back, and the units, other than numbers that did not come, that can go alone."""
    off = _called_off(entry, _orders_of(entry))
    blocked = blockers(entry, sorted(remaining))
    held = {offender.unit_id for offender in blocked}
    blocked = [one for one in kept_by_calling_off(entry, off) if one.unit_id in remaining - held] + blocked
    return blocked, _alone(entry, remaining - held - moved_along(entry), off)


def _bearers(keys: Collection[str], remaining: Collection[int]) -> list[int]:
    """Those of the remaining units that bear one of these keys."""
    bear = f"withdrawn AND key IN {bulk.text_set()}"
    rows = bulk.query(
        f"SELECT id FROM nameplate_serial WHERE NOT {bear} UNION ALL SELECT id FROM nameplate_serial WHERE {bear}",
        [bulk.texts(keys), bulk.texts(keys)],
    )
    chosen = set(remaining)
    return [row[0] for row in rows if row[0] in chosen]


def goods_of(entry_id: int) -> list[tuple[Item, int]]:
    """Goods without numbers that an undo of the whole entry takes along, and how much of each, in millionths."""
    goods = goods_back(find_entry(entry_id))
    items = {lot.pk: lot.item for lot in Lot.objects.filter(pk__in={one.lot_id for one in goods}).select_related("item")}
    found: dict[Item, list[int]] = {}
    for one in goods:
        found.setdefault(items[one.lot_id], [0, 0])[one.change > 0] += abs(one.change)
    return [(item, max(moved)) for item, moved in sorted(found.items(), key=lambda pair: pair[0].number) if any(moved)]


def standing_in_the_way(*, actor: User, entry_id: int) -> tuple[list[Offender], set[int], set[int]]:
    """For a page to show first: what cannot go back yet and why, the units that are not undone yet, those that can be alone.

    Announced numbers that did not come go back with the others; nobody is told of them but where something is in their way.
    """
    access.require(actor, "stock", "view")
    entry = find_entry(entry_id)
    remaining = remaining_units(entry)
    blocked, free = _in_the_way(entry, remaining)
    return blocked, remaining - moved_along(entry), free
