"""What is on its way under which transfer order, and the status of the order that follows. Writing off and undoing ask here too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nameplate.ledger import bulk
from nameplate.ledger.state import TRANSFER, Unit
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Location, TransferExtra, TransferUnit, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.serial_text import canonical

NOUN = "transfer-orders"
SHIPPED, ARRIVED = "dispatched", "arrived"
"""The acts by which units and goods leave and come."""
TAKEN_ALONG = "taken along"
"""How a number is settled that an arrival took along although it was not on the order."""
UNDER_WAY = (DocumentStatus.SHIPPED, DocumentStatus.RECEIVED)
_GOODS = (
    "SELECT l.document_id, m.line_id, m.lot_id, m.location_id, SUM(m.change) FROM nameplate_line l "
    "JOIN nameplate_stockmovement m ON m.line_id = l.id "
    f"JOIN nameplate_location p ON p.id = m.location_id AND p.purpose = '{Location.Purpose.TRANSIT.value}' "
    "WHERE l.document_id IN {ids} GROUP BY l.document_id, m.line_id, m.lot_id, m.location_id HAVING SUM(m.change) > 0 ORDER BY m.line_id"
)
_OF_ENTRY = (
    "SELECT prior.transfer_id FROM nameplate_movement m JOIN nameplate_movement prior "
    "ON prior.serial_id = m.serial_id AND prior.seq = m.seq - 1 AND prior.transfer_id IS NOT NULL WHERE m.entry_id = %s AND m.seq > 1 "
    "UNION SELECT transfer_id FROM nameplate_movement WHERE entry_id = %s AND transfer_id IS NOT NULL "
    "UNION SELECT l.document_id FROM nameplate_stockmovement m JOIN nameplate_line l ON l.id = m.line_id WHERE m.entry_id = %s"
)
"""Of a new unit nobody looks for what was before it, which would be one look for each unit of a receipt that is undone."""
_ANY_UNIT = (
    "SELECT 1 FROM nameplate_transferunit u WHERE u.order_id = %s "
    "AND (SELECT s.transfer_id FROM nameplate_serial s WHERE s.id = u.serial_id) = u.order_id LIMIT 1"
)
"""One unit of the order after the other: of a join PostgreSQL thinks that it had better look through all units that there are."""
_KEYS = "SELECT key FROM nameplate_serial WHERE {id} UNION SELECT key FROM nameplate_name WHERE {serial_id}"
_NOT_SENT = (
    "UPDATE nameplate_transferunit SET taken_by_id = NULL WHERE taken_by_id = %s AND serial_id IN "
    "(SELECT m.serial_id FROM nameplate_movement m WHERE m.entry_id = %s) AND serial_id IN (SELECT m.serial_id FROM nameplate_movement m "
    "WHERE m.entry_id = (SELECT max(e.id) FROM nameplate_entry e WHERE e.document_id = %s AND e.reverses_id IS NULL AND e.id < %s "
    f"AND e.act = '{SHIPPED}'))"
)
"""What an arrival took along although the order's dispatch, undone for it, had named it: it is on the order as before."""


def orders_carrying(unit_ids: Sequence[int], known: Mapping[int, Unit] | None = None) -> list[int]:
    """The transfer orders under which any of these units is in transit; of those that are `known` nobody asks again."""
    read = known or {}
    found = {read[unit].state[TRANSFER] for unit in unit_ids if unit in read}
    if unread := [unit for unit in unit_ids if unit not in read]:
        sql = f"SELECT DISTINCT transfer_id FROM nameplate_serial WHERE id IN {bulk.id_set()}"
        found.update(row[0] for row in bulk.query(sql, [bulk.ids(unread)]))
    return sorted(found - {None})


def orders_of(entry: Entry) -> list[int]:
    """The transfer orders that the entry concerns: its own, and those under which its units or goods were or are in transit."""
    found = {row[0] for row in bulk.query(_OF_ENTRY, [entry.pk] * 3)} | ({entry.document_id} if entry.document_id else set())
    transfers = Document.objects.filter(pk__in=found, kind=DocumentKind.TRANSFER_ORDER)
    return sorted(transfers.values_list("pk", flat=True))


