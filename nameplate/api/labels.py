"""Labels: what they can be printed on, and the labels of units as PDF."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered
from nameplate.api.describing import TEXT, add_schema, no, pdf_answer, yes
from nameplate.api.fields import Body, Id, Text
from nameplate.api.signing_in import actor_of
from nameplate.documents.label_stock import STOCKS, USUAL
from nameplate.documents.labels import LINES, MOST_LABELS, Meant, Style, labels_document
from nameplate.documents.sending import sent
from nameplate.documents.symbols import CODES

router = Router(tags=["Labels"])
ROUTERS = (router,)
_NAMED = {"type": "array", "items": {"type": "object", "properties": {"name": TEXT, "label": TEXT}, "required": ["name", "label"]}}
CHOICES = add_schema("LabelChoices", {"codes": _NAMED, "stocks": _NAMED, "lines": _NAMED})


class NewLabels(Body):
    """Which units: by their ids, of an entry, in a lot, or all that a search of the list finds; and how their labels look."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"units": ["1"], "code": "datamatrix", "stock": "L7160"}]})

    units: Annotated[list[Id], Field(max_length=MOST_LABELS)] = []
    entry: Id | None = None
    lot: Id | None = None
    search: Annotated[dict[str, Text] | None, Field(description='Filters as `list_serials` has them: `{"status": "received"}`.')] = None
    code: Text = "datamatrix"
    stock: Text = USUAL
    lines: list[Literal["item", "description", "lot"]] = ["item", "description"]
    start: Annotated[int, Field(description="The first free label of a sheet that was begun.")] = 1


@router.get(
    "/labels",
    operation_id="get_labels",
    summary="Read what labels can be",
    openapi_extra={"responses": {200: yes(CHOICES, "Codes, labels and lines to choose from"), **no(401, 403)}},
)
def get_labels(request: HttpRequest) -> HttpResponse:
    """Every code and every kind of labels that there is, by the names that `create_labels` takes."""
    access.require(actor_of(request), "stock", "view")
    return answered(
        {
            "codes": [{"name": code.name, "label": code.label} for code in CODES.values()],
            "stocks": [{"name": stock.name, "label": stock.label} for stock in STOCKS.values()],
            "lines": [{"name": name, "label": label} for name, label in LINES.items()],
        }
    )


@router.post(
    "/labels",
    operation_id="create_labels",
    summary="Print labels",
    openapi_extra={"responses": {200: pdf_answer("The labels"), **no(400, 401, 403, 413, 422)}},
)
def create_labels(request: HttpRequest, given: NewLabels) -> HttpResponse:
    """Makes one PDF with a label for each unit, at most 5,000; changes nothing. Numbers that the code or label cannot take are named."""
    meant = Meant(units=given.units, entry=given.entry, lot=given.lot, search=given.search)
    style = Style(given.code, given.stock, tuple(given.lines), given.start)
    return sent(labels_document(actor=actor_of(request), meant=meant, style=style))
