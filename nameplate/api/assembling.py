"""Components replaced and taken out; products taken apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Day, Id, Prose, Quantity
from nameplate.api.moves import Units
from nameplate.models import Entry, Request, User
from nameplate.operations.assembling import (
    Fate,
    GoodsIn,
    GoodsOut,
    GoodsSwap,
    Outcome,
    Replacing,
    Swap,
    remove_components,
    replace_components,
    take_apart,
)
from nameplate.operations.assembling.goods import FATES as GOODS_FATES
from nameplate.operations.assembling.removing import as_fate
from nameplate.operations.choosing import MOST_UNITS, units_named
from nameplate.refusals import Invalid
from nameplate.serial_text import canonical

router = Router(tags=["Components"])
ROUTERS = (router,)
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)
FATES = tuple(fate.value for fate in Fate)
FateWord = Annotated[
    str, Field(json_schema_extra={"enum": list(FATES)}, description="What becomes of it: the status that it comes out into.")
]
One = Annotated[str, Field(max_length=1000)]


class Leaving(Body):
    """What becomes of what comes out, and where it goes; `write_off_reason` is one of the company's, for what is written off."""

    fate: FateWord = Fate.RECEIVED.value
    location: Id | None = None
    reason: Prose = ""
    write_off_reason: Id | None = None
    happened_on: Day | None = None
    note: Prose = ""

    def outcome(self) -> Outcome:
        """For all of them."""
        return Outcome(as_fate(self.fate), self.location)

    def more(self) -> dict[str, Any]:
        """The rest, as the operations take it."""
        return {
            "reason": self.reason,
            "write_off_reason": self.write_off_reason,
            "happened_on": self.happened_on,
            "note": self.note,
        }


class OneSwap(Body):
    """The component that comes out and the one that goes in, each by its id or by its number."""

    old: Id | None = None
    old_serial: One | None = None
    new: Id | None = None
    new_serial: One | None = None


class PartsReplaced(Body):
    """Components replaced within another act: all come out alike. The reason is that of the act where none is given."""

    swaps: Annotated[list[OneSwap], Field(max_length=MOST_UNITS)]
    fate: FateWord = Fate.REJECTED.value
    location: Id | None = None
    reason: Prose = ""
    write_off_reason: Id | None = None
    anyway: Annotated[bool, Field(description="Though the bill of materials does not have it so.")] = False

    def replacing(self) -> Replacing:
        """As the operations take it."""
        outcome = Outcome(as_fate(self.fate), self.location)
        return Replacing(swaps_of(self.swaps), outcome, self.reason, self.write_off_reason, self.anyway)


class OneGoodsSwap(Body):
    """So much of a lot without serial numbers that comes out of a product, and what goes in for it: as much, where not said otherwise."""

    product: Id
    lot: Annotated[Id, Field(description="The one that comes out.")]
    quantity: Annotated[Quantity, Field(description="How much comes out.")]
    fate: Annotated[str, Field(json_schema_extra={"enum": [fate.value for fate in GOODS_FATES]}, description="What becomes of it.")]
    location: Annotated[Id | None, Field(description="Where it goes, unless it is written off.")] = None
    new_lot: Annotated[Id | None, Field(description="The one that goes in; or `new_item`.")] = None
    new_item: Annotated[Id | None, Field(description="One that is followed by quantity alone; what expires first goes in first.")] = None
    new_quantity: Quantity | None = None
    new_location: Annotated[Id | None, Field(description="Where that is taken from, where it lies at several places.")] = None

    def swap(self) -> GoodsSwap:
        """As the operation takes it."""
        old = GoodsOut(self.product, self.lot, Outcome(as_fate(self.fate), self.location), self.quantity)
        much = self.quantity if self.new_quantity is None else self.new_quantity
        return GoodsSwap(old, GoodsIn(self.product, much, self.new_lot, self.new_item, self.new_location))


class NewReplacement(Leaving):
    """All of them are replaced, or none; `fate` and `location` are those of units, `goods` say their own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"swaps": [{"old_serial": "WD-1", "new_serial": "WD-2"}], "fate": "rejected", "location": "4", "reason": "Noisy"}]
        }
    )

    swaps: Annotated[list[OneSwap], Field(max_length=MOST_UNITS)] = []
    goods: Annotated[list[OneGoodsSwap], Field(max_length=MOST_UNITS)] = []
    anyway: Annotated[bool, Field(description="Though the bill of materials does not have it so.")] = False


class OwnOutcome(Body):
    """What becomes of one of them instead."""

    component: Id
    fate: FateWord
    location: Id | None = None


class OwnGoods(Body):
    """So much of a lot without serial numbers that comes out of a product: all that is inside, where no quantity is given."""

    product: Id
    lot: Id
    quantity: Quantity | None = None
    fate: Annotated[str, Field(json_schema_extra={"enum": [fate.value for fate in GOODS_FATES]}, description="What becomes of it.")]
    location: Annotated[Id | None, Field(description="Where it goes, unless it is written off.")] = None


class NewRemoval(Units, Leaving):
    """Components that come out, and `goods` without serial numbers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-1"], "fate": "received", "location": "4"}]})

    outcomes: Annotated[list[OwnOutcome], Field(max_length=MOST_UNITS)] = []
    goods: Annotated[list[OwnGoods], Field(max_length=MOST_UNITS)] = []


