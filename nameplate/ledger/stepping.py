"""From what was asked to what will be written: steps applied to placements, judged once per distinct placement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from nameplate.ledger import units
from nameplate.ledger.conditions import Context
from nameplate.ledger.judging import after, check_step, objection
from nameplate.ledger.kinds import RULE, Kind
from nameplate.ledger.moves import Group, Newcomers, Step
from nameplate.ledger.state import AT, EMPTY, PARENT, PLACE, USED_BY, State, Unit, as_recorded
from nameplate.refusals import Conflict, Offender

WARRANTY = AT["warranty_until"]


@dataclass(slots=True)
class Batch:
    """New units of one group, ready to be inserted."""

    new: Newcomers
    ids: Sequence[int]
    states: list[State]
    steps: int
    outermost: list[int]


@dataclass
class Act:
    """Everything one entry will write about units."""

    known: dict[int, Unit]
    movements: list[tuple[Any, ...]] = field(default_factory=list)
    movements_of: dict[int, int] = field(default_factory=dict)
    """Unit → how many movements the entry has for it."""
    newcomers: list[Batch] = field(default_factory=list)
    earlier: dict[tuple[int, str], int] = field(default_factory=dict)
    """(item, key) of a newcomer → the withdrawn unit that bore the number before."""
    line_of: dict[int, int] = field(default_factory=dict)
    """Unit → document line, where a step named one."""
    edited: bool = False
    edges_changed: bool = False
    used_up: set[int] = field(default_factory=set)
    """Units used up whole: they went into nothing."""
    any_built_in: bool = False

    def stretches(self) -> list[tuple[int, int]]:
        """The ids of newcomers, first to last: one stretch of those numbered here, one of each group that brought its own."""
        here = [batch.ids for batch in self.newcomers if not batch.new.ids]
        own = [(batch.ids[0], batch.ids[-1]) for batch in self.newcomers if batch.new.ids]
        return [*([(here[0][0], here[-1][-1])] if here else []), *own]


def take_steps(work: Act, groups: Sequence[Group], context: Context, *, happened_on: str) -> None:
    """Apply and judge every step of every group; refuse with all offenders of a step named."""
    work.any_built_in = any(unit.before[PARENT] for unit in work.known.values())
    newcomers = [group.new for group in groups if group.new is not None and group.new.numbers]
    work.earlier = units.earlier_holders(newcomers)
    ids = units.reserve(sum(len(new.numbers) for new in newcomers if not new.ids))
    taken = 0
    for group in groups:
        for step in group.steps:
            check_step(step)
        if group.units:
            for step in group.steps:
                _step_known(work, step, group.units, context, happened_on)
        if group.new is not None and group.new.numbers:
            own = group.new.ids or ids[taken : taken + len(group.new.numbers)]
            _add_new(work, group, own, context, happened_on)
            taken += 0 if group.new.ids else len(own)


def coming(group: Group, index: int) -> State:
    """How the new unit at this place of its group will stand, as far as others that are built into it ask; nothing is judged."""
    state = EMPTY
    for step in map(_plain, group.steps):
        state = after(step, state, None)
        state = _with_each(step, index, state) if step.each else state
    return state


def _normal(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _with_each(step: Step, index: int, state: State) -> State:
    values = list(state)
    for name, column in step.each.items():
        values[AT[name]] = _normal(column[index])
    return tuple(values)


def _plain(step: Step) -> Step:
    return replace(step, to={name: _normal(value) for name, value in step.to.items()})


def _step_known(work: Act, step: Step, unit_ids: Sequence[int], context: Context, happened_on: str) -> None:
    step = _plain(step)
    offenders: list[Offender] = []
    results: dict[State, State] = {}
    verdicts: dict[tuple[State, State], str] = {}
    for index, unit_id in enumerate(unit_ids):
        unit = work.known[unit_id]
        result = results.get(unit.state)
        if result is None:
            result = results.setdefault(unit.state, after(step, unit.state, happened_on))
        if step.each:
            result = _with_each(step, index, result)
        case = (unit.state, result)
        why = verdicts.get(case)
        if why is None:
            why = verdicts[case] = objection(step, unit.state, result, context, new=False)
        why = why or _own_objection(step, unit, context)
        if why:
            offenders.append(Offender(unit.number, why, unit_id))
            continue
        edits = _edits(step, unit, index)
        if edits and "warranty_until" in edits:
            result = (*result[:WARRANTY], edits["warranty_until"][1], *result[WARRANTY + 1 :])
        _record(work, step, unit, result, edits)
    if offenders:
        refuse_step(step, offenders, len(unit_ids))


def _own_objection(step: Step, unit: Unit, context: Context) -> str:
    """Conditions that hang on the unit itself."""
    conditions = RULE[step.kind].conditions
    if "nothing_held_inside" in conditions and unit.id in context.holding_held:
        return "a unit inside it is on hold"
    return ""


def _edits(step: Step, unit: Unit, index: int) -> dict[str, list[Any]] | None:
    """What else the step changes about this unit, as {name: [before, after]}; the warranty date counts as such an edit."""
    found: dict[str, list[Any]] = {}
    if step.edits:
        for name, value in step.edits[index].items():
            before = unit.state[WARRANTY] if name == "warranty_until" else unit.edits.get(name)
            found[name] = [before, _normal(value)]
            unit.edits[name] = _normal(value)
    if "warranty_until" in step.to and step.to["warranty_until"] != unit.state[WARRANTY]:
        found["warranty_until"] = [unit.state[WARRANTY], step.to["warranty_until"]]
    return found or None


def _record(work: Act, step: Step, unit: Unit, result: State, edits: dict[str, list[Any]] | None) -> None:
    number = work.movements_of.get(unit.id, 0) + 1
    work.movements_of[unit.id] = number
    placed = step.kind is not Kind.EDITED and (step.kind is not Kind.CORRECTED or result != unit.state)
    work.movements.append((unit.id, unit.version + number, int(step.kind), step.line_id, placed, edits, *as_recorded(unit, result)))
    work.edited = work.edited or edits is not None
    work.edges_changed = work.edges_changed or edge_of(result) != edge_of(unit.state)
    if step.line_id is not None:
        work.line_of[unit.id] = step.line_id
    if step.kind is Kind.USED_UP:
        work.used_up.add(unit.id)
    unit.state = result


def edge_of(state: State) -> State:
    """The columns of which a component's row is the fold: in which product, where in it, under which order."""
    return state[PARENT], state[PLACE], state[USED_BY]


