"""Lots: each batch of an item, and where it lies; made by hand, added to, edited, numbered later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import DECIMAL, HEADERS, ID, IF_MATCH, TEXT, add_schema, no, row_properties, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Custom, Day, Id, Prose, Quantity, Version, Word
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.receipts import JUDGED_BOX, Keep, Numbers, Unreadable, judged_box
from nameplate.api.signing_in import actor_of
from nameplate.models import Item, Lot, Request, Stock, User
from nameplate.operations.correcting import give_numbers
from nameplate.operations.lots import Contents, HandBox, add_to_lot, create_lot, edit_lot, preview_box
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

router = Router(tags=["Lots"])
ROUTERS = (router,)
LOTS = listings.ALL["lots"]

add_list(router, "/lots", LOTS, "lots")
STOCK = {"location_id": ID, "location": TEXT, "quantity": DECIMAL, "reserved": DECIMAL, "held": DECIMAL}
LOT = add_schema(
    "Lot",
    {
        **row_properties(LOTS),
        "stock": {"type": "array", "items": {"type": "object", "properties": STOCK, "required": list(STOCK)}},
        "cost": {**DECIMAL, "type": ["string", "null"], "description": "Of one unit of the item, in the company's currency."},
        "hold": {**TEXT, "description": "Why all of it is on hold; empty when it is not."},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)
MADE_LOT = add_schema(
    "MadeLot",
    {"lot": LOT, "entry": ENTRY, "href": {**TEXT, "description": "The lot's address."}},
)


class Put(Body):
    """What comes into a lot by hand: serial numbers and how many without a readable one, or a quantity; where, since when, and why."""

    serials: Numbers = []
    unreadable: Unreadable = 0
    quantity: Quantity | None = None
    keep: Keep = []
    location: Id | None = None
    received_on: Day | None = None
    reason: Word
    note: Prose = ""
    serial_custom: Annotated[Custom, Field(description="Values of the units' custom fields, the same for all of them.")] = {}

    def contents(self) -> Contents:
        """As the operation takes it."""
        return Contents(self.serials, self.unreadable, self.quantity, frozenset[str](self.keep), self.serial_custom)


class NewLot(Put):
    """A lot that did not come on an order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"item": "5", "serials": ["B-0001", "B-0002"], "location": "3", "reason": "Opening stock"}]}
    )

    item: Id
    vendor_batch: Annotated[Word, Field(max_length=100)] = ""
    expires_on: Day | None = None
    cost: Quantity | None = None
    notes: Prose = ""
    custom: Custom = {}


class MoreOfLot(Put):
    """More that comes into a lot in stock."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["B-0003"], "reason": "Found behind the rack"}]})


class LotEdit(Body):
    """What is to be set; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"notes": "Keep dry.", "version": 1}]})

    vendor_batch: Annotated[Word, Field(max_length=100)] = ""
    expires_on: Day | None = None
    cost: Quantity | None = None
    notes: Prose = ""
    custom: Custom = {}
    version: Version | None = None


class GivenNumbers(Body):
    """The real numbers, in the order of the units' provisional ones, or of `units`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["B-0299", "B-0300"]}]})

    serials: Numbers
    units: Annotated[list[Id], Field(max_length=1000)] = []
    keep_format: Annotated[bool, Field(description="Let numbers stand that are not in the item's format.")] = False
    reason: Prose = ""


class LotPreview(Body):
    """A box to be judged, as pasted: numbers, ranges, counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item": "5", "text": "B-0001..B-0020"}]})

    item: Id
    text: Annotated[str, Field(max_length=8_000_000)]
    keep: Keep = []


