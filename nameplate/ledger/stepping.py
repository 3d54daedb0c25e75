"""From what was asked to what will be written: steps applied to placements, judged once per distinct placement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from nameplate.ledger.conditions import THERE_ALREADY, Context
from nameplate.ledger.judging import after, objection
from nameplate.ledger.kinds import RULE, Kind
from nameplate.ledger.moves import Group, Newcomers, Step
from nameplate.ledger.state import AT, DAYS, EMPTY, PLACE, STATE, State, Unit, as_recorded, changed, edge_of
from nameplate.refusals import Conflict, Offender


@dataclass(slots=True)
class Batch:
    """New units of one group, ready to be inserted."""

    new: Newcomers
    ids: Sequence[int]
    states: list[State]
    steps: int
    outermost: list[int]


@dataclass(slots=True)
class Case:
    """Units of an act that stood alike and come to stand alike: mostly all of them."""

    item_id: int
    before: State
    state: State
    line_id: int | None
    count: int


_ITEM, _BEFORE, _STATE = map(attrgetter, ("item_id", "before", "state"))
_BUT_PLACE = itemgetter(*(at for at in range(len(STATE)) if at != PLACE))


@dataclass
class Act:
    """Everything one entry will write about units."""

    known: dict[int, Unit]
    movements: list[tuple[int, int, tuple[Any, ...]]] = field(default_factory=list)
    """(unit, seq, the rest): kind, line, placed, edits and the placement. Units that get the same share the rest, as one object."""
    movements_of: dict[int, int] = field(default_factory=dict)
    """Unit → how many movements the entry has for it."""
    newcomers: list[Batch] = field(default_factory=list)
    earlier: dict[tuple[int, str], int] = field(default_factory=dict)
    """(item, key) of a newcomer → the withdrawn unit that bore the number before."""
    line_of: dict[int, int] = field(default_factory=dict)
    """Unit → document line, where a step named one."""
    lot_holds: dict[int, str] = field(default_factory=dict)
    """Lots into which units go back, with why each is on hold as a whole, by which it was decided whether they are; empty: it is not."""
    edited: bool = False
    edges_changed: bool = False
    used_up: set[int] = field(default_factory=set)
    """Units used up whole: they went into nothing."""
    any_built_in: bool = False
    astray: bool = True
    """Whether a component's row may not say where its product is; posting looks, undoing does not know."""

    @cached_property
    def cases(self) -> Sequence[Case]:
        """The units that there are, by how they stood and stand: what judges and counts asks here. For when every step is taken."""
        known = self.known.values()
        # By identity: units that stand alike share their placement.
        placements = (map(id, map(_BEFORE, known)), map(id, map(_STATE, known)))
        keys = list(zip(map(_ITEM, known), *placements, map(self.line_of.get, self.known), strict=True))
        of_each = Counter(keys)
        # A unit that stands for several counts as all of them.
        found: dict[Any, Case] = {}
        for key, unit in dict(zip(keys, known, strict=True)).items():
            before, state, line = unit.before, unit.state, key[-1]
            # Nobody asks in which place of its product a part is, only whether that is another than before.
            alike = (unit.item_id, id(before), _BUT_PLACE(state), state[PLACE] == before[PLACE], line)
            found.setdefault(alike, Case(unit.item_id, before, state, line, 0)).count += of_each[key] * unit.count
        return list(found.values())

    def stretches(self) -> list[tuple[int, int]]:
        """The ids of newcomers, first to last: one stretch of those numbered here, one of each group that brought its own."""
        here = [batch.ids for batch in self.newcomers if not batch.new.ids]
        own = [(batch.ids[0], batch.ids[-1]) for batch in self.newcomers if batch.new.ids]
        return [*([(here[0][0], here[-1][-1])] if here else []), *own]


def coming(group: Group, index: int) -> State:
    """How the new unit at this place of its group will stand, as far as others that are built into it ask; nothing is judged."""
    state = EMPTY
    for step in map(plain, group.steps):
        state = after(step, state, None)
        state = with_each(step, index, state) if step.each else state
    return state


