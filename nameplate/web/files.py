"""Files on items, parties, lots, units and orders: a page that lists them, takes more and takes them off; each only as a download."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.documents.sending import downloaded
from nameplate.models import User
from nameplate.operations import filing
from nameplate.refusals import Refused
from nameplate.web.acting import act_once, button_page, viewing
from nameplate.web.forms import new_key
from nameplate.web.history import history_of

LABELS = {
    "items": "Items",
    "vendors": "Vendors",
    "customers": "Customers",
    "lots": "Stock lots",
    "serials": "Serial numbers",
    "purchase-orders": "Purchase orders",
    "manufacturing-orders": "Manufacturing orders",
    "inspections": "Inspections",
    "customer-orders": "Customer orders",
    "shipments": "Shipments",
    "returns": "Returns",
    "transfer-orders": "Transfer orders",
}
TYPES = {
    "application/pdf": "PDF",
    "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
    "image/gif": "GIF picture",
    "application/zip": "ZIP or Office file",
}
"""What the bytes say they are, for people."""


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, subject: int, noun: str) -> HttpResponse:
    """The files on one thing, and the form that adds one."""
    actor = viewing(request, filing.SECTIONS[noun], "edit" if request.method == "POST" else "view")
    if request.method != "POST":
        return _shown(request, actor, noun, subject)
    filing.find_thing(actor=actor, noun=noun, subject=subject)
    return button_page(request, lambda: _attach(request, actor, noun, subject), lambda again, no: _shown(again, actor, noun, subject, no))


def _attach(request: HttpRequest, actor: User, noun: str, subject: int) -> tuple[str, str]:
    file = request.FILES.get("file")
    # One byte more than is taken tells that there is more.
    data = file.read(filing.LARGEST + 1) if file else b""
    found = filing.attach(actor=actor, noun=noun, subject=subject, name=file.name or "" if file else "", data=data)
    return f"/{noun}/{subject}/files", f"{found.name} was attached."


def _shown(request: HttpRequest, actor: User, noun: str, subject: int, refused: Refused | None = None) -> HttpResponse:
    thing = filing.find_thing(actor=actor, noun=noun, subject=subject)
    files = filing.attached(actor=actor, noun=noun, subject=subject)
    context = {
        "noun": noun,
        "label": LABELS[noun],
        "thing": thing,
        "at": f"/{noun}/{subject}",
        "rows": [(file, TYPES.get(file.media_type, "File"), new_key()) for file in files],
        "most": filing.LARGEST,
        "may_edit": access.may(actor, filing.SECTIONS[noun], "edit"),
        "history": history_of(noun, subject),
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "files/page.html", context)


@require_safe
def content(request: HttpRequest, subject: int, file: int, noun: str) -> HttpResponse:
    """The file itself."""
    actor = viewing(request, filing.SECTIONS[noun])
    return downloaded(filing.opened(actor=actor, noun=noun, subject=subject, attachment=file))


@require_POST
def remove(request: HttpRequest, subject: int, file: int, noun: str) -> HttpResponse:
    """Off the thing; it stays in the history."""
    actor = viewing(request, filing.SECTIONS[noun], "edit")

    def act() -> tuple[str, str]:
        found = filing.detach(actor=actor, noun=noun, subject=subject, attachment=file)
        return f"/{noun}/{subject}/files", f"{found.name} was taken off."

    return act_once(request, act)


def _paths(noun: str) -> list[URLPattern]:
    at, of = f"{noun}/<int:subject>/files", {"noun": noun}
    return [path(at, page, of), path(f"{at}/<int:file>", content, of), path(f"{at}/<int:file>/removal", remove, of)]


paths = [one for noun in filing.SECTIONS for one in _paths(noun)]
