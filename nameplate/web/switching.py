"""Settings → Functions: what is on, what being off means, and the switches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from nameplate import access, functions
from nameplate.operations import switching
from nameplate.refusals import Refused
from nameplate.web.acting import button_page, viewing
from nameplate.web.forms import new_key, whole_number
from nameplate.web.history import history_of

AT = "/settings/functions"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All functions."""
    return _page(request)


@require_POST
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Off or on, as the pressed switch says."""
    actor = viewing(request, "settings", "edit")
    on = request.POST.get("on") == "yes"

    def act() -> tuple[str, str]:
        version = whole_number(request.POST.get("version", ""))
        found = switching.switch_function(actor=actor, name=name, on=on, version=version, confirmed="confirmed" in request.POST)
        return AT, f"{found.function.label} is {'on' if found.switched_on else 'off'}."

    return button_page(request, act, lambda again, refused: _page(again, name, refused))


def _page(request: HttpRequest, asked: str = "", refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "settings")
    rows = [_row(one, refused if one.function.name == asked else None) for one in switching.standings(actor=actor)]
    context = {
        "rows": rows,
        "at": AT,
        "may_edit": access.may(actor, "settings", "edit"),
        "history": history_of(switching.NOUN, None),
    }
    return render(request, "settings/functions.html", context)


def _row(one: switching.Standing, refused: Refused | None) -> dict[str, Any]:
    return {
        "standing": one,
        "function": one.function,
        "held": " and ".join(functions.ALL[name].label for name in one.held),
        "under_way": switching.under_way(one.function.name).words,
        "key": new_key(),
        "refused": refused,
        "confirm": refused is not None and refused.rule == "under-way",
    }


paths = [
    path("functions", page, name="functions"),
    path("functions/<slug:name>/switch", switch),
]
