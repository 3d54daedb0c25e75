"""After an undo: what a return noted of an entry that does not stand any more is forgotten, and the return follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nameplate.ledger import bulk
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Repair, ReturnGoods, ReturnUnit, Shipment, User
from nameplate.operations.assembling.reworking import settle_order
from nameplate.operations.coming_back import settle_returns
from nameplate.operations.returning.earlier import UNDONE, give_back
from nameplate.operations.returning.units import shrink_lines
from nameplate.operations.sales.statuses import set_status
from nameplate.operations.shipping.shipments import NOUN as SHIPMENTS
from nameplate.quantities import MILLIONTHS

_FORGET = (
    f"UPDATE nameplate_returnunit SET received_by_id = NULL WHERE received_by_id = %s AND serial_id {UNDONE}",
    f"UPDATE nameplate_returnunit SET replacement_id = NULL, replaced_by_id = NULL WHERE replaced_by_id = %s AND replacement_id {UNDONE}",
)


def follow_undo(*, actor: User, entry: Entry, reversal: Entry, papers: Sequence[int]) -> None:
    """Let these returns, which the caller holds locked, follow the undo of an entry that concerned them."""
    if not papers:
        return
    give_back(entry, reversal)
    for sql in _FORGET:
        bulk.execute(sql, [entry.pk, reversal.pk])
    if not reversal.partial:
        ReturnGoods.objects.filter(received_by=entry).update(received_by=None, back=None)
    _take_off_unknown(papers)
    _unsettle(entry)
    document = entry.document
    if document is not None and document.kind == DocumentKind.SHIPMENT and not reversal.partial:
        _cancel_shipment(actor, document, papers)
    for repair in Repair.objects.select_related("document").filter(paper__in=papers):
        settle_order(repair.document)
    settle_returns(actor=actor, papers=papers)


def _take_off_unknown(papers: Sequence[int]) -> None:
    """Units that came with a return without having been known are off it as soon as nobody knows them again."""
    rows = ReturnUnit.objects.filter(paper__in=papers, serial__withdrawn=True, received_by=None)
    gone = Counter(rows.values_list("line_id", flat=True))
    if gone:
        rows.delete()
        shrink_lines({line: count * MILLIONTHS for line, count in gone.items()})


def _unsettle(entry: Entry) -> None:
    """A contradiction that a swap had settled is open again, and the unit stands as it was shipped by the records."""
    rows = list(ReturnUnit.objects.filter(settled_by=entry).select_related("serial"))
    for row in rows:
        row.settled, row.settled_by = "", None
        row.shipment_id, row.customer_order_id = row.serial.shipment_id, row.serial.customer_order_id
        row.shipped_on, row.warranty_until = row.serial.shipped_on, row.serial.warranty_until
    ReturnUnit.objects.bulk_update(rows, ["settled", "settled_by", "shipment", "customer_order", "shipped_on", "warranty_until"])


def _cancel_shipment(actor: User, shipment: Document, papers: Sequence[int]) -> None:
    """A shipment made to send something back had nothing picked before it left: undone, it is called off."""
    sent_back = Shipment.objects.filter(pk=shipment.pk, orders__in=papers, orders__kind=DocumentKind.RETURN)
    if sent_back.exists():
        Shipment.objects.filter(pk=shipment.pk).update(shipped_on=None)
        set_status(actor=actor, noun=SHIPMENTS, paper=shipment, status=DocumentStatus.CANCELED)
