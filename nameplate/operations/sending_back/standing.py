"""How a return to a vendor stands: which units went under it and what came for each. Read from the ledger; its status follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from nameplate.ledger import Kind, bulk
from nameplate.models import Document, DocumentKind, DocumentStatus, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.things import find

NOUN = "vendor-returns"
SENT = "sent to vendor"
"""The act by which units go."""

_GONE = (
    f"nameplate_movement m ON m.entry_id = e.id AND m.kind = {Kind.SENT_TO_VENDOR.value} AND NOT EXISTS (SELECT 1 FROM nameplate_entry x "
    "JOIN nameplate_movement w ON w.entry_id = x.id AND w.serial_id = m.serial_id WHERE x.reverses_id = e.id)"
)
"""What went by an entry, but for what was undone since."""
_UNITS = (
    "SELECT s.id, s.number, s.key, i.id, i.number, i.description, l.id, l.number, l.cost, s.status, s.at_vendor_id, r.received_id, "
    f"n.number, n.item_id, r.entry_id FROM nameplate_entry e JOIN {_GONE} JOIN nameplate_serial s ON s.id = m.serial_id "
    "JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_lot l ON l.id = m.lot_id "
    "LEFT JOIN nameplate_vendorreplacement r ON r.document_id = e.document_id AND r.sent_id = s.id "
    "LEFT JOIN nameplate_serial n ON n.id = r.received_id WHERE e.document_id = %s ORDER BY i.number_key, s.sort_key, s.id"
)
_COUNTS = (
    f"SELECT d.id, (SELECT count(*) FROM nameplate_entry e JOIN {_GONE} WHERE e.document_id = d.id), "
    "(SELECT count(*) FROM nameplate_vendorreplacement r WHERE r.document_id = d.id) FROM nameplate_document d WHERE d.id IN {ids}"
)
_AWAY = (
    "SELECT e.document_id, s.id FROM nameplate_serial s JOIN nameplate_movement m ON m.serial_id = s.id AND m.seq = "
    f"(SELECT max(b.seq) FROM nameplate_movement b WHERE b.serial_id = s.id AND b.kind = {Kind.SENT_TO_VENDOR.value}) "
    "JOIN nameplate_entry e ON e.id = m.entry_id "
    f"JOIN nameplate_document d ON d.id = e.document_id AND d.kind = '{DocumentKind.VENDOR_RETURN.value}' "
    "WHERE s.id IN {ids} AND s.at_vendor_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM nameplate_vendorreplacement r "
    "WHERE r.document_id = e.document_id AND r.sent_id = s.id) ORDER BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class SentUnit:
    """A unit that went, and what came for it."""

    id: int
    number: str
    key: str
    item_id: int
    item: str
    description: str
    lot_id: int
    """The lot that it went out of."""
    lot: str
    cost: int | None
    """Of that lot, in millionths of the company's currency."""
    status: int
    """As it stands now."""
    at_vendor_id: int | None
    received_id: int | None
    """The unit that came for it, itself where it came back; None while nothing has come."""
    received: str | None
    received_item_id: int | None
    entry_id: int | None
    """By which that came."""

    @property
    def came_back(self) -> bool:
        """Whether it came back itself."""
        return self.received_id == self.id


def lock_return(vendor_return: Document | int) -> Document:
    """The return as it stands, locked until the transaction ends. Refused: there is none."""
    return find(Document, vendor_return, "return to a vendor", kind=DocumentKind.VENDOR_RETURN)


def sent_units(vendor_return: Document | int) -> list[SentUnit]:
    """The units that went under it, those taken back by an undo left out, with what came for each. One statement."""
    number = vendor_return if isinstance(vendor_return, int) else vendor_return.pk
    return [SentUnit(*row) for row in bulk.query(_UNITS, [number])]


def lock_returns_of(unit_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(return, unit) of each of these that is at its vendor under a return, which is locked, and for which nothing came yet."""
    pairs = _away(unit_ids)
    if pairs:
        papers = sorted({paper for paper, _ in pairs})
        list(Document.objects.select_for_update(no_key=True).filter(pk__in=papers).order_by("pk").values_list("pk"))
    # Something may have come for one of them before the lock was had.
    return _away(unit_ids) if pairs else []


def _away(unit_ids: Sequence[int]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in bulk.query(_AWAY.format(ids=bulk.id_set()), [bulk.ids(unit_ids)])]


def link(entry_id: int, pairs: Iterable[tuple[int, int, int]]) -> None:
    """Keep that by this entry there came, (return, unit that went, unit that came). As many statements for one as for thousands."""
    columns = ("document_id", "sent_id", "received_id", "entry_id")
    bulk.insert("nameplate_vendorreplacement", columns, [(*pair, entry_id) for pair in pairs])


def settle(*, actor: User, papers: Collection[int]) -> None:
    """Let the status of these locked returns follow: Done once something came for each unit or an outcome is said; none went: Canceled."""
    if not papers:
        return
    counts = {row[0]: row[1:] for row in bulk.query(_COUNTS.format(ids=bulk.id_set()), [bulk.ids(papers)])}
    for paper in Document.objects.select_related("vendor_return").filter(pk__in=papers, kind=DocumentKind.VENDOR_RETURN).order_by("pk"):
        sent, came = counts[paper.pk]
        done = bool(paper.vendor_return.outcome) or came >= sent
        _set_status(actor, paper, DocumentStatus.CANCELED if not sent else DocumentStatus.DONE if done else DocumentStatus.SHIPPED)


def _set_status(actor: User, paper: Document, status: DocumentStatus) -> None:
    if paper.status == status:
        return
    before, paper.status = DocumentStatus(paper.status), status
    paper.version += 1
    paper.save(update_fields=["status", "version"])
    log_changes(actor=actor, noun=NOUN, subject=paper.pk, changes=[("status", before.label, status.label)])
