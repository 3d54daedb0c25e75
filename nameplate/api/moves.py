"""Units and goods moved within a site, put on hold, freed from it, said to belong to another lot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose, Quantity, Word
from nameplate.ledger.state import Unit
from nameplate.models import Entry, Request, User
from nameplate.operations import holding, moving, rejecting
from nameplate.operations.choosing import MOST_LOTS, MOST_UNITS, units_known, units_named
from nameplate.operations.correcting import correct_lot
from nameplate.refusals import Invalid

router = Router(tags=["Lots"])
ROUTERS = (router,)
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)


class Chosen(Body):
    """What is meant: units by their ids or their numbers; or a lot, all of it, or a quantity of it where its item has no serial numbers."""

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)] | None = None
    serials: Annotated[list[str], Field(max_length=MOST_UNITS)] | None = None
    lot: Id | None = None
    quantity: Quantity | None = None
    ways: ClassVar[tuple[str, ...]] = ("units", "serials", "lot")

    def unit_ids(self) -> list[int] | None:
        """The units; None when lots are meant. Refused: nothing, or several of these at once."""
        given = [name for name in self.ways if getattr(self, name) is not None]
        if len(given) != 1 or (self.quantity is not None and self.lot is None):
            message = f"Choose {', '.join(self.ways[:-1])}, or a lot (with a quantity, if only a part of it is meant)."
            raise Invalid("units-or-serials", message, fields=dict.fromkeys(given or self.ways, "Give one of these."))
        if self.units is not None:
            return self.units
        return units_named(self.serials) if self.serials is not None else None


class Move(Chosen):
    """Where to, within the site. `from_location` is needed where a quantity lies at several places."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"], "location": "4"}]})

    location: Id
    from_location: Id | None = None
    reason: Prose = ""
    note: Prose = ""


class ChosenLots(Chosen):
    """Besides, many whole lots at once."""

    lots: Annotated[list[Id], Field(max_length=MOST_LOTS)] | None = None
    ways: ClassVar[tuple[str, ...]] = ("units", "serials", "lots", "lot")


class Hold(ChosenLots):
    """Why. A whole lot on hold takes what comes into it later on hold too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lot": "7", "reason": "Wet boxes."}]})

    reason: Word
    location: Id | None = None


class Release(ChosenLots):
    """What was found."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lot": "7", "reason": "Dried and tested."}]})

    reason: Prose = ""
    location: Id | None = None


class Units(Body):
    """Which units, by their ids or by their numbers."""

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)] | None = None
    serials: Annotated[list[str], Field(max_length=MOST_UNITS)] | None = None

    def unit_ids(self) -> list[int]:
        """Their ids. Refused: both ways at once; numbers that name no unit, or several."""
        if self.units is not None and self.serials is not None:
            raise Invalid("units-or-serials", "Choose the units by id or by number.", fields={"serials": "Leave this out, or units."})
        return self.units or (units_named(self.serials) if self.serials else [])

    def known(self) -> tuple[list[int], dict[int, Unit]]:
        """Their ids, and how the ledger knows those that were looked up by their numbers. Refused: as `unit_ids`."""
        if self.units is not None or not self.serials:
            return self.unit_ids(), {}
        found = units_known(self.serials)
        return list(found), found


class Rejection(Units):
    """What is wrong with them; `location` where they do not stay where they lie."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"], "reason": "Failed in burn-in."}]})

    reason: Prose
    location: Id | None = None
    note: Prose = ""


class StockRelease(Units):
    """What was found."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"], "reason": "Passed the second run."}]})

    reason: Prose = ""


