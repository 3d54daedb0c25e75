"""The papers of a manufacturing order: the order itself, what is to be fetched, what was built."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from nameplate.documents.manufacturing import as_built_list, order_document, picking_list
from nameplate.documents.sending import sent
from nameplate.operations.manufacturing.booking import First
from nameplate.web.acting import viewing
from nameplate.web.forms import whole_number


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The order with its parts, to go with the work."""
    return sent(order_document(actor=viewing(request, "production"), order=pk))


@require_safe
def picking(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be fetched from where: what is booked, then what is proposed. `?first=expiry` proposes what expires first."""
    first = cast(First, request.GET.get("first", "received"))
    return sent(picking_list(actor=viewing(request, "production"), order=pk, first=first))


@require_safe
def as_built(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in each product, of the whole order or, by `?entry=`, of one completion."""
    entry = whole_number(request.GET.get("entry", "")) or None
    return sent(as_built_list(actor=viewing(request, "production"), order=pk, entry=entry))


paths = [
    path("<int:pk>/document.pdf", document),
    path("<int:pk>/picking-list.pdf", picking),
    path("<int:pk>/as-built.pdf", as_built),
]
