"""The page on which products are finished: the as-built grid, what is used besides, and what failed on the bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from nameplate.listings.lot_ends import expired_lots
from nameplate.models import Document, DocumentKind, DocumentStatus, Tracking, User
from nameplate.operations import manufacturing
from nameplate.operations.drafting import load_draft
from nameplate.operations.manufacturing import sheet as sheets
from nameplate.operations.manufacturing.booking import First
from nameplate.operations.manufacturing.completing import OPEN
from nameplate.operations.manufacturing.drafts import Seen, draft_subject, finish_good, good_rows
from nameplate.operations.manufacturing.grid import PRODUCT_COLUMN, Judged, judge_grid
from nameplate.operations.rejecting import can_reject
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Forbidden, Invalid, NotFound, Refused, Stale
from nameplate.web import table
from nameplate.web.acting import act_once, viewing
from nameplate.web.completing_form import Typed, from_draft, from_request
from nameplate.web.drafts import keep, keep_meanwhile
from nameplate.web.expiring import may_expire, usual_order
from nameplate.web.forms import key_is_spent, new_key, whole_number
from nameplate.web.options import proposals

MOST_TOLD = 200
"""Cells whose trouble is written out above the grid; the others are marked in it."""


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
        return _screen(request, order, from_draft(standing, draft, version=order.version, location_id=location))
    try:
        typed = from_request(request, standing)
    except Refused as refusal:
        draft = load_draft(actor=actor, subject=subject)
        return _screen(request, order, from_draft(standing, draft, version=order.version, location_id=location), refusal)
    action, _, argument = (request.GET.get("do", "") or request.POST.get("action", "")).partition(":")
    if action == "finish":
        return _finish(request, actor, order, typed, whole_number(argument))
    if action == "meanwhile":
        address = f"/manufacturing-orders/{order.pk}/completions"
        keep_meanwhile(
            actor, draft_subject(order), typed.draft(), address=address, key=typed.key, lock=lambda: manufacturing.lock_order(order)
        )
        return HttpResponse(status=204)
    said, refused = "", None
    try:
        if action == "scan" or (not action and request.POST.get("scan", "").strip()):
            said = _scan(order, standing, typed, request.POST.get("scan", ""))
        elif action in ACTIONS:
            said = ACTIONS[action](request, actor, order, standing, typed)
    except Refused as refusal:
        refused = refusal
    keep(actor, draft_subject(order), typed.draft())
    return _screen(request, order, typed, refused, said="Kept as a draft. Nothing was finished." if action == "draft" else said)


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
    "number": _number,
    "pair": _pair,
    "propose": _propose,
    "down": _down,
}
"""What a button does to the sheet; each answers a sentence."""


def _scan(order: Document, standing: manufacturing.Progress, typed: Typed, code: str) -> str:
    if not code.strip():
        raise Invalid("no-numbers", "Nothing was scanned.", fields={"scan": "Scan a product, then its parts."})
    scanned = sheets.scan(typed.sheet, order=order, standing=standing, text=code, row=typed.row)
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
            typed=typed.draft(),
        )
        made = f"{seen:,} product{'' if seen == 1 else 's'}" if seen else typed.quantity
        if left:
            return f"/manufacturing-orders/{order.pk}/completions", f"Finished {made}. {left:,} stayed here as a draft."
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
            keep(actor, draft_subject(order), typed.draft())
        return _screen(request, _order(order.pk), typed, refusal)


def _screen(request: HttpRequest, order: Document, typed: Typed, refused: Refused | None = None, *, said: str = "") -> HttpResponse:
    standing = manufacturing.progress(order)
    judged = Judged(typed.sheet.columns)
    good: list[int] = []
    try:
        completion = typed.completion()
        judged = judge_grid(order, standing, completion.rows, keep=completion.keep)
        good = good_rows(judged, completion, may_miss_parts=order.manufacturing_order.may_miss_parts)
    except Refused as refusal:
        refused = refused or refusal
    serial = standing.product.item.tracking == Tracking.SERIAL
    rows = [row for row in typed.sheet.rows if any(row)]
    context: dict[str, Any] = {
        "order": order,
        "at": f"/manufacturing-orders/{order.pk}",
        "standing": standing,
        "typed": typed,
        "serial": serial,
        "open": order.status in OPEN,
        "status": DocumentStatus(order.status).label,
        "left": standing.product.to_make // MILLIONTHS,
        "table": mark_safe(_table(typed, judged, rows)),  # noqa: S308  # Jinja has escaped every text in it
        "text": typed.sheet.text() if rows else "",
        "rows": rows,
        "good": len(good),
        "troubles": [_trouble(judged, rows, verdict) for verdict in judged.verdicts[:MOST_TOLD]],
        "more": max(len(judged.verdicts) - MOST_TOLD, 0),
        "unfinished": len(rows) - len(good) - len(judged.bad_rows),
        "bad": len(judged.bad_rows),
        "decide": any(verdict.rule == "other-item" and verdict.column == PRODUCT_COLUMN for verdict in judged.verdicts),
        "serial_parts": [part for part in standing.parts if part.item.tracking == Tracking.SERIAL],
        "has_lots": any(column.item.tracking == Tracking.LOT for column in typed.sheet.columns),
        "can_reject": can_reject(),
        "besides": bool(typed.failed.strip() or any(box.text.strip() for box in typed.boxes)),
        "places": proposals("locations"),
        **_expiry(request, standing, judged),
        "refused": refused,
        "said": said,
    }
    return render(request, "manufacturing/completion.html", context, status=refused.status if refused else 200)


def _expiry(request: HttpRequest, standing: manufacturing.Progress, judged: Judged) -> dict[str, Any]:
    """Whether what is made expires, by what proposals go, and the expired lots of which something stands in the grid."""
    parts = (part.item for part in standing.parts if part.item.tracking == Tracking.SERIAL)
    return {
        "may_expire": may_expire(standing.product.item),
        "first": request.POST.get("first") or usual_order(parts),
        # It can be built in, but not without a word.
        "expired": expired_lots(list(judged.units.values()), [one.lot_id for one in judged.lots.values()]),
    }


def _table(typed: Typed, judged: Judged, rows: list[list[str]]) -> str:
    """The grid as HTML: by Jinja, since fifty products of 47 parts are 2,350 fields."""
    wrong = {(verdict.row, verdict.column): verdict.message for verdict in judged.verdicts}
    shown = rows or [[""] * (len(typed.sheet.columns) + 1)]
    return table.render(
        "manufacturing/grid.jinja",
        {"columns": typed.sheet.columns, "rows": shown, "wrong": wrong, "chosen": typed.row, "width": len(typed.sheet.columns)},
    )


def _trouble(judged: Judged, rows: list[list[str]], verdict: manufacturing.CellVerdict) -> dict[str, Any]:
    inside = 0 <= verdict.column < len(judged.columns)
    return {
        "verdict": verdict,
        "product": rows[verdict.row][0] or f"Row {verdict.row + 1}",
        "place": judged.columns[verdict.column].label if inside else "",
        "cell": f"cell-{verdict.row}-{verdict.column + 1}",
    }


paths = [path("<int:pk>/completions", page, name="completions")]
