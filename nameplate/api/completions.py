"""Products finished with the parts that went into them: foreseen, or done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, written
from nameplate.api.bookings import REFUSALS, generated
from nameplate.api.describing import HEADERS, ID, ID_OR_NULL, TEXT, Json, add_schema, no, ref, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Text, Version, Word
from nameplate.api.manufacturing_orders import AT
from nameplate.api.problems import problem_of
from nameplate.api.signing_in import actor_of
from nameplate.listings.lot_ends import expired_lots
from nameplate.models import Document, Request, User
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing import (
    Completion,
    FailedUnit,
    GivenPart,
    GivenProduct,
    GoodsUsed,
    Judged,
    Progress,
    UsedUnit,
)
from nameplate.operations.manufacturing.grid import MOST_CELLS, PRODUCT_COLUMN
from nameplate.operations.manufacturing.orders import lock_order
from nameplate.refusals import Invalid

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)
MOST_PRODUCTS = 50_000

Keep = Annotated[list[Literal["other-item"]], Field(description="Verdicts to let stand: another item has the number too.")]
Serials = Annotated[list[str], Field(max_length=MOST_PRODUCTS)]


class InProduct(Body):
    """A part in a product: a `serial` or a `lot`, at a `place`, in a `column` of the order, or wherever its item goes first."""

    serial: Text = ""
    lot: Text = ""
    place: Word = ""
    column: Annotated[int, Field(ge=1, le=MOST_CELLS)] | None = None
    part: Annotated[
        Id | None, Field(description="A part of the order: where two have a place of the same name, or to go to its first free.")
    ] = None


class FinishedProduct(Body):
    """A product unit with what is in it. Without a serial it gets the next of its item's pattern, if `numbers` says so."""

    serial: Text = ""
    parts: Annotated[list[InProduct], Field(max_length=MOST_CELLS)] = []


class UsedPart(Body):
    """Units of a part that the order used, not known in which product."""

    part: Id
    serials: Serials


class UsedGoods(Body):
    """A quantity of a lot that the order used; `location` where it lies at several places."""

    part: Id
    lot: Word
    quantity: Quantity
    location: Id | None = None


class FailedPart(Body):
    """A part that failed on the bench: it is rejected in the same act."""

    serial: Text
    reason: Word


_PRODUCT: Json = {"serial": "SP-001", "parts": [{"place": "bay 1", "serial": "WD-WCAWZ1881335"}, {"lot": "L00007"}]}