class LotCorrection(Body):
    """Units that stand in another lot of the same item and belong to `lot`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"units": ["12", "13"], "lot": "7", "reason": "Boxes mixed up."}]})

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)]
    lot: Id
    reason: Prose


def _entry(request: HttpRequest, act: Callable[[User, Request | None], Entry]) -> HttpResponse:
    def acted(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")  # before the numbers are looked up: nobody else learns which exist
        return entry_of(act(actor, claim).pk, actor=actor)

    return written(request, acted, status=201)


def _described(description: str) -> dict[str, Any]:
    return {"parameters": HEADERS, "responses": {201: yes(ENTRY, description), **REFUSALS}}


@router.post("/moves", operation_id="create_move", summary="Move", response={201: None}, openapi_extra=_described("The entry of the move"))
def create_move(request: HttpRequest, given: Move) -> HttpResponse:
    """Moves units, a lot or a quantity of it to another location of the site, at once."""

    def act(actor: User, claim: Request | None) -> Entry:
        more: dict[str, Any] = {"location_id": given.location, "reason": given.reason, "note": given.note, "request": claim}
        units = given.unit_ids()
        if units is not None:
            return moving.move_units(actor=actor, unit_ids=units, **more)
        lot = given.lot or 0
        if given.quantity is None:
            return moving.move_lot(actor=actor, lot=lot, **more)
        return moving.move_goods(actor=actor, lot=lot, quantity=given.quantity, from_location_id=given.from_location, **more)

    return _entry(request, act)


@router.post(
    "/holds", operation_id="create_hold", summary="Put on hold", response={201: None}, openapi_extra=_described("The entry of the hold")
)
def create_hold(request: HttpRequest, given: Hold) -> HttpResponse:
    """What is on hold can be moved, rejected, written off and corrected; it cannot be built in, used, shipped or reserved.

    Several `lots` are one entry: all of them, or none.
    """

    def act(actor: User, claim: Request | None) -> Entry:
        units = given.unit_ids()
        if units is not None:
            return holding.hold_units(actor=actor, unit_ids=units, reason=given.reason, request=claim)
        if given.lots is not None:
            return holding.hold_lots(actor=actor, lot_ids=given.lots, reason=given.reason, request=claim)
        lot = given.lot or 0
        if given.quantity is None:
            return holding.hold_lot(actor=actor, lot=lot, reason=given.reason, request=claim)
        return holding.hold_goods(
            actor=actor, lot=lot, quantity=given.quantity, location_id=given.location, reason=given.reason, request=claim
        )

    return _entry(request, act)


@router.post(
    "/releases",
    operation_id="create_release",
    summary="Free from hold",
    response={201: None},
    openapi_extra=_described("The entry of the release"),
)
def create_release(request: HttpRequest, given: Release) -> HttpResponse:
    """Frees units, lots that are on hold as a whole, or a quantity. Units whose number is missing are freed by giving them one."""

    def act(actor: User, claim: Request | None) -> Entry:
        units = given.unit_ids()
        if units is not None:
            return holding.release_units(actor=actor, unit_ids=units, reason=given.reason, request=claim)
        if given.lots is not None:
            return holding.release_lots(actor=actor, lot_ids=given.lots, reason=given.reason, request=claim)
        lot = given.lot or 0
        if given.quantity is None:
            return holding.release_lot(actor=actor, lot=lot, reason=given.reason, request=claim)
        return holding.release_goods(
            actor=actor, lot=lot, quantity=given.quantity, location_id=given.location, reason=given.reason, request=claim
        )

    return _entry(request, act)


@router.post(
    "/rejections",
    operation_id="create_rejection",
    summary="Reject units",
    response={201: None},
    openapi_extra=_described("The entry of the rejection"),
)
def create_rejection(request: HttpRequest, given: Rejection) -> HttpResponse:
    """Puts units that failed into a lot of their own, status Rejected. They are no stock until they are released."""

    def act(actor: User, claim: Request | None) -> Entry:
        return rejecting.reject_units(
            actor=actor,
            unit_ids=given.unit_ids(),
            reason=given.reason,
            location_id=given.location,
            note=given.note,
            request=claim,
        )

    return _entry(request, act)


@router.post(
    "/stock-releases",
    operation_id="create_stock_release",
    summary="Release rejected units to stock",
    response={201: None},
    openapi_extra=_described("The entry of the release"),
)
def create_stock_release(request: HttpRequest, given: StockRelease) -> HttpResponse:
    """Rejected units turned out to be good: Received again, in the lot that they were split from."""

    def act(actor: User, claim: Request | None) -> Entry:
        return rejecting.release_rejected(actor=actor, unit_ids=given.unit_ids(), reason=given.reason, request=claim)

    return _entry(request, act)


@router.post(
    "/lot-corrections",
    operation_id="create_lot_correction",
    summary="Correct the lot of units",
    response={201: None},
    openapi_extra=_described("The entry that corrects it"),
)
def create_lot_correction(request: HttpRequest, given: LotCorrection) -> HttpResponse:
    """Says that the units belong to this lot; nothing happened to them, and both quantities follow."""

    def act(actor: User, claim: Request | None) -> Entry:
        return correct_lot(actor=actor, unit_ids=given.units, lot=given.lot, reason=given.reason, request=claim)

    return _entry(request, act)
