"""Documents that are still open: what stands on them is not archived."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from nameplate.models import Document, DocumentKind, DocumentStatus
from nameplate.refusals import Cause

S = DocumentStatus
OPEN: Mapping[DocumentKind, tuple[DocumentStatus, ...]] = {
    DocumentKind.PURCHASE_ORDER: (S.RFQ, S.NEW, S.APPROVED, S.ORDERED, S.SHIPPED),
    DocumentKind.MANUFACTURING_ORDER: (S.NEW, S.SCHEDULED, S.IN_PROGRESS, S.PAUSED),
    DocumentKind.CUSTOMER_ORDER: (S.NEW, S.PARTLY_SHIPPED),
    DocumentKind.SHIPMENT: (S.NEW, S.READY),
}
"""The statuses in which a document of each kind is."""
WAY_OUT = "Finish or cancel the order first."


def are_open() -> Q:
    """The condition on documents that they are open."""
    condition = Q()
    for kind, statuses in OPEN.items():
        condition |= Q(kind=kind, status__in=statuses)
    return condition


def cause_of(paper: Document) -> Cause:
    """The document, to be linked to."""
    return Cause(paper.noun, paper.pk, paper.number)