class NewDisassembly(Units, Leaving):
    """Products that are taken apart for good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["SP-00217"], "fate": "received", "location": "4"}]})

    outcomes: Annotated[list[OwnOutcome], Field(max_length=MOST_UNITS)] = []
    goods: Annotated[list[OwnGoods], Field(max_length=MOST_UNITS)] = []
    goods_fate: Annotated[
        str | None,
        Field(
            json_schema_extra={"enum": [fate.value for fate in GOODS_FATES]},
            description="What becomes of all other goods without serial numbers inside; like `fate` when left out.",
        ),
    ] = None

    def goods_outcome(self) -> Outcome | None:
        """For the goods that `goods` does not name."""
        return Outcome(as_fate(self.goods_fate), self.location) if self.goods_fate else None


def entry_answer(request: HttpRequest, act: Callable[[User, Request | None], Entry]) -> HttpResponse:
    """Do it once and answer its entry."""

    def acted(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")  # before the numbers are looked up: nobody else learns which exist
        return entry_of(act(actor, claim).pk, actor=actor)

    return written(request, acted, status=201)


def described(description: str) -> dict[str, Any]:
    """What an act that answers its entry says of itself."""
    return {"parameters": HEADERS, "responses": {201: yes(ENTRY, description), **REFUSALS}}


def ids_of(given: Sequence[tuple[int | None, str | None]], field: str) -> list[int]:
    """Ids of units of which each is given by id or by number. Refused: neither, both; numbers that name no unit, or several."""
    if any((unit is None) == (number is None) for unit, number in given):
        sentence = f"Give each {field} by id or by number."
        raise Invalid("units-or-serials", sentence, fields={field: sentence})
    numbers: dict[str, str] = {}
    for _, number in given:
        if number is not None:
            numbers.setdefault(canonical(number), number)
    named = dict(zip(numbers, units_named(list(numbers.values())), strict=True)) if numbers else {}
    return [named[canonical(number)] if number is not None else unit or 0 for unit, number in given]


def swaps_of(given: Sequence[OneSwap]) -> list[Swap]:
    """Which comes out for which. Refused as `ids_of` says."""
    old = ids_of([(one.old, one.old_serial) for one in given], "old")
    new = ids_of([(one.new, one.new_serial) for one in given], "new")
    return [Swap(*pair) for pair in zip(old, new, strict=True)]


@router.post(
    "/replacements",
    operation_id="create_replacement",
    summary="Replace components",
    response={201: None},
    openapi_extra=described("The entry of the replacement"),
)
def create_replacement(request: HttpRequest, given: NewReplacement) -> HttpResponse:
    """The old ones come out, the new ones go in at their places, as one entry. At a customer's too, with a reason.

    `goods` replaces quantities without serial numbers as well, in products that are in stock.
    """

    def act(actor: User, claim: Request | None) -> Entry:
        return replace_components(
            actor=actor,
            swaps=swaps_of(given.swaps),
            goods=[one.swap() for one in given.goods],
            outcome=given.outcome(),
            anyway=given.anyway,
            request=claim,
            **given.more(),
        )

    return entry_answer(request, act)


@router.post(
    "/removals",
    operation_id="create_removal",
    summary="Take components out",
    response={201: None},
    openapi_extra=described("The entry of the removal"),
)
def create_removal(request: HttpRequest, given: NewRemoval) -> HttpResponse:
    """Takes units out of the products that they are in; `outcomes` says of single ones what becomes of them instead.

    `goods` takes quantities without serial numbers out as well, back into the lots that they are of, or written off.
    """

    def act(actor: User, claim: Request | None) -> Entry:
        return remove_components(
            actor=actor,
            unit_ids=given.unit_ids(),
            outcome=given.outcome(),
            outcomes=_outcomes(given.outcomes),
            goods=_goods(given.goods),
            request=claim,
            **given.more(),
        )

    return entry_answer(request, act)


@router.post(
    "/disassemblies",
    operation_id="create_disassembly",
    summary="Take products apart",
    response={201: None},
    openapi_extra=described("The entry of the disassembly"),
)
def create_disassembly(request: HttpRequest, given: NewDisassembly) -> HttpResponse:
    """Everything directly inside comes out and the products are used up, under a document of its own (DA00001).

    Goods without serial numbers go back into the lots that they are of or are written off, as `goods` and `goods_fate` say.
    """

    def act(actor: User, claim: Request | None) -> Entry:
        return take_apart(
            actor=actor,
            product_ids=given.unit_ids(),
            outcome=given.outcome(),
            outcomes=_outcomes(given.outcomes),
            goods=_goods(given.goods),
            goods_outcome=given.goods_outcome(),
            request=claim,
            **given.more(),
        )

    return entry_answer(request, act)


def _outcomes(given: Sequence[OwnOutcome]) -> dict[int, Outcome]:
    return {one.component: Outcome(as_fate(one.fate), one.location) for one in given}


def _goods(given: Sequence[OwnGoods]) -> list[GoodsOut]:
    return [GoodsOut(one.product, one.lot, Outcome(as_fate(one.fate), one.location), one.quantity) for one in given]
