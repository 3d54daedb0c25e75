"""The picking screen: scan what goes into a shipment, a verdict on every number; goods without serial numbers by quantity."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.listings.export import escaped
from nameplate.models import Document, DocumentStatus, Tracking, User
from nameplate.operations import shipping
from nameplate.operations.drafting import load_draft
from nameplate.operations.sales.proposing import free_stock
from nameplate.operations.shipping.picking import draft_subject
from nameplate.quantities import from_micro
from nameplate.refusals import Conflict, Forbidden, NotFound, Refused
from nameplate.web.acting import act_once, button_page, viewing
from nameplate.web.drafts import keep, keep_meanwhile
from nameplate.web.forms import key_is_spent, new_key, whole_number
from nameplate.web.options import label_of
from nameplate.web.picking_form import PickTyped, answered, from_draft, from_request, signature_of
from nameplate.web.shipments import shipment_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen: opened with the draft that was kept, sent with what the pressed button says."""
    actor = viewing(request, "stock", "edit")
    paper = shipment_or_404(pk)
    if request.method != "POST":
        return _screen(request, actor, from_draft(paper, load_draft(actor=actor, subject=draft_subject(paper))))
    typed = from_request(request, paper)
    action = request.POST.get("action", "")
    if action == "draft":
        return _sent(request, actor, typed, lambda: _kept(actor, typed))
    if action == "problems":
        return _problems(actor, typed)
    if action.startswith("receive:"):
        return _sent(request, actor, typed, lambda: _picked(actor, typed, action.removeprefix("receive:")))
    return _screen(request, actor, typed)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdicts alone, for the page to put in place while somebody scans. Writes nothing but, when the page asks for it, the draft."""
    actor = viewing(request, "stock", "edit")
    typed = from_request(request, shipment_or_404(pk))
    try:
        panel, foot, _ = answered(actor, typed)
    except Refused as refusal:
        return JsonResponse({"refused": f"{refusal.message} {refusal.way_out}".strip()}, status=refusal.status)
    elsewhere = False
    if request.POST.get("keep_draft"):
        address = f"/shipments/{typed.shipment.pk}/picks"
        elsewhere = keep_meanwhile(actor, draft_subject(typed.shipment), typed.draft(), address=address, key=typed.key, page=typed.page)
    texts = {"0": typed.text} if typed.text != request.POST.get("text-0", "").replace("\r\n", "\n") else {}
    panels = {"0": render_to_string("shipments/panel.html", {"panel": panel})}
    foots = render_to_string("receiving/foot.html", {"foot": foot})
    return JsonResponse({"panels": panels, "foot": foots, "texts": texts, "elsewhere": elsewhere})


@require_POST
def goods(request: HttpRequest, pk: int) -> HttpResponse:
    """A quantity of goods without serial numbers into the shipment."""
    actor = viewing(request, "stock", "edit")
    paper = shipment_or_404(pk)
    line, spot = whole_number(request.POST.get("line", "")), request.POST.get("spot", "").partition(":")
    lot, place = whole_number(spot[0]) or None, whole_number(spot[2]) or None

    def act() -> tuple[str, str]:
        quantity = request.POST.get("quantity", "")
        shipping.pick_goods(actor=actor, shipment=pk, line=line, quantity=quantity, lot=lot, location_id=place)
        return f"/shipments/{pk}/picks", f"{quantity.strip()} picked."

    kept = from_draft(paper, load_draft(actor=actor, subject=draft_subject(paper)))
    return button_page(request, act, lambda again, refused: _screen(again, actor, kept, refused))


def _screen(request: HttpRequest, actor: User, typed: PickTyped, refused: Refused | None = None) -> HttpResponse:
    paper = typed.shipment
    context: dict[str, Any] = {"shipment": paper, "at": f"/shipments/{paper.pk}", "typed": typed, "lines": _lines(paper)}
    try:
        context["panel"], context["foot"], _ = answered(actor, typed)
    except Refused as refusal:
        refused = refused or refusal
    by_serials = any(line["by_serials"] for line in context["lines"])
    context |= {"refused": refused, "open": paper.status == DocumentStatus.NEW, "by_serials": by_serials, "key": new_key()}
    return render(request, "shipments/picks.html", context, status=refused.status if refused else 200)


def _lines(paper: Document) -> list[dict[str, Any]]:
    """The lines of its orders; for goods with where they lie."""
    return [
        {
            "progress": one,
            "by_serials": one.item.tracking == Tracking.SERIAL,
            "proposed": f"{from_micro(one.to_pick):f}",
            "spots": _spots(paper, one) if one.item.tracking != Tracking.SERIAL and one.to_pick else [],
        }
        for one in shipping.lines_of(paper)
    ]


def _spots(paper: Document, one: Any) -> list[tuple[str, str]]:
    site = paper.shipment.site_id
    return [
        (f"{row.lot_id}:{row.location_id}", f"{row.lot} at {label_of(row.location)}: {from_micro(row.quantity):,} {one.item.unit}")
        for row in free_stock(one.item)
        if site is None or row.location.site_id == site
    ]


def _sent(request: HttpRequest, actor: User, typed: PickTyped, act: Any) -> HttpResponse:
    try:
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        if key_is_spent(refusal):
            typed.key = new_key()
        return _screen(request, actor, typed, refusal)


def _kept(actor: User, typed: PickTyped) -> tuple[str, str]:
    kept = keep(actor, draft_subject(typed.shipment), typed.draft(), typed.page)
    return f"/shipments/{typed.shipment.pk}/picks", "Kept as a draft. Nothing was picked." if kept else "The draft is empty now."


def _picked(actor: User, typed: PickTyped, seen: str) -> tuple[str, str]:
    kept = {"page": list(typed.page)}
    done, answer = shipping.pick_box(actor=actor, shipment=typed.shipment, text=typed.text, keep=typed.keep, typed=kept)
    if seen != signature_of(answer):
        raise Conflict(
            "changed-meanwhile",
            "What can be picked has changed since the button was shown.",
            way_out="Nothing was picked. Look at the verdicts below and press it again.",
        )
    said = f"{done.units:,} unit{'' if done.units == 1 else 's'} picked."
    if answer.rest:
        return f"/shipments/{typed.shipment.pk}/picks", f"{said} {answer.stays:,} stayed here as a draft."
    more = f"/shipments/{typed.shipment.pk}/picks" if answer.missing else f"/shipments/{typed.shipment.pk}"
    return more, said


def _problems(actor: User, typed: PickTyped) -> HttpResponse:
    """The lines that are not good, as a file."""
    _, _, answer = answered(actor, typed)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Line", "Serial number", "Why not"])
    for row in answer.rows:
        if row.standing != "good":
            writer.writerow([escaped(cell) for cell in (str(row.line), row.text, row.message)])
    found = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{typed.shipment.number}-problems.csv"'
    return found


paths = [
    path("<int:pk>/picks", page),
    path("<int:pk>/picks/preview", preview),
    path("<int:pk>/picks/goods", goods),
]
