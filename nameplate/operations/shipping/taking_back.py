"""After an undo: what was reserved, picked or shipped and is not any more; orders and shipments follow."""

from __future__ import annotations

from collections.abc import Collection

from nameplate.ledger import bulk
from nameplate.models import CustomerOrder, Document, DocumentKind, Entry, Pick, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.sales.freeing import drop_loose_picks, refuse_overbooked
from nameplate.operations.sales.statuses import set_status, settle
from nameplate.operations.shipping.departing import ACT
from nameplate.operations.shipping.shipments import NEW, NOUN, READY
from nameplate.quantities import MILLIONTHS

_LINES = (
    "SELECT DISTINCT l.id, l.document_id FROM nameplate_line l JOIN nameplate_document d ON d.id = l.document_id AND d.kind = %s "
    "WHERE l.id IN (SELECT m.line_id FROM nameplate_movement m WHERE m.entry_id = %s UNION "
    "SELECT m.reserved_line_id FROM nameplate_movement m WHERE m.entry_id = %s UNION "
    "SELECT b.reserved_line_id FROM nameplate_movement m JOIN nameplate_movement b ON b.serial_id = m.serial_id AND b.seq = m.seq - 1 "
    "WHERE m.entry_id = %s UNION SELECT s.line_id FROM nameplate_stockmovement s WHERE s.entry_id = %s) ORDER BY l.id"
)
_PICKS_BACK = (
    "INSERT INTO nameplate_pick (shipment_id, line_id, serial_id, quantity) "
    f"SELECT %s, m.line_id, s.id, {MILLIONTHS} FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id "
    "WHERE m.entry_id = %s AND m.line_id IS NOT NULL AND s.reserved_line_id = m.line_id "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_pick p WHERE p.serial_id = s.id) ORDER BY s.id"
)
_GOODS_BACK = (
    "INSERT INTO nameplate_pick (shipment_id, line_id, lot_id, location_id, quantity) "
    "SELECT %s, m.line_id, m.lot_id, m.location_id, -m.reserved FROM nameplate_stockmovement m "
    "WHERE m.entry_id = %s AND m.line_id IS NOT NULL AND m.reserved < 0 ORDER BY m.id"
)


def lines_concerned(entry: Entry) -> dict[int, int]:
    """The lines of customer orders that the entry reserved for, freed or shipped on, with their orders. One statement."""
    kind = DocumentKind.CUSTOMER_ORDER.value
    return {row[0]: row[1] for row in bulk.query(_LINES, [kind, *[entry.pk] * 4])}


def follow_undo(*, actor: User, entry: Entry, reversal: Entry, lines: Collection[int]) -> None:
    """Let orders and shipments follow the undo of an entry that concerned these order lines, all of which the caller holds locked.

    A shipment undone wholly has not left: what was picked for it lies in it again. Refused: more would be reserved than an order wants.
    """
    orders = set(Document.objects.filter(lines__in=lines).values_list("pk", flat=True))
    if entry.act == ACT:
        # That the rest was called off counted on what had gone.
        CustomerOrder.objects.filter(pk__in=orders, rest_canceled=True).update(rest_canceled=False)
        if not reversal.partial and entry.document_id is not None:
            _has_not_left(actor, Document.objects.select_related("shipment").get(pk=entry.document_id), entry)
    drop_loose_picks(lines)
    refuse_overbooked(lines)
    settle(actor=actor, orders=orders)


def _has_not_left(actor: User, shipment: Document, entry: Entry) -> None:
    for sql in (_PICKS_BACK, _GOODS_BACK):
        bulk.execute(sql, [shipment.pk, entry.pk])
    day = shipment.shipment.shipped_on
    shipment.shipment.shipped_on = None
    shipment.shipment.save(update_fields=["shipped_on"])
    log_changes(actor=actor, noun=NOUN, subject=shipment.pk, changes=[("shipped_on", day.isoformat() if day else "", "")])
    packed = Pick.objects.filter(shipment=shipment).exists()
    set_status(actor=actor, noun=NOUN, paper=shipment, status=READY if packed else NEW)
