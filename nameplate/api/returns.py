"""Returns: announced or taken back at once, edited, filled, canceled; each with its units and what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.access import Right
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, ID, ID_OR_NULL, IF_MATCH, TEXT, Json, add_schema, no, ref, row_properties, yes
from nameplate.api.fields import Body, Day, Id, Prose, Version, Word
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.return_goods import MOST_GOODS, RETURN_GOODS, GoodsSentBack, RowsOfReturn, UnknownUnits, goods_shown
from nameplate.api.signing_in import actor_of
from nameplate.models import Document, Request, ReturnOutcome, User
from nameplate.operations import returning
from nameplate.operations.returning import ReturnState, Said
from nameplate.refusals import Invalid

router = Router(tags=["Returns"])
ROUTERS = (router,)
RETURNS = listings.ALL["returns"]

add_list(router, "/returns", RETURNS, "returns")
DAY_OR_NULL: Json = {"type": ["string", "null"], "format": "date"}
add_schema(
    "ReturnUnit",
    {
        "id": ID,
        "serial": TEXT,
        "item_id": ID,
        "item": TEXT,
        "reason": {"type": ["string", "null"]},
        "complaint": TEXT,
        "coming": {"type": "boolean", "description": "False where it stays with the customer."},
        "received_entry_id": ID_OR_NULL,
        "outcome": {"enum": ["", *ReturnOutcome.values], "description": "Empty until it is decided."},
        "finding": TEXT,
        "next": {**TEXT, "description": "What is to be done next, or where it is."},
        "done": {"type": "boolean"},
        "shipment_id": ID_OR_NULL,
        "customer_order_id": ID_OR_NULL,
        "shipped_on": DAY_OR_NULL,
        "days": {"type": ["integer", "null"], "description": "Between shipping and coming back."},
        "warranty_until": DAY_OR_NULL,
        "in_warranty": {"type": "boolean"},
        "warranty": {**TEXT, "description": "The state of its warranty with the reason for it."},
        "last_inspection": TEXT,
        "contradiction": {**TEXT, "description": "Why it was taken although the records have it elsewhere."},
        "known": {**TEXT, "description": "What the records said."},
        "settled": TEXT,
        "replacement_id": ID_OR_NULL,
    },
)
RETURN = add_schema(
    "Return",
    {
        **row_properties(RETURNS),
        "address": TEXT,
        "unit_list": {"type": "array", "items": ref("ReturnUnit")},
        "goods_list": {"type": "array", "items": RETURN_GOODS},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)
UNITS: Json = {"serials": ["WD-WCAWZ1881335"]}


class ReturnContents(Units):
    """What the customer sends back, and why; `contradiction` says why it is taken where the records have it elsewhere."""

    model_config = ConfigDict(json_schema_extra={"examples": [UNITS]})

    goods: Annotated[list[GoodsSentBack], Field(max_length=MOST_GOODS)] = []
    reason: Id | None = None
    complaint: Prose = ""
    coming: Annotated[bool, Field(description="False for units that stay with the customer.")] = True
    contradiction: Prose = ""

    def both(self) -> dict[str, Any]:
        """The units and goods, as operations take them."""
        return {"unit_ids": self.unit_ids(), "goods": [one.said() for one in self.goods]}

    def said(self) -> Said:
        """What the customer says, as the operation takes it."""
        return Said(self.reason, self.complaint, self.coming, self.contradiction)


class NewReturn(ReturnContents):
    """Whose they are, and `location` where they lie here already: then they are received at once.

    `unknown` are units that the records never had: they are made known as they are received.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"customer": "3", "location": "4", "complaint": "It clicks.", **UNITS}]})

    customer: Id
    location: Id | None = None
    unknown: UnknownUnits | None = None
    returned_on: Day | None = None
    customer_reference: Word = ""
    address: Prose = ""
    notes: Prose = ""


class ReturnEdit(Body):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "notes": "Fragile."}]})

    version: Version | None = None
    customer_reference: Word = ""
    address: Prose = ""
    notes: Prose = ""


class ReturnRemoval(RowsOfReturn):
    """What the customer does not send after all."""

    model_config = ConfigDict(json_schema_extra={"examples": [UNITS]})


