"""Units and goods built into products that exist already, and units of which it is said later which product they went into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step
from nameplate.ledger.trying import objection_to
from nameplate.models import Document, Entry, Request, Status, User
from nameplate.operations.assembling.bills import bills_of, counted_inside, taken_places, wrong_place
from nameplate.operations.assembling.goods_in import GoodsIn, entering
from nameplate.operations.assembling.sites import refuse_parts_elsewhere
from nameplate.operations.assembling.standing import Standing, standing, work_around
from nameplate.operations.assembling.using import refuse_made_otherwise
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict, Invalid, Offender, Refused, TooLarge
from nameplate.serial_text import canonical

Verb = Literal["install", "place"]
ACTS = {"install": "installed", "place": "placed"}
KINDS = {"install": Kind.CONSUMED, "place": Kind.PLACED}


@dataclass(frozen=True, slots=True)
class Fitting:
    """A unit, the product that it goes into, and where in it; a product can have parts at no place in particular."""

    unit_id: int
    product_id: int
    place: str = ""


@dataclass(slots=True)
class Plan:
    """Fittings as they will be posted."""

    fittings: Sequence[Fitting]
    units: dict[int, Standing]
    groups: list[Group]
    paper: Document | None


def install_components(
    *,
    actor: User,
    fittings: Sequence[Fitting] = (),
    goods: Sequence[GoodsIn] = (),
    reason: str = "",
    anyway: bool = False,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Build units, and quantities of `goods` without serial numbers, from stock into products that exist, in one act.

    Refused, each named with its line: a unit that is not available; a place that is taken, or given twice; a unit inside itself; a unit or
    lot of an item, or a place, that is not on the product's bill of materials, or more of an item than it has, unless `anyway`; a product
    that is gone, on hold, in transit or in somebody else's repair; one at a customer without a reason; goods as `goods_in.entering` says.
    """
    return _fit("install", actor, fittings, goods, reason, anyway, happened_on, note, request)