def _normal(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def with_each(step: Step, index: int, state: State) -> State:
    """The placement with the columns in which each unit has its own value."""
    values = list(state)
    for name, column in step.each.items():
        values[AT[name]] = column[index]
    return tuple(values)


def plain(step: Step) -> Step:
    """The step with its values as placements hold them."""
    each = {name: [*map(_normal, column)] if name in DAYS else column for name, column in step.each.items()}
    return replace(step, to={name: _normal(value) for name, value in step.to.items()}, each=each)


class _Case(NamedTuple):
    """What a step comes to for all units that stand alike and get the same."""

    unit: Unit
    """The first of them, as it stood."""
    state: State
    edits: Mapping[str, Any] | None
    result: State
    noted: Mapping[str, Any] | None
    """What stands of notes and custom values after it."""
    why: str
    rest: tuple[Any, ...]
    """The movement's columns behind the unit and its seq."""


def step_known(work: Act, step: Step, unit_ids: Sequence[int], context: Context, happened_on: str) -> None:
    """Apply a step to units that there are, judged once for all that stand alike; refuse with every offender named."""
    step = plain(step)
    judge = _Judge(step, context, happened_on)
    known = [work.known[unit_id] for unit_id in unit_ids]
    cases, of_each = _judged(work, judge, known)
    if any(case.why for case in cases):
        offenders = [Offender(unit.number, case.why, unit.id) for unit, case in zip(known, of_each, strict=True) if case.why]
        refuse_step(step, offenders, len(unit_ids))
    counts = work.movements_of
    numbers = [1] * len(known) if counts.keys().isdisjoint(unit_ids) else [counts.get(unit_id, 0) + 1 for unit_id in unit_ids]
    counts.update(zip(unit_ids, numbers, strict=True))
    work.movements += [(unit.id, unit.version + number, case.rest) for unit, number, case in zip(known, numbers, of_each, strict=True)]
    for unit, case in zip(known, of_each, strict=True):
        unit.state = case.result
        if judge.given:
            unit.edits = case.noted
    if step.line_id is not None:
        work.line_of.update(dict.fromkeys(unit_ids, step.line_id))
    if step.kind is Kind.USED_UP:
        work.used_up.update(unit_ids)
    work.edited = work.edited or any(case.rest[EDITS] for case in cases)
    work.edges_changed = work.edges_changed or any(edge_of(case.result) != edge_of(case.state) for case in cases)


def _judged(work: Act, judge: _Judge, known: Sequence[Unit]) -> tuple[Collection[_Case], Sequence[_Case]]:
    """The cases that the step comes to, and of each unit which of them is its own."""
    given, held, numbered = judge.given, judge.context.holding_held, judge.step.kind is Kind.CORRECTED
    apart = work.any_built_in or bool(held) or numbered
    # By identity: units that stand alike share their placement and what is noted of them, and a case keeps both.
    if known and not given and not apart and len(set(map(id, map(_STATE, known)))) == 1:
        only = judge.case(known[0], 0)
        return [only], [only] * len(known)
    cases: dict[Any, _Case] = {}
    of_each = []
    for index, unit in enumerate(known):
        key: Any = (id(unit.state), id(unit.edits), given[index]) if given else id(unit.state)
        if apart:
            # Of components a movement states their own customer; a product is asked for what is inside it; each unit has its number.
            key = (key, id(unit.before), unit.own_customer_id, unit.id if numbered or unit.id in held else 0)
        case = cases.get(key)
        if case is None:
            case = cases[key] = judge.case(unit, index)
        of_each.append(case)
    return cases.values(), of_each


EDITS = 3
"""Where the rest of a movement says what it edits."""


class _Judge:
    """Says what one step comes to, case by case; what cases have in common is found once."""

    def __init__(self, step: Step, context: Context, happened_on: str) -> None:
        self.step, self.context, self.happened_on = step, context, happened_on
        self.given: Sequence[tuple[Any, ...]] = ()
        """For each unit the values of its own; of edits, which object they are."""
        columns = [*step.each.values(), *([list(map(id, step.edits))] if step.edits else [])]
        if columns:
            self.given = list(zip(*columns, strict=True))
        others = [column for name, column in step.each.items() if name != "place"]
        self.asked = list(zip(*others, strict=True)) if others else []
        """Those among them that judging asks for: no rule asks for the place."""
        self.edits = bool(step.edits) or "warranty_until" in step.to
        self.results: dict[int, State] = {}
        self.warranted: dict[tuple[State, str | None], State] = {}
        self.verdicts: dict[tuple[int, tuple[Any, ...]], str] = {}

    def case(self, unit: Unit, index: int) -> _Case:
        """What the step comes to for this unit and all that stand and get the same."""
        step, state = self.step, unit.state
        result = self.results.get(id(state))
        if result is None:
            result = self.results[id(state)] = after(step, state, self.happened_on)
        if step.each:
            result = with_each(step, index, result)
        question = (id(state), self.asked[index] if self.asked else ())
        why = self.verdicts.get(question)
        if why is None:
            why = self.verdicts[question] = objection(step, state, result, self.context, new=False)
        edits, noted = _edits(step, unit, index) if self.edits else (None, unit.edits)
        if edits and "warranty_until" in edits:
            date = edits["warranty_until"][1]
            result = self.warranted.setdefault((result, date), changed(result, warranty_until=date))
        placed = step.kind is not Kind.EDITED and (step.kind is not Kind.CORRECTED or result != state)
        rest = (int(step.kind), step.line_id, placed, edits, *as_recorded(unit, result))
        own = _own_objection(step, unit, self.context) if self.context.holding_held else ""
        return _Case(unit, state, unit.edits, result, noted, why or own, rest)


def _own_objection(step: Step, unit: Unit, context: Context) -> str:
    """Conditions that hang on the unit itself."""
    conditions = RULE[step.kind].conditions
    if "nothing_held_inside" in conditions and unit.id in context.holding_held:
        return "a unit inside it is on hold"
    return ""


def _edits(step: Step, unit: Unit, index: int) -> tuple[dict[str, list[Any]] | None, Mapping[str, Any] | None]:
    """What else the step changes about the unit, as {name: [before, after]}, and what is noted of it then.

    The warranty date counts as such an edit.
    """
    found: dict[str, list[Any]] = {}
    noted = unit.edits
    if step.edits:
        new = {name: _normal(value) for name, value in step.edits[index].items()}
        found = {name: [unit.noted(name), value] for name, value in new.items()}
        noted = {**(noted or {}), **new}
    if "warranty_until" in step.to and step.to["warranty_until"] != unit.noted("warranty_until"):
        found["warranty_until"] = [unit.noted("warranty_until"), step.to["warranty_until"]]
    return found or None, noted


def refuse_step(step: Step, offenders: list[Offender], asked: int) -> None:
    """Refuse, naming every unit for which the step is not possible."""
    first = offenders[0]
    others = f" and {len(offenders) - 1:,} more" if len(offenders) > 1 else ""
    raise Conflict(
        "not-possible",
        f"{first.text}{others}: {first.why}.",
        offenders=offenders,
        way_out=_way_out(offenders, asked),
        extra={"kind": RULE[step.kind].label, "possible_count": asked - len(offenders)},
    )


def _way_out(offenders: Sequence[Offender], asked: int) -> str:
    if len(offenders) < asked:
        return "Take these units out and go on with the others."
    return "Choose another location." if {one.why for one in offenders} == {THERE_ALREADY} else ""
