"""What judging needs besides the units themselves, fetched with a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.ledger import bulk, switched, units
from nameplate.ledger.conditions import Context
from nameplate.ledger.kinds import Kind
from nameplate.ledger.moves import Group, Step
from nameplate.ledger.state import LOCATION, PARENT, RESERVED, State
from nameplate.ledger.stepping import Act, coming
from nameplate.models import Document, Line, Location
from nameplate.refusals import Conflict, Invalid, Offender


def gather(work: Act, groups: Sequence[Group], *, reason: str, document: Document | None) -> Context:
    """The context of an act. Refused: a function that is switched off; a place that does not exist; a unit inside itself."""
    steps = [step for group in groups for step in group.steps]
    switched.refuse_steps(steps)
    context = Context(reason=reason.strip(), document_id=document.pk if document else None)
    # By identity: units that stand alike share their placement.
    before = [unit.before for unit in work.known.values()]
    standing = list(dict(zip(map(id, before), before, strict=True)).values())
    context.locations = _locations(standing, steps)
    context.orders_of_lines = _orders(standing)
    _gather_products(work, standing, groups, context)
    units.note(work.known[unit] for group in groups if any(step.edits for step in group.steps) for unit in group.units)
    shipped = [unit for group in groups if any(step.kind is Kind.SHIPPED for step in group.steps) for unit in group.units]
    if shipped:
        context.holding_held = frozenset(
            row[0]
            for row in bulk.query(
                "SELECT DISTINCT outermost_id FROM nameplate_serial WHERE parent_id IS NOT NULL AND hold <> '' "
                f"AND outermost_id IN {bulk.id_set()}",
                [bulk.ids(shipped)],
            )
        )
    return context


def _column(steps: Sequence[Step], name: str) -> set[int]:
    given = {step.to.get(name) for step in steps} | {value for step in steps for value in step.each.get(name, ())}
    return {value for value in given if value is not None}


def _locations(standing: Sequence[State], steps: Sequence[Step]) -> dict[int, Location]:
    asked = _column(steps, "location_id")
    known = {state[LOCATION] for state in standing} - {None}
    found = Location.objects.in_bulk(sorted(asked | known))
    missing = asked - found.keys()
    if missing:
        raise Invalid("no-such-location", "There is no such location.", fields={"location": "Choose a location."})
    archived = [found[place].name for place in asked if found[place].archived]
    if archived:
        raise Invalid("archived-location", f"{archived[0]} is archived.", fields={"location": "Choose a location that is in use."})
    return found


def _orders(standing: Sequence[State]) -> dict[int, int]:
    lines = {state[RESERVED] for state in standing} - {None}
    return dict(Line.objects.filter(pk__in=lines).values_list("pk", "document_id")) if lines else {}


def _gather_products(work: Act, standing: Sequence[State], groups: Sequence[Group], context: Context) -> None:
    """Placements of products that units are in or are to be in, with the whole chain around them; no unit inside itself."""
    steps = [step for group in groups for step in group.steps]
    into = _column(steps, "parent_id")
    around = {state[PARENT] for state in standing} - {None}
    if not into and not around:
        return
    new = {unit: coming(group, index) for group in groups if group.new for index, unit in enumerate(group.new.ids)}
    chain = units.outermost_chain((into | around) - new.keys()) | {unit: state[PARENT] for unit, state in new.items()}
    missing = (into | around) - chain.keys()
    if missing:
        raise Invalid("no-such-product", "There is no such product unit.", fields={"parent": "Choose a product unit."})
    _refuse_cycles(work, groups, chain)
    products = units.fetch(chain.keys() - new.keys())
    context.products = {unit.id: unit.state for unit in products.values()} | new
    context.outermost = {unit: _root(unit, chain) for unit in chain}


def _root(unit: int, chain: dict[int, int | None]) -> int:
    while (parent := chain[unit]) is not None:
        unit = parent
    return unit


def _refuse_cycles(work: Act, groups: Sequence[Group], chain: dict[int, int | None]) -> None:
    inside: dict[int, int | None] = dict(chain)
    asked: dict[int, int] = {}
    for group in groups:
        for step in group.steps:
            for index, unit in enumerate(group.units or (group.new.ids if group.new else ())):
                parent = step.each["parent_id"][index] if "parent_id" in step.each else step.to.get("parent_id")
                if parent is not None:
                    asked[unit] = parent
    if chain.keys().isdisjoint(asked):
        return  # nothing around the products is itself put somewhere, so no way up leads back
    inside.update(asked)
    offenders = []
    for unit in asked:
        seen, at = {unit}, inside.get(unit)
        while at is not None and at not in seen:
            seen.add(at)
            at = inside.get(at)
        if at is not None:
            known = work.known.get(unit)
            offenders.append(Offender(known.number if known else "A new unit", "it would be inside itself", unit if known else None))
    if offenders:
        raise Conflict("inside-itself", f"{offenders[0].text} would be inside itself.", offenders=offenders)
