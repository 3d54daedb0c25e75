"""The differences of a count posted as one act; and the count open again once that is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.models import (
    CountScan,
    Document,
    DocumentKind,
    DocumentStatus,
    Entry,
    ExpectedGoods,
    ExpectedUnit,
    Lot,
    Reason,
    Request,
    Serial,
    StockCount,
    User,
)
from nameplate.operations.counting.counts import find_count, refuse_unless, set_status
from nameplate.operations.counting.differences import Differences, differences
from nameplate.operations.counting.goods import settled
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.quantities import from_micro
from nameplate.refusals import Conflict

ACT = "counted"
S = DocumentStatus


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting did: the count's entry, the one that wrote off what is missing, and the differences it went by."""

    entry: Entry
    write_off: Entry | None
    differences: Differences


def post_count(
    *,
    actor: User,
    count: Document | int,
    reason: Reason | int | None = None,
    move_found: bool = True,
    write_off_missing: bool = True,
    seal: str | None = None,
    note: str = "",
    request: Request | None = None,
) -> Posted:
    """Post the differences: what was found elsewhere is moved there, what is missing is written off under a document of its own.

    Only units and goods that nothing happened to since the count was started are posted; the others are in `differences.left_out`. All
    or nothing, in a fixed number of statements; the count is Done. Refused: who may only count; a count that is not in progress; missing
    things without a reason for write-offs; other differences than those that `seal` stands for.
    """
    access.require(actor, "stock", "count")
    with ledger.transacting():
        found = find_count(count)
        refuse_unless(found, S.IN_PROGRESS)
        _hold_still(found)
        standing = differences(actor=actor, count=found)
        if seal is not None and seal != standing.seal:
            sentence = f"The differences of {found} are others now."
            raise Conflict("changed-meanwhile", sentence, way_out="Nothing was posted. Look at them again, then post them.")
        moved = standing.moved if move_found else []
        changes, gone = settled(standing.goods, writing_off=write_off_missing)
        step = Step(Kind.MOVED, each={"location_id": [one.found_at for one in moved]})
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=found,
            groups=[Group([step], units=[one.id for one in moved])] if moved else [],
            goods=changes,
            note=note.strip(),
            request=request,
        )
        missing = [one.id for one in standing.gone] if write_off_missing else []
        written = _write_off(actor, found, reason, missing, gone) if missing or gone else None
        set_status(actor=actor, count=found, status=S.DONE)
        return Posted(entry, written, standing)


def reopen(*, actor: User, entry: Entry, undo: Callable[..., Entry]) -> None:
    """After an undo: a count whose posting is undone wholly is in progress again, and its write-off is undone with it, by `undo`.

    What the undo gave back counts as unchanged again, so that the count can be posted once more; so does what was undone before it, of
    either entry, for some units or wholly. Refused: what was written off has been found again or otherwise changed since.
    """
    document = entry.document
    if document is None or document.kind != DocumentKind.COUNT or entry.act != ACT:
        return
    if not entry.reversals.filter(partial=False).exists():
        return
    found = find_count(document)
    head = StockCount.objects.get(pk=found.pk)
    posted = [entry]
    if head.write_off_id is not None:
        written = Entry.objects.select_related("document").get(document=head.write_off_id, reverses=None)
        if not written.reversals.filter(partial=False).exists():
            undo(actor=actor, entry_id=written.pk, reason=f"The posting of {found} was undone.")
        posted.append(written)
        head.write_off = None
        head.save(update_fields=["write_off"])
    _unchanged_again(found, Entry.objects.filter(reverses__in=posted).values_list("pk", flat=True))
    set_status(actor=actor, count=found, status=S.IN_PROGRESS)


def papers_of(entry: Entry) -> list[int]:
    """The document that is undone along with a count's entry, to be locked with it."""
    found = StockCount.objects.filter(pk=entry.document_id or 0).values_list("write_off", flat=True).first() if entry.act == ACT else None
    return [found] if found is not None else []


def _hold_still(count: Document) -> None:
    """Lock lots, then units, that the posting may concern, each in key order: nothing happens to them between looking and posting."""
    scans = CountScan.objects.filter(count=count.pk)
    expected = ExpectedUnit.objects.filter(count=count.pk)
    units = Serial.objects.filter(Q(pk__in=expected.values("serial")) | Q(pk__in=scans.filter(serial__isnull=False).values("serial")))
    goods = Q(pk__in=ExpectedGoods.objects.filter(count=count.pk).values("lot")) | Q(
        item__in=scans.filter(quantity__isnull=False).values("item")
    )
    lots = goods | Q(pk__in=units.values("lot"))
    list(Lot.objects.select_for_update(no_key=True).filter(lots).order_by("pk").values_list("pk"))
    list(units.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _write_off(actor: User, count: Document, reason: Reason | int | None, units: list[int], gone: list[tuple[int, int, int]]) -> Entry:
    goods = [GoodsGone(lot, from_micro(amount), place) for lot, place, amount in gone]
    written = write_off(actor=actor, reason=reason or 0, unit_ids=units, goods=goods, note=f"Missing in {count}.")
    StockCount.objects.filter(pk=count.pk).update(write_off=written.document)
    return written


# Up to the undo, that is: what came after it, where it was undone long before the count's entry, is a change.
_UNITS = (
    "UPDATE {table} SET version = (SELECT max(m.seq) FROM nameplate_movement m WHERE m.serial_id = {table}.serial_id "
    "AND m.entry_id IN {ids}) WHERE count_id = %s AND serial_id IN (SELECT m.serial_id FROM nameplate_movement m WHERE m.entry_id IN {ids})"
)
_GOODS = (
    "UPDATE {table} SET version = (SELECT max(m.seq) FROM nameplate_stockmovement m WHERE m.lot_id = {table}.lot_id "
    "AND m.location_id = {table}.location_id AND m.entry_id IN {ids}) WHERE count_id = %s AND EXISTS (SELECT 1 "
    "FROM nameplate_stockmovement m WHERE m.entry_id IN {ids} AND m.lot_id = {table}.lot_id AND m.location_id = {table}.location_id)"
)
_FROZEN = ((_UNITS, "nameplate_expectedunit"), (_UNITS, "nameplate_countscan"), (_GOODS, "nameplate_expectedgoods"))


def _unchanged_again(count: Document, reversals: Iterable[int]) -> None:
    which = bulk.ids(reversals)
    for sql, table in _FROZEN:
        bulk.execute(sql.format(table=table, ids=bulk.id_set()), [which, count.pk, which])
