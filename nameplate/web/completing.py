"""The page on which products are finished: the as-built grid, what is used besides, and what failed on the bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Document, DocumentKind, User
from nameplate.operations import manufacturing
from nameplate.operations.drafting import kept_elsewhere, load_draft
from nameplate.operations.manufacturing import sheet as sheets
from nameplate.operations.manufacturing.booking import First
from nameplate.operations.manufacturing.drafts import Seen, draft_subject, finish_good
from nameplate.operations.manufacturing.scanning import scan
from nameplate.refusals import Forbidden, Invalid, NotFound, Refused, Stale
from nameplate.web.acting import act_once, viewing
from nameplate.web.completing_form import Typed, from_draft, from_request
from nameplate.web.completing_screen import screen
from nameplate.web.drafts import keep, keep_meanwhile
from nameplate.web.forms import key_is_spent, new_key, whole_number


def _order(pk: int) -> Document:
    orders = Document.objects.select_related("manufacturing_order__site", "manufacturing_order__location")
    found = orders.filter(pk=pk, kind=DocumentKind.MANUFACTURING_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such manufacturing order.", way_out="Look for it in the list of manufacturing orders.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid: opened with the draft that was kept, sent with what the pressed button says."""
    actor = viewing(request, "production", "edit")
    order = _order(pk)
    standing = manufacturing.progress(order)
    subject = draft_subject(order)
    location = order.manufacturing_order.location_id
    if request.method != "POST":
        draft = load_draft(actor=actor, subject=subject)
        return screen(request, order, from_draft(standing, draft, version=order.version, location_id=location))
    typed = from_request(request, standing)
    if typed.problem:
        return screen(request, order, typed, typed.problem)
    action, _, argument = (request.GET.get("do", "") or request.POST.get("action", "")).partition(":")
    if action == "finish":
        return _finish(request, actor, order, typed, whole_number(argument))
    if action == "meanwhile":
        return JsonResponse({"elsewhere": _keep_meanwhile(actor, order, typed)})
    if action == "draft":
        return _keep_as_draft(request, actor, order, typed)
    said, refused = "", None
    try:
        if action == "scan" or (not action and request.POST.get("scan", "").strip()):
            said = _scan(order, standing, typed, request.POST.get("scan", ""))
        elif action in ACTIONS:
            said = ACTIONS[action](request, actor, order, standing, typed)
    except Refused as refusal:
        refused = refusal
    _keep_unless_elsewhere(actor, order, typed)
    return screen(request, order, typed, refused, said=said)


def _keep_meanwhile(actor: User, order: Document, typed: Typed) -> bool:
    at, subject = f"/manufacturing-orders/{order.pk}/completions", draft_subject(order)
    return keep_meanwhile(
        actor, subject, typed.draft(), address=at, key=typed.key, lock=lambda: manufacturing.lock_order(order), page=typed.page
    )


def _keep_as_draft(request: HttpRequest, actor: User, order: Document, typed: Typed) -> HttpResponse:
    """Together with what another page of the order kept, if one did; then that is shown too."""
    subject = draft_subject(order)
    elsewhere = kept_elsewhere(actor=actor, subject=subject, page=typed.page) is not None
    keep(actor, subject, typed.draft(), typed.page)
    if elsewhere:
        location = order.manufacturing_order.location_id
        draft = load_draft(actor=actor, subject=subject)
        typed = from_draft(manufacturing.progress(order), draft, version=typed.version, location_id=location)
    also = ", together with what another window kept" if elsewhere else ""
    return screen(request, order, typed, said=f"Kept as a draft{also}. Nothing was finished.")


def _keep_unless_elsewhere(actor: User, order: Document, typed: Typed) -> None:
    """What the page holds now. Not over what another page of the order kept, which it tells."""
    typed.elsewhere = kept_elsewhere(actor=actor, subject=draft_subject(order), page=typed.page) is not None
    if not typed.elsewhere:
        keep(actor, draft_subject(order), typed.draft(), typed.page)


