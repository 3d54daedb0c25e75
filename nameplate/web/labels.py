"""Labels: choose the code, the labels and what stands on them, look at the first one, open them all as PDF. The choice is remembered."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate.documents.label_stock import STOCKS
from nameplate.documents.labels import LINES, Meant, Style, count_of, labels_document, labels_picture
from nameplate.documents.sending import sent
from nameplate.documents.symbols import CODES
from nameplate.models import User
from nameplate.operations.drafting import load_draft, save_draft
from nameplate.refusals import Forbidden, NotFound, Refused
from nameplate.web.acting import see_other, viewing
from nameplate.web.forms import whole_number

SUBJECT = "labels"
"""Under which the choice is kept, as each person's draft."""
SOURCES = ("unit", "entry", "lot", "search")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What to print, on what, with a picture of the first label; sent, the choice is kept and the PDF opened."""
    actor = viewing(request, "stock")
    given = request.POST if request.method == "POST" else request.GET
    meant = _meant(given)
    style = _style(given, load_draft(actor=actor, subject=SUBJECT) or {})
    refused, count = _refusal(actor, meant, style, whole=request.method == "POST")
    if request.method == "POST" and refused is None:
        save_draft(actor=actor, subject=SUBJECT, body={"code": style.code, "stock": style.stock, "lines": list(style.lines)})
        return see_other(f"/labels.pdf?{_query(given, style)}")
    context: dict[str, Any] = {
        "source": {name: given.get(name, "") for name in SOURCES if given.get(name)},
        "style": style,
        "stock": STOCKS.get(style.stock),
        "codes": [(code.name, code.label) for code in CODES.values()],
        "sheets": [stock for stock in STOCKS.values() if not stock.is_roll],
        "rolls": [stock for stock in STOCKS.values() if stock.is_roll],
        "lines": list(LINES.items()),
        "count": count,
        "query": _query(given, style),
        "refused": refused,
    }
    return render(request, "labels/page.html", context, status=refused.status if refused else 200)


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The labels as PDF."""
    actor = viewing(request, "stock")
    return sent(labels_document(actor=actor, meant=_meant(request.GET), style=_style(request.GET, {})))


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """A picture of the first label."""
    actor = viewing(request, "stock")
    answer = HttpResponse(
        labels_picture(actor=actor, meant=_meant(request.GET), style=_style(request.GET, {})), content_type="image/svg+xml"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _refusal(actor: User, meant: Meant, style: Style, *, whole: bool) -> tuple[Refused | None, int]:
    """Why not, and how many labels it would be: of the first one, or of all of them when they are asked for."""
    count = 0
    try:
        count = count_of(actor=actor, meant=meant)
        if whole:
            labels_document(actor=actor, meant=meant, style=style)
        else:
            labels_picture(actor=actor, meant=meant, style=style)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        return refusal, count
    return None, count


def _meant(given: QueryDict) -> Meant:
    if "search" in given:
        asked = {name: text for name, text in parse_qsl(given.get("search", "")) if name not in {"size", "after", "before"}}
        return Meant(search=asked)
    return Meant(
        units=[whole_number(text) for text in given.getlist("unit")],
        entry=whole_number(given.get("entry", "")) if "entry" in given else None,
        lot=whole_number(given.get("lot", "")) if "lot" in given else None,
    )


def _style(given: QueryDict, kept: dict[str, Any]) -> Style:
    """What was chosen now, else what was chosen last, else the usual. `chosen` tells a form without ticks from an address without them."""
    usual = Style()
    lines = given.getlist("line") if "chosen" in given else kept.get("lines", usual.lines)
    return Style(
        code=given.get("code") or kept.get("code", usual.code),
        stock=given.get("stock") or kept.get("stock", usual.stock),
        lines=tuple(lines),
        start=whole_number(given.get("start", "") or "1"),
    )


def _query(given: QueryDict, style: Style) -> str:
    source = [(name, text) for name in SOURCES for text in given.getlist(name)]
    chosen = [("chosen", "1"), ("code", style.code), ("stock", style.stock), *(("line", name) for name in style.lines)]
    return urlencode([*source, *chosen, ("start", str(style.start))])


paths = [path("labels", page), path("labels.pdf", document), path("labels/preview.svg", preview)]
