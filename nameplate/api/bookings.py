"""Parts booked for a manufacturing order, freed again, and proposed; numbers given to products before they are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, written
from nameplate.api.describing import DECIMAL, HEADERS, ID, TEXT, add_schema, no, ref, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose, Quantity, Word
from nameplate.api.manufacturing_orders import AT
from nameplate.api.signing_in import actor_of
from nameplate.models import Document, Request, Serial, Tracking, User
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing import BookedGoods, FreedGoods, PartPick
from nameplate.operations.manufacturing.orders import lock_order
from nameplate.operations.numbering import propose_serial_numbers
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid, Offender
from nameplate.serial_text import canonical

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)
MOST_UNITS = 50_000
MOST_PARTS = 500
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)
First = Annotated[Literal["received", "expiry"], Field(description="What was received first, or what expires first.")]


class BookedLot(Body):
    """So much of a lot, by its number; `location` where no single place has enough of it, or several have."""

    lot: Word
    quantity: Quantity
    location: Id | None = None


class BookedPart(Body):
    """Units of one part, by `units`, by `serials`, or `proposed`: free ones, as many as are still to be booked or `count`.

    A part without serial numbers is booked by `lots`, or `proposed`.
    """

    part: Id
    units: Annotated[list[Id], Field(max_length=MOST_UNITS)] | None = None
    serials: Annotated[list[str], Field(max_length=MOST_UNITS)] | None = None
    lots: Annotated[list[BookedLot], Field(max_length=1_000)] | None = None
    proposed: bool = False
    count: Annotated[int, Field(ge=1, le=MOST_UNITS)] | None = None
    first: First = "received"


class NewBooking(Body):
    """Units and quantities that are promised to the order: all of them, or none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"parts": [{"part": "12", "serials": ["WD-WCAWZ1881335"]}, {"part": "13", "proposed": True, "first": "expiry"}]}]
        }
    )

    parts: Annotated[list[BookedPart], Field(max_length=MOST_PARTS)]
    note: Prose = ""


class ReleasedGoods(Body):
    """What of a lot is booked for a part at a location: all of it, or so much."""

    part: Id
    lot: Id
    location: Id
    quantity: Quantity | None = None


class NewBookingRelease(Body):
    """Units that are no longer promised to the order, by their ids or their numbers, and quantities of lots."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"], "reason": "Needed elsewhere."}]})

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)] | None = None
    serials: Annotated[list[str], Field(max_length=MOST_UNITS)] | None = None
    goods: Annotated[list[ReleasedGoods], Field(max_length=1_000)] = []
    reason: Prose = ""


class NewProductNumbers(Body):
    """Numbers of products that are still to be made: these, or the next `count` of the item's own pattern."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["SP-001", "SP-002"]}, {"count": 48}]})

    serials: Annotated[list[str], Field(max_length=MOST_UNITS)] | None = None
    count: Annotated[int, Field(ge=1, le=MOST_UNITS)] | None = None
    note: Prose = ""


