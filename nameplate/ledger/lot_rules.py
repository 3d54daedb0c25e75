"""Into which lot each kind leads, where the act does not say: split off, back to the lot before, or a new one.

`kinds.LOT_AFTER` is the rule; here it is carried out, for all units of an act at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nameplate.ledger.kinds import LOT_AFTER, LOT_STATUSES, RULE, Kind
from nameplate.ledger.lots import open_lot
from nameplate.ledger.moves import Group, LotChange, Step
from nameplate.ledger.state import LOT
from nameplate.ledger.stepping import Act
from nameplate.models import Lot, LotStatus, Status

RESOLVED = {"split", "the lot before", "new", LOT_AFTER[Kind.REMOVED]}


def resolve_lots(work: Act, groups: Sequence[Group]) -> tuple[list[Group], list[LotChange]]:
    """The groups with a lot for every unit whose kind leads into another one, and the lots opened for that.

    A step that names its lot keeps it. The number of statements grows with the lots concerned, not with the units in them.
    """
    changes: list[LotChange] = []
    return [_group(work, group, changes) for group in groups], changes


def _group(work: Act, group: Group, changes: list[LotChange]) -> Group:
    if not group.units:
        return group
    steps = [_step(work, group.units, step, changes) if _open(step) else step for step in group.steps]
    return replace(group, steps=steps)


def _open(step: Step) -> bool:
    return LOT_AFTER.get(step.kind) in RESOLVED and "lot_id" not in step.to and "lot_id" not in step.each


def _step(work: Act, unit_ids: Sequence[int], step: Step, changes: list[LotChange]) -> Step:
    lots = Lot.objects.select_related("item", "source", "split_from").in_bulk({work.known[unit].state[LOT] for unit in unit_ids})
    status = Status(step.to.get("status", RULE[step.kind].targets[0]))
    into = {lot.pk: _lot_after(step.kind, status, lot, changes) for lot in lots.values()}
    if len(chosen := set(into.values())) == 1:
        return replace(step, to={**step.to, "lot_id": chosen.pop()})
    return replace(step, each={**step.each, "lot_id": [into[work.known[unit].state[LOT]] for unit in unit_ids]})


def _lot_after(kind: Kind, status: Status, lot: Lot, changes: list[LotChange]) -> int:
    wanted = LOT_STATUSES.get(status, ())
    if kind is Kind.REMOVED and (not wanted or LotStatus(lot.status) in wanted):
        return lot.pk
    before = lot.split_from
    if LOT_AFTER[kind] == "the lot before" and before is not None and LotStatus(before.status) in wanted:
        return before.pk
    # A split keeps what is true of the goods themselves; a unit that comes back from outside begins a lot of its own.
    if LOT_AFTER[kind] == "new":
        fresh = open_lot(item=lot.item, status=wanted[0], split_from=lot)
    else:
        fresh = open_lot(
            item=lot.item,
            status=wanted[0],
            split_from=lot,
            source=lot.source,
            vendor_batch=lot.vendor_batch,
            expires_on=lot.expires_on,
            cost=lot.cost,
        )
    changes.append(LotChange(fresh.pk, wanted[0]))
    return fresh.pk