def _add_new(work: Act, group: Group, ids: Sequence[int], context: Context, happened_on: str) -> None:
    new = group.new
    assert new is not None
    _refuse_twice(new)
    count = len(new.numbers)
    states: list[State] = [EMPTY] * count
    for position, raw in enumerate(group.steps):
        step = _plain(raw)
        if not step.each and not new.custom and states.count(states[0]) == count:
            states = _add_alike(work, step, new, ids, states[0], context, happened_on, position)
            continue
        results: dict[State, State] = {}
        verdicts: dict[tuple[State, State], str] = {}
        offenders: list[Offender] = []
        for index, unit_id in enumerate(ids):
            state = states[index]
            result = results.get(state)
            if result is None:
                result = results.setdefault(state, after(step, state, happened_on))
            if step.each:
                result = _with_each(step, index, result)
            case = (state, result)
            why = verdicts.get(case)
            if why is None:
                why = verdicts[case] = objection(step, state, result, context, new=position == 0)
            if why:
                offenders.append(Offender(new.numbers[index], why))
            states[index] = result
            edits = _first_edits(new, index) if new.custom and position == 0 else None
            work.movements.append((unit_id, position + 1, int(step.kind), step.line_id, True, edits, *result))
            if step.line_id is not None:
                work.line_of[unit_id] = step.line_id
        if offenders:
            refuse_step(step, offenders, count)
    work.edges_changed = work.edges_changed or any(edge_of(state) != edge_of(EMPTY) for state in set(states))
    work.movements_of.update(dict.fromkeys(ids, len(group.steps)))
    outermost = [context.outermost[state[PARENT]] if state[PARENT] else unit_id for unit_id, state in zip(ids, states, strict=True)]
    work.newcomers.append(Batch(new, ids, states, len(group.steps), outermost))


def _add_alike(
    work: Act, step: Step, new: Newcomers, ids: Sequence[int], state: State, context: Context, happened_on: str, position: int
) -> list[State]:
    """As the loop above does it unit by unit, for units that stand alike and come to stand alike: judged once, written in one go."""
    result = after(step, state, happened_on)
    why = objection(step, state, result, context, new=position == 0)
    if why:
        refuse_step(step, [Offender(number, why) for number in new.numbers], len(ids))
    tail = (position + 1, int(step.kind), step.line_id, True, None, *result)
    work.movements.extend([(unit_id, *tail) for unit_id in ids])
    if step.line_id is not None:
        work.line_of.update(dict.fromkeys(ids, step.line_id))
    return [result] * len(ids)


def _first_edits(new: Newcomers, index: int) -> dict[str, list[Any]] | None:
    """The custom values that a new unit begins with, as edits from nothing."""
    return {f"custom.{slug}": [None, value] for slug, value in (new.custom[index] or {}).items()} or None


def _refuse_twice(new: Newcomers) -> None:
    if len(set(new.keys)) == len(new.keys):
        return
    counts = Counter(new.keys)
    offenders = [
        Offender(number, "it stands twice in the same act")
        for number, key in dict(zip(new.numbers, new.keys, strict=True)).items()
        if counts.pop(key, 1) > 1
    ]
    raise Conflict(
        "number-twice",
        f"{offenders[0].text} stands twice in the same act." if len(offenders) == 1 else f"{len(offenders):,} numbers stand in it twice.",
        offenders=offenders,
        way_out="Give each number once.",
    )


def refuse_step(step: Step, offenders: list[Offender], asked: int) -> None:
    """Refuse, naming every unit for which the step is not possible."""
    first = offenders[0]
    others = f" and {len(offenders) - 1:,} more" if len(offenders) > 1 else ""
    raise Conflict(
        "not-possible",
        f"{first.text}{others}: {first.why}.",
        offenders=offenders,
        way_out="Take these units out and go on with the others." if len(offenders) < asked else "",
        extra={"kind": RULE[step.kind].label, "possible_count": asked - len(offenders)},
    )


def refitted_products(work: Act, context: Context) -> None:
    """Give each product whose components changed a movement of its own, its outermost product too, so that nobody ships it meanwhile."""
    if not work.edges_changed:
        return
    concerned: set[int] = set()
    for unit in work.known.values():
        for parent in (unit.before[PARENT], unit.state[PARENT]):
            if parent is not None and unit.before[PARENT] != unit.state[PARENT]:
                concerned |= {parent, context.outermost.get(parent, parent)}
    for batch in work.newcomers:
        for parent in {state[PARENT] for state in set(batch.states)} - {None}:
            concerned |= {parent, context.outermost[parent]}
    concerned -= set(work.movements_of)
    if not concerned:
        return
    products = units.fetch(concerned)
    work.known.update(products)
    work.any_built_in = True
    _step_known(work, Step(Kind.REFITTED), sorted(products), context, "")
