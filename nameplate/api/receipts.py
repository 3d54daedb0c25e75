"""Receiving: what came of an order's lines, judged first or received at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import answered, written
from nameplate.api.describing import DECIMAL, HEADERS, ID, ID_OR_NULL, TEXT, Json, add_schema, no, ref, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Custom, Day, Id, Prose, Quantity, Text, Version
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations.receiving import Box, BoxAnswer, LineReceipt, preview, receive
from nameplate.operations.receiving.receipts import MOST_NUMBERS
from nameplate.operations.shipping import PickAnswer

router = Router(tags=["Receiving"])
ROUTERS = (router,)
MOST_LINES = 500

Keep = Annotated[
    list[Literal["other-item", "more-than-ordered"]],
    Field(description="Verdicts to let stand: the number is known on another item too; more came than was ordered."),
]
Numbers = Annotated[list[str], Field(max_length=MOST_NUMBERS)]
Unreadable = Annotated[
    int,
    Field(
        ge=0,
        le=MOST_NUMBERS,
        description="How many more came without a readable number: on hold under provisional ones until the real ones are given.",
    ),
]


class ReceivedLine(Body):
    """What came of one line: the serial numbers of its units, or a quantity where the item has none."""

    line: Id
    serials: Numbers = []
    unreadable: Unreadable = 0
    quantity: Quantity | None = None
    location: Id | None = None
    vendor_batch: Annotated[Text, Field(max_length=100)] = ""
    expires_on: Day | None = None
    keep: Keep = []


class NewReceipt(Body):
    """A delivery, wholly or in part: all of it is received, or nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lines": [{"line": "12", "serials": ["WD-WCAWZ1881335", "WD-WCAWZ1881336"]}, {"line": "13", "quantity": "2.5"}],
                    "location": "3",
                    "received_on": "2026-03-31",
                }
            ]
        }
    )

    lines: Annotated[list[ReceivedLine], Field(max_length=MOST_LINES)]
    location: Id | None = None
    received_on: Day | None = None
    note: Prose = ""
    custom: Custom = {}
    version: Version | None = None


class PreviewedLine(Body):
    """What is in the box of one line, as pasted: numbers, ranges, counts."""

    line: Id
    text: Text = ""
    quantity: Quantity | None = None
    keep: Keep = []


class Preview(Body):
    """Boxes to be judged."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"line": "12", "text": "A0098..A0105\nB7"}]}]})

    lines: Annotated[list[PreviewedLine], Field(max_length=MOST_LINES)]


VERDICT = add_schema(
    "Verdict",
    {
        "line": {"type": "integer", "description": "The line of the text, from 1."},
        "text": TEXT,
        "standing": {"enum": ["good", "decide", "bad"]},
        "rule": TEXT,
        "message": TEXT,
        "units": {"type": "integer", "description": "How many numbers it stands for."},
        "unit_id": ID_OR_NULL,
        "suggestion": TEXT,
    },
)
DUPLICATES: Json = {"type": "integer", "description": "How many stand twice. One of each is taken; they are not among `decide`."}
_JUDGED: dict[str, Json] = {
    "good": {"type": "integer"},
    "decide": {"type": "integer", "description": "How many wait for a decision."},
    "duplicates": DUPLICATES,
    "bad": {"type": "integer"},
    "serials": {"type": "array", "items": TEXT, "description": "The good ones: what the receipt takes."},
    "verdicts": {"type": "array", "items": ref("Verdict")},
}
JUDGED_BOX = add_schema("JudgedBox", _JUDGED)
JUDGED = add_schema("JudgedLine", {"line": ID, **_JUDGED, "missing": {**DECIMAL, "description": "What would still be to come."}})
PREVIEWED = add_schema("PreviewAnswer", {"lines": {"type": "array", "items": ref("JudgedLine")}})


@router.post(
    "/purchase-orders/{id:order}/receipts",
    operation_id="create_receipt",
    summary="Receive",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry of the receipt"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_receipt(request: HttpRequest, order: int, given: NewReceipt) -> HttpResponse:
    """Receives all of it in one entry, or refuses with every number in the way among the `offenders`. Up to 50,000 numbers in one go."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = receive(
            actor=actor,
            order=order,
            lines=[_line_receipt(line) for line in given.lines],
            location_id=given.location,
            received_on=given.received_on,
            note=given.note,
            custom=given.custom,
            version=given.version,
            request=claim,
        )
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/purchase-orders/{id:order}/receipts/preview",
    operation_id="preview_receipt",
    summary="Judge what is to be received",
    openapi_extra={"responses": {200: yes(PREVIEWED, "A verdict on every number"), **no(400, 401, 403, 404, 413, 422)}},
)
def preview_receipt(request: HttpRequest, order: int, given: Preview) -> HttpResponse:
    """Reads each text as the page's box does (ranges, counts, quoted text) and judges every number. Writes nothing."""
    boxes = [Box(line_id=line.line, text=line.text, quantity=line.quantity or "", keep=frozenset[str](line.keep)) for line in given.lines]
    found = preview(actor=actor_of(request), order=order, boxes=boxes)
    return answered({"lines": [_judged(line, answer) for line, answer in found.items()]})


def _line_receipt(line: ReceivedLine) -> LineReceipt:
    return LineReceipt(
        line_id=line.line,
        numbers=line.serials,
        quantity=line.quantity,
        location_id=line.location,
        vendor_batch=line.vendor_batch,
        expires_on=line.expires_on,
        keep=frozenset[str](line.keep),
        unreadable=line.unreadable,
    )


def _judged(line: int, answer: BoxAnswer) -> dict[str, Any]:
    return {"line": str(line), **judged_box(answer), "missing": answer.missing}


def judged_box(answer: BoxAnswer | PickAnswer) -> dict[str, Any]:
    """What is said of a box, as the API shows it."""
    return {
        "good": answer.good,
        "decide": answer.decide,
        "duplicates": answer.duplicates,
        "bad": answer.bad,
        "serials": answer.numbers,
        "verdicts": [
            {
                "line": row.line,
                "text": row.text,
                "standing": row.standing,
                "rule": row.rule,
                "message": row.message,
                "units": row.units,
                "unit_id": None if row.unit_id is None else str(row.unit_id),
                "suggestion": row.suggestion,
            }
            for row in answer.rows
        ],
    }
