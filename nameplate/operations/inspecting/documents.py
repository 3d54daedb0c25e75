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
_COUNTED = (
    "SELECT inspection_id, "
    f"SUM(CASE WHEN verdict = '{Verdict.WAITING.value}' THEN 1 ELSE 0 END), "
    f"SUM(CASE WHEN verdict NOT IN ('{Verdict.WAITING.value}', '{Verdict.LEFT.value}') THEN 1 ELSE 0 END) FROM ("
    "SELECT inspection_id, verdict FROM nameplate_inspectedunit WHERE inspection_id IN {ids} UNION ALL "
    "SELECT inspection_id, verdict FROM nameplate_inspectedgoods WHERE inspection_id IN {ids}) every GROUP BY inspection_id"
)


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
    given = bulk.ids(inspections)
    counts = {
        paper: (int(waiting), int(judged)) for paper, waiting, judged in bulk.query(_COUNTED.format(ids=bulk.id_set()), [given, given])
    }
    for paper in Document.objects.filter(pk__in=inspections).order_by("pk"):
        waiting, judged = counts.get(paper.pk, (0, 0))
        status = _status(waiting=bool(waiting), judged=bool(judged))
        if paper.status != status:
            Document.objects.filter(pk=paper.pk).update(status=status, version=paper.version + 1)


def _status(*, waiting: bool, judged: bool) -> DocumentStatus:
    if waiting:
        return DocumentStatus.IN_PROGRESS if judged else DocumentStatus.NEW
    return DocumentStatus.DONE if judged else DocumentStatus.CANCELED
