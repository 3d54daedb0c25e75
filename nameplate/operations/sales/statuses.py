"""An order's status follows from its lines: New, Partly shipped, Shipped; Canceled when all of it was called off."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from nameplate.models import Document, DocumentStatus, User
from nameplate.operations.cataloguing.changes import log_changes, log_many
from nameplate.operations.sales.progress import LineProgress, progress_of_all

NOUN = "customer-orders"
OPEN = (DocumentStatus.NEW, DocumentStatus.PARTLY_SHIPPED)
"""The statuses of orders of which something can still be reserved and shipped."""


def settle(*, actor: User, orders: Collection[int]) -> None:
    """Let the status of these orders, which the caller holds locked, follow. The number of statements does not grow with the orders."""
    if not orders:
        return
    lines = progress_of_all(orders)
    logged: list[tuple[int, str, str, str]] = []
    by_status: dict[DocumentStatus, list[int]] = {}
    for order in Document.objects.select_related("customer_order").filter(pk__in=orders).order_by("pk"):
        status = status_of(order, lines[order.pk])
        if order.status != status:
            by_status.setdefault(status, []).append(order.pk)
            logged.append((order.pk, "status", DocumentStatus(order.status).label, status.label))
    for status, chosen in by_status.items():
        Document.objects.filter(pk__in=chosen).update(status=status, version=F("version") + 1)
    log_many(actor=actor, noun=NOUN, changes=logged)


def status_of(order: Document, lines: Sequence[LineProgress]) -> DocumentStatus:
    """Where the order stands."""
    begun = any(one.shipped for one in lines)
    if order.customer_order.rest_canceled:
        return DocumentStatus.SHIPPED if begun else DocumentStatus.CANCELED
    if not lines or any(one.to_ship for one in lines):
        return DocumentStatus.PARTLY_SHIPPED if begun else DocumentStatus.NEW
    return DocumentStatus.SHIPPED


def set_status(*, actor: User, noun: str, paper: Document, status: DocumentStatus) -> None:
    """Give the locked document this status, and log it."""
    if paper.status == status:
        return
    before, paper.status = DocumentStatus(paper.status), status
    paper.version += 1
    paper.save(update_fields=["status", "version"])
    log_changes(actor=actor, noun=noun, subject=paper.pk, changes=[("status", before.label, status.label)])