def _paste(request: HttpRequest, actor: User, order: Document, standing: manufacturing.Progress, typed: Typed) -> str:
    sent = request.POST
    text = sent.get("pasted", "")
    if not text.strip():
        raise Invalid("no-numbers", "There is nothing in this block.", fields={"pasted": "Copy some cells, then paste them."})
    at = [whole_number(sent.get(name, "")) for name in ("pasted_row", "pasted_column")]
    laid = sheets.paste(typed.sheet, text, row=at[0], column=at[1])
    return f"{laid.rows:,} row{'' if laid.rows == 1 else 's'} pasted{', each cell where its head says' if laid.by_head else ''}."


def _number(request: HttpRequest, actor: User, order: Document, standing: manufacturing.Progress, typed: Typed) -> str:
    count = whole_number(request.POST.get("count", ""))
    sheets.number_rows(typed.sheet, actor=actor, order=order, standing=standing, count=count)
    return f"{count:,} product{'' if count == 1 else 's'} numbered."


def _pair(request: HttpRequest, actor: User, order: Document, standing: manufacturing.Progress, typed: Typed) -> str:
    text = request.POST.get("pair", "")
    if not text.strip():
        raise Invalid("no-numbers", "There are no numbers here.", fields={"pair": "Scan or paste the numbers."})
    left = sheets.pair_in_order(typed.sheet, whole_number(request.POST.get("pair_line", "")), text)
    return f"{left:,} found no empty place." if left else "Put in their order into the empty places."


def _propose(request: HttpRequest, actor: User, order: Document, standing: manufacturing.Progress, typed: Typed) -> str:
    first = cast(First, request.POST.get("first", "received"))
    short = sheets.propose(typed.sheet, actor=actor, order=order, standing=standing, first=first)
    missing = ", ".join(f"{count:,} {item}" for item, count in short.items())
    return (
        f"Proposed as far as the shelf goes; missing: {missing}."
        if missing
        else "Proposed from the shelf. Look it over; finishing confirms it."
    )


def _down(request: HttpRequest, actor: User, order: Document, standing: manufacturing.Progress, typed: Typed) -> str:
    sheets.fill_down(typed.sheet)
    return "Lots are filled down."


ACTIONS: dict[str, Callable[[HttpRequest, User, Document, manufacturing.Progress, Typed], str]] = {
    "paste": _paste,
    "number": _number,
    "pair": _pair,
    "propose": _propose,
    "down": _down,
}
"""What a button does to the sheet; each answers a sentence."""


def _scan(order: Document, standing: manufacturing.Progress, typed: Typed, code: str) -> str:
    if not code.strip():
        raise Invalid("no-numbers", "Nothing was scanned.", fields={"scan": "Scan a product, then its parts."})
    scanned = scan(typed.sheet, order=order, standing=standing, text=code, row=typed.row, keep=typed.keep)
    typed.row = scanned.row
    if not scanned.good:
        raise Invalid("not-taken", scanned.said, fields={"scan": scanned.said})
    return scanned.said


def _finish(request: HttpRequest, actor: User, order: Document, typed: Typed, seen: int) -> HttpResponse:
    def act() -> tuple[str, str]:
        entry, left = finish_good(
            actor=actor,
            order=order,
            completion=typed.completion(),
            seen=Seen(seen),
            location_id=typed.location_id(),
            happened_on=typed.day(),
            note=typed.note,
            version=typed.version or None,
            typed={**typed.draft(), "page": list(typed.page)},
        )
        made = f"{seen:,} product{'' if seen == 1 else 's'}" if seen else typed.quantity
        if left:
            at = f"/manufacturing-orders/{order.pk}/completions?finished={entry.pk}"
            return at, f"Finished {made}. {left:,} stayed here as a draft."
        return f"/entries/{entry.pk}", f"Finished {made}."

    try:
        return act_once(request, act)
    except NotFound:
        raise
    except Refused as refusal:  # even one for want of a right (to an earlier day): what was typed must not go with it
        if isinstance(refusal, Stale):
            typed.version = order.version
        if key_is_spent(refusal):
            typed.key = new_key()
        if not isinstance(refusal, Forbidden):
            _keep_unless_elsewhere(actor, order, typed)
        return screen(request, _order(order.pk), typed, refusal)


paths = [path("<int:pk>/completions", page, name="completions")]
