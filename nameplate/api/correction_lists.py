"""Many numbers corrected at once, and a list of old and new judged first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, ID_OR_NULL, TEXT, add_schema, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose
from nameplate.api.signing_in import actor_of
from nameplate.models import Item, Request, User
from nameplate.operations.correcting import correct_numbers, judge_pairs
from nameplate.operations.correcting.numbers import MOST_UNITS
from nameplate.operations.correcting.pairs import Pair, judged_pairs
from nameplate.refusals import Conflict, NotFound, Offender

router = Router(tags=["Serial numbers"])
ROUTERS = (router,)


class OneCorrection(Body):
    """The number that a unit bears and the right one; `item` where units of several items bear it."""

    serial: Annotated[str, Field(max_length=1000)]
    number: Annotated[str, Field(max_length=1000)]
    item: Id | None = None


class Corrections(Body):
    """All of them are corrected, or none. Within the list numbers may move along: A to B while B goes to A."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"corrections": [{"serial": "WD-l", "number": "WD-1"}], "reason": "The labels were misread."}]}
    )

    corrections: Annotated[list[OneCorrection], Field(max_length=MOST_UNITS)]
    reason: Prose


class PastedCorrections(Body):
    """A list as pasted: old and new on each line, separated by a comma, a semicolon or a tab."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "WD-l,WD-1\nWD-O,WD-0"}]})

    text: Annotated[str, Field(max_length=8_000_000)]
    item: Id | None = None


JUDGED = add_schema(
    "JudgedCorrections",
    {
        "good": {"type": "integer"},
        "bad": {"type": "integer"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "line": {"type": "integer"},
                    "serial": TEXT,
                    "number": TEXT,
                    "standing": {"enum": ["good", "bad"]},
                    "rule": TEXT,
                    "message": TEXT,
                    "unit_id": ID_OR_NULL,
                },
            },
        },
    },
)


@router.post(
    "/serials/corrections",
    operation_id="create_corrections",
    summary="Correct many numbers",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry that corrects them"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_corrections(request: HttpRequest, given: Corrections) -> HttpResponse:
    """Corrects them in one entry, or refuses with every line in the way among the `offenders`."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        items = dict(Item.objects.filter(pk__in={one.item for one in given.corrections if one.item}).values_list("pk", "number"))
        pairs = [
            Pair(line, one.serial, one.serial, one.number, items.get(one.item, "\ufffd") if one.item else "", quoted=True)
            for line, one in enumerate(given.corrections, 1)
        ]
        answer = judged_pairs(pairs)
        offenders = [Offender(pair.old, pair.message, pair.unit_id, line=pair.line) for pair in answer.pairs if pair.standing != "good"]
        if offenders:
            message = f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} cannot be corrected so."
            raise Conflict("not-correctable", message, fields={"corrections": message}, offenders=offenders)
        entry = correct_numbers(actor=actor, numbers=answer.numbers, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/serials/corrections/preview",
    operation_id="preview_corrections",
    summary="Judge a list of old and new numbers",
    openapi_extra={"responses": {200: yes(JUDGED, "A verdict on every line"), **no(400, 401, 403, 404, 413, 422)}},
)
def preview_corrections(request: HttpRequest, given: PastedCorrections) -> HttpResponse:
    """Reads the text as the page does and judges every line. Writes nothing."""
    item = Item.objects.filter(pk=given.item).first() if given.item is not None else None
    if given.item is not None and item is None:
        raise NotFound("no-such-item", "There is no such item.", fields={"item": "There is no such item."})
    answer = judge_pairs(actor=actor_of(request), text=given.text, item=item)
    lines = [
        {
            "line": pair.line,
            "serial": pair.old,
            "number": pair.new,
            "standing": pair.standing,
            "rule": pair.rule,
            "message": pair.message,
            "unit_id": None if pair.unit_id is None else str(pair.unit_id),
        }
        for pair in answer.pairs
    ]
    good = len(answer.numbers)
    return answered({"good": good, "bad": len(lines) - good, "lines": lines})
