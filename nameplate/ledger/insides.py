"""What is inside what, once an act is decided: nothing may stand inside a unit that is no more."""

from __future__ import annotations

from nameplate.ledger import bulk
from nameplate.ledger.conditions import Context
from nameplate.ledger.state import CUSTOMER, LOCATION, PARENT, STATUS, WITHDRAWN, State, edge_of
from nameplate.ledger.stepping import Act
from nameplate.models import Status
from nameplate.refusals import Conflict, Offender


def refuse_inside_nothing(work: Act) -> None:
    """Refuse an act after which a unit would be inside one that is taken apart or withdrawn. At most two statements."""
    gone = work.used_up
    if any(case.state[WITHDRAWN] and not case.before[WITHDRAWN] for case in work.cases):
        gone = gone | {unit.id for unit in work.known.values() if unit.state[WITHDRAWN] and not unit.before[WITHDRAWN]}
    offenders = _left_inside(work, gone) if gone else []
    into = {
        case.state[PARENT]
        for case in work.cases
        if case.state[PARENT] is not None and edge_of(case.state) != edge_of(case.before) and case.state[PARENT] not in gone
    }
    into -= {unit for batch in work.newcomers for unit in batch.ids}
    into = {product for product in into if product not in work.known or work.known[product].state[STATUS] == Status.CONSUMED}
    if into:
        no_more = _no_more(into)
        offenders += [
            Offender(unit.number, "its product is taken apart or withdrawn", unit.id)
            for unit in work.known.values()
            if unit.state[PARENT] in no_more
        ]
    if offenders:
        raise Conflict(
            "inside-nothing",
            f"{offenders[0].text} would be left inside a product that is taken apart or withdrawn."
            if len(offenders) == 1
            else f"{len(offenders):,} units would be left inside products that are taken apart or withdrawn.",
            offenders=offenders,
            way_out="Take them out in the same act, or take the product along.",
        )


def any_astray(work: Act, context: Context) -> bool:
    """Whether the row of a component may be left with another place or customer than its outermost product has: else nobody looks again."""
    if any(state[PARENT] for batch in work.newcomers for state in set(batch.states)):
        return True
    new: dict[int, State] = {}
    if context.outermost:
        new.update(one for batch in work.newcomers for one in zip(batch.ids, batch.states, strict=True))
    for case in work.cases:
        before, state = case.before, case.state
        if state is before:
            continue
        if state[PARENT] is None or before[PARENT] is not None:
            if state[PARENT] != before[PARENT] or any(state[at] != before[at] for at in (LOCATION, CUSTOMER)):
                return True
            continue
        root = context.outermost[state[PARENT]]
        product = work.known[root].state if root in work.known else new.get(root) or context.products[root]
        if before[LOCATION] != product[LOCATION] or before[CUSTOMER] != (product[CUSTOMER] or state[CUSTOMER]):
            return True
    return False


def _left_inside(work: Act, gone: set[int]) -> list[Offender]:
    rows = bulk.query(f"SELECT id, number FROM nameplate_serial WHERE parent_id IN {bulk.id_set()} ORDER BY id", [bulk.ids(sorted(gone))])
    found = [Offender(number, "its product is taken apart or withdrawn", unit) for unit, number in rows if unit not in work.known]
    return found + [
        Offender(unit.number, "its product is taken apart or withdrawn", unit.id)
        for unit in work.known.values()
        if unit.state[PARENT] in gone
    ]


def _no_more(products: set[int]) -> set[int]:
    """Those of these products that are withdrawn, or used up: consumed, yet a component of nothing."""
    rows = bulk.query(
        f"SELECT p.id FROM nameplate_serial p WHERE p.id IN {bulk.id_set()} AND (p.withdrawn OR (p.status = {Status.CONSUMED.value} AND "
        "NOT EXISTS (SELECT 1 FROM nameplate_component c WHERE c.child_id = p.id AND c.until_id IS NULL)))",
        [bulk.ids(sorted(products))],
    )
    return {row[0] for row in rows}
