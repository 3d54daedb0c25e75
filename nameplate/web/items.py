"""Items: the page of one, its form, and its way into the archive and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access, functions
from nameplate.models import Document, DocumentKind, DocumentStatus, FieldNoun, Item, Line, Lot, Stock, Tracking
from nameplate.operations import cataloguing, sales
from nameplate.operations.cataloguing.bills import bill_of, where_used
from nameplate.operations.company import company
from nameplate.operations.inspecting.plans import checks_of, plan_of
from nameplate.operations.pictures import LARGEST
from nameplate.refusals import Invalid, Refused
from nameplate.web import item_form, own_fields
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.forms import new_key, whole_number
from nameplate.web.history import history_of
from nameplate.web.item_form import TRACKING_HELP, ItemForm
from nameplate.web.options import label_of

OPEN = (DocumentStatus.RFQ, DocumentStatus.NEW, DocumentStatus.APPROVED, DocumentStatus.ORDERED, DocumentStatus.SHIPPED)
MOST_ORDERS = 100
"""Of customers, that are looked through for the item."""


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new item."""
    actor = viewing(request, "catalogue", "create")
    form = ItemForm(request.POST or None, initial=item_form.first_values())
    own_fields.add_controls(form, FieldNoun.ITEMS, None, new=True)

    def act() -> tuple[str, str]:
        item = cataloguing.create_item(actor=actor, **item_form.given(form))
        return f"/items/{item.pk}", f"{item} was created."

    return _form_page(request, form, act, {})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an item that stands."""
    actor = viewing(request, "catalogue", "edit")
    item = get_object_or_404(Item.objects.select_related("default_location__site"), pk=pk)
    form = ItemForm(request.POST or None, initial=item_form.initial(item))
    own_fields.add_controls(form, FieldNoun.ITEMS, item.custom)

    def act() -> tuple[str, str]:
        edited = cataloguing.edit_item(actor=actor, item=pk, version=form.seen_version(), **item_form.given(form))
        return f"/items/{pk}", f"{edited} was saved."

    return _form_page(request, form, act, {"item": item})


def _form_page(request: HttpRequest, form: ItemForm, act: Callable[[], tuple[str, str]], context: dict[str, Any]) -> HttpResponse:
    """The form; trying numbers shows it again without judging anything else."""
    context |= item_form.context(form, context.get("item"))
    # The address says that numbers are only tried: nothing that a button leaves out can turn that into saving.
    if request.method == "POST" and "try" in request.GET:
        return render(request, "items/form.html", {**context, "form": form})
    return form_page(request, form, "items/form.html", act, context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an item."""
    return _page(request, pk)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the archive."""
    return _archived(request, pk, archived=True)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the archive."""
    return _archived(request, pk, archived=False)


def _archived(request: HttpRequest, pk: int, *, archived: bool) -> HttpResponse:
    actor = viewing(request, "catalogue", "delete")

    def act() -> tuple[str, str]:
        change = cataloguing.archive_item if archived else cataloguing.restore_item
        item = change(actor=actor, item=pk, version=whole_number(request.POST.get("version", "")))
        return f"/items/{pk}", f"{item} was {'archived' if archived else 'restored'}."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_safe
def picture(request: HttpRequest, pk: int, checksum: str) -> HttpResponse:
    """The picture, under its checksum, so that a browser may keep it for good."""
    actor = viewing(request, "catalogue")
    answer = HttpResponse(cataloguing.item_picture(actor=actor, item=pk, checksum=checksum), content_type="image/png")
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@require_POST
def set_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture that was chosen, in place of the one that is there."""
    actor = viewing(request, "catalogue", "edit")

    def act() -> tuple[str, str]:
        chosen = request.FILES.get("picture")
        if chosen is None:
            raise Invalid("file-empty", "No picture was chosen.", fields={"picture": "Choose a PNG or JPEG file first."})
        version = whole_number(request.POST.get("version", ""))
        item = cataloguing.set_item_picture(actor=actor, item=pk, version=version, picture=chosen.read(LARGEST + 1))
        return f"/items/{pk}", f"{item} has this picture now."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_POST
def remove_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Off with the picture."""
    actor = viewing(request, "catalogue", "edit")

    def act() -> tuple[str, str]:
        item = cataloguing.remove_item_picture(actor=actor, item=pk, version=whole_number(request.POST.get("version", "")))
        return f"/items/{pk}", f"The picture of {item} was taken off."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "catalogue")
    item = get_object_or_404(Item.objects.select_related("default_location__site"), pk=pk)
    exactly = urlencode({"item": f'="{item.number.replace(chr(34), chr(34) * 2)}"'})
    context = {
        "item": item,
        "at": f"/items/{pk}",
        "tracking_help": TRACKING_HELP[Tracking(item.tracking)],
        "default_location": label_of(item.default_location) if item.default_location else "",
        "currency": company().currency,
        "in_stock": Stock.objects.filter(lot__item=item).aggregate(total=Sum("quantity"))["total"] or 0,
        "lots": Lot.objects.filter(item=item).count(),
        "orders": _open_orders(item) if access.may(actor, "purchasing", "view") else [],
        "wanted": _wanted(item) if access.may(actor, "sales", "view") else None,
        "exactly": exactly,
        "largest_picture": LARGEST // 1_048_576,
        "bill": bill_of(item),
        "used_in": where_used(item),
        "checks": checks_of(plan_of(item)) if functions.is_on(functions.QUALITY_CONTROL) else [],
        "own": own_fields.shown(FieldNoun.ITEMS, item.custom),
        "history": history_of("items", item.pk),
        "may_edit": access.may(actor, "catalogue", "edit"),
        "may_archive": access.may(actor, "catalogue", "delete"),
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "items/detail.html", context)


def _open_orders(item: Item) -> list[dict[str, Any]]:
    """Open order lines of the item with what has come, the next expected first; one statement."""
    lines = Line.objects.filter(item=item, document__status__in=OPEN, document__kind="PO").annotate(come=Sum("stock_movements__change"))
    lines = lines.select_related("document__party").order_by(F("expected_on").asc(nulls_last=True), "id")[:10]
    return [{"order": line.document, "line": line, "come": line.come or 0} for line in lines]


def _wanted(item: Item) -> list[sales.LineProgress]:
    """What customers still wait for of the item, the first that is due first."""
    papers = Document.objects.filter(kind=DocumentKind.CUSTOMER_ORDER, status__in=sales.OPEN, lines__item=item).distinct()
    orders = sales.progress_of_all(list(papers.order_by("pk").values_list("pk", flat=True)[:MOST_ORDERS]))
    found = [line for lines in orders.values() for line in lines if line.item.pk == item.pk and line.to_ship]
    return sorted(found, key=lambda line: (line.expected_on is None, line.expected_on or dt.date.min, line.line.pk))[:10]


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    path("<int:pk>/archival", archive),
    path("<int:pk>/restoration", restore),
    path("<int:pk>/picture", set_picture),
    path("<int:pk>/picture/removal", remove_picture),
    path("<int:pk>/pictures/<slug:checksum>", picture),
]
