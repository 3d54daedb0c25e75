"""The API's description of itself (OpenAPI 3.1): rows and filters come from the lists' declarations, refusals from one schema."""

from __future__ import annotations

from typing import Any

from nameplate.api.problems import CONTENT_TYPE, TITLES
from nameplate.listings import Column, Listing
from nameplate.listings.export import file_name
from nameplate.listings.query import DEFAULT_SIZE, LARGEST_SIZE
from nameplate.refusals import Busy

Json = dict[str, Any]

ID: Json = {"type": "string", "pattern": "^[0-9]{1,19}$"}
ID_OR_NULL: Json = {"type": ["string", "null"], "pattern": "^[0-9]{1,19}$"}
TEXT: Json = {"type": "string"}
DECIMAL: Json = {"type": "string", "examples": ["2.5"]}
DECIMAL_OR_NULL: Json = {"type": ["string", "null"], "examples": ["2.5"]}
MOMENT: Json = {"type": "string", "format": "date-time", "examples": ["2026-03-31T08:15:00.000000Z"]}

ENTRY_OR_NULL: Json = {"anyOf": [{"$ref": "#/components/schemas/CausingEntry"}, {"type": "null"}]}

SCHEMAS: dict[str, Json] = {}
"""The schemas that answers refer to, by name; added to the document's components."""

HEADERS: list[Json] = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "maxLength": 200},
        "description": "The same key with the same body has one effect and one answer, however often it is sent; with another body it is "
        "refused. A replayed answer carries `Idempotency-Replayed: true`.",
    }
]
IF_MATCH: Json = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": TEXT,
    "description": "The ETag of what was read. When it was changed since, the edit is refused with 412 and both versions. "
    "The body's `version` may say the same; then it is refused with 409.",
}

ANY_VALUE: Json = {"type": ["string", "integer", "boolean", "null"]}
CUSTOM: Json = {
    "type": "object",
    "additionalProperties": ANY_VALUE,
    "description": "The values of its custom fields, by slug. Whoever is signed in reads here which there are.",
}
_FILTERS = {
    "text": "`WD-*` begins with it, `WCAW` contains it, `=x` exactly, `!x` not, `a..b` from–to, `x, y` either, `=` empty, `!=` not empty.",
    "number": "`12`, `2.5..4`, `>100`, `<=5`, `x, y` either.",
    "date": "`2026-03`, `2026-01-15..2026-02`, `>2026-03`, `today`, `7d` (the last seven days), `+30d` (the next thirty), `=` empty.",
}
_KINDS = {"link": "text", "url": "text", "quantity": "number", "money": "number", "time": "date"}


def ref(name: str) -> Json:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def add_schema(name: str, properties: dict[str, Json], *, required: list[str] | None = None, description: str = "") -> Json:
    """Put an object's schema into the document and refer to it; all its properties are always there unless `required` says otherwise."""
    SCHEMAS[name] = {"type": "object", "properties": properties, "required": list(properties) if required is None else required}
    if description:
        SCHEMAS[name]["description"] = description
    return ref(name)


def no(*statuses: int) -> dict[int, Json]:
    """The refusals that an operation may answer; 503 and 500 may come from any, 507 from what writes."""
    return {status: _refusal(status) for status in (*statuses, 500, 503, *((507,) if 409 in statuses else ()))}


def _refusal(status: int) -> Json:
    answer: Json = {"description": TITLES[status], "content": {CONTENT_TYPE: {"schema": ref("Problem")}}}
    if status in {401, 403}:
        answer["headers"] = {"WWW-Authenticate": {"schema": TEXT}}
    if status == Busy.status:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return answer


def yes(schema: Json, description: str, *, headers: Json | None = None) -> Json:
    """A good answer."""
    answer: Json = {"description": description, "content": {"application/json": {"schema": schema}}}
    if headers:
        answer["headers"] = headers
    return answer


