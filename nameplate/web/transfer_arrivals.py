"""Receiving a transfer: a box with a verdict on each number, quantities line by line; and settling what did not come or was extra."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Document, DocumentStatus, ReasonKind, User
from nameplate.operations import transferring
from nameplate.operations.drafting import discard_draft, kept_elsewhere, load_draft
from nameplate.operations.transferring import GoodsArrived, Judged, TransferStanding
from nameplate.quantities import from_micro
from nameplate.refusals import Conflict, Invalid, Refused
from nameplate.web.acting import form_page, see_other, viewing
from nameplate.web.drafts import keep, keep_meanwhile, opened_with, sent_from
from nameplate.web.forms import TypedForm, choosing_field, day_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import label_of, proposals
from nameplate.web.reasons import reason_choices
from nameplate.web.transfer_orders import order_or_404

MOST_ROWS = 300
MOST_SHOWN = 500
KEPT = ("units", "everything", "place", "reason", "along", "finished", "arrived_on", "note")
"""The fields of the arrival that a draft keeps, beside the quantities of goods."""


class ArrivalForm(TypedForm):
    """What has come, and where it goes."""

    units = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", rows=12)
    everything = forms.BooleanField(label="All of it has come", help_text="Takes everything that is in transit, unscanned.", required=False)
    place = choosing_field("Where it goes", "locations")
    reason = text_field("Reason", "For what was not on the order, or arrives at another site.")
    along = forms.BooleanField(
        label="Take along what is not on the order", help_text="Needs a reason. Otherwise it is noted, to be settled later.", required=False
    )
    finished = forms.BooleanField(label="Nothing more is coming", help_text="What is then still in transit is missing.", required=False)
    arrived_on = day_field("Arrived on", "Empty for today.")
    note = text_field("Note")


class SettlementForm(TypedForm):
    """What became of what is ticked."""

    outcome = forms.ChoiceField(
        label="It was", choices=[(one, words) for one, words in transferring.OUTCOMES.items()], widget=forms.RadioSelect
    )
    place = choosing_field("Where it is", "locations", "Not for what is written off.")
    reason = text_field("How it came there", "Needed when it arrived elsewhere.")
    write_off_reason = forms.ChoiceField(label="Reason of the write-off", choices=[], required=False)
    note = text_field("Note")


@require_http_methods(["GET", "HEAD", "POST"])
def arrivals(request: HttpRequest, pk: int) -> HttpResponse:
    """The box, as it was left. `?check=1` answers with the verdicts and writes the draft alone; `?afresh=1` throws that away.

    `?together=1` puts what stands in it together with what another window of the same person kept since it was opened.
    """
    actor = viewing(request, "stock", "edit")
    order = order_or_404(pk)
    at, subject = f"/transfer-orders/{pk}", f"transfer-orders/{pk}/arrivals"
    if request.method == "POST" and "afresh" in request.GET:
        discard_draft(actor=actor, subject=subject)
        return see_other(f"{at}/arrivals")
    head = order.transfer_order
    first = {"idempotency_key": new_key(), "place": label_of(head.location) if head.location else ""}
    kept = load_draft(actor=actor, subject=subject) or {}
    page = sent_from(request) if request.method == "POST" else opened_with(kept)
    form = ArrivalForm(request.POST or None, initial={**first, **{name: kept[name] for name in KEPT if name in kept}})
    stands = transferring.standing(order)
    quantities = _quantities(request, stands, kept.get("goods", {}))
    judged, problem = _judged(actor, order, str((form.typed("units") if form.is_bound else kept).get("units") or ""))
    context: dict[str, Any] = {
        "order": order,
        "at": at,
        "stands": stands,
        **_verdicts(judged),
        "goods": [(line, quantities[line.line.pk]) for line in stands.goods_in_transit],
        "open": order.status in (DocumentStatus.SHIPPED, DocumentStatus.RECEIVED),
        "kept": bool(kept) or form.is_bound,
        "locations": proposals("locations"),
    }
    if form.is_bound:
        body, key = _draft(form, quantities, first["place"]), request.POST.get("idempotency_key", "")
        if "together" in request.GET:
            keep(actor, subject, body, page)
            return see_other(f"{at}/arrivals")
        keep_meanwhile(actor, subject, body, address=request.path, key=key, page=page)
    context |= {"page": page, "elsewhere": kept_elsewhere(actor=actor, subject=subject, page=page)}
    if "check" in request.GET or problem is not None:
        return render(request, "transfer_orders/arrivals.html", {**context, "form": form, "refused": problem})

    def act() -> tuple[str, str]:
        done = _receive(actor, form, stands, judged or Judged(), quantities)
        discard_draft(actor=actor, subject=subject, page=page)
        return done

    return form_page(request, form, "transfer_orders/arrivals.html", act, context, tell=told_place(form))


def _verdicts(judged: Judged | None) -> dict[str, Any]:
    return {
        "judged": judged,
        "rows": judged.lines[:MOST_ROWS] if judged else [],
        "hidden": max(len(judged.lines) - MOST_ROWS, 0) if judged else 0,
        "tally": {verdict: len(judged.of(verdict)) for verdict in ("ok", "extra", "trouble")} if judged else {},
    }


def _quantities(request: HttpRequest, stands: TransferStanding, kept: Mapping[str, str]) -> dict[int, str]:
    """What was typed beside each line of goods, or was kept of it."""
    given = request.POST if request.method == "POST" else {f"goods-{line}": text for line, text in kept.items()}
    return {line.line.pk: str(given.get(f"goods-{line.line.pk}", "")) for line in stands.goods_in_transit}


def _draft(form: ArrivalForm, quantities: Mapping[int, str], place: str) -> dict[str, Any]:
    """What is kept of the form; nothing while it stands as it opens. `place` is the one that it opens with."""
    typed = form.typed(*KEPT)
    goods = {str(line): text for line, text in quantities.items() if text.strip()}
    touched = goods or any(value and (name, value) != ("place", place) for name, value in typed.items())
    return {**typed, "goods": goods} if touched else {}


def _judged(actor: User, order: Document, text: str) -> tuple[Judged | None, Refused | None]:
    try:
        return (transferring.judge_box(actor=actor, order=order, text=text) if text.strip() else None), None
    except Refused as refusal:
        return None, refusal


def _receive(actor: User, form: ArrivalForm, stands: TransferStanding, judged: Judged, quantities: dict[int, str]) -> tuple[str, str]:
    typed = form.typed()
    along, everything = bool(typed["along"]), bool(typed["everything"])
    place = str(typed["place"] or "")
    unread = [one for one in judged.of("trouble") if one.unit_id is None and not one.noted]
    if unread:
        sentence = f"Line {unread[0].line}: {unread[0].why}"
        raise Conflict("bad-numbers", sentence, fields={"units": sentence}, way_out="Mend or remove these lines; nothing was received.")
    units = dict.fromkeys([*judged.units(along=along), *([unit.id for unit in stands.in_transit] if everything else [])])
    goods = [GoodsArrived(line, quantity) for line, quantity in quantities.items() if quantity.strip()]
    if everything:
        goods = [GoodsArrived(line.line.pk, from_micro(line.in_transit)) for line in stands.goods_in_transit]
    noted = judged.noted(along=along)
    entry = transferring.receive_transfer(
        actor=actor,
        order=stands.order,
        unit_ids=list(units),
        goods=goods,
        location_id=place_typed(place) if place.strip() else None,
        noted=noted,
        finished=bool(typed["finished"]),
        reason=str(typed["reason"] or ""),
        arrived_on=form.day("arrived_on"),
        note=str(typed["note"] or ""),
    )
    words = [f"{entry.units:,} unit{'' if entry.units == 1 else 's'} received" if entry and entry.units else "Received" if entry else ""]
    words += [f"{len(noted):,} number{'' if len(noted) == 1 else 's'} noted as extra"] if noted else []
    words += ["nothing more is coming"] if typed["finished"] else []
    said = ", ".join(filter(None, words))
    return f"/transfer-orders/{stands.order.pk}", f"{said[:1].upper()}{said[1:]}."


@require_http_methods(["GET", "HEAD", "POST"])
def settlements(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing or extra, each with a box to tick, and what became of what is ticked."""
    actor = viewing(request, "stock", "edit")
    order = order_or_404(pk)
    form = SettlementForm(request.POST or None, initial={"idempotency_key": new_key(), "outcome": "found"})
    form.set_choices("write_off_reason", reason_choices(ReasonKind.WRITE_OFF, "—"))
    stands = transferring.standing(order)
    ticked = {name: [whole_number(text) for text in request.POST.getlist(name)] for name in ("unit", "line", "extra")}
    context = {
        "order": order,
        "at": f"/transfer-orders/{pk}",
        "stands": stands,
        "finished": order.transfer_order.finished,
        "shown": stands.in_transit[:MOST_SHOWN],
        "more": max(len(stands.in_transit) - MOST_SHOWN, 0),
        "ticked": ticked,
        "locations": proposals("locations"),
    }
    return form_page(
        request,
        form,
        "transfer_orders/settlements.html",
        lambda: _settle(actor, form, stands, ticked, everything="all" in request.POST and order.transfer_order.finished),
        context,
        tell=told_place(form),
    )


