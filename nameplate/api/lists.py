"""Every list as JSON and as CSV, read from the one declaration that the pages read too."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Router

from nameplate import access
from nameplate.api.answers import answered
from nameplate.api.describing import COLUMNS, csv_answer, id_columns, list_answer, list_parameters, no, pdf_answer, row_schema
from nameplate.api.signing_in import actor_of
from nameplate.documents.lists import list_paper
from nameplate.documents.sending import sent
from nameplate.listings import Listing
from nameplate.listings.custom_fields import nested
from nameplate.listings.export import file_name, pieces
from nameplate.models import User
from nameplate.refusals import Invalid, NotFound


def answer_list(request: HttpRequest, listing: Listing) -> HttpResponse:
    """One page of the list. Refused whole when any parameter is wrong, so that no program takes more rows than it asked for."""
    page = listing.read(params_of(request), actor=actor_of(request), with_total=False)
    if page.query.columns:
        page.query.errors["columns"] = "A row always holds all columns; only a CSV has those that are asked for."
    _refuse_wrong(page.errors)
    for name in id_columns(listing):
        for row in page.rows:
            _as_id(row, name)
    rows = [nested(listing.customs, row) for row in page.rows] if listing.customs else page.rows
    body = {"items": rows, "count": page.count, "count_capped": page.capped, "next": page.next, "previous": page.previous}
    answer = answered({**body, "notes": page.notes})
    links = []
    if page.next:
        links.append(f'<{request.path}?{page.query.address(after=page.next)}>; rel="next"')
    if page.previous:
        links.append(f'<{request.path}?{page.query.address(before=page.previous)}>; rel="prev"')
    if links:
        answer["Link"] = ", ".join(links)
    return answer


def answer_csv(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    """All rows that match, as CSV."""
    actor, params = actor_of(request), params_of(request)
    _refuse_wrong(listing.mistakes(params, actor=actor))
    answer = StreamingHttpResponse(pieces(listing.csv(params, actor=actor)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(listing.name)}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def params_of(request: HttpRequest) -> dict[str, str]:
    """One text per parameter: one that comes several times means either of its values."""
    return {name: ",".join(request.GET.getlist(name)) for name in request.GET}


def row_of(listing: Listing, row_id: int, *, actor: User, name: str) -> dict[str, Any]:
    """One row of the list, whether the list shows or hides it. Refused: there is none."""
    access.require(actor, listing.section, "view")
    found = listing.reader(listing.visible(actor)).read([row_id], listing.scope)
    if not found:
        raise NotFound("not-found", f"There is no such {name}.")
    for column in id_columns(listing):
        _as_id(found[0], column)
    return nested(listing.customs, found[0])


def _as_id(row: dict[str, Any], name: str) -> None:
    """Ids are texts outside, also those that a list shows as numbers."""
    if row[name] is not None:
        row[name] = str(row[name])


def add_list(router: Router, path: str, listing: Listing, noun: str) -> None:
    """Three routes: the list itself (`list_<noun>`), all of it as CSV (`export_<noun>`) and as PDF (`print_<noun>`)."""

    def list_rows(request: HttpRequest) -> HttpResponse:
        return answer_list(request, listing)

    def export_rows(request: HttpRequest) -> HttpResponseBase:
        return answer_csv(request, listing)

    def print_rows(request: HttpRequest) -> HttpResponse:
        return sent(list_paper(actor=actor_of(request), listing=listing, params=params_of(request)))

    label = listing.label.lower()
    parameters = list_parameters(listing)
    router.get(
        path,
        operation_id=f"list_{noun}",
        summary=f"List {label}",
        description=f"Reads one page. {listing.search_tips} is searched by `q`." if listing.search_tips else None,
        openapi_extra={"parameters": parameters, "responses": {200: list_answer(row_schema(listing)), **no(401, 403, 422)}},
    )(list_rows)
    router.get(
        f"{path}.csv",
        operation_id=f"export_{noun}",
        summary=f"Export {label} as CSV",
        description="All rows that match, in the list's order. What a spreadsheet would take for a formula begins with an apostrophe.",
        openapi_extra={
            "parameters": [*(one for one in parameters if one["name"] not in {"size", "after", "before"}), COLUMNS],
            "responses": {200: csv_answer(listing), **no(401, 403, 422)},
        },
    )(export_rows)
    router.get(
        f"{path}.pdf",
        operation_id=f"print_{noun}",
        summary=f"Print {label} as PDF",
        description="The columns that the list shows at first and those that it is filtered or sorted by, up to 5,000 rows.",
        openapi_extra={
            "parameters": [one for one in parameters if one["name"] not in {"size", "after", "before"}],
            "responses": {200: pdf_answer(f"The list “{listing.label}”"), **no(401, 403, 422)},
        },
    )(print_rows)


def _refuse_wrong(errors: Any) -> None:
    if not errors:
        return
    first = next(iter(errors.items()))
    message = f"{first[0]}: {first[1]}" if len(errors) == 1 else f"{len(errors)} parameters need another look."
    raise Invalid("bad-query", message, fields=dict(errors))
