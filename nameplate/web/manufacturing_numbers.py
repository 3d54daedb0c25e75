"""Numbers of products, given before these are made: typed or proposed, and taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.models import Document, DocumentKind
from nameplate.operations import manufacturing
from nameplate.operations.entering.parsing import parse
from nameplate.operations.numbering import propose_serial_numbers
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Invalid, NotFound, Offender, Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.forms import TypedForm, long_text_field, new_key, whole_number

MOST_SHOWN = 500


class NumbersForm(TypedForm):
    """Numbers of products to come."""

    numbers = long_text_field("Serial numbers", "Scan, paste or type them; SP-001..SP-050 is a range.", rows=10, required=True)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The box of numbers. `?propose=12`, sent, fills in the next twelve of the item's pattern."""
    actor = viewing(request, "production", "edit")
    context = _context(pk)
    proposed = whole_number(request.GET.get("propose", ""))
    if request.method == "POST" and proposed:
        try:
            numbers = propose_serial_numbers(actor=actor, item=context["product"].item, count=proposed)
        except Refused as refusal:
            form = NumbersForm(request.POST)
            return render(request, "manufacturing/numbers.html", {**context, "form": form, "refused": refusal}, status=refusal.status)
        text = "\n".join(filter(None, [request.POST.get("numbers", "").strip(), *numbers]))
        form = NumbersForm(initial={"numbers": text, "idempotency_key": new_key()})
        return render(request, "manufacturing/numbers.html", {**context, "form": form})
    form = NumbersForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        entry = manufacturing.plan_products(actor=actor, order=pk, numbers=_read(str(form.typed()["numbers"] or "")))
        return f"/manufacturing-orders/{pk}/serials", f"{entry.units:,} product{'' if entry.units == 1 else 's'} numbered."

    return form_page(request, form, "manufacturing/numbers.html", act, context)


def _read(text: str) -> list[str]:
    """The numbers in the box. Refused: each piece that is none."""
    parsed = parse(text)
    wrong = [Offender(one.raw[:120], one.problem.message, line=one.line) for one in parsed.candidates if one.problem]
    if wrong:
        sentence = f"{wrong[0].text}: {wrong[0].why}" if len(wrong) == 1 else f"{len(wrong):,} of these are no numbers."
        raise Invalid("bad-numbers", sentence, fields={"numbers": sentence}, offenders=wrong)
    return [number for one in parsed.candidates for number in one.numbers]


@require_POST
def withdrawn(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked numbers back."""
    actor = viewing(request, "production", "edit")
    units = [whole_number(text) for text in request.POST.getlist("unit")]

    def act() -> tuple[str, str]:
        entry = manufacturing.withdraw_products(actor=actor, order=pk, units=units)
        return f"/manufacturing-orders/{pk}/serials", f"{entry.units:,} number{'' if entry.units == 1 else 's'} taken back."

    def again(sent: HttpRequest, refused: Refused) -> HttpResponse:
        form = NumbersForm(initial={"idempotency_key": new_key()})
        return render(sent, "manufacturing/numbers.html", {**_context(pk), "form": form, "refused": refused})

    return button_page(request, act, again)


def _context(pk: int) -> dict[str, Any]:
    order = Document.objects.select_related("manufacturing_order").filter(pk=pk, kind=DocumentKind.MANUFACTURING_ORDER).first()
    if order is None:
        raise NotFound("not-found", "There is no such manufacturing order.")
    product = manufacturing.progress(order).product
    return {
        "order": order,
        "at": f"/manufacturing-orders/{pk}",
        "product": product,
        "room": max(product.to_make // MILLIONTHS - product.planned, 0),
        "planned": list(manufacturing.planned_products(order)[:MOST_SHOWN]),
        "key": new_key(),
    }


paths = [path("<int:pk>/serials", page), path("<int:pk>/withdrawals", withdrawn)]
