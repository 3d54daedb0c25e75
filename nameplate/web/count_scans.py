"""The page on which people scan, each with their own scanner or phone; and what it needs to answer without a network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate.models import CountScan, Document, DocumentKind, DocumentStatus, Location, ScanVerdict, User
from nameplate.operations import counting
from nameplate.operations.counting import Scan
from nameplate.operations.counting.scanning import MOST_AT_ONCE
from nameplate.operations.pictures import LARGEST
from nameplate.refusals import Forbidden, Invalid, NotFound, Refused
from nameplate.web.acting import act_once, viewing
from nameplate.web.forms import key_is_spent, new_key, whole_number

LAST = 30
"""Of a person's own scans on the page."""


def _count(pk: int) -> Document:
    counts = Document.objects.filter(kind=DocumentKind.COUNT).select_related("stock_count__item")
    return get_object_or_404(counts, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The box to scan into with the last answers; sent, the scans. The page's own script sends them as JSON."""
    actor = viewing(request, "stock", "edit")
    count = _count(pk)
    if request.method != "POST":
        return _screen(request, actor, count)
    if "scans" in request.POST:
        return _program(request, actor, count)

    def act() -> tuple[str, str]:
        answers = counting.record_scans(actor=actor, count=count.pk, scans=_typed(request))
        wrong = sum(one.verdict not in (ScanVerdict.OK, ScanVerdict.RESERVED, ScanVerdict.COUNTED) for one in answers)
        said = f"{len(answers):,} recorded." if len(answers) != 1 else answers[0].said
        return f"/stock-counts/{pk}/scans?place={request.POST.get('place', '')}", f"{said} {wrong:,} need a look." if wrong and len(
            answers
        ) > 1 else said

    try:
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        return _screen(request, actor, count, refusal)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the scan page without a network. It is served here since it rules over the addresses below its own only."""
    viewing(request, "stock")
    answer = HttpResponse((settings.BASE_DIR / "static" / "count-worker.js").read_bytes(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def expected(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page's script answers from while there is no network."""
    actor = viewing(request, "stock", "edit")
    found = counting.expected(actor=actor, count=_count(pk))
    units: dict[str, list[list[Any]]] = {}
    for one in found.units:
        units.setdefault(one.key, []).append([one.id, one.number, one.item, one.location_id, one.reserved])
    answer = HttpResponse(
        orjson.dumps(
            {
                "units": units,
                "goods": sorted({one.lot or one.item for one in found.goods}),
                "places": {str(key): label for key, label in found.places.items()},
                "seen": {str(unit): [who, str(when)[:16]] for unit, (who, when) in found.seen.items()},
                "strays": {key: [who, str(when)[:16]] for key, (who, when) in found.strays.items()},
            }
        ),
        content_type="application/json",
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def take_back(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """A scan was a mistake."""
    actor = viewing(request, "stock", "edit")
    count = _count(pk)

    def act() -> tuple[str, str]:
        mistaken = counting.take_back(actor=actor, count=pk, scan=scan)
        then = f"/stock-counts/{pk}" if "settling" in request.POST else f"/stock-counts/{pk}/scans?place={mistaken.location_id or ''}"
        return then, f"“{mistaken.text}” was taken back."

    try:
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        return _screen(request, actor, count, refusal)


@require_POST
def describe(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """What is said of something unknown, and its photo. The page's script asks for JSON."""
    actor = viewing(request, "stock", "edit")
    count = _count(pk)
    chosen = request.FILES.get("photo")

    def act() -> tuple[str, str]:
        note = request.POST.get("note")
        described = counting.describe_scan(
            actor=actor, count=pk, scan=scan, note=note, photo=chosen.read(LARGEST + 1) if chosen is not None and chosen.size else None
        )
        return f"/stock-counts/{pk}/scans?place={described.location_id or ''}", f"Kept with “{described.text}”."

    try:
        if "application/json" in request.headers.get("Accept", ""):
            act()
            return JsonResponse({"answers": [_answer(CountScan.objects.get(pk=scan))]})
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        if "application/json" in request.headers.get("Accept", ""):
            return _refusal(refusal)
        return _screen(request, actor, count, refusal)


@require_safe
def photo(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """The photo of something unknown."""
    answer = HttpResponse(counting.scan_photo(actor=viewing(request, "stock"), count=pk, scan=scan), content_type="image/png")
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _typed(request: HttpRequest) -> list[Scan]:
    """Each line of the box is a scan; a quantity is one more."""
    sent = request.POST
    key, place = sent.get("idempotency_key", "") or new_key(), whole_number(sent.get("place", "")) or None
    lines = [line.strip() for line in sent.get("text", "").splitlines() if line.strip()]
    scans = [Scan(f"{key[:50]}-{number}", line, place) for number, line in enumerate(lines)]
    goods, quantity = sent.get("goods", "").strip(), sent.get("quantity", "").strip()
    if goods or quantity:
        if not (goods and quantity):
            wrong = {"quantity": "How much of it lies here."} if goods else {"goods": "The number of a lot or an item."}
            raise Invalid("bad-scan", "A quantity is so much of something.", fields=wrong)
        scans.append(Scan(f"{key[:50]}-q", goods, place, quantity))
    if not scans:
        raise Invalid("no-units", "Nothing was scanned.", fields={"text": "Scan or type a serial number."})
    return scans


def _program(request: HttpRequest, actor: User, count: Document) -> HttpResponse:
    """The same for the page's script, whose scans bear keys of their own and may come late, several times, or together."""
    try:
        answers = counting.record_scans(actor=actor, count=count.pk, scans=_read(request.POST.get("scans", "")))
    except Refused as refusal:
        return _refusal(refusal)
    return JsonResponse({"answers": [_answer(one) for one in answers]})


def _refusal(refusal: Refused) -> JsonResponse:
    return JsonResponse({"refused": f"{refusal.message} {refusal.way_out}".strip(), "rule": refusal.rule}, status=refusal.status)


def _answer(scan: CountScan) -> dict[str, Any]:
    return {
        "id": scan.pk,
        "key": scan.key,
        "verdict": scan.verdict,
        "label": scan.get_verdict_display(),
        "said": scan.said,
        "unit": scan.serial_id,
        "note": scan.note,
        "photo": scan.photo_id is not None,
    }


def _read(text: str) -> list[Scan]:
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, list) or len(given) > MOST_AT_ONCE or not all(isinstance(one, dict) for one in given):
        raise Invalid("bad-scan", "These scans cannot be read.", fields={"scans": "A list of scans."})
    return [
        Scan(
            key=str(one.get("key", "")),
            text=str(one.get("text", "")),
            location_id=whole_number(str(one.get("place") or "")) or None,
            quantity=None if one.get("quantity") is None else str(one["quantity"]),
            scanned_at=_moment(one.get("at")),
            note=str(one.get("note") or ""),
        )
        for one in given
    ]


def _moment(value: object) -> dt.datetime | None:
    """When it was scanned, by the scanner's clock; None, which is now, where that is no moment."""
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if timezone.is_aware(found) else None


def _screen(request: HttpRequest, actor: User, count: Document, refused: Refused | None = None) -> HttpResponse:
    head = count.stock_count
    standing = counting.standing(actor=actor, count=count)
    key = new_key() if refused is None or key_is_spent(refused) else request.POST.get("idempotency_key", new_key())
    context = {
        "count": count,
        "head": head,
        "places": _places(count),
        "place": whole_number((request.POST or request.GET).get("place", "")),
        "standing": standing,
        "mine": _mine(actor, count),
        "typed": request.POST if refused else {},
        "open": count.status == DocumentStatus.IN_PROGRESS,
        "key": key,
        "refused": refused,
    }
    return render(request, "counting/scans.html", context, status=refused.status if refused else 200)


def _mine(actor: User, count: Document) -> Sequence[CountScan]:
    own = CountScan.objects.filter(count=count.pk, by=actor, taken_back=False)
    return list(own.select_related("location").order_by("-pk")[:LAST])


def _places(count: Document) -> Sequence[Location]:
    """Where one can be: the count's places; of a count of an item wherever it lies, those where it is expected."""
    places = Location.objects.select_related("site").order_by("label_key")
    own = list(places.filter(pk__in=count.stock_count.places.values("location")))
    expected = count.stock_count.expected_units.values("location").union(count.stock_count.expected_goods.values("location"))
    return own or list(places.filter(pk__in=[row["location"] for row in expected]))


paths = [
    path("worker.js", worker),
    path("<int:pk>/scans", page),
    path("<int:pk>/expected", expected),
    path("<int:pk>/scans/<int:scan>/cancellation", take_back),
    path("<int:pk>/scans/<int:scan>/description", describe),
    path("<int:pk>/scans/<int:scan>/photo", photo),
]