def place_components(
    *,
    actor: User,
    fittings: Sequence[Fitting],
    reason: str = "",
    anyway: bool = False,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Say of units that an order used, unit unknown, which products they went into.

    Refused as `install_components` refuses; and, `anyway` or not, a product that did not come of the completion that used the unit.
    """
    return _fit("place", actor, fittings, (), reason, anyway, happened_on, note, request)


@day_sent_as("happened_on")
def _fit(
    verb: Verb,
    actor: User,
    fittings: Sequence[Fitting],
    goods: Sequence[GoodsIn],
    reason: str,
    anyway: bool,
    happened_on: date | None,
    note: str,
    request: Request | None,
) -> Entry:
    access.require(actor, "stock", "edit")
    _refuse_count(len(fittings) + len(goods))
    with ledger.transacting():
        filled = [*(one.product_id for one in fittings), *(one.product_id for one in goods)]
        units = standing([*(one.unit_id for one in fittings), *filled])
        refuse_twice([units[one.unit_id] for one in fittings], field="component")
        pairs = [(units[one.unit_id], units[one.product_id]) for one in fittings]
        refuse_parts_elsewhere(pairs, field="component")
        if verb == "place":
            refuse_made_otherwise(pairs)
        plan = planned(verb, fittings, units)
        loose = entering(goods, units)
        refuse_unexplained([units[product] for product in filled], reason)
        _refuse_places(plan)
        if not anyway:
            refuse_off_bill([*off_bill(plan), *loose.off_bill()] or [*beyond_bill(plan), *loose.beyond_bill()])
        return ledger.post(
            actor=actor,
            act=ACTS[verb],
            groups=plan.groups,
            goods=loose.changes(),
            document=work_around([units[product] for product in filled]),
            happened_at=moment_of(happened_on, field="happened_on"),
            reason=reason.strip(),
            note=note.strip(),
            request=request,
        )


def _refuse_count(count: int) -> None:
    if not count:
        raise Invalid("no-units", "No component is chosen.", fields={"component": "Choose a component."})
    if count > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} components in one act.", way_out="Do it in parts.")


def planned(verb: Verb, fittings: Sequence[Fitting], units: dict[int, Standing]) -> Plan:
    """What the ledger will be asked; places are written as the bill writes them."""
    products = [units[one.product_id] for one in fittings]
    bills = bills_of({product.item_id for product in products})
    spelled = [
        Fitting(one.unit_id, one.product_id, bills.spelled(product.item_id, units[one.unit_id].item_id, " ".join(one.place.split())))
        for one, product in zip(fittings, products, strict=True)
    ]
    into: dict[str, list[Any]] = {"parent_id": [one.product_id for one in spelled], "place": [one.place for one in spelled]}
    groups = [Group([Step(KINDS[verb], each=into)], units=[one.unit_id for one in spelled])] if spelled else []
    return Plan(spelled, units, groups, work_around(products))


def _refuse_places(plan: Plan) -> None:
    if offenders := places_at_fault(plan):
        sentence = f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} places cannot be used."
        raise Conflict("place-taken", sentence, fields={"place": sentence}, offenders=offenders, way_out="Choose a place that is free.")


def places_at_fault(plan: Plan) -> list[Offender]:
    """The fittings whose place cannot be: taken, given twice, or no place at all; each with its line. One statement."""
    taken = taken_places(one.product_id for one in plan.fittings)
    given: dict[tuple[int, str], int] = {}
    found = []
    for line, one in enumerate(plan.fittings, 1):
        unit = plan.units[one.unit_id]
        spot = (one.product_id, canonical(one.place))
        why = wrong_place(one.place)
        if one.place and not why:
            if spot in taken and taken[spot][0] != one.unit_id:
                why = f"{taken[spot][1]} is at {one.place} already"
            elif given.setdefault(spot, line) != line:
                why = f"{one.place} is given twice"
        if why:
            found.append(Offender(unit.number, why, unit.id, line))
    return found


def off_bill(plan: Plan) -> list[Offender]:
    """The fittings that the products' bills do not have, each with its line. One statement."""
    bills = bills_of({plan.units[one.product_id].item_id for one in plan.fittings})
    found = []
    for line, one in enumerate(plan.fittings, 1):
        unit = plan.units[one.unit_id]
        if why := bills.against(plan.units[one.product_id].item_id, unit.item_id, one.place):
            found.append(Offender(unit.number, f"{why} (it is {unit.item})" if "place" not in why else why, unit.id, line))
    return found


def beyond_bill(plan: Plan) -> list[Offender]:
    """The fittings, in their order, with which more of an item would be in a product than its bill has, each with its line.

    To be asked of fittings that are good otherwise, since each of them counts. Two statements.
    """
    bills = bills_of({plan.units[one.product_id].item_id for one in plan.fittings})
    inside = counted_inside(one.product_id for one in plan.fittings)
    found = []
    for line, one in enumerate(plan.fittings, 1):
        unit = plan.units[one.unit_id]
        count = inside.get((one.product_id, unit.item_id), 0) + MILLIONTHS
        if why := bills.too_many(plan.units[one.product_id].item_id, unit.item_id, count):
            found.append(Offender(unit.number, f"{why} (it is {unit.item})", unit.id, line))
        else:
            inside[one.product_id, unit.item_id] = count
    return found


def refuse_off_bill(offenders: Sequence[Offender]) -> None:
    """Refuse what the bill does not have, with the way to have it all the same."""
    if offenders:
        sentence = f"{offenders[0].text}: {offenders[0].why}."
        raise Conflict(
            "not-on-bill",
            sentence if len(offenders) == 1 else f"{len(offenders):,} of these are not as the bill of materials has them.",
            fields={"anyway": "Tick this if it belongs there all the same."},
            offenders=offenders,
            way_out="Choose another, or say that it is built in anyway.",
        )


def refuse_twice(units: Sequence[Standing], *, field: str) -> None:
    """Refuse units that are given more than once."""
    seen: set[int] = set()
    twice: dict[int, Standing] = {}
    for unit in units:
        if unit.id in seen:
            twice[unit.id] = unit
        seen.add(unit.id)
    if twice:
        offenders = [Offender(unit.number, "it is given twice", unit.id) for unit in twice.values()]
        sentence = f"{offenders[0].text} is given twice." if len(offenders) == 1 else f"{len(offenders):,} units are given twice."
        raise Invalid("twice", sentence, fields={field: sentence}, offenders=offenders)


def refuse_unexplained(products: Iterable[Standing], reason: str) -> None:
    """Refuse to change a product at its customer's without a word why."""
    away = [product for product in products if product.root_status == Status.SHIPPED]
    if away and not reason.strip():
        sentence = f"{away[0].number} is at its customer: say why it is changed there."
        raise Invalid("reason-needed", sentence, fields={"reason": "Say why."})


def objection_of(plan: Plan, reason: str) -> Refused | None:
    """What the ledger would say of the plan."""
    return objection_to(groups=plan.groups, reason=reason, document=plan.paper)