def pdf_answer(description: str) -> Json:
    """A document."""
    schema = {"type": "string", "contentMediaType": "application/pdf"}
    return {"description": description, "content": {"application/pdf": {"schema": schema, "example": "%PDF-1.4 …"}}}


def list_answer(row: Json) -> Json:
    """A page of rows."""
    cursor = {"type": ["string", "null"], "description": "Send it as `after` or `before`; null at the end."}
    properties = {
        "items": {"type": "array", "items": row},
        "count": {"type": "integer", "description": "Rows that match, exact up to the cap."},
        "count_capped": {"type": "boolean", "description": "There are more than `count`."},
        "next": cursor,
        "previous": cursor,
        "notes": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "How a parameter was understood, where that is not plain.",
        },
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    link = {"Link": {"schema": TEXT, "description": "`next` and `prev` as addresses."}}
    return yes(schema, "A page", headers=link)


def csv_answer(listing: Listing) -> Json:
    """The whole list as CSV."""
    head = ",".join(column.label for column in listing.columns)
    return {"description": "All rows", "content": {"text/csv": {"schema": TEXT, "example": head + "\r\n"}}}


def list_parameters(listing: Listing) -> list[Json]:
    """The parameters of a list: a filter for each column that has one, then search, order, size and place."""
    filters = [column_parameter(column) for column in listing.columns if column.filterable]
    sortable = ", ".join(f"`{column.name}`" for column in listing.columns if column.sortable)
    reserved = [_parameter("q", f"Search: {listing.search_tips or 'anything'}.")] if listing.search is not None else []
    chosen = [_parameter("chosen", "Only the rows of this selection: `17`; `!17` is all but these.")] if listing.selectable else []
    past = [_parameter("as_of", AS_OF, {"type": "string", "format": "date"})] if listing.then is not None else []
    return [
        *filters,
        *reserved,
        *chosen,
        *past,
        _parameter("sort", f"One to three of {sortable}, with `-` in front the other way round: `-{listing.columns[0].name}`."),
        _parameter("size", "Rows in a page.", {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}),
        _parameter("after", "The page behind this cursor: `next` of the page before."),
        _parameter("before", "The page before this cursor: `previous` of the page behind."),
    ]


def column_parameter(column: Column) -> Json:
    """The filter of a column."""
    return _parameter(column.name, _filter_tip(column), _choices(column))


def _parameter(name: str, description: str, schema: Json | None = None) -> Json:
    return {"in": "query", "name": name, "required": False, "schema": schema or TEXT, "description": description}


AS_OF = (
    "As it was at the end of this day in the company's time zone, without what was undone since. Names, notes, custom fields and the "
    "lots' own data are those of today."
)
COLUMNS = _parameter("columns", "Which columns, in this order, joined by commas; all when it is not said.")
"""Of a list as CSV."""


def _filter_tip(column: Column) -> str:
    if column.choices:
        return f"{column.label}: any of " + ", ".join(f"`{choice.slug}`" for choice in column.choices) + ", joined by commas."
    return f"{column.label}. {_FILTERS[_KINDS.get(column.kind, column.kind)]}"


def _choices(column: Column) -> Json:
    return {"type": "string", "examples": [column.choices[0].slug]} if column.choices else TEXT


def row_schema(listing: Listing) -> Json:
    """The schema of a row: a property for each column, and the ids of what it points at."""
    name = "".join(part.capitalize() for part in file_name(listing.name).split("-")) + "Row"
    return ref(name) if name in SCHEMAS else add_schema(name, row_properties(listing))


def id_columns(listing: Listing) -> tuple[str, ...]:
    """The columns that hold an id of something as a number."""
    return tuple(column.name for column in listing.columns if column.name in {"reverses", "subject", "undone_by"})


