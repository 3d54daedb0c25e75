"""The page on which products are finished, as it is shown: the grid, what cannot stand in it, what is still empty, and the button."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from nameplate.listings.lot_ends import expired_lots
from nameplate.models import Document, DocumentStatus, Entry, Tracking
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing.completing import OPEN
from nameplate.operations.manufacturing.drafts import good_rows
from nameplate.operations.manufacturing.grid import PRODUCT_COLUMN, Judged, judge_grid
from nameplate.operations.rejecting import can_reject
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Refused
from nameplate.web import table
from nameplate.web.completing_form import Typed
from nameplate.web.expiring import may_expire, usual_order
from nameplate.web.forms import whole_number
from nameplate.web.options import proposals

MOST_TOLD = 200
"""Cells whose trouble is written out above the grid; the others are marked in it."""
MOST_ROWS_NAMED, MOST_PLACES_NAMED = 5, 6
"""Products that lack parts are named, each with its empty places, as far as these."""


def screen(request: HttpRequest, order: Document, typed: Typed, refused: Refused | None = None, *, said: str = "") -> HttpResponse:
    """The page with what is typed, as it stands against the shelves now."""
    standing = manufacturing.progress(order)
    judged = Judged(typed.sheet.columns)
    good: list[int] = []
    lenient = False
    if not typed.problem:
        try:
            completion = typed.completion()
            judged = judge_grid(order, standing, completion.rows, keep=completion.keep)
            good = good_rows(judged, completion, may_miss_parts=order.manufacturing_order.may_miss_parts)
            lenient = bool(completion.used or completion.goods)
        except Refused as refusal:
            refused = refused or refusal
    context: dict[str, Any] = {
        "order": order,
        "at": f"/manufacturing-orders/{order.pk}",
        "standing": standing,
        "typed": typed,
        "serial": standing.product.item.tracking == Tracking.SERIAL,
        "open": order.status in OPEN,
        "status": DocumentStatus(order.status).label,
        **_grid(standing, typed, judged, good),
        **_empty(order, typed, judged, good, lenient=lenient),
        "serial_parts": [part for part in standing.parts if part.item.tracking == Tracking.SERIAL],
        "has_lots": any(column.item.tracking == Tracking.LOT for column in typed.sheet.columns),
        "can_reject": can_reject(),
        "besides": bool(typed.failed.strip() or any(box.text.strip() for box in typed.boxes)),
        "places": proposals("locations"),
        **_expiry(request, standing, judged),
        "finished": _finished(request, order),
        "refused": refused,
        "said": said,
    }
    return render(request, "manufacturing/completion.html", context, status=refused.status if refused else 200)


def _grid(standing: manufacturing.Progress, typed: Typed, judged: Judged, good: list[int]) -> dict[str, Any]:
    """The grid, what cannot stand in it, and how many of its rows can be finished."""
    rows = [row for row in typed.sheet.rows if any(row)]
    left = standing.product.to_make // MILLIONTHS
    return {
        "left": left,
        "over": max(len(good) - left, 0),
        "table": mark_safe(_table(typed, judged, rows)),  # noqa: S308  # Jinja has escaped every text in it
        "text": typed.unread or (typed.sheet.text() if rows else ""),
        "rows": rows,
        "good": len(good),
        "troubles": [_trouble(judged, rows, verdict) for verdict in judged.verdicts[:MOST_TOLD]],
        "more": max(len(judged.verdicts) - MOST_TOLD, 0),
        "unfinished": len(rows) - len(good) - len(judged.bad_rows),
        "bad": len(judged.bad_rows),
        "decide": any(verdict.rule == "other-item" and verdict.column == PRODUCT_COLUMN for verdict in judged.verdicts),
    }


def _empty(order: Document, typed: Typed, judged: Judged, good: list[int], *, lenient: bool) -> dict[str, Any]:
    """The products that lack parts, each with its empty places. Where parts are used that are not known where, those places say nothing."""
    rows = [row for row in typed.sheet.rows if any(row)]
    done, bad = set(good), judged.bad_rows
    told, untouched = [], 0
    for at, row in enumerate(rows):
        places = [index for index, cell in enumerate(row[1 : len(typed.sheet.columns) + 1], 1) if not cell]
        if not places or at in bad or (lenient and at in done):
            continue
        if any(row[1:]):
            labels = [typed.sheet.columns[index - 1].label for index in places[:MOST_PLACES_NAMED]]
            told.append((row[0] or f"Row {at + 1}", f"cell-{at}-{places[0]}", labels, len(places) - len(labels)))
        else:
            untouched += 1
    return {
        "lacking": told[:MOST_ROWS_NAMED],
        "lacking_count": len(told) + untouched,
        "untouched": untouched,
        "lacking_more": max(len(told) - MOST_ROWS_NAMED, 0),
        "may_miss": order.manufacturing_order.may_miss_parts,
    }


def _expiry(request: HttpRequest, standing: manufacturing.Progress, judged: Judged) -> dict[str, Any]:
    """Whether what is made expires, by what proposals go, and the expired lots of which something stands in the grid."""
    parts = (part.item for part in standing.parts if part.item.tracking == Tracking.SERIAL)
    return {
        "may_expire": may_expire(standing.product.item),
        "first": request.POST.get("first") or usual_order(parts),
        # It can be built in, but not without a word.
        "expired": expired_lots(list(judged.units.values()), [one.lot_id for one in judged.lots.values()]),
    }


def _finished(request: HttpRequest, order: Document) -> Entry | None:
    """The entry by which some of what stood here was just finished."""
    return Entry.objects.filter(pk=whole_number(request.GET.get("finished", "")), document=order).first()


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
        "part": verdict.text if verdict.column != PRODUCT_COLUMN else "",
        "cell": f"cell-{verdict.row}-{verdict.column + 1}",
    }
