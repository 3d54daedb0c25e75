"""A lot by hand: a new one with what is in it, and more coming into one that is in stock. The same box as on the receipt screen."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.listings.export import escaped
from nameplate.models import FieldNoun, Item, Lot, User
from nameplate.operations.cataloguing.item_fields import require_tracking
from nameplate.operations.drafting import load_draft
from nameplate.operations.lots import draft_subject, receive_box
from nameplate.operations.lots.making import only_place, refuse_not_in_stock
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Refused
from nameplate.web import own_fields
from nameplate.web.acting import act_once, viewing
from nameplate.web.drafts import keep, keep_meanwhile
from nameplate.web.forms import key_is_spent, new_key, whole_number
from nameplate.web.hand_form import UNITS, HandTyped, from_draft, from_request
from nameplate.web.hand_panels import answered, signature_of
from nameplate.web.options import item_named, place_label, proposals
from nameplate.web.receiving_form import usual_place

REASONS = ("Opening stock", "Found", "Sample from the vendor", "Bought without an order")
"""Proposed; any other words do as well."""


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The page of a new lot: first its item is chosen, since that says how its contents are entered."""
    viewing(request, "stock", "create")
    text = request.GET.get("item", "")
    item = Item.objects.filter(pk=item_named(text), archived=False).first() if text.strip() else None
    if item is None:
        context = {"items": proposals("items"), "text": text, "unknown": bool(text.strip())}
        return render(request, "lots/choose_item.html", context, status=404 if text.strip() else 200)
    return _page(request, item, None)


@require_http_methods(["GET", "HEAD", "POST"])
def more(request: HttpRequest, lot_id: int) -> HttpResponse:
    """The page on which more comes into a lot."""
    viewing(request, "stock", "create")
    lot = lot_or_404(lot_id)
    return _page(request, lot.item, lot)


@require_POST
def preview(request: HttpRequest, lot_id: int | None = None) -> HttpResponse:
    """The verdicts alone, for the page to put in place while somebody types. Writes nothing but, when the page asks for it, the draft."""
    actor = viewing(request, "stock", "create")
    lot = lot_or_404(lot_id) if lot_id is not None else None
    item = lot.item if lot is not None else Item.objects.filter(pk=item_named(request.GET.get("item", ""))).first()
    if item is None:
        raise NotFound("no-such-item", "There is no such item.")
    typed = from_request(request, item, lot)
    try:
        panel, foot, _ = answered(actor, typed)
    except Refused as refusal:
        return JsonResponse({"refused": f"{refusal.message} {refusal.way_out}".strip()}, status=refusal.status)
    elsewhere = False
    if request.POST.get("keep_draft"):
        address = request.path.removesuffix("/preview")
        subject = draft_subject(typed.item, typed.lot)
        elsewhere = keep_meanwhile(actor, subject, typed.draft(), address=address, key=typed.key, page=typed.page)
    texts = {"0": typed.text} if typed.text != request.POST.get("text-0", "").replace("\r\n", "\n") else {}
    panels = {"0": render_to_string("receiving/panel.html", {"panel": panel})}
    foots = render_to_string("receiving/foot.html", {"foot": foot})
    return JsonResponse({"panels": panels, "foot": foots, "texts": texts, "elsewhere": elsewhere})


def lot_or_404(lot_id: int) -> Lot:
    """The lot with its item. Refused: there is none."""
    found = Lot.objects.select_related("item", "source").filter(pk=lot_id).first()
    if found is None:
        raise NotFound("no-such-lot", "There is no such lot.", way_out="Look for it in the list of stock lots.")
    return found


