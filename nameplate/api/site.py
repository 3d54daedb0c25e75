"""The API as one: who may in, what is said of errors, and its addresses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path, register_converter
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.parser import Parser

from nameplate import __version__
from nameplate.api import (
    announcements,
    as_built,
    assembling,
    bills,
    bookings,
    changes,
    company,
    completions,
    components,
    correction_lists,
    corrections,
    count_photos,
    custom_fields,
    customer_orders,
    entries,
    exchanges,
    files,
    fittings,
    functions,
    goods_releases,
    imports,
    inspection_plans,
    inspection_verdicts,
    inspections,
    item_pictures,
    items,
    jobs,
    labels,
    list_columns,
    lot_dossiers,
    lots,
    manufacturing_orders,
    moves,
    numbering,
    openapi,
    order_steps,
    parties,
    picks,
    problems,
    production_papers,
    production_steps,
    purchase_orders,
    purchasing_rules,
    re_entries,
    reasons,
    receipts,
    reports,
    reservations,
    return_steps,
    returns,
    rework,
    saved_searches,
    serials,
    shipment_steps,
    shipments,
    sites,
    stock_counts,
    traces,
    transfer_orders,
    transfer_steps,
    unit_edits,
    unknown_units,
    vendor_returns,
    write_offs,
)
from nameplate.api.fields import LARGEST_ID
from nameplate.api.own_fields import with_own_fields
from nameplate.api.signing_in import WAYS_IN
from nameplate.refusals import Refused


class IdConverter:
    """An id in an address. What no id can be is no address of this API, so that it is answered like one that is unknown."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The id."""
        if int(value) > LARGEST_ID:
            raise ValueError(value)
        return int(value)

    def to_url(self, value: int) -> str:
        """Its text."""
        return str(value)


register_converter(IdConverter, "id")


class JsonBody(Parser):
    """Reads bodies with orjson, which refuses half characters and what is no JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value."""
        return orjson.loads(request.body)


class Api(NinjaAPI):
    """Ninja's, but every error has one way out."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """The problem that it is."""
        return problems.answer_to(request, exc)


NOUNS = (
    serials,
    corrections,
    correction_lists,
    purchase_orders,
    order_steps,
    purchasing_rules,
    receipts,
    announcements,
    manufacturing_orders,
    production_steps,
    bookings,
    completions,
    as_built,
    production_papers,
    entries,
    changes,
    exchanges,
    items,
    item_pictures,
    bills,
    labels,
    list_columns,
    saved_searches,
    parties,
    sites,
    lots,
    lot_dossiers,
    functions,
    company,
    numbering,
    reasons,
    moves,
    files,
    imports,
    jobs,
    custom_fields,
    unit_edits,
    inspections,
    inspection_plans,
    inspection_verdicts,
    goods_releases,
    write_offs,
    re_entries,
    vendor_returns,
    transfer_orders,
    transfer_steps,
    stock_counts,
    count_photos,
    traces,
    reports,
    components,
    assembling,
    fittings,
    rework,
    customer_orders,
    reservations,
    return_steps,
    unknown_units,
    returns,
    shipments,
    shipment_steps,
    picks,
)
"""What the description lists, in its order."""


def _make() -> NinjaAPI:
    api = Api(
        title="Nameplate",
        version=__version__,
        description="Serial-number tracking: every unit's whole life. The same operations and lists as the pages have.",
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        auth=list(WAYS_IN),
        parser=JsonBody(),
    )
    api.add_decorator(functions.hidden)
    for noun in NOUNS:
        for router in noun.ROUTERS:
            api.add_router("", router)
    return api


def _addresses() -> Iterator[URLPattern | URLResolver]:
    """The operations, then everything else below /api, which is nothing. They sign people in themselves, with no page to do it on."""
    patterns, _, name = api.urls
    described: list[URLPattern | URLResolver] = [path("openapi.json", description, name="openapi")]
    operations = [*described, *patterns[:-1]]  # the last is ninja's own root page
    for pattern in operations:
        pattern.callback.login_required = False  # type: ignore[union-attr]  # ninja's patterns are all of views
    yield path("api/v1/", (operations, "api", name))
    yield re_path("^api/", nowhere)


@csrf_exempt  # it changes nothing, and a missing token would hide from a program that its address is wrong
@login_not_required
def nowhere(request: HttpRequest) -> HttpResponse:
    """There is nothing here."""
    return problems.problem(problems.refusal_of(404), 404)


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The API's description of itself, which holds nothing that is secret; a company's own fields only for whoever is signed in."""
    try:
        signed_in = any(way(request) for way in WAYS_IN)
    except Refused as refusal:
        return problems.answer_to(request, refusal)
    answer = HttpResponse(own_document() if signed_in else document(), content_type="application/json")
    answer["Vary"] = "Cookie, Authorization, X-API-Key"
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def document() -> bytes:
    """The description as OpenAPI 3.1."""
    return orjson.dumps(openapi.document_of(api), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


def own_document() -> bytes:
    """The same with the company's custom fields."""
    return orjson.dumps(with_own_fields(orjson.loads(document())), option=orjson.OPT_INDENT_2)


api = _make()
addresses = list(_addresses())
