"""What is back from customers under which return, and the status of the return that follows. Writing off and undoing ask here too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from nameplate.ledger import bulk
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, ReturnOutcome, ReturnUnit, Status, User
from nameplate.models.serials import IN_STOCK
from nameplate.operations.sales.statuses import set_status

NOUN = "returns"
S = DocumentStatus
SENT_BACK = (ReturnOutcome.REPAIR_AND_SHIP_BACK, ReturnOutcome.REJECT_AND_SHIP_BACK)
"""The outcomes after which the customer has the unit again."""
_CARRYING = (
    "SELECT DISTINCT s.return_doc_id FROM nameplate_serial s JOIN nameplate_document d ON d.id = s.return_doc_id "
    "WHERE s.id IN {ids} AND d.status NOT IN ('canceled')"
)
_OF_ENTRY = (
    "SELECT m.return_doc_id FROM nameplate_movement m WHERE m.entry_id = %s AND m.return_doc_id IS NOT NULL "
    "UNION SELECT b.return_doc_id FROM nameplate_movement m JOIN nameplate_movement b ON b.serial_id = m.serial_id AND b.seq = m.seq - 1 "
    "WHERE m.entry_id = %s AND b.return_doc_id IS NOT NULL "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u WHERE u.received_by_id = %s "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u JOIN nameplate_movement m ON m.serial_id = u.serial_id AND m.entry_id = %s "
    "WHERE u.settled_by_id = %s "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u JOIN nameplate_movement m ON m.serial_id = u.replacement_id AND m.entry_id = %s "
    "WHERE u.replaced_by_id = %s"
)


def returns_carrying(unit_ids: Sequence[int]) -> list[int]:
    """The returns with which any of these units came back last."""
    return sorted(row[0] for row in bulk.query(_CARRYING.format(ids=bulk.id_set()), [bulk.ids(unit_ids)]))


def returns_of(entry: Entry) -> list[int]:
    """The returns that the entry concerns: those of its units, and those that note it."""
    return sorted(row[0] for row in bulk.query(_OF_ENTRY, [entry.pk] * 7))


def lock_returns(papers: Iterable[int]) -> None:
    """Lock these returns until the transaction ends, in key order. Whoever acts on what came back takes this lock first."""
    wanted = sorted(set(papers))
    if wanted:
        list(Document.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def is_here(row: ReturnUnit) -> bool:
    """Whether the unit lies with us because of this return: it came with it, and neither left nor was built in since."""
    return row.received_by_id is not None and row.serial.return_doc_id == row.paper_id and row.serial.status in IN_STOCK


def is_done(row: ReturnUnit) -> bool:
    """Whether nothing is left to do for the unit: the customer has what they get, and it is where it belongs."""
    if row.outcome == ReturnOutcome.REPLACEMENT and row.replacement_id is None:
        return False
    if not row.coming:
        return bool(row.outcome)
    if row.received_by_id is None or not row.outcome:
        return False
    if row.outcome in SENT_BACK:
        return not is_here(row)
    return not (is_here(row) and row.serial.status == Status.RETURNED)


def rows_of(*papers: int) -> QuerySet[ReturnUnit]:
    """The units of these returns as they stand, in the natural order of their numbers."""
    return ReturnUnit.objects.filter(paper__in=papers).select_related("serial").order_by("serial__sort_key", "serial_id")


def status_of(rows: Sequence[ReturnUnit]) -> DocumentStatus:
    """Where a return with these units stands."""
    if rows and all(is_done(row) for row in rows):
        return S.RESOLVED
    if any(row.received_by_id is not None and not row.outcome for row in rows):
        return S.WAITING_INSPECTION
    begun = any(row.received_by_id is not None or (row.outcome and not is_done(row)) for row in rows)
    return S.WAITING_ACTION if begun else S.NEW


def settle_returns(*, actor: User, papers: Iterable[int]) -> None:
    """Let the status of these locked returns follow from their units: two statements, and those for each whose status changes."""
    wanted = sorted(set(papers))
    if not wanted:
        return
    rows: dict[int, list[ReturnUnit]] = {}
    for row in rows_of(*wanted):
        rows.setdefault(row.paper_id, []).append(row)
    for paper in Document.objects.filter(pk__in=wanted, kind=DocumentKind.RETURN).exclude(status=S.CANCELED).order_by("pk"):
        set_status(actor=actor, noun=NOUN, paper=paper, status=status_of(rows.get(paper.pk, [])))