class ProductWithdrawal(Body):
    """Products whose numbers are taken back before they are made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"units": ["101", "102"], "reason": "Not made after all."}]})

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)]
    reason: Prose = ""


add_schema("ProposedUnit", {"unit_id": ID, "serial": TEXT, "lot_id": ID, "lot": TEXT, "location": TEXT, "booked": {"type": "boolean"}})
add_schema("ProposedGoods", {"lot_id": ID, "lot": TEXT, "location": TEXT, "quantity": DECIMAL, "booked": {"type": "boolean"}})
add_schema(
    "ProposedPart",
    {
        "part_id": ID,
        "item_id": ID,
        "item": TEXT,
        "unit": TEXT,
        "to_use": {**DECIMAL, "description": "What still goes in."},
        "units": {"type": "array", "items": ref("ProposedUnit"), "description": "Booked ones first."},
        "goods": {"type": "array", "items": ref("ProposedGoods"), "description": "Booked ones first."},
        "missing": {**DECIMAL, "description": "What is neither booked nor free at the order’s site."},
    },
)
PROPOSALS = add_schema("Proposals", {"parts": {"type": "array", "items": ref("ProposedPart")}})


def _said(description: str) -> dict[str, Any]:
    return {"parameters": HEADERS, "responses": {201: yes(ENTRY, description), **REFUSALS}}


@router.get(
    f"{AT}/proposals",
    operation_id="get_proposals",
    summary="Propose units and lots for a manufacturing order",
    openapi_extra={"responses": {200: yes(PROPOSALS, "For each part what would serve, and where it lies"), **no(401, 403, 404, 422)}},
)
def get_proposals(request: HttpRequest, order: int, first: str = "received") -> HttpResponse:
    """What is to be fetched for all that is still to be made. Nobody has it until it is booked or used; `first` is received or expiry."""
    found = manufacturing.picks(actor=actor_of(request), order=order, first=manufacturing.read_first(first))
    return answered({"parts": [_picked(one) for one in found]})


@router.post(f"{AT}/bookings", operation_id="create_booking", summary="Book parts", response={201: None}, openapi_extra=_said("The entry"))
def create_booking(request: HttpRequest, order: int, given: NewBooking) -> HttpResponse:
    """Promises units and quantities to the order: nobody else can use them then. `offenders` names each unit that cannot be booked."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "production", "edit")  # before numbers are looked up: nobody else learns which exist
        document = lock_order(order)
        units: dict[int, list[int]] = {}
        goods: list[BookedGoods] = []
        by_lot = _by_lot(document)
        for index, one in enumerate(given.parts):
            if one.lots is not None or (one.proposed and one.part in by_lot):
                goods += _lots(actor, document, one, f"parts.{index}")
            else:
                units.setdefault(one.part, []).extend(_units(actor, document, one, f"parts.{index}"))
        entry = manufacturing.book_parts(actor=actor, order=document, units=units, goods=goods, note=given.note, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


def _by_lot(order: Document) -> set[int]:
    """The parts of the order that have no serial numbers."""
    return set(order.lines.exclude(item__tracking=Tracking.SERIAL).values_list("pk", flat=True))


def _lots(actor: User, order: Document, given: BookedPart, field: str) -> list[BookedGoods]:
    """The quantities that are meant. Refused: units of such a part, or two ways at once."""
    if given.units is not None or given.serials is not None or (given.lots is not None and given.proposed):
        raise Invalid("units-or-serials", "Say which lots are meant.", fields={field: "Give one of lots and proposed."})
    if given.lots is None:
        return manufacturing.goods_to_book(actor=actor, order=order, line=given.part)
    return [BookedGoods(given.part, one.lot, one.quantity, one.location) for one in given.lots]


def _units(actor: User, order: Document, given: BookedPart, field: str) -> list[int]:
    """The units that are meant. Refused: none of the three ways, or several."""
    ways = [given.units is not None, given.serials is not None, given.proposed]
    if sum(ways) != 1:
        raise Invalid("units-or-serials", "Say which units are meant.", fields={field: "Give one of units, serials and proposed."})
    if given.units is not None:
        return given.units
    if given.serials is not None:
        return manufacturing.units_for(manufacturing.progress(order), given.part, given.serials)
    return manufacturing.units_to_book(actor=actor, order=order, line=given.part, count=given.count, first=given.first)


@router.post(
    f"{AT}/booking-releases",
    operation_id="create_booking_release",
    summary="Free booked parts",
    response={201: None},
    openapi_extra=_said("The entry"),
)
def create_booking_release(request: HttpRequest, order: int, given: NewBookingRelease) -> HttpResponse:
    """Takes back the promise of these units and quantities."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "production", "edit")
        document = lock_order(order)
        if (given.units is None) == (given.serials is None) and (given.units is not None or not given.goods):
            raise Invalid("units-or-serials", "Choose the units by id or by number.", fields={"serials": "Give this, or units."})
        units = given.units if given.units is not None else _booked(document, given.serials or [])
        goods = [FreedGoods(one.part, one.lot, one.location, one.quantity) for one in given.goods]
        entry = manufacturing.free_parts(actor=actor, order=document, unit_ids=units, goods=goods, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


def _booked(order: Document, numbers: list[str]) -> list[int]:
    """The units that are booked for the order under these numbers. Refused, each named: a number that none of them bears."""
    booked = dict(Serial.objects.filter(reserved_line__document=order, withdrawn=False).values_list("key", "pk"))
    strangers = [(at, number) for at, number in enumerate(numbers, 1) if canonical(number) not in booked]
    offenders = [Offender(number, f"it is not booked for {order}", line=at) for at, number in strangers]
    if offenders:
        sentence = f"{len(offenders):,} of these numbers are not booked for {order}."
        raise Invalid("units-not-found", sentence, fields={"serials": sentence}, offenders=offenders)
    return [booked[canonical(number)] for number in numbers]


@router.post(
    f"{AT}/serials",
    operation_id="plan_products",
    summary="Number products beforehand",
    response={201: None},
    openapi_extra=_said("The entry"),
)
def plan_products(request: HttpRequest, order: int, given: NewProductNumbers) -> HttpResponse:
    """The products stand Planned under these numbers until they are finished."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "production", "edit")
        document = lock_order(order)
        numbers = given.serials if given.count is None else generated(actor, document, given.count)
        if numbers is None or (given.serials is not None and given.count is not None):
            raise Invalid("units-or-serials", "Say which numbers the products get.", fields={"serials": "Give this, or count."})
        entry = manufacturing.plan_products(actor=actor, order=document, numbers=numbers, note=given.note, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    f"{AT}/withdrawals",
    operation_id="withdraw_products",
    summary="Take product numbers back",
    response={201: None},
    openapi_extra=_said("The entry"),
)
def withdraw_products(request: HttpRequest, order: int, given: ProductWithdrawal) -> HttpResponse:
    """Products that are Planned on the order leave every list; their numbers may come again."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        units = list(dict.fromkeys(given.units))
        entry = manufacturing.withdraw_products(actor=actor, order=order, units=units, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


def generated(actor: User, order: Document, count: int) -> list[str]:
    """The next numbers of the product's pattern, taken with the act that uses them: a refused or replayed request takes none."""
    return propose_serial_numbers(actor=actor, item=manufacturing.progress(order, shelves=False).product.item, count=count)


def _picked(one: PartPick) -> dict[str, Any]:
    return {
        "part_id": str(one.part.line.pk),
        "item_id": str(one.part.item.pk),
        "item": one.part.item.number,
        "unit": one.part.item.unit,
        "to_use": from_micro(one.part.to_use),
        "units": [
            {
                "unit_id": str(unit.unit_id),
                "serial": unit.number,
                "lot_id": str(unit.lot_id),
                "lot": unit.lot,
                "location": unit.location,
                "booked": unit.booked,
            }
            for unit in one.units
        ],
        "goods": [
            {
                "lot_id": str(goods.lot_id),
                "lot": goods.lot,
                "location": goods.location,
                "quantity": from_micro(goods.quantity),
                "booked": goods.booked,
            }
            for goods in one.goods
        ],
        "missing": from_micro(one.missing),
    }