@router.post(
    "/lots",
    operation_id="create_lot",
    summary="Make a lot by hand",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(MADE_LOT, "The lot and its entry"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_lot_by_hand(request: HttpRequest, given: NewLot) -> HttpResponse:
    """Makes a lot with its units or its quantity in one entry, which can be undone as one: all of it, or nothing."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        lot, entry = create_lot(
            actor=actor,
            item=given.item,
            contents=given.contents(),
            reason=given.reason,
            location_id=given.location,
            received_on=given.received_on,
            note=given.note,
            request=claim,
            vendor_batch=given.vendor_batch,
            expires_on=given.expires_on,
            cost=given.cost,
            notes=given.notes,
            custom=given.custom,
        )
        made = lot_of(lot.pk, actor=actor)
        return {"lot": made, "entry": entry_of(entry.pk, actor=actor), "href": made["href"]}

    return written(request, act, status=201)


@router.post(
    "/lots/preview",
    operation_id="preview_lot",
    summary="Judge what is to be put into a lot by hand",
    openapi_extra={"responses": {200: yes(JUDGED_BOX, "A verdict on every number"), **no(400, 401, 403, 404, 413, 422)}},
)
def preview_lot(request: HttpRequest, given: LotPreview) -> HttpResponse:
    """Reads the text as the page's box does and judges every number. Writes nothing."""
    actor = actor_of(request)
    access.require(actor, "stock", "create")
    item = Item.objects.filter(pk=given.item).first()
    if item is None:
        raise NotFound("no-such-item", "There is no such item.")
    box = HandBox(given.text, keep=frozenset[str](given.keep))
    return answered(judged_box(preview_box(actor=actor, item=item, box=box)))


@router.post(
    "/lots/{id:lot}/serials",
    operation_id="create_lot_serials",
    summary="Put more into a lot",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ENTRY, "The entry"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_lot_serials(request: HttpRequest, lot: int, given: MoreOfLot) -> HttpResponse:
    """A receipt by hand into a lot that is in stock: its quantity grows in the same entry."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = add_to_lot(
            actor=actor,
            lot=lot,
            contents=given.contents(),
            reason=given.reason,
            location_id=given.location,
            received_on=given.received_on,
            note=given.note,
            request=claim,
        )
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/lots/{id:lot}/numbers",
    operation_id="number_lot_units",
    summary="Give missing numbers",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ENTRY, "The entry"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def number_lot_units(request: HttpRequest, lot: int, given: GivenNumbers) -> HttpResponse:
    """Gives units that were received without readable numbers their real ones, which frees them; fewer leave the others waiting."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = give_numbers(
            actor=actor,
            lot=lot,
            numbers=given.serials,
            unit_ids=given.units,
            keep_format=given.keep_format,
            reason=given.reason,
            request=claim,
        )
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.patch(
    "/lots/{id:lot}",
    operation_id="update_lot",
    summary="Edit a lot",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(LOT, "The lot as it stands now"), **no(400, 401, 403, 404, 409, 412, 413, 422, 428)},
    },
)
def update_lot(request: HttpRequest, lot: int, given: LotEdit) -> HttpResponse:
    """Sets what is given and leaves the rest. Each edit is an entry, so it can be undone."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        fields = given.model_dump(exclude_unset=True)
        version = version_seen(request, fields.pop("version", None))
        edit_lot(actor=actor, lot=lot, version=version, request=claim, **fields)
        return lot_of(lot, actor=actor)

    return written(request, act)


@router.get(
    "/lots/{id:lot}",
    operation_id="get_lot",
    summary="Read a lot",
    openapi_extra={"responses": {200: yes(LOT, "The lot"), **no(401, 403, 404)}},
)
def get_lot(request: HttpRequest, lot: int) -> HttpResponse:
    """The lot, and how much of it lies where."""
    return answered(lot_of(lot, actor=actor_of(request)))


def lot_of(lot: int, *, actor: User) -> dict[str, Any]:
    """The lot as the API shows it."""
    row = row_of(LOTS, lot, actor=actor, name="lot")
    found = Lot.objects.only("cost", "hold", "version").get(pk=lot)
    lying = Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location__site").order_by("location__label_key", "id")
    return {
        **row,
        "stock": [
            {
                "location_id": str(one.location_id),
                "location": f"{one.location.site.name} · {one.location.name}",
                "quantity": from_micro(one.quantity),
                "reserved": from_micro(one.reserved),
                "held": from_micro(one.held),
            }
            for one in lying
        ],
        "cost": None if found.cost is None else from_micro(found.cost),
        "hold": found.hold,
        "version": found.version,
        "href": f"{ROOT}/lots/{lot}",
    }