def _settle(
    actor: User, form: SettlementForm, stands: TransferStanding, ticked: dict[str, list[int]], *, everything: bool
) -> tuple[str, str]:
    typed = {name: str(value or "") for name, value in form.typed().items()}
    order = stands.order
    units = [unit.id for unit in stands.in_transit] if everything else ticked["unit"]
    missing = {line.line.pk: from_micro(line.in_transit) for line in stands.goods_in_transit}
    goods = [GoodsArrived(line, missing.get(line, 0)) for line in (missing if everything else ticked["line"])]
    if not units and not goods and not ticked["extra"]:
        raise Invalid("no-units", "Nothing is ticked.", way_out="Tick what was found, or what became of it otherwise.")
    outcome: Any = typed["outcome"]
    for extra in ticked["extra"]:
        transferring.settle_extra(actor=actor, order=order, extra=extra, outcome=outcome, note=typed["note"] or typed["reason"])
    if units or goods:
        transferring.settle_missing(
            actor=actor,
            order=order,
            outcome=outcome,
            unit_ids=units,
            goods=goods,
            location_id=place_typed(typed["place"]) if typed["place"].strip() else None,
            reason=typed["reason"],
            write_off_reason=whole_number(typed["write_off_reason"]) or None,
            note=typed["note"],
        )
    return f"/transfer-orders/{order.pk}", f"Settled: {transferring.OUTCOMES.get(outcome, outcome)}."


paths = [path("<int:pk>/arrivals", arrivals), path("<int:pk>/settlements", settlements)]