def lock_transfers(orders: Iterable[int]) -> None:
    """Lock these orders until the transaction ends, in key order. Whoever acts on what is in transit takes this lock first."""
    wanted = sorted(set(orders))
    if wanted:
        list(Document.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def goods_in_transit(orders: Iterable[int]) -> list[tuple[int, int, int, int, int]]:
    """(order, line, lot, transit location, quantity in millionths) of goods without serial numbers that are on their way."""
    found = bulk.query(_GOODS.format(ids=bulk.id_set()), [bulk.ids(orders)])
    return [(order, line, lot, place, int(quantity)) for order, line, lot, place, quantity in found]


def settle_transfers(*, actor: User, orders: Iterable[int], units_left: Mapping[int, int] | None = None) -> None:
    """Let the status of these locked orders follow from what is still in transit.

    `units_left`: by order, how many units are on their way, where the caller knows it since the order is locked.
    """
    told = units_left or {}
    for order in Document.objects.filter(pk__in=sorted(set(orders)), status__in=UNDER_WAY).select_related("transfer_order"):
        units = told[order.pk] if order.pk in told else bulk.query(_ANY_UNIT, [order.pk])
        on_its_way = units or goods_in_transit([order.pk])
        if not _dispatched(order):
            _undispatched(order)
            set_status(actor=actor, order=order, status=DocumentStatus.READY)
        elif on_its_way and not order.transfer_order.finished:
            set_status(actor=actor, order=order, status=DocumentStatus.SHIPPED)
        else:
            set_status(actor=actor, order=order, status=DocumentStatus.RECEIVED)


def settle_undone(*, actor: User, entry: Entry, reversal: Entry, orders: Sequence[int]) -> None:
    """After an undo: what was taken along is off the order again, an arrival taken back opens its order, and the statuses follow."""
    if not orders:
        return
    _leave_behind(entry, reversal)
    own = Document.objects.filter(pk=entry.document_id or 0, kind=DocumentKind.TRANSFER_ORDER).select_related("transfer_order").first()
    if own is not None and entry.act == ARRIVED and own.transfer_order.finished:
        own.transfer_order.finished = False
        own.transfer_order.save(update_fields=["finished"])
    settle_transfers(actor=actor, orders=orders)


def _leave_behind(entry: Entry, reversal: Entry) -> None:
    """What the entry took along and its undo takes back is not taken along any more; the numbers that it settled are open again."""
    undone = TransferUnit.objects.filter(taken_by=entry, serial__in=reversal.movements.values("serial_id"))
    units = list(undone.values_list("serial_id", flat=True))
    if not units:
        return
    extras = extras_bearing(entry.document_id, units, settled=TAKEN_ALONG)
    TransferExtra.objects.filter(pk__in=extras).update(settled="", settled_by=None)
    bulk.execute(_NOT_SENT, [entry.pk, reversal.pk, entry.document_id, entry.pk])
    undone.delete()


def extras_bearing(order: Document | int | None, unit_ids: Sequence[int], *, settled: str) -> list[int]:
    """The numbers noted beside the order, so settled (empty: open), that one of these units bears or bore."""
    noted = list(TransferExtra.objects.filter(order=order, settled=settled).values_list("pk", "number"))
    if not noted:
        return []
    which = bulk.ids(unit_ids)
    keys = {row[0] for row in bulk.query(_KEYS.format(id=bulk.among("id"), serial_id=bulk.among("serial_id")), [which, which])}
    return [pk for pk, number in noted if canonical(number) in keys]


def set_status(*, actor: User, order: Document, status: DocumentStatus) -> None:
    """Give the locked order this status, and log it."""
    if order.status == status:
        return
    before, order.status = DocumentStatus(order.status), status
    order.version += 1
    order.save(update_fields=["status", "version"])
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("status", before.label, status.label)])


def _dispatched(order: Document) -> bool:
    """Whether a dispatch of the order stands."""
    undone = Entry.objects.filter(reverses__document=order, partial=False).values("reverses")
    return Entry.objects.filter(document=order, act=SHIPPED).exclude(pk__in=undone).exists()


def _undispatched(order: Document) -> None:
    head = order.transfer_order
    head.finished, head.shipped_on = False, None
    head.save(update_fields=["finished", "shipped_on"])
