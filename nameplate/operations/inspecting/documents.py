"""The paper of an inspection: made, found and locked, and where it stands, which follows from the verdicts."""

from __future__ import annotations

from collections.abc import Collection

from nameplate import functions
from nameplate.ledger import bulk
from nameplate.ledger.numbering import next_number
from nameplate.models import Document, DocumentKind, DocumentStatus, Inspection, User, Verdict
from nameplate.refusals import Cause, Conflict, NotFound
from nameplate.serial_text import canonical, sort_key

OPEN = (DocumentStatus.NEW, DocumentStatus.IN_PROGRESS)
_ANY = "EXISTS (SELECT 1 FROM {table} w WHERE w.inspection_id = d.id AND w.verdict {of})"
_WAITING, _JUDGED = (
    " OR ".join(_ANY.format(table=table, of=of) for table in ("nameplate_inspectedunit", "nameplate_inspectedgoods"))
    for of in (f"= '{Verdict.WAITING.value}'", f"NOT IN ('{Verdict.WAITING.value}', '{Verdict.LEFT.value}')")
)
_STANDING = f"SELECT d.id, {_WAITING}, {_JUDGED} FROM nameplate_document d WHERE d.id IN {{ids}}"


def require_quality_control(what: str = "An inspection") -> None:
    """Refuse while Quality control is off."""
    functions.require_on(functions.QUALITY_CONTROL, what)


def make_inspection(*, actor: User, source: Document | None, note: str = "") -> Document:
    """A new inspection under the next number; what is in it is said once the act that opens it is posted."""
    number = next_number("qc")
    document = Document.objects.create(
        kind=DocumentKind.INSPECTION,
        number=number,
        number_key=canonical(number),
        sort_key=sort_key(canonical(number)),
        status=DocumentStatus.NEW,
        notes=note.strip(),
        created_by=actor,
    )
    Inspection.objects.create(document=document, source=source)
    return document


def lock_inspection(inspection: Document | int) -> Document:
    """The inspection, locked until the transaction ends. Refused: there is none."""
    wanted = inspection if isinstance(inspection, int) else inspection.pk
    papers = Document.objects.select_for_update(of=("self",), no_key=True).filter(kind=DocumentKind.INSPECTION)
    found = papers.filter(pk=wanted).first()
    if found is None:
        raise NotFound("not-found", "There is no such inspection.", way_out="Look for it in the list of inspections.")
    return found


def refuse_closed(document: Document) -> None:
    """Refuse an inspection in which nothing waits any more."""
    if document.status in OPEN:
        return
    label = DocumentStatus(document.status).label
    raise Conflict(
        "inspection-closed",
        f"{document} is {label}: nothing waits in it any more.",
        causes=[Cause("inspections", document.pk, document.number)],
        way_out="Undo a verdict of it, or open a new inspection of these units.",
    )


def follow(inspections: Collection[int]) -> None:
    """Let the status of each follow from what waits in it and what was judged: New, In progress, Done or Canceled."""
    if not inspections:
        return
    rows = bulk.query(_STANDING.format(ids=bulk.id_set()), [bulk.ids(inspections)])
    statuses = {paper: _status(waiting=bool(waiting), judged=bool(judged)) for paper, waiting, judged in rows}
    for paper in Document.objects.filter(pk__in=inspections).order_by("pk"):
        status = statuses[paper.pk]
        if paper.status != status:
            Document.objects.filter(pk=paper.pk).update(status=status, version=paper.version + 1)


def _status(*, waiting: bool, judged: bool) -> DocumentStatus:
    if waiting:
        return DocumentStatus.IN_PROGRESS if judged else DocumentStatus.NEW
    return DocumentStatus.DONE if judged else DocumentStatus.CANCELED