class ReturnStep(Body):
    """From one status to the next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    version: Version | None = None


def described(description: str, status: int = 200, *more: int) -> Json:
    """How an operation that changes a return is described."""
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, *more)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {status: yes(RETURN, description), **refusals}}


def act_on(request: HttpRequest, paper: int, act: Callable[[User, Request | None], object], right: Right = "edit") -> HttpResponse:
    """Do it once, and answer how the return stands then."""

    def acted(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", right)  # before numbers are looked up: nobody else learns which exist
        act(actor, claim)
        return return_of(paper, actor=actor)

    return written(request, acted)


@router.post(
    "/returns",
    operation_id="create_return",
    summary="Open a return",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(RETURN, "The return"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_return(request: HttpRequest, given: NewReturn) -> HttpResponse:
    """Announced; or, with a location, received in the same act."""
    head: dict[str, Any] = given.model_dump(exclude_unset=True, include={"customer_reference", "address", "notes"})

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "create")
        both = given.both()
        if given.location is None:
            if given.unknown is not None:
                sentence = "What nobody knows is made known when it comes: say where it lies."
                raise Invalid("no-location", sentence, fields={"location": sentence})
            paper = returning.create_return(actor=actor, customer=given.customer, said=given.said(), **both, **head)
            return return_of(paper.pk, actor=actor)
        entry = returning.take_back(
            actor=actor,
            customer=given.customer,
            unknown=given.unknown.unknown() if given.unknown else None,
            location_id=given.location,
            said=given.said(),
            returned_on=given.returned_on,
            request=claim,
            **both,
            **head,
        )
        return return_of(entry.document_id or 0, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/returns/{id:paper}",
    operation_id="get_return",
    summary="Read a return",
    openapi_extra={"responses": {200: yes(RETURN, "The return with its units"), **no(401, 403, 404)}},
)
def get_return(request: HttpRequest, paper: int) -> HttpResponse:
    """The return, and of each unit how it was shipped, its warranty, and what is to be done."""
    return answered(return_of(paper, actor=actor_of(request)))


@router.patch(
    "/returns/{id:paper}",
    operation_id="update_return",
    summary="Edit a return",
    openapi_extra=described("The return as it stands now", 200, 428),
)
def update_return(request: HttpRequest, paper: int, given: ReturnEdit) -> HttpResponse:
    """Sets what is given and leaves the rest."""
    head: dict[str, Any] = given.model_dump(exclude_unset=True, exclude={"version"})
    edit = returning.edit_return
    return act_on(request, paper, lambda actor, _: edit(actor=actor, paper=paper, version=version_seen(request, given.version), **head))


@router.post(
    "/returns/{id:paper}/contents",
    operation_id="add_to_return",
    summary="Put units and goods on a return",
    openapi_extra=described("The return as it stands now"),
)
def add_to_return(request: HttpRequest, paper: int, given: ReturnContents) -> HttpResponse:
    """Units that are on it already stay as they are."""
    add = returning.add_to_return
    return act_on(request, paper, lambda actor, _: add(actor=actor, paper=paper, said=given.said(), **given.both()), "create")


@router.post(
    "/returns/{id:paper}/removals",
    operation_id="take_off_return",
    summary="Take units and goods off a return",
    openapi_extra=described("The return as it stands now"),
)
def take_off_return(request: HttpRequest, paper: int, given: ReturnRemoval) -> HttpResponse:
    """As long as they have not come."""
    take = returning.take_off_return
    return act_on(request, paper, lambda actor, _: take(actor=actor, paper=paper, **given.both()))


@router.post(
    "/returns/{id:paper}/cancellation",
    operation_id="cancel_return",
    summary="Cancel a return",
    openapi_extra=described("The return, Canceled"),
)
def cancel_return(request: HttpRequest, paper: int, given: ReturnStep = ReturnStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """Before anything of it came; a receipt is undone by its entry."""
    seen = version_seen(request, given.version) if given.version is not None or "If-Match" in request.headers else None
    return act_on(request, paper, lambda actor, _: returning.cancel_return(actor=actor, paper=paper, version=seen), "delete")


def return_of(paper: int, *, actor: User) -> dict[str, Any]:
    """The return as the API shows it."""
    row = row_of(RETURNS, paper, actor=actor, name="return")
    found = Document.objects.select_related("customer_return", "party").get(pk=paper)
    stands = returning.standing(found)
    states = {state: {**_OWN, **_state(state)} for state in {unit.state for unit in stands.units}}
    return {
        **row,
        "address": found.customer_return.address,
        "unit_list": [
            {
                **states[state],
                "id": str(unit),
                "serial": number,
                "last_inspection": inspected,
                "replacement_id": None if replacement is None else str(replacement),
            }
            for unit, number, replacement, _, inspected, state in stands.units
        ],
        "goods_list": [goods_shown(one) for one in stands.goods],
        "version": found.version,
        "href": f"{ROOT}/returns/{paper}",
    }


_OWN: dict[str, Any] = {"id": "", "serial": "", "last_inspection": "", "replacement_id": None}
"""What is each unit's own. It has its place in what units share: to copy that is quicker than to let it grow."""


def _state(state: ReturnState) -> dict[str, Any]:
    """What is the same for all units that stand so."""
    ids = {
        "received_entry_id": state.received_by_id,
        "shipment_id": state.shipment_id,
        "customer_order_id": state.customer_order_id,
    }
    return {
        "item_id": str(state.item.pk),
        "item": state.item.number,
        **{name: getattr(state, name) for name in ("reason", "complaint", "coming", "outcome", "finding", "contradiction", "known")},
        **{name: getattr(state, name) for name in ("settled", "next", "done", "days", "in_warranty", "warranty")},
        **{name: None if value is None else str(value) for name, value in ids.items()},
        **{name: day.isoformat() if (day := getattr(state, name)) else None for name in ("shipped_on", "warranty_until")},
    }