def _page(request: HttpRequest, item: Item, lot: Lot | None) -> HttpResponse:
    actor = viewing(request, "stock", "create")
    require_tracking(item.tracking)
    if request.method != "POST":
        draft = load_draft(actor=actor, subject=draft_subject(item, lot))
        place = place_label(only_place(lot) if lot is not None else item.default_location_id) or usual_place(actor)
        refused: Refused | None = None
        if lot is not None:
            try:
                refuse_not_in_stock(lot)
            except Refused as refusal:
                refused = refusal
        return _screen(request, actor, from_draft(item, lot, draft, place=place), refused)
    typed = from_request(request, item, lot)
    action = request.POST.get("action", "")
    if action == "draft":
        return _sent(request, actor, typed, lambda: _kept(request, actor, typed))
    if action == "problems":
        return _problems(actor, typed)
    if action.startswith("receive:"):
        return _sent(request, actor, typed, lambda: _received(actor, typed, action.removeprefix("receive:")))
    return _screen(request, actor, typed)


def _screen(request: HttpRequest, actor: User, typed: HandTyped, refused: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {"typed": typed, "item": typed.item, "lot": typed.lot, "places": proposals("locations"), "reasons": REASONS}
    try:
        context["panel"], context["foot"], _ = answered(actor, typed)
    except Refused as refusal:
        refused = refused or refusal
    context |= {
        "own": own_fields.needed(FieldNoun.LOTS, typed.custom, refused, optional=True) if typed.lot is None else [],
        "own_of_units": own_fields.needed(FieldNoun.SERIALS, typed.units_custom, refused, within=UNITS) if typed.by_serials else [],
    }
    context |= {"refused": refused, "at": request.get_full_path(), "closed": refused is not None and refused.rule == "lot-status"}
    return render(request, "lots/hand.html", context, status=refused.status if refused else 200)


def _sent(request: HttpRequest, actor: User, typed: HandTyped, act: Any) -> HttpResponse:
    try:
        return act_once(request, act)
    except NotFound:
        raise
    except Refused as refusal:  # even one for want of a right (to an earlier day): what was typed must not go with it
        if isinstance(refusal, Forbidden) and "backdate" not in refusal.message:
            raise
        if key_is_spent(refusal):
            typed.key = new_key()
        return _screen(request, actor, typed, refusal)


def _kept(request: HttpRequest, actor: User, typed: HandTyped) -> tuple[str, str]:
    kept = keep(actor, draft_subject(typed.item, typed.lot), typed.draft(), typed.page)
    return request.get_full_path(), "Kept as a draft. Nothing was received." if kept else "The draft is empty now."


def _received(actor: User, typed: HandTyped, seen: str) -> tuple[str, str]:
    if typed.place_problem:
        raise Invalid("no-such-location", typed.place_problem, fields={"location": typed.place_problem})
    lot, entry, answer = receive_box(
        actor=actor,
        item=typed.item,
        lot=typed.lot,
        box=typed.box(),
        reason=typed.reason,
        location_id=typed.location_id,
        received_on=typed.day(),
        fields=typed.fields(),
        typed={**typed.draft(), "page": list(typed.page)},
        receipt_line=whole_number(typed.receipt_line) or None,
    )
    if seen != signature_of(answer, typed):
        raise Conflict(
            "changed-meanwhile",
            "What can be received has changed since the button was shown.",
            way_out="Nothing was received. Look at the verdicts below and press it again.",
        )
    units = f" with {entry.units:,} unit{'' if entry.units == 1 else 's'}" if entry.units else ""
    said = f"Lot {lot} was made{units}." if typed.lot is None else f"Added to lot {lot}{units.replace('with ', '')}."
    if answer.rest:
        return f"/lots/{lot.pk}/serials", f"{said} {answer.stays:,} stayed here as a draft."
    return f"/lots/{lot.pk}", said


def _problems(actor: User, typed: HandTyped) -> HttpResponse:
    """The lines that are not good, as a file."""
    _, _, answer = answered(actor, typed)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Line", "Serial number", "Why not"])
    for row in answer.rows:
        if row.standing != "good":
            writer.writerow([escaped(cell) for cell in (str(row.line), row.text, row.message)])
    found = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return found
