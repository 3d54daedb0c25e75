"""The form of a product's bill of materials: a line for each component; rows come and go without scripts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Item
from nameplate.operations.cataloguing.bills import MOST_LINES, Part, bill_of, set_bill
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, new_key, whole_number
from nameplate.web.options import item_named, proposals

PARTS = ("component", "quantity", "places")


@dataclass(slots=True)
class Row:
    """One line as it is typed."""

    index: int
    component: str = ""
    quantity: str = ""
    places: str = ""
    fresh: bool = False
    """Added just now: it takes the keyboard."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.component or self.quantity or self.places)


def _rows_sent(sent: QueryDict, *, without: str) -> list[Row]:
    """The rows as they were sent, but for the one whose button was pressed to remove it."""
    count = min(whole_number(sent.get("rows", "")), MOST_LINES + 1)
    typed = [[sent.get(f"line-{index}-{part}", "").strip() for part in PARTS] for index in range(count) if str(index) != without]
    return [Row(index, component, quantity, places) for index, (component, quantity, places) in enumerate(typed)]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The bill of a product that is made here; sent, all of it at once."""
    actor = viewing(request, "catalogue", "edit")
    product = get_object_or_404(Item, pk=pk)
    form = EditForm(request.POST or None, initial={"version": product.version, "idempotency_key": new_key()})
    rows = [Row(index, line.component.number, f"{from_micro(line.quantity):f}", line.places) for index, line in enumerate(bill_of(product))]
    if request.method == "POST":
        rows = _rows_sent(request.POST, without=request.GET.get("remove", ""))

    def act() -> tuple[str, str]:
        parts = [Part(item_named(row.component), row.quantity, row.places) for row in rows if not row.blank]
        lines = set_bill(actor=actor, item=pk, version=form.seen_version(), parts=parts)
        return (
            f"/items/{pk}",
            f"{product} is made of {len(lines)} component{'' if len(lines) == 1 else 's'}." if lines else "Its bill is empty.",
        )

    context = {"item": product, "items": proposals("components"), "rows": rows}
    template = "items/bill.html"
    if request.method != "POST":
        return render(request, template, {**context, "form": form, "rows": [*rows, Row(len(rows))]})
    # The address says that a row is added or removed: nothing that a button leaves out can turn that into saving.
    if "add" in request.GET or "remove" in request.GET:
        shown = [*rows, Row(len(rows), fresh=True)] if "add" in request.GET or not rows else rows
        return render(request, template, {**context, "form": form, "rows": shown})
    return form_page(request, form, template, act, context, lambda refusal: _tell(rows, refusal))


def _tell(rows: list[Row], refusal: Refused) -> None:
    """Put the refusal's sentences into the rows that they are about; the operation counts without the blank ones."""
    for index, row in enumerate(row for row in rows if not row.blank):
        row.errors = {part: sentence for part in PARTS if (sentence := refusal.fields.get(f"parts.{index}.{part}"))}


paths = [path("<int:pk>/bill", edit)]
