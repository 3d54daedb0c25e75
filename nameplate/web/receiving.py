"""The receipt screen: all lines of a delivery on one page, a verdict on every number while it is typed, the good ones received."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.listings.export import escaped
from nameplate.models import Document, DocumentKind, DocumentStatus, FieldNoun, User
from nameplate.operations.drafting import load_draft
from nameplate.operations.purchasing import lock_order, progress
from nameplate.operations.receiving import draft_subject, receive_boxes
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from nameplate.web import own_fields
from nameplate.web.acting import act_once, viewing
from nameplate.web.drafts import keep, keep_meanwhile
from nameplate.web.forms import key_is_spent, new_key
from nameplate.web.options import proposals
from nameplate.web.receiving_form import Typed, from_draft, from_request, usual_place
from nameplate.web.receiving_panels import Answered, answered, problem_lines, signature_of

OPEN = frozenset({DocumentStatus.ORDERED, DocumentStatus.SHIPPED})


def _order(pk: int) -> Document:
    found = Document.objects.select_related("party").filter(pk=pk, kind=DocumentKind.PURCHASE_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such purchase order.", way_out="Look for it in the list of purchase orders.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of a delivery: opened with the draft that was kept, sent with what the pressed button says."""
    actor = viewing(request, "stock", "create")
    order = _order(pk)
    if request.method != "POST":
        draft = load_draft(actor=actor, subject=draft_subject(order))
        typed = from_draft(progress(order), draft, place=usual_place(actor), version=order.version)
        return _screen(request, actor, order, typed)
    typed = from_request(request, progress(order))
    action = request.POST.get("action", "")
    if action == "draft":
        return _keep(request, actor, order, typed)
    if action == "problems":
        return _problems(actor, order, typed)
    if action.startswith("receive:"):
        return _receive(request, actor, order, typed, action.removeprefix("receive:"))
    return _screen(request, actor, order, typed)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdicts alone, for the page to put in place while somebody types. Writes nothing but, when the page asks for it, the draft."""
    actor = viewing(request, "stock", "create")
    order = _order(pk)
    typed = from_request(request, progress(order))
    try:
        found = answered(actor, order, typed)
    except Refused as refusal:
        return JsonResponse({"refused": f"{refusal.message} {refusal.way_out}".strip()}, status=refusal.status)
    elsewhere = False
    if request.POST.get("keep_draft"):
        address = f"/purchase-orders/{order.pk}/receipts"
        kept: dict[str, Any] = {"address": address, "key": typed.key, "page": typed.page}
        elsewhere = keep_meanwhile(actor, draft_subject(order), typed.draft(), lock=lambda: lock_order(order), **kept)
    panels = {str(key): render_to_string("receiving/panel.html", {"panel": panel}) for key, panel in found.panels.items()}
    texts = {str(line.id): line.text for line in typed.lines if line.text != request.POST.get(f"text-{line.id}", "").replace("\r\n", "\n")}
    days = {str(line.id): line.expires for line in typed.lines if line.expires != request.POST.get(f"expires-{line.id}", "")}
    return JsonResponse(
        {
            "days": days,
            "received_on": typed.received_on,
            "panels": panels,
            "foot": render_to_string("receiving/foot.html", {"foot": found.foot}),
            "texts": texts,
            "elsewhere": elsewhere,
        }
    )


def _screen(request: HttpRequest, actor: User, order: Document, typed: Typed, refused: Refused | None = None) -> HttpResponse:
    found: Answered | None = None
    try:
        found = answered(actor, order, typed)
    except Refused as refusal:
        refused = refused or refusal
    asked = "all" in request.GET
    shown = [line for line in typed.lines if asked or line.progress.to_come or not line.blank]
    lines = [(line, found.panels[line.id] if found else None) for line in shown]
    first = next((line.id for line, _ in lines if not line.blank), lines[0][0].id if lines else 0)
    context: dict[str, Any] = {
        "order": order,
        "typed": typed,
        "lines": lines,
        "first": first,
        "complete": len(typed.lines) - len(shown),
        "foot": found.foot if found else None,
        "refused": refused,
        "own": own_fields.needed(FieldNoun.SERIALS, typed.custom, refused) if any(line.by_serials for line, _ in lines) else [],
        "open": order.status in OPEN,
        "status": DocumentStatus(order.status).label,
        "places": proposals("locations"),
    }
    return render(request, "receiving/page.html", context, status=refused.status if refused else 200)


def _keep(request: HttpRequest, actor: User, order: Document, typed: Typed) -> HttpResponse:
    def act() -> tuple[str, str]:
        kept = keep(actor, draft_subject(order), typed.draft(), typed.page)
        return f"/purchase-orders/{order.pk}/receipts", "Kept as a draft. Nothing was received." if kept else "The draft is empty now."

    try:
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        typed.key = new_key()
        return _screen(request, actor, order, typed, refusal)


def _receive(request: HttpRequest, actor: User, order: Document, typed: Typed, seen: str) -> HttpResponse:
    def act() -> tuple[str, str]:
        if problem := typed.place_problem():
            raise Invalid("no-such-location", problem, fields={"location": problem}, way_out="Choose a place from the list.")
        if problem := typed.expiry_problem():
            raise Invalid("not-a-date", problem, fields={"expires_on": problem}, way_out="Mend it beside the line, or leave it empty.")
        entry, answers = receive_boxes(
            actor=actor,
            order=order,
            boxes=typed.boxes(),
            location_id=typed.location_id,
            received_on=typed.day(),
            note=typed.note,
            custom=typed.custom,
            version=typed.version or None,
            typed={**typed.draft(), "page": list(typed.page)},
        )
        if seen != signature_of(answers, typed):
            raise Conflict(
                "changed-meanwhile",
                "What can be received has changed since the button was shown.",
                way_out="Nothing was received. Look at the verdicts below and press it again.",
            )
        left = sum(answer.stays for answer in answers.values())
        said = f"Received {entry.units:,} unit{'' if entry.units == 1 else 's'}." if entry.units else "Received."
        if left:
            return f"/purchase-orders/{order.pk}/receipts", f"{said} {left:,} stayed here as a draft."
        return f"/entries/{entry.pk}", said

    try:
        return act_once(request, act)
    except NotFound:
        raise
    except Refused as refusal:  # even one for want of a right (to an earlier day): what was typed must not go with it
        if isinstance(refusal, Stale):
            typed.version = order.version  # what is shown with the refusal is the order as it is now
        if key_is_spent(refusal):
            typed.key = new_key()
        return _screen(request, actor, order, typed, refusal)


def _problems(actor: User, order: Document, typed: Typed) -> HttpResponse:
    """The lines that are not good, as a file to send to the vendor."""
    found = answered(actor, order, typed)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Item", "Line", "Serial number", "Why not"])
    for row in problem_lines(found.answers, typed):
        writer.writerow([escaped(cell) for cell in row])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{order.number}-problems.csv"'
    return answer
