"""By which completion a unit was used, unit unknown, and whether a product can be the one: those that came of it can, as a trace has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.models import Tracking
from nameplate.operations.assembling.standing import Standing
from nameplate.refusals import Cause, Conflict, Offender

_STANDS = (
    "NOT EXISTS (SELECT 1 FROM nameplate_movement b JOIN nameplate_entry r ON r.id = b.entry_id "
    "WHERE b.serial_id = m.serial_id AND b.seq > m.seq AND r.reverses_id = m.entry_id)"
)
_USED = (
    "SELECT m.serial_id, e.id, e.document_id, d.number FROM nameplate_movement m JOIN nameplate_entry e ON e.id = m.entry_id "
    f"JOIN nameplate_document d ON d.id = e.document_id WHERE m.kind = {Kind.CONSUMED.value} AND m.parent_id IS NULL "
    f"AND m.serial_id IN {{ids}} AND {_STANDS} ORDER BY m.serial_id, m.seq"
)
_MADE = (
    "SELECT m.serial_id, e.id, e.document_id, '' FROM nameplate_movement m JOIN nameplate_entry e ON e.id = m.entry_id "
    f"WHERE m.kind = {Kind.PRODUCED.value} AND m.serial_id IN {{ids}} AND {_STANDS} ORDER BY m.serial_id, m.seq"
)
_MAKING = (
    "SELECT e.id, e.document_id FROM nameplate_entry e WHERE e.{which} IN {{ids}} AND e.reverses_id IS NULL AND ("
    f"EXISTS (SELECT 1 FROM nameplate_movement m WHERE m.entry_id = e.id AND m.kind = {Kind.PRODUCED.value} AND {_STANDS}) OR EXISTS ("
    "SELECT 1 FROM nameplate_stockmovement g JOIN nameplate_lot l ON l.id = g.lot_id JOIN nameplate_item i ON i.id = l.item_id "
    f"WHERE g.entry_id = e.id AND g.change > 0 AND i.tracking <> '{Tracking.SERIAL.value}' AND NOT EXISTS ("
    "SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = e.id AND NOT r.partial)))"
)
"""Entries of which something came that was not undone."""


class _Act(NamedTuple):
    """The entry by which a unit was used or made, and its order."""

    entry_id: int
    order_id: int | None
    order: str


def made_otherwise(pairs: Sequence[tuple[Standing, Standing]]) -> list[Offender]:
    """Parts, unit unknown, whose completion made other products than the one that each is said to be in: (part, product), by line.

    Where nothing came of the completion itself, whatever its order made is possible; where that is nothing, any product is. At most four
    statements.
    """
    used = _acts(_USED, (part.id for part, _ in pairs if part.unit_unknown))
    if not used:
        return []
    made = _acts(_MADE, (product.id for _, product in pairs))
    making = {entry for entry, _ in _making("id", {act.entry_id for act in used.values()})}
    silent = {act.order_id for act in used.values() if act.entry_id not in making and act.order_id is not None}
    orders = {order for _, order in _making("document_id", silent)} if silent else set()
    found = []
    for line, (part, product) in enumerate(pairs, 1):
        act, own = used.get(part.id), made.get(product.id)
        if act is None:
            continue
        if act.entry_id in making:
            other = own is None or own.entry_id != act.entry_id
        else:
            other = act.order_id in orders and (own is None or own.order_id != act.order_id)
        if other:
            why = f"{act.order} used it for other products than {product.number}"
            found.append(Offender(part.number, why, part.id, line, entry_id=act.entry_id, document=act.order))
    return found


def refuse_made_otherwise(pairs: Sequence[tuple[Standing, Standing]]) -> None:
    """Refuse such parts; that a bill has it otherwise can be so anyway, this cannot."""
    if offenders := made_otherwise(pairs):
        sentence = (
            f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} parts are in other products."
        )
        causes = {one.entry_id: Cause("entries", one.entry_id, f"{one.document}: built") for one in offenders if one.entry_id is not None}
        raise Conflict(
            "other-completion",
            sentence,
            fields={"product": sentence},
            offenders=offenders,
            causes=list(causes.values()),
            way_out="Name a product of the completion that used it; or undo that completion, if it is wrong, and finish it anew.",
        )


def _acts(sql: str, unit_ids: Iterable[int]) -> dict[int, _Act]:
    """By unit, the latest."""
    wanted = sorted(set(unit_ids))
    rows = bulk.query(sql.format(ids=bulk.id_set()), [bulk.ids(wanted)]) if wanted else ()
    return {unit: _Act(*act) for unit, *act in rows}


def _making(which: str, ids: set[int]) -> set[tuple[int, int]]:
    return {(row[0], row[1]) for row in bulk.query(_MAKING.format(which=which).format(ids=bulk.id_set()), [bulk.ids(sorted(ids))])}
