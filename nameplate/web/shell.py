"""What belongs to the frame and to no noun: the first page, the search over everything, the theme, the tips."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from nameplate import serial_text
from nameplate.listings.usage_tips import TIPS
from nameplate.models import Name, Serial
from nameplate.web import navigation

KINDS_OF_TIPS = (
    ("text", "Text and serial numbers", "serial"),
    ("serial", "One or two characters of a serial number", "serial"),
    ("date", "Days and times", "received_on"),
    ("number", "Numbers and quantities", "cost"),
)
"""Each with the column of the serial numbers in which its examples are tried."""
A_YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page is the list that people open most."""
    return HttpResponseRedirect(navigation.first_page())


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """One unit has exactly this number: its page. Otherwise the list of serial numbers, searched."""
    text = serial_text.trim(request.GET.get("q", ""))
    if navigation.first_page() != "/serials":
        return HttpResponseRedirect(navigation.first_page() + ("?" + urlencode({"q": text}) if text else ""))
    found = _bearers(text) if text else []
    if len(found) == 1:
        return HttpResponseRedirect(f"/serials/{found[0]}")
    return HttpResponseRedirect("/serials?" + urlencode({"q": text}) if text else "/serials")


def _bearers(text: str) -> list[int]:
    """The units that bear exactly this number; when none does, those that bore it before. At most two: more is a list."""
    if serial_text.problem_of(text):
        return []
    key = serial_text.canonical(text)
    # Each of the two has an index of its own, which a question about both at once could not use.
    live, gone = (Serial.objects.filter(key=key, withdrawn=withdrawn).order_by("-id") for withdrawn in (False, True))
    current = list(live.values_list("id", flat=True)[:2]) or list(gone.values_list("id", flat=True)[:2])
    return current or list(Name.objects.filter(key=key).values_list("serial_id", flat=True).distinct()[:2])


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme in a cookie, for browsers without scripts; then back to where they were."""
    back = request.META.get("HTTP_REFERER", "")
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(back if allowed else "/")
    answer.status_code = 303
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        answer.set_cookie(navigation.THEME_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie(navigation.THEME_COOKIE)
    return answer


@require_GET
def usage_tips(request: HttpRequest) -> HttpResponse:
    """How filters are written, from the grammar's own table."""
    groups = [
        {"kind": kind, "title": title, "column": column, "tips": [tip for tip in TIPS if tip.kind == kind]}
        for kind, title, column in KINDS_OF_TIPS
    ]
    return render(request, "help/usage_tips.html", {"groups": groups})
