"""Vendors and customers: the page of one, its form, and its way into the archive and back. Both roles share every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access, functions
from nameplate.models import Document, DocumentKind, DocumentStatus, Party, PartyRole, Serial
from nameplate.operations import cataloguing
from nameplate.refusals import Refused
from nameplate.web import party_form
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.counts import counted
from nameplate.web.forms import new_key, whole_number
from nameplate.web.history import history_of
from nameplate.web.party_form import PartyForm

NOUNS = {PartyRole.VENDOR: "vendors", PartyRole.CUSTOMER: "customers"}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, role: PartyRole) -> HttpResponse:
    """The form of a new party; a number is proposed to whoever types none."""
    actor = viewing(request, "catalogue", "create")
    form = PartyForm(request.POST or None, initial=party_form.initial(None))
    form.fields["number"].help_text = "Left empty, it gets the next one."
    rows = party_form.rows_sent(request.POST)

    def act() -> tuple[str, str]:
        party = cataloguing.create_party(actor=actor, role=role, **party_form.given(form, rows))
        return f"/{NOUNS[role]}/{party.pk}", f"{party} was created as {party.number}."

    return _form_page(request, form, rows, act, _words(role))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, role: PartyRole) -> HttpResponse:
    """The form of a party that stands."""
    actor = viewing(request, "catalogue", "edit")
    party = get_object_or_404(Party, pk=pk, role=role)
    form = PartyForm(request.POST or None, initial=party_form.initial(party))
    form.fields["number"].required = True
    rows = party_form.rows_sent(request.POST) if request.method == "POST" else party_form.rows_of(party)

    def act() -> tuple[str, str]:
        version = form.seen_version()
        edited = cataloguing.edit_party(actor=actor, role=role, party=pk, version=version, **party_form.given(form, rows))
        return f"/{NOUNS[role]}/{pk}", f"{edited} was saved."

    return _form_page(request, form, rows, act, {**_words(role), "party": party})


def _form_page(
    request: HttpRequest, form: PartyForm, rows: party_form.Rows, act: Callable[[], tuple[str, str]], context: dict[str, Any]
) -> HttpResponse:
    """The form; adding a row shows it again without judging anything."""
    template = "parties/form.html"
    added = request.GET.get("add", "")
    # The address says that a row is added: nothing that a button leaves out can turn that into saving.
    if request.method != "POST" or added:
        return render(request, template, {**context, "form": form, "parts": party_form.shown(rows, added=added)})
    # The very rows: a refusal puts its sentences into them.
    context["parts"] = party_form.shown(rows)
    return form_page(request, form, template, act, context, lambda refusal: party_form.tell_rows(rows, refusal))


@require_safe
def detail(request: HttpRequest, pk: int, role: PartyRole) -> HttpResponse:
    """The page of a party."""
    return _page(request, pk, role)


@require_POST
def archive(request: HttpRequest, pk: int, role: PartyRole) -> HttpResponse:
    """Into the archive."""
    return _archived(request, pk, role, archived=True)


@require_POST
def restore(request: HttpRequest, pk: int, role: PartyRole) -> HttpResponse:
    """Back from the archive."""
    return _archived(request, pk, role, archived=False)


def _archived(request: HttpRequest, pk: int, role: PartyRole, *, archived: bool) -> HttpResponse:
    actor = viewing(request, "catalogue", "delete")

    def act() -> tuple[str, str]:
        change = cataloguing.archive_party if archived else cataloguing.restore_party
        party = change(actor=actor, role=role, party=pk, version=whole_number(request.POST.get("version", "")))
        return f"/{NOUNS[role]}/{pk}", f"{party} was {'archived' if archived else 'restored'}."

    return button_page(request, act, lambda again, refused: _page(again, pk, role, refused))


def _page(request: HttpRequest, pk: int, role: PartyRole, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "catalogue")
    party = get_object_or_404(Party, pk=pk, role=role)
    by_name = urlencode({role.value: f'="{party.name.replace(chr(34), chr(34) * 2)}"'})
    shows_returns = role == PartyRole.CUSTOMER and functions.is_on(functions.RMA) and access.may(actor, "stock", "view")
    context = {
        **_words(role),
        "party": party,
        "at": f"/{NOUNS[role]}/{pk}",
        "by_name": by_name,
        "contacts": party.contacts.order_by("position"),
        "addresses": party.addresses.order_by("position"),
        "units": counted(_units(party)),
        "orders": _orders(party) if access.may(actor, "purchasing", "view") else [],
        "sold": _sold(party) if party.role == PartyRole.CUSTOMER and access.may(actor, "sales", "view") else [],
        "shows_returns": shows_returns,
        "returned": _returned(party) if shows_returns else [],
        "history": history_of(NOUNS[role], pk),
        "may_edit": access.may(actor, "catalogue", "edit"),
        "may_archive": access.may(actor, "catalogue", "delete"),
        "may_take_back": role == PartyRole.CUSTOMER and functions.is_on(functions.RMA) and access.may(actor, "stock", "create"),
        "may_sell": role == PartyRole.CUSTOMER and not party.archived and access.may(actor, "sales", "create"),
        "may_order": role == PartyRole.VENDOR and not party.archived and access.may(actor, "purchasing", "create"),
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "parties/detail.html", context)


def _units(party: Party) -> Any:
    """The live units that came from the vendor, or are the customer's."""
    live = Serial.objects.filter(withdrawn=False)
    return live.filter(source__party=party) if party.role == PartyRole.VENDOR else live.filter(customer=party)


def _orders(party: Party) -> list[Document]:
    """The newest orders of a vendor."""
    orders = Document.objects.filter(party=party, kind=DocumentKind.PURCHASE_ORDER).annotate(line_count=Count("lines"))
    return list(orders.select_related("purchase_order").order_by("-id")[:10])


def _sold(party: Party) -> list[Document]:
    """The newest orders of a customer."""
    orders = Document.objects.filter(party=party, kind=DocumentKind.CUSTOMER_ORDER).annotate(line_count=Count("lines"))
    return list(orders.select_related("customer_order").order_by("-id")[:10])


def _returned(party: Party) -> list[Document]:
    """The newest returns of a customer."""
    papers = Document.objects.filter(party=party, kind=DocumentKind.RETURN).annotate(unit_count=Count("returned_units"))
    return list(papers.select_related("customer_return").order_by("-id")[:10])


def _words(role: PartyRole) -> dict[str, Any]:
    return {"role": role, "noun": NOUNS[role], "title": f"{role.label}s", "statuses": DocumentStatus}


def paths(role: PartyRole) -> list[URLPattern]:
    """The addresses under /vendors or /customers."""
    which = {"role": role}
    return [
        path("new", new, which),
        path("<int:pk>", detail, which),
        path("<int:pk>/edit", edit, which),
        path("<int:pk>/archival", archive, which),
        path("<int:pk>/restoration", restore, which),
    ]