def row_properties(listing: Listing) -> dict[str, Json]:
    """The properties of a row."""
    found: dict[str, Json] = {"id": ID}
    for column in listing.columns:
        found[column.name] = {**column_schema(column), "description": column.label}
        if column.via is not None:
            found[f"{column.via.name}_id"] = ID_OR_NULL
        if column.ref_value:
            found[column.ref] = ID_OR_NULL
    for customs in listing.customs:
        found[customs.group.replace(".", "_")] = CUSTOM
    return found | {name: {**found[name], **ID_OR_NULL} for name in id_columns(listing)}


def column_schema(column: Column) -> Json:
    """The schema of a column's value."""
    slugs = [choice.slug for choice in column.choices]
    if column.bits:
        return {"type": "array", "items": {"type": "string", "enum": slugs}}
    if column.choices:
        return {"enum": [*slugs, None]}
    types: dict[str, Json] = {
        "changes": {"type": ["array", "null"], "items": ref("Change")},
        "number": {"type": ["integer", "null"]},
        "date": {"type": ["string", "null"], "format": "date"},
        "time": {"type": ["string", "null"], "format": "date-time"},
    }
    return types.get(column.kind, {"type": ["string", "null"]})


add_schema(
    "Problem",
    {
        "type": {"type": "string", "format": "uri-reference", "description": "Stable for each rule."},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for people."},
        "rule": {"type": "string", "description": "Which rule said no; programs may rely on it.", "examples": ["serials-not-receivable"]},
        "fields": {"type": "object", "additionalProperties": TEXT, "description": "A sentence for each input at fault."},
        "offenders": {"type": "array", "items": ref("Offender"), "description": "Every unit or line in the way."},
        "causes": {"type": "array", "items": ref("Cause"), "description": "The documents and entries that stand in the way."},
        "way_out": {"type": "string", "description": "What to do."},
        "units": {"type": "array", "items": ref("UnitInTheWay"), "description": "The first 100 units in the way, looked up."},
        "entry": {**ENTRY_OR_NULL, "description": "The entry that the refusal as a whole comes from."},
        "ways": {"type": "array", "items": ref("WayOut"), "description": "What leads out of it, for whoever asks; the nearest first."},
    },
    description="Why not, as RFC 9457 has it. A rule may add members of its own: `possible`, `yours`, `theirs`…",
)
add_schema(
    "Offender",
    {
        "text": TEXT,
        "why": TEXT,
        "unit_id": ID_OR_NULL,
        "line": {"type": ["integer", "null"], "description": "Its position among the numbers sent, from 1."},
        "entry_id": ID_OR_NULL,
        "document": TEXT,
        "order_line": {"type": ["integer", "null"], "description": "The position of the document's line that it was sent for."},
    },
)
add_schema(
    "UnitInTheWay",
    {
        "unit_id": ID,
        "serial": TEXT,
        "why": TEXT,
        "entry": {**ENTRY_OR_NULL, "description": "Since which entry it stands so."},
        "ways": {"type": "array", "items": ref("WayOut")},
    },
)
add_schema(
    "CausingEntry",
    {
        "id": ID,
        "act": TEXT,
        "happened_at": MOMENT,
        "by_whom": TEXT,
        "document": {**TEXT, "description": "Its number; empty for none."},
        "document_id": ID_OR_NULL,
        "href": TEXT,
    },
)
add_schema(
    "WayOut",
    {
        "rel": {**TEXT, "description": "What it does, as `free`, `undo`, `open`, `list`; programs may rely on it."},
        "label": {**TEXT, "description": "As the button on the page says it."},
        "page": {"type": ["string", "null"], "description": "The page that does it; null: the same request again."},
        "operation": {"type": ["string", "null"], "description": "The operation of this API that does it."},
        "href": {"type": ["string", "null"], "description": "That operation’s address."},
        "unit_ids": {"type": "array", "items": ID, "description": "The units that it is for."},
    },
)
add_schema("Change", {"name": TEXT, "before": {}, "after": {}}, description="What else changed of a unit, beside where and how it stands.")
add_schema("Cause", {"noun": TEXT, "id": ID, "label": TEXT, "href": TEXT})
