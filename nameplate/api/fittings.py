"""Units and goods built into products that exist, and units of which it is said later which product they are in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import answered
from nameplate.api.assembling import One, described, entry_answer, ids_of
from nameplate.api.describing import ID_OR_NULL, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Word
from nameplate.api.signing_in import actor_of
from nameplate.operations.assembling import Fitting, GoodsIn, goods_named, install_components, place_components
from nameplate.operations.assembling.fitting import Verb
from nameplate.operations.assembling.lists import judge_list
from nameplate.operations.choosing import MOST_UNITS
from nameplate.refusals import Invalid

router = Router(tags=["Components"])
ROUTERS = (router,)

_LINE = {
    "line": {"type": "integer"},
    "component": TEXT,
    "product": TEXT,
    "place": TEXT,
    "standing": {"enum": ["good", "bad"]},
    "message": TEXT,
    "component_id": ID_OR_NULL,
    "product_id": ID_OR_NULL,
}
JUDGED = add_schema(
    "JudgedFittings",
    {
        "good": {"type": "integer"},
        "bad": {"type": "integer"},
        "lines": {"type": "array", "items": {"type": "object", "properties": _LINE, "required": list(_LINE)}},
    },
)


class OneFitting(Body):
    """A unit, the product that it is in, and where, each by its id or by its number."""

    component: Id | None = None
    component_serial: One | None = None
    product: Id | None = None
    product_serial: One | None = None
    place: Word = ""


class Fittings(Body):
    """All of them, or none."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fittings": [{"component_serial": "WD-2", "product_serial": "SP-00217", "place": "bay 3"}]}]}
    )

    fittings: Annotated[list[OneFitting], Field(max_length=MOST_UNITS)]
    reason: Prose = ""
    anyway: Annotated[bool, Field(description="Though the bill of materials does not have it so.")] = False
    happened_on: Day | None = None
    note: Prose = ""


class OneGoodsIn(Body):
    """So much of a lot into a product: by its id or its number, or an item that is followed by quantity alone."""

    product: Id | None = None
    product_serial: One | None = None
    lot: Id | None = None
    lot_number: Annotated[
        str | None, Field(max_length=1000, description="Of a lot, else of an item that is followed by quantity alone.")
    ] = None
    item: Annotated[Id | None, Field(description="One that is followed by quantity alone; what expires first goes in first.")] = None
    quantity: Quantity
    location: Annotated[
        Id | None, Field(description="Where it is taken from; needed where it lies at several places of the product’s site.")
    ] = None


class NewInstallation(Fittings):
    """Units, and `goods` without serial numbers: all of them, or none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "fittings": [{"component_serial": "WD-2", "product_serial": "SP-00217", "place": "bay 3"}],
                    "goods": [{"product_serial": "SP-00217", "lot_number": "L00012", "quantity": "2"}],
                }
            ]
        }
    )

    fittings: Annotated[list[OneFitting], Field(max_length=MOST_UNITS)] = []
    goods: Annotated[list[OneGoodsIn], Field(max_length=MOST_UNITS)] = []


class PastedFittings(Body):
    """A list as pasted: component, product and perhaps a place on each line, separated by a comma, a semicolon or a tab."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "WD-2,SP-00217,bay 3\nWD-3,SP-00217,bay 4"}]})

    text: Annotated[str, Field(max_length=8_000_000)]
    reason: Prose = ""
    anyway: bool = False


@router.post(
    "/installations",
    operation_id="create_installation",
    summary="Build units and goods into existing products",
    response={201: None},
    openapi_extra=described("The entry of the installation"),
)
def create_installation(request: HttpRequest, given: NewInstallation) -> HttpResponse:
    """Units from stock go into products that exist, at places that are free; quantities of `goods` without serial numbers do too."""
    return entry_answer(
        request, lambda actor, claim: install_components(actor=actor, goods=_goods(given.goods), request=claim, **_fittings(given))
    )


@router.post(
    "/placements",
    operation_id="create_placement",
    summary="Say which products units went into",
    response={201: None},
    openapi_extra=described("The entry that says so"),
)
def create_placement(request: HttpRequest, given: Fittings) -> HttpResponse:
    """Of units that an order used, unit unknown: which unit it was."""
    return entry_answer(request, lambda actor, claim: place_components(actor=actor, request=claim, **_fittings(given)))


@router.post(
    "/installations/preview",
    operation_id="preview_installations",
    summary="Judge a list of units to build in",
    openapi_extra={"responses": {200: yes(JUDGED, "A verdict on every line"), **no(400, 401, 403, 413, 422)}},
)
def preview_installations(request: HttpRequest, given: PastedFittings) -> HttpResponse:
    """Reads the text as the page does and judges every line. Writes nothing."""
    return _judged(request, "install", given)


@router.post(
    "/placements/preview",
    operation_id="preview_placements",
    summary="Judge a list of units and the products they went into",
    openapi_extra={"responses": {200: yes(JUDGED, "A verdict on every line"), **no(400, 401, 403, 413, 422)}},
)
def preview_placements(request: HttpRequest, given: PastedFittings) -> HttpResponse:
    """Reads the text as the page does and judges every line. Writes nothing."""
    return _judged(request, "place", given)


def _judged(request: HttpRequest, verb: Verb, given: PastedFittings) -> HttpResponse:
    answer = judge_list(actor=actor_of(request), verb=verb, text=given.text, reason=given.reason, anyway=given.anyway)
    lines = [
        {
            "line": row.line,
            "component": row.component,
            "product": row.product,
            "place": row.place,
            "standing": row.standing,
            "message": row.message,
            "component_id": None if row.unit_id is None else str(row.unit_id),
            "product_id": None if row.product_id is None else str(row.product_id),
        }
        for row in answer.rows
    ]
    good = len(answer.fittings)
    return answered({"good": good, "bad": len(lines) - good, "lines": lines})


def _fittings(given: Fittings) -> dict[str, Any]:
    units = ids_of([(one.component, one.component_serial) for one in given.fittings], "component")
    products = ids_of([(one.product, one.product_serial) for one in given.fittings], "product")
    fittings = [Fitting(unit, product, one.place) for unit, product, one in zip(units, products, given.fittings, strict=True)]
    return {"fittings": fittings, "reason": given.reason, "anyway": given.anyway, "happened_on": given.happened_on, "note": given.note}


def _goods(given: Sequence[OneGoodsIn]) -> list[GoodsIn]:
    products = ids_of([(one.product, one.product_serial) for one in given], "product")
    numbers = sorted({one.lot_number for one in given if one.lot_number is not None})
    named = dict(zip(numbers, goods_named(numbers), strict=True)) if numbers else {}
    found = []
    for product, one in zip(products, given, strict=True):
        if sum(way is not None for way in (one.lot, one.lot_number, one.item)) != 1:
            sentence = "Give each of the goods by lot, by lot_number or by item."
            raise Invalid("which-lot", sentence, fields={"goods": sentence})
        lot, item = named[one.lot_number] if one.lot_number is not None else (one.lot, one.item)
        found.append(GoodsIn(product, one.quantity, lot, item, one.location))
    return found
