"""How units that are in the way of something stand, and since which entry: read anew when they are named, never kept with the refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nameplate.ledger import bulk
from nameplate.models import NOUNS, DocumentKind, Entry, Status, Verdict
from nameplate.models.serials import NUMBER_MISSING

_STANDING = (
    "SELECT s.id, s.status, s.withdrawn, s.hold, s.lot_id, s.transfer_id, s.work_id, s.return_doc_id, s.parent_id, src.id, src.kind, "
    "co.id, co.kind, co.number, p.shipment_id, sh.number, "
    "(SELECT max(w.inspection_id) FROM nameplate_inspectedunit w WHERE w.serial_id = s.id "
    f"AND w.verdict = '{Verdict.WAITING.value}') "
    "FROM nameplate_serial s LEFT JOIN nameplate_document src ON src.id = s.source_id "
    "LEFT JOIN nameplate_line l ON l.id = s.reserved_line_id LEFT JOIN nameplate_document co ON co.id = l.document_id "
    "LEFT JOIN nameplate_pick p ON p.serial_id = s.id AND p.line_id = s.reserved_line_id "
    "LEFT JOIN nameplate_document sh ON sh.id = p.shipment_id WHERE s.id IN {ids}"
)
_STATUS_FACTS = {
    Status.CONSUMED: "consumed",
    Status.SHIPPED: "shipped",
    Status.WRITTEN_OFF: "written_off",
    Status.REJECTED: "rejected",
    Status.RETURNED: "returned",
}
_COLUMN = {
    "number": "hold",
    "inspection": "hold",
    "hold": "hold",
    "transit": "transfer_id",
    "work": "work_id",
    "shipment": "reserved_line_id",
}
"""The column of a placement that makes a fact, where it is not the status."""
_COLUMN["order"] = "reserved_line_id"
LONGEST = 200
"""How many of a unit's last movements are looked at for where a fact began."""


class Stands(NamedTuple):
    """One unit as it stands."""

    id: int
    facts: tuple[str, ...]
    """What of it can be in the way, as `ways.ACTS` has it, the most pressing first; none of an available unit."""
    column: str
    """The column of its placement that made the first of them; empty: the last thing that was done to it."""
    known: Mapping[str, Any]
    """What addresses are made of."""


@dataclass(frozen=True, slots=True)
class Because:
    """The entry since which a unit stands so."""

    entry: int
    act: str
    happened_at: dt.datetime
    person: str
    document: int | None
    number: str
    noun: str
    """Of the document."""
    reversal: bool


def standings(unit_ids: Collection[int]) -> dict[int, Stands]:
    """How these units stand now: one statement. Ids that no unit has are left out."""
    rows = bulk.query(_STANDING.format(ids=bulk.id_set()), [bulk.ids(unit_ids)]) if unit_ids else []
    return {row[0]: _stands(row) for row in rows}


def _stands(row: Sequence[Any]) -> Stands:
    unit, status, withdrawn, hold, lot, transfer, work, returned, parent, source, kind, order, order_kind, number, pick, packed, paper = row
    noun = NOUNS.get(order_kind, "documents")
    has = {
        "number": hold == NUMBER_MISSING,
        "inspection": bool(hold) and paper is not None,
        "hold": bool(hold) and hold != NUMBER_MISSING and paper is None,
        "transit": transfer is not None,
        "work": work is not None,
        "shipment": pick is not None,
        "order": order is not None,
        "ordered": status == Status.PLANNED and kind == DocumentKind.PURCHASE_ORDER,
        "scheduled": status == Status.PLANNED and kind == DocumentKind.MANUFACTURING_ORDER,
        "consumed": status == Status.CONSUMED and parent is not None,
        "returned": status == Status.RETURNED and returned is not None,
        **{fact: status == value for value, fact in _STATUS_FACTS.items() if fact not in {"consumed", "returned"}},
    }
    facts = tuple(fact for fact, there in has.items() if there and not withdrawn)
    first = facts[0] if facts else ""
    column = _COLUMN.get(first, "status" if first or status != Status.RECEIVED else "")
    known = {
        "unit": unit,
        "lot": lot,
        "transfer": transfer,
        "work": work,
        "return": returned,
        "source": source,
        "inspection": paper,
        "pick": pick,
        "packed": packed,
        "order": number,
        "order_id": order,
        "order_noun": noun,
        "order_operation": f"get_{noun.removesuffix('s').replace('-', '_')}",
    }
    return Stands(unit, facts, column, known)


def since(units: Iterable[Stands]) -> dict[int, int]:
    """Unit → the entry since which it stands so: that of its last change of the column that is in the way. One statement."""
    columns = {one.id: one.column for one in units}
    if not columns:
        return {}
    wanted = sorted({column for column in columns.values() if column})
    last = "m.seq > (SELECT s.version FROM nameplate_serial s WHERE s.id = m.serial_id) - %s"
    rows = bulk.query(
        f"SELECT m.serial_id, m.entry_id, {', '.join(['m.seq', *(f'm.{column}' for column in wanted)])} FROM nameplate_movement m "
        f"WHERE m.serial_id IN {bulk.id_set()} AND m.placed AND {last} ORDER BY m.serial_id, m.seq DESC",
        [bulk.ids(columns), LONGEST],
    )
    at = {column: index for index, column in enumerate(wanted, 3)}
    found: dict[int, int] = {}
    values: dict[int, Any] = {}
    done: set[int] = set()
    for row in rows:
        unit, column = row[0], columns[row[0]]
        value = row[at[column]] if column else row[1]
        if values.setdefault(unit, value) != value:
            done.add(unit)
        if unit not in done:
            found[unit] = row[1]
    return found


def entries_of(numbers: Collection[int]) -> dict[int, Because]:
    """These entries with who did them and under what: one statement."""
    if not numbers:
        return {}
    rows = Entry.objects.filter(pk__in=numbers).values_list(
        "pk", "act", "happened_at", "actor__username", "document_id", "document__number", "document__kind", "reverses_id"
    )
    return {
        pk: Because(pk, act, when, who, paper, number or "", NOUNS.get(kind or "", "documents"), reverses is not None)
        for pk, act, when, who, paper, number, kind, reverses in rows
    }