class NewCompletion(Body):
    """What is finished: product units, or a `quantity` where the product has no serial numbers. All of it is recorded, or nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"products": [_PRODUCT], "failed": [{"serial": "WD-WCAWZ1881336", "reason": "Clicks."}], "happened_on": "2026-03-31"},
                {"numbers": 48, "used": [{"part": "12", "serials": ["WD-WCAWZ1881335"]}]},
            ]
        }
    )

    products: Annotated[list[FinishedProduct], Field(max_length=MOST_PRODUCTS)] = []
    keep: Keep = []
    numbers: Annotated[
        int,
        Field(
            ge=0,
            le=MOST_PRODUCTS,
            description="So many numbers by the item’s pattern: for products without one, then for products whose parts are not said.",
        ),
    ] = 0
    quantity: Quantity | None = None
    used: Annotated[list[UsedPart], Field(max_length=500)] = []
    goods: Annotated[list[UsedGoods], Field(max_length=1_000)] = []
    failed: Annotated[list[FailedPart], Field(max_length=MOST_CELLS)] = []
    location: Id | None = None
    happened_on: Day | None = None
    expires_on: Annotated[Day | None, Field(description="Of the lot that the products go into.")] = None
    note: Prose = ""
    version: Version | None = None


CELL = add_schema(
    "CellVerdict",
    {
        "product": {"type": "integer", "description": "Which of the products, from 1."},
        "column": {"type": ["integer", "null"], "description": "From 1; null for what is said of the product’s own number."},
        "place": TEXT,
        "text": TEXT,
        "rule": TEXT,
        "message": TEXT,
        "unit_id": ID_OR_NULL,
    },
)
EXPIRED = add_schema(
    "ExpiredLot",
    {
        "lot_id": ID,
        "lot": TEXT,
        "expires_on": {"type": "string", "format": "date"},
        "units": {"type": "integer", "description": "How many units of it; 0 where it has no serial numbers."},
    },
)
PREVIEW = add_schema(
    "CompletionPreview",
    {
        "good": {"type": "integer", "description": "Cells that can stand."},
        "bad": {"type": "integer"},
        "cells": {"type": "array", "items": CELL, "description": "Those that cannot."},
        "refusal": {
            "anyOf": [ref("Problem"), {"type": "null"}],
            "description": "What the completion would answer, with its `status`; null where it would be done.",
        },
        "expired": {
            "type": "array",
            "items": EXPIRED,
            "description": "Lots of it past their expiry. They can be used.",
        },
    },
)


@router.post(
    f"{AT}/completions",
    operation_id="create_completion",
    summary="Finish products",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ENTRY, "The entry of the completion"), **REFUSALS}},
)
def create_completion(request: HttpRequest, order: int, given: NewCompletion) -> HttpResponse:
    """Finishes all of it in one entry, or refuses with every cell that cannot stand among `cells`. Up to 20,000 parts in one go."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "production", "edit")  # before numbers are looked up: nobody else learns which exist
        document = lock_order(order)
        standing = manufacturing.progress(document, shelves=False)
        entry = manufacturing.complete(
            actor=actor,
            order=document,
            completion=_completion(actor, document, standing, given),
            location_id=given.location,
            happened_on=given.happened_on,
            note=given.note,
            version=given.version,
            standing=standing,
            request=claim,
        )
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    f"{AT}/completions/preview",
    operation_id="preview_completion",
    summary="Judge what is to be finished",
    openapi_extra={
        "responses": {
            200: yes(PREVIEW, "What would come of it"),
            **no(400, 401, 403, 404, 413, 422),
        }
    },
)
def preview_completion(request: HttpRequest, order: int, given: NewCompletion) -> HttpResponse:
    """Takes what the completion takes and answers what it would, as things stand. Writes nothing, and takes no number of a pattern."""
    actor = actor_of(request)
    foreseen = manufacturing.foresee(
        actor=actor,
        order=order,
        ready=lambda document, standing: _completion(actor, document, standing, given),
        location_id=given.location,
        happened_on=given.happened_on,
        note=given.note,
        version=given.version,
    )
    judged, refusal = foreseen.judged, foreseen.refusal
    expired = expired_lots(list(judged.units.values()), [one.lot_id for one in judged.lots.values()])
    said = [{"lot_id": str(lot), "lot": number, "expires_on": day, "units": count} for lot, number, day, count in expired]
    at = request.path.removesuffix("/preview")
    why = problem_of(refusal, refusal.status, actor=actor, path=at) if refusal is not None else None
    return answered({**_judged(judged), "refusal": why, "expired": said})


def _completion(actor: User, order: Document, standing: Progress, given: NewCompletion) -> Completion:
    products = _products(given.products)
    if given.numbers:
        products = _numbered(products, generated(actor, order, given.numbers))
    return Completion(
        rows=manufacturing.lay_out(standing, products),
        quantity=given.quantity,
        used=[UsedUnit(one.part, number) for one in given.used for number in one.serials],
        goods=[GoodsUsed(one.part, one.lot, one.quantity, one.location) for one in given.goods],
        failed=[FailedUnit(one.serial, one.reason) for one in given.failed],
        keep=frozenset[str](given.keep),
        expires_on=given.expires_on,
    )


def _products(given: Sequence[FinishedProduct]) -> list[GivenProduct]:
    """Refused: a part that is no number, or both a unit and a lot."""
    wrong = {
        f"products.{row}.parts.{position}": "Give a serial or a lot."
        for row, product in enumerate(given)
        for position, part in enumerate(product.parts)
        if bool(part.serial) == bool(part.lot)
    }
    if wrong:
        raise Invalid("invalid-fields", "Every part is a serial or a lot.", fields=wrong)
    return [
        GivenProduct(one.serial, [GivenPart(part.serial or part.lot, part.place, part.column, part.part) for part in one.parts])
        for one in given
    ]


def _numbered(products: Sequence[GivenProduct], numbers: Sequence[str]) -> list[GivenProduct]:
    """The numbers given out: to products without one, then to products of their own."""
    left = iter(numbers)
    found = [one if one.number else GivenProduct(next(left, ""), one.parts) for one in products]
    return [*found, *(GivenProduct(number) for number in left)]


def _judged(judged: Judged) -> dict[str, Any]:
    columns = judged.columns
    return {
        "good": len(judged.units) + len(judged.lots) + len(judged.products),
        "bad": len(judged.verdicts),
        "cells": [
            {
                "product": one.row + 1,
                "column": None if one.column == PRODUCT_COLUMN else one.column + 1,
                "place": columns[one.column].label if 0 <= one.column < len(columns) else "",
                "text": one.text,
                "rule": one.rule,
                "message": one.message,
                "unit_id": None if one.unit_id is None else str(one.unit_id),
            }
            for one in judged.verdicts
        ],
    }
