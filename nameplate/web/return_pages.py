"""The page of each thing that is done to units and goods of a return: for what was ticked, or all for which it fits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Document, DocumentKind
from nameplate.operations import returning
from nameplate.operations.returned_goods import GoodsBack
from nameplate.operations.returning import GoodsPart, ReturnStanding, UnitBack
from nameplate.quantities import from_micro
from nameplate.web import replaced_parts
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import new_key, whole_number
from nameplate.web.lot_acts import told_place
from nameplate.web.options import proposals
from nameplate.web.return_acts import ACTS, Meant, ReturnAct, ReturnActForm


def fitting(name: str, stands: ReturnStanding) -> list[UnitBack]:
    """The units of the return to which this can be done."""
    return [unit for unit in stands.units if ACTS[name].fits(unit)]


def fitting_goods(name: str, stands: ReturnStanding) -> list[GoodsBack]:
    """The same of its goods."""
    fits = ACTS[name].goods_fit
    return [one for one in stands.goods if fits(one)] if fits is not None else []


def _unasked(act: ReturnAct, units: list[UnitBack]) -> list[UnitBack]:
    """The units that are meant where nothing was ticked."""
    return [unit for unit in units if unit.state.outcome in act.outcomes] or units


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The form; sent, the act on all of them or on none."""
    wanted = ACTS[name]
    actor = viewing(request, "stock", wanted.right)
    paper = get_object_or_404(Document.objects.select_related("party").filter(kind=DocumentKind.RETURN), pk=pk)
    stands = returning.standing(paper)
    form = ReturnActForm(request.POST or None, initial={"idempotency_key": new_key(), "ship_back": name in ("repairs", "finished-repairs")})
    for field in list(form.fields):
        if field not in {*wanted.fields, "idempotency_key"}:
            del form.fields[field]
    for field, label in (wanted.labels or {}).items():
        form.fields[field].label = label
    asked, meant = _meant(request, name, stands)
    parts = "replaced" in form.fields
    if parts:
        replaced_parts.offer(form, meant.units)

    def act() -> tuple[str, str]:
        typed = {field: str(value or "") for field, value in form.typed(*wanted.fields).items()} if wanted.fields else {}
        wanted.act(actor, paper, meant, typed)
        alone = len(meant.units) == 1 and not meant.goods
        return f"/returns/{pk}", f"One unit of {paper} {wanted.done}" if alone else f"{paper} {wanted.done}"

    context = {
        "paper": paper,
        "act": wanted,
        "at": f"/returns/{pk}",
        "name": name,
        "asked": asked,
        "units": [unit for unit in stands.units if unit.serial_id in set(meant.units)],
        "goods": _shown(meant, stands),
        "locations": proposals("locations") if {"place", "place_of_old"} & form.fields.keys() else (),
    }
    return form_page(request, form, "returns/act.html", act, context, tell=replaced_parts.told_beside(form) if parts else told_place(form))


def _meant(request: HttpRequest, name: str, stands: ReturnStanding) -> tuple[Meant, Meant]:
    """What was ticked; and what is meant, which is all for which it fits where nothing was. Of goods as much as was typed."""
    sent = request.POST or request.GET
    ticked = {kind: [whole_number(one) for one in sent.getlist(kind)] for kind in ("unit", "goods")}
    parts = [GoodsPart(one, str(sent.get(f"quantity-{one}", "")) or None) for one in ticked["goods"]]
    asked = Meant(ticked["unit"], parts)
    if asked.units or asked.goods:
        return asked, asked
    goods = fitting_goods(name, stands)
    typed = [GoodsPart(one.row.pk, str(sent.get(f"quantity-{one.row.pk}", "")) or None) for one in goods]
    return asked, Meant([unit.serial_id for unit in _unasked(ACTS[name], fitting(name, stands))], typed)


def _shown(meant: Meant, stands: ReturnStanding) -> list[dict[str, Any]]:
    """The goods that are meant, each with as much as can be, or as was typed."""
    typed = {part.id: part.quantity for part in meant.goods}
    return [
        {"goods": one, "most": one.left or one.row.quantity, "typed": typed[one.row.pk] or f"{from_micro(one.left or one.row.quantity):f}"}
        for one in stands.goods
        if one.row.pk in typed
    ]


paths = [path(f"returns/<int:pk>/{name}", page, {"name": name}) for name in ACTS]
