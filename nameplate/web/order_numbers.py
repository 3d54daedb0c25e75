"""Numbers that a vendor announces: typed or pasted for a line before the goods come, and taken back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.models import Document, DocumentKind, Line, Serial, Status, Tracking, User
from nameplate.operations import purchasing
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.entering.parsing import parse
from nameplate.operations.numbering import propose_serial_numbers
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Invalid, Offender, Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.forms import TypedForm, long_text_field, new_key, text_field, whole_number

SHOWN = 500
"""Planned numbers with a box to tick; the list of serial numbers has them all."""


class NumbersForm(TypedForm):
    """The box and a note."""

    numbers = long_text_field(
        "Serial numbers", "One a line, or separated by commas or tabs; A0098..A0105 is a range.", rows=10, required=True
    )
    keep = forms.BooleanField(label="Keep numbers that another item has too", help_text="They are other units.", required=False)
    note = text_field("Note", "Where they come from: the vendor’s file, an e-mail…")


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    """The box for a line's announced numbers, with those that stand already."""
    actor = viewing(request, "stock", "create")
    line = _line(pk, line_id)
    form = NumbersForm(request.POST or None, initial={"idempotency_key": new_key()})

    context = _context(pk, line)
    # The address says that numbers are only proposed: nothing that a button leaves out can turn that into announcing them.
    if request.method == "POST" and "propose" in request.GET:
        return render(request, "purchase_orders/numbers.html", {**context, **_proposed(request, actor, line)})

    def act() -> tuple[str, str]:
        typed = form.typed()
        numbers, keep = _read(typed["numbers"] or "", line), ("other-item",) if typed["keep"] else ()
        entry = purchasing.plan_numbers(actor=actor, line=line_id, numbers=numbers, note=typed["note"] or "", keep=keep)
        return f"/purchase-orders/{pk}/lines/{line_id}/serials", f"{entry.units:,} number{'' if entry.units == 1 else 's'} announced."

    return form_page(request, form, "purchase_orders/numbers.html", act, context)


def _proposed(request: HttpRequest, actor: User, line: Line) -> dict[str, object]:
    """The form with the item's own next numbers put behind what was typed; or as it was, with why not."""
    data = request.POST.copy()
    try:
        numbers = propose_serial_numbers(actor=actor, item=line.item_id, count=whole_number(request.GET["propose"]))
    except Refused as refusal:
        return {"form": NumbersForm(data), "refused": refusal}
    typed = str(data.get("numbers", "")).rstrip()
    data["numbers"] = "\n".join([*([typed] if typed else []), *numbers])
    return {"form": NumbersForm(data)}


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked numbers back; `line` says whose page they were ticked on."""
    actor = viewing(request, "stock", "create")
    line_id = whole_number(request.POST.get("line", ""))
    line = _line(pk, line_id)

    def act() -> tuple[str, str]:
        units = [whole_number(unit) for unit in request.POST.getlist("unit")]
        entry = purchasing.withdraw_numbers(actor=actor, order=pk, units=units)
        return f"/purchase-orders/{pk}/lines/{line_id}/serials", f"{entry.units:,} number{'' if entry.units == 1 else 's'} taken back."

    def again(sent: HttpRequest, refused: Refused) -> HttpResponse:
        form = NumbersForm(initial={"idempotency_key": new_key()})
        return render(sent, "purchase_orders/numbers.html", {**_context(pk, line), "form": form, "refused": refused})

    return button_page(request, act, again)


def _line(pk: int, line_id: int) -> Line:
    lines = Line.objects.filter(document__kind=DocumentKind.PURCHASE_ORDER, item__tracking=Tracking.SERIAL)
    return get_object_or_404(lines.select_related("item", "document"), pk=line_id, document=pk)


def _context(pk: int, line: Line) -> dict[str, object]:
    planned = Serial.objects.filter(lot__line=line, status=Status.PLANNED, withdrawn=False).order_by("sort_key", "id")
    order: Document = line.document
    found = next(one for one in purchasing.progress(order) if one.line.pk == line.pk)
    return {
        "order": order,
        "line": line,
        "at": f"/purchase-orders/{pk}/lines/{line.pk}",
        "missing": max(0, found.to_come // MILLIONTHS - found.planned),
        "progress": found,
        "planned": planned[:SHOWN],
        "key": new_key(),
    }


def _read(text: str, line: Line) -> list[str]:
    """The numbers of the box; refused with every piece that holds none or is in doubt."""
    candidates = parse(text, accepted_of(line.item)).candidates
    offenders = [
        Offender(one.raw[:120], f"{one.problem.message} {one.problem.way_out}".strip(), line=one.line) for one in candidates if one.problem
    ]
    if offenders:
        sentence = f"{len(offenders):,} line{' needs' if len(offenders) == 1 else 's need'} another look."
        raise Invalid("bad-numbers", sentence, fields={"numbers": sentence}, offenders=offenders)
    return [number for one in candidates for number in one.numbers]


paths = [
    path("<int:pk>/lines/<int:line_id>/serials", numbers),
    path("<int:pk>/withdrawals", withdraw),
]
