"""Into which lot each kind leads, where the act does not say: split off, back to the lot before, or a new one.

`kinds.LOT_AFTER` is the rule; here it is carried out, for all units of an act at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from nameplate.ledger import bulk
from nameplate.ledger.kinds import LOT_AFTER, LOT_STATUSES, RULE, Kind
from nameplate.ledger.lots import LotToOpen, open_lots, rows_of
from nameplate.ledger.moves import Group, LotChange, Step
from nameplate.ledger.state import LOT
from nameplate.ledger.stepping import Act
from nameplate.models import Lot, LotStatus, Status

RESOLVED = {"split", "the lot before", "new", LOT_AFTER[Kind.REMOVED]}


def resolve_lots(work: Act, groups: Sequence[Group]) -> tuple[list[Group], list[LotChange]]:
    """The groups with a lot for every unit whose kind leads into another one, and the lots opened for that.

    A step that names its lot keeps it. What goes back into a lot that is on hold as a whole is on hold with it, for the same reason.
    The number of statements does not grow with the units.
    """
    changes: list[LotChange] = []
    resolved = [_group(work, group, changes) for group in groups]
    return [part for group in resolved for part in _held_with_lot(work, group)], changes


def _group(work: Act, group: Group, changes: list[LotChange]) -> Group:
    if not group.units:
        return group
    steps = [_step(work, group.units, step, changes) if _open(step) else step for step in group.steps]
    return replace(group, steps=steps)


def _open(step: Step) -> bool:
    return LOT_AFTER.get(step.kind) in RESOLVED and "lot_id" not in step.to and "lot_id" not in step.each


def _step(work: Act, unit_ids: Sequence[int], step: Step, changes: list[LotChange]) -> Step:
    lots = rows_of({work.known[unit].state[LOT] for unit in unit_ids}).select_related("item", "source", "split_from").order_by("pk")
    status = Status(step.to.get("status", RULE[step.kind].targets[0]))
    after = {lot.pk: _lot_after(step.kind, status, lot) for lot in lots}
    opening = {lot: wanted for lot, wanted in after.items() if isinstance(wanted, LotToOpen)}
    fresh = dict(zip(opening, open_lots(list(opening.values())), strict=True))
    changes.extend(LotChange(one.pk, LotStatus(one.status)) for one in fresh.values())
    into = {lot: wanted if isinstance(wanted, int) else fresh[lot].pk for lot, wanted in after.items()}
    if len(chosen := set(into.values())) == 1:
        return replace(step, to={**step.to, "lot_id": chosen.pop()})
    return replace(step, each={**step.each, "lot_id": [into[work.known[unit].state[LOT]] for unit in unit_ids]})


def lot_before(lot: Lot, wanted: Collection[LotStatus]) -> Lot | None:
    """The nearest of the lots that it was split from whose status is one of these.

    What was returned, rejected and then released goes back to stock past the lot in which it came back.
    """
    one: Lot | None = lot
    while one is not None and one.line_id is None and (one := one.split_from) is not None:
        if LotStatus(one.status) in wanted:
            return one
    return None


def _lot_after(kind: Kind, status: Status, lot: Lot) -> int | LotToOpen:
    """The lot into which a unit goes, or the one that is to be opened for it."""
    wanted = LOT_STATUSES.get(status, ())
    if kind is Kind.REMOVED and (not wanted or LotStatus(lot.status) in wanted):
        return lot.pk
    if LOT_AFTER[kind] == "the lot before" and (before := lot_before(lot, wanted)) is not None:
        return before.pk
    # A unit that comes back from outside has neither the source nor the cost that it once had; what it is made of is the same.
    return LotToOpen.split_off(lot, wanted[0], from_outside=LOT_AFTER[kind] == "new")


def _held_with_lot(work: Act, group: Group) -> Iterator[Group]:
    """The group; in parts, where some of it goes back into lots that are on hold as a whole."""
    into = _back_into(group)
    lots = set(into)
    work.lot_holds |= dict(bulk.query(f"SELECT id, hold FROM nameplate_lot WHERE id IN {bulk.id_set()}", [bulk.ids(lots)]) if lots else ())
    if not any(work.lot_holds[lot] for lot in lots):
        yield group
        return
    parts: dict[str, list[int]] = {}
    for index, lot in enumerate(into):
        parts.setdefault(work.lot_holds[lot], []).append(index)
    for hold, own in parts.items():
        steps = [_of(one, own) for one in group.steps]
        yield Group([*steps, *([Step(Kind.HELD, {"hold": hold})] if hold else [])], units=[group.units[index] for index in own])


def _back_into(group: Group) -> list[int]:
    """The lot into which each unit of the group goes back, if they do."""
    for step in group.steps:
        if LOT_AFTER.get(step.kind) == "the lot before":
            if "lot_id" in step.each:
                return list(step.each["lot_id"])
            if "lot_id" in step.to:
                return [step.to["lot_id"]] * len(group.units)
    return []


def _of(step: Step, own: Sequence[int]) -> Step:
    """The step for some of its units, by their places in the group."""
    each = {name: [values[index] for index in own] for name, values in step.each.items()}
    return replace(step, each=each, edits=[step.edits[index] for index in own] if step.edits else ())
