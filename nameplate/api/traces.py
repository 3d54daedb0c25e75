"""Traces: what a unit or a lot was built into, and what is in it, through all levels."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from ninja import Query, Router

from nameplate.api.answers import answered
from nameplate.api.describing import DECIMAL_OR_NULL, ID, ID_OR_NULL, MOMENT, TEXT, Json, add_schema, no, yes
from nameplate.api.fields import Day
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.purchase_orders import file_name
from nameplate.listings.trace import TRACE_COLUMNS, Direction, Node, Row, trace
from nameplate.listings.trace.facts import Facts, Paper
from nameplate.listings.trace.graph import Noun
from nameplate.listings.trace.telling import certainty, lines
from nameplate.quantities import from_micro

router = Router(tags=["Traces"])
ROUTERS = (router,)
MOST_ROWS = 20_000
"""Rows of one answer; the CSV has no cap."""

_MOMENT_OR_NULL: Json = {**MOMENT, "type": ["string", "null"]}
_CERTAINTY: Json = {"enum": ["certain", "possible"]}
_NODE: dict[str, Json] = {
    "noun": {"enum": ["serials", "lots", "entries"], "description": "`entries`: a completion that used it without saying for which unit."},
    "id": ID,
    "number": TEXT,
    "item_id": ID_OR_NULL,
    "item": TEXT,
    "status": {**TEXT, "description": "Of today, in words, whatever the day."},
    "lot_id": ID_OR_NULL,
    "lot": TEXT,
    "vendor_batch": TEXT,
    "source": TEXT,
    "vendor_id": ID_OR_NULL,
    "vendor": TEXT,
    "order": {**TEXT, "description": "The order that made it."},
    "outermost_id": ID_OR_NULL,
    "outermost": TEXT,
    "customer_id": ID_OR_NULL,
    "customer": {**TEXT, "description": "Of its outermost product, today."},
    "customer_order": TEXT,
    "shipment": TEXT,
    "href": TEXT,
}
_ROW = add_schema(
    "TraceRow",
    {
        "level": {"type": "integer", "description": "From 1; a row belongs to the row before it that is one level less."},
        **_NODE,
        "place": TEXT,
        "quantity": {**DECIMAL_OR_NULL, "description": "Of a lot: how much of it."},
        "link": {**_CERTAINTY, "description": "This one link."},
        "way": {**_CERTAINTY, "description": "Every link from the root to here."},
        "since": _MOMENT_OR_NULL,
        "until": _MOMENT_OR_NULL,
        "now": {"type": "boolean", "description": "Whether every link from the root to here holds: now, or at the end of `day`."},
        "stands_further_up": {"type": "boolean", "description": "What is behind it stands there, and is not repeated."},
    },
)
_TRACE = add_schema(
    "Trace",
    {
        "root": add_schema("TraceRoot", _NODE),
        "direction": {"enum": ["forward", "backward"]},
        "day": {"type": ["string", "null"], "format": "date"},
        "items": {"type": "array", "items": _ROW},
        "count": {"type": "integer"},
        "capped": {"type": "boolean", "description": f"There are more than {MOST_ROWS:,}: take the CSV, which has all."},
        "href": TEXT,
    },
)
Way = Annotated[Literal["forward", "backward"], Query(description="`forward`: what it was built into; `backward`: what is in it.")]
AsOf = Annotated[Day | None, Query(description="As things were at the end of this day; without it, everything that ever was.")]


def _read(request: HttpRequest, node: Node, direction: Direction, day: dt.date | None) -> HttpResponse:
    found = trace(actor=actor_of(request), node=node, direction=direction, day=_past(day), most=MOST_ROWS)
    return answered(
        {
            "root": _node_of(found.root, found.facts),
            "direction": direction,
            "day": day,
            "items": [_row_of(row) for row in found.rows],
            "count": len(found.rows),
            "capped": found.capped,
            "href": f"{ROOT}/{node.noun}/{node.id}/trace",
        }
    )


def _export(request: HttpRequest, node: Node, direction: Direction, day: dt.date | None) -> HttpResponseBase:
    found = trace(actor=actor_of(request), node=node, direction=direction, day=_past(day))
    answer = StreamingHttpResponse(lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="trace-{file_name(found.facts.number)}-{direction}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _past(day: dt.date | None) -> dt.date | None:
    """What is to come has not happened: the end of any later day is that of today."""
    return None if day is None else min(day, timezone.localdate())


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _number(paper: Paper | None) -> str:
    return "" if paper is None else paper.number


def _node_of(node: Node, facts: Facts) -> dict[str, Any]:
    return {
        "noun": node.noun,
        "id": str(node.id),
        "number": facts.number,
        "item_id": _id(facts.item_id),
        "item": facts.item,
        "status": facts.standing,
        "lot_id": _id(facts.lot_id),
        "lot": facts.lot,
        "vendor_batch": facts.vendor_batch,
        "source": _number(facts.source),
        "vendor_id": _id(facts.vendor_id),
        "vendor": facts.vendor,
        "order": _number(facts.order),
        "outermost_id": _id(facts.outermost_id),
        "outermost": facts.outermost,
        "customer_id": _id(facts.customer_id),
        "customer": facts.customer,
        "customer_order": _number(facts.customer_order),
        "shipment": _number(facts.shipment),
        "href": f"{ROOT}/{node.noun}/{node.id}",
    }


def _row_of(row: Row) -> dict[str, Any]:
    link = row.link
    return {
        "level": row.level,
        **_node_of(row.node, row.facts),
        "place": link.place,
        "quantity": from_micro(link.quantity) if link.quantity is not None and row.node.noun == "lots" else None,
        "link": certainty(link.certain),
        "way": certainty(row.sure),
        "since": link.since or row.facts.happened_at,
        "until": link.until,
        "now": row.now,
        "stands_further_up": row.above,
    }


def _add(noun: Noun, one: str) -> None:
    """Two routes: the trace as JSON, and all of it as CSV."""

    def read(request: HttpRequest, subject: int, direction: Way = "forward", day: AsOf = None) -> HttpResponse:
        return _read(request, Node(noun, subject), direction, day)

    def export(request: HttpRequest, subject: int, direction: Way = "forward", day: AsOf = None) -> HttpResponseBase:
        return _export(request, Node(noun, subject), direction, day)

    said = "Every level, each row under the one that it belongs to; each link certain, or possible where an order used something up "
    said += "without it being said for which of its units."
    router.get(
        f"/{noun}/{{id:subject}}/trace",
        operation_id=f"trace_{one}",
        summary=f"Trace a {one}",
        description=f"{said} At most {MOST_ROWS:,} rows, which `capped` says.",
        openapi_extra={"responses": {200: yes(_TRACE, "The trace"), **no(401, 403, 404, 409, 422)}},
    )(read)
    csv = {"description": "All rows", "content": {"text/csv": {"schema": TEXT, "example": ",".join(TRACE_COLUMNS) + "\r\n"}}}
    router.get(
        f"/{noun}/{{id:subject}}/trace.csv",
        operation_id=f"export_{one}_trace",
        summary=f"Export the trace of a {one} as CSV",
        description=f"{said} All rows, however many.",
        openapi_extra={"responses": {200: csv, **no(401, 403, 404, 409, 422)}},
    )(export)


_add("serials", "serial")
_add("lots", "lot")
_add("entries", "entry")
