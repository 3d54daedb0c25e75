"""All steps of an act taken: by units that there are, and by newcomers, which have no row yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from nameplate.ledger import units
from nameplate.ledger.conditions import Context
from nameplate.ledger.judging import after, check_step, objection
from nameplate.ledger.moves import Group, Newcomers, Step
from nameplate.ledger.newcomers import earlier_holders
from nameplate.ledger.state import EMPTY, PARENT, State, edge_of
from nameplate.ledger.stepping import Act, Batch, plain, refuse_step, step_known, with_each
from nameplate.refusals import Conflict, Offender


def take_steps(work: Act, groups: Sequence[Group], context: Context, *, happened_on: str) -> None:
    """Apply and judge every step of every group; refuse with all offenders of a step named."""
    work.any_built_in = any(unit.before[PARENT] for unit in work.known.values())
    newcomers = [group.new for group in groups if group.new is not None and group.new.numbers]
    work.earlier = earlier_holders(newcomers)
    ids = units.reserve(sum(len(new.numbers) for new in newcomers if not new.ids))
    taken = 0
    for group in groups:
        for step in group.steps:
            check_step(step)
        if group.units:
            for step in group.steps:
                step_known(work, step, group.units, context, happened_on)
        if group.new is not None and group.new.numbers:
            own = group.new.ids or ids[taken : taken + len(group.new.numbers)]
            _add_new(work, group, own, context, happened_on)
            taken += 0 if group.new.ids else len(own)


def _add_new(work: Act, group: Group, ids: Sequence[int], context: Context, happened_on: str) -> None:
    new = group.new
    assert new is not None
    _refuse_twice(new)
    count = len(new.numbers)
    states: list[State] = [EMPTY] * count
    for position, raw in enumerate(group.steps):
        step = plain(raw)
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
                result = with_each(step, index, result)
            case = (state, result)
            why = verdicts.get(case)
            if why is None:
                why = verdicts[case] = objection(step, state, result, context, new=position == 0)
            if why:
                offenders.append(Offender(new.numbers[index], why))
            states[index] = result
            edits = _first_edits(new, index) if new.custom and position == 0 else None
            work.movements.append((unit_id, position + 1, (int(step.kind), step.line_id, True, edits, *result)))
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
    rest = (int(step.kind), step.line_id, True, None, *result)
    work.movements.extend([(unit_id, position + 1, rest) for unit_id in ids])
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
