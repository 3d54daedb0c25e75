"""Lots: opened, given a status by an entry, and judged against the status of the units in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from nameplate.ledger import bulk, custom_values, switched
from nameplate.ledger.kinds import LOT_STATUSES
from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.numbering import next_numbers
from nameplate.ledger.state import LOT, STATUS, WITHDRAWN
from nameplate.ledger.stepping import Act
from nameplate.models import Document, Entry, FieldNoun, Item, Line, Lot, LotStatus, Status, Tracking
from nameplate.refusals import Conflict, Invalid
from nameplate.serial_text import canonical, sort_key

EDITABLE = ("vendor_batch", "expires_on", "cost", "notes", "hold")
"""The columns of a lot that an entry may change beside its status and its custom values (`custom.<slug>`)."""
_TYPES = {**dict.fromkeys(EDITABLE, "text"), "expires_on": "date", "cost": "bigint", "custom": "jsonb"}
"""What those columns hold, and the one of the custom values."""


@dataclass(slots=True)
class LotRow:
    """What judging needs to know of a lot."""

    id: int
    number: str
    item_id: int
    status: str
    version: int
    tracking: str
    hold: str


@dataclass(frozen=True, slots=True)
class LotToOpen:
    """A lot that is to be opened."""

    item: Item
    status: LotStatus
    source: Document | None = None
    line: Line | None = None
    split_from: Lot | None = None
    vendor_batch: str = ""
    expires_on: date | None = None
    cost: int | None = None
    notes: str = ""
    custom: Mapping[str, Any] | None = None
    """Its custom values; None: defaults, or the persistent ones of the lot that it is split from."""

    @classmethod
    def split_off(cls, lot: Lot, status: LotStatus, *, from_outside: bool = False) -> LotToOpen:
        """A lot split off `lot`, which keeps all that is true of the goods themselves; its persistent fields go along by `custom`.

        What comes `from_outside` again does not come from its first source, nor at the cost that it had.
        """
        return cls(
            lot.item,
            status,
            source=None if from_outside else lot.source,
            split_from=lot,
            vendor_batch=lot.vendor_batch,
            expires_on=lot.expires_on,
            cost=None if from_outside else lot.cost,
        )


def open_lot(
    *,
    item: Item,
    status: LotStatus,
    source: Document | None = None,
    line: Line | None = None,
    split_from: Lot | None = None,
    vendor_batch: str = "",
    expires_on: date | None = None,
    cost: int | None = None,
    notes: str = "",
    custom: Mapping[str, Any] | None = None,
) -> Lot:
    """A new lot of `item` under the next lot number, which no entry has touched yet: post its `LotChange` in the same transaction."""
    return open_lots([LotToOpen(item, status, source, line, split_from, vendor_batch, expires_on, cost, notes, custom)])[0]


def open_lots(wanted: Sequence[LotToOpen]) -> list[Lot]:
    """The same for many at once, in their order."""
    if not wanted:
        return []
    numbers = next_numbers("lot", len(wanted))
    customs = custom_values.of_new_lots([(one.custom, one.split_from) for one in wanted])
    lots = Lot.objects.bulk_create(
        Lot(
            number=number,
            number_key=canonical(number),
            sort_key=sort_key(canonical(number)),
            item=one.item,
            status=one.status,
            source=one.source,
            line=one.line,
            split_from=one.split_from,
            vendor_batch=one.vendor_batch,
            expires_on=one.expires_on,
            cost=one.cost,
            notes=one.notes,
            custom=custom,
        )
        for number, one, custom in zip(numbers, wanted, customs, strict=True)
    )
    if given := {lot.pk: lot.custom for lot in lots if lot.custom}:
        custom_values.insert_new(FieldNoun.LOTS, given)
    return lots


def rows_of(lot_ids: Iterable[int]) -> QuerySet[Lot]:
    """The rows of these lots, however many: their ids travel as one parameter."""
    own = f"nameplate_lot.id IN {bulk.id_set()}"
    return Lot.objects.extra(where=[own], params=[bulk.ids(lot_ids)])  # noqa: S610  # the SQL is ours, the ids a parameter


def fetch(work: Act, changes: Sequence[LotChange], goods: Sequence[Goods]) -> dict[int, LotRow]:
    """Every lot whose units, goods or status the act changes, locked: nobody cancels a lot while units come into it.

    Refused: one that does not exist; goods of an item followed by lot while Lots is off; one that was put on hold, or freed, since it was
    decided whether what goes back into it is on hold.
    """
    wanted = {change.lot_id for change in changes} | {g.lot_id for g in goods}
    wanted |= {case.state[LOT] for case in work.cases if _moved(case.before, case.state)}
    wanted |= {state[LOT] for batch in work.newcomers for state in set(batch.states)}
    if not wanted:
        return {}
    rows = bulk.query(
        "SELECT l.id, l.number, l.item_id, l.status, l.version, i.tracking, l.hold "
        "FROM nameplate_lot l JOIN nameplate_item i ON i.id = l.item_id "
        f"WHERE l.id IN {bulk.id_set()} ORDER BY l.id" + (" FOR NO KEY UPDATE OF l" if bulk.is_postgresql() else ""),
        [bulk.ids(sorted(wanted))],
    )
    found = {row[0]: LotRow(*row) for row in rows}
    if wanted - found.keys():
        raise Invalid("no-such-lot", "There is no such lot.", fields={"lot": "Choose a lot."})
    for lot, hold in work.lot_holds.items():
        if lot in found and found[lot].hold != hold:
            raise Conflict(
                "lot-changed",
                f"Lot {found[lot].number} was put on hold or freed meanwhile.",
                way_out="Look at it, and repeat what you did.",
            )
    switched.refuse_goods(goods, {row.id: row.tracking for row in found.values()})
    return found


def judge(work: Act, rows: dict[int, LotRow], changes: Sequence[LotChange]) -> None:
    """Refuse units in a lot of another item or of a status that theirs does not allow, and goods in a lot of serial-tracked units."""
    status_after = {row.id: row.status for row in rows.values()} | {change.lot_id: str(change.status) for change in changes}
    cases = {(case.item_id, case.state[LOT], case.state[STATUS]) for case in work.cases if _moved(case.before, case.state)}
    cases |= {
        (batch.new.item_id, state[LOT], state[STATUS]) for batch in work.newcomers for state in set(batch.states) if not state[WITHDRAWN]
    }
    for item_id, lot_id, status in cases:
        row = rows[lot_id]
        if row.item_id != item_id:
            raise Conflict("lot-of-another-item", f"Lot {row.number} is of another item.", fields={"lot": "Choose a lot of this item."})
        if row.tracking != Tracking.SERIAL:
            raise Conflict(
                "not-serial-tracked",
                "This item has no serial numbers.",
                fields={"serials": "Give a quantity instead."},
                way_out="Give a quantity instead.",
            )
        allowed = LOT_STATUSES.get(Status(status))
        if allowed and status_after[lot_id] not in allowed:
            label = LotStatus(status_after[lot_id]).label
            raise Conflict(
                "lot-status",
                f"Lot {row.number} is {label}; a unit that is {Status(status).label} needs one that is {status_names_of(allowed)}.",
            )


def status_names_of(statuses: Sequence[LotStatus]) -> str:
    """ "Received or On hold"."""
    return " or ".join(status.label for status in statuses)


def _moved(before: tuple[object, ...], state: tuple[object, ...]) -> bool:
    return not state[WITHDRAWN] and (before[STATUS], before[LOT]) != (state[STATUS], state[LOT])


def write(entry: Entry, rows: dict[int, LotRow], changes: Sequence[LotChange]) -> None:
    """Write the lots' movements and statuses; refuse when somebody else changed one, or when units outside the act no longer fit."""
    if not changes:
        return
    own, edits = _edited(changes)
    bulk.insert(
        "nameplate_lotmovement",
        ("entry_id", "lot_id", "seq", "status", "edits"),
        [(entry.pk, one.lot_id, rows[one.lot_id].version + 1, str(one.status), edits.get(one.lot_id)) for one in changes],
    )
    plain = [[one.lot_id, rows[one.lot_id].version, str(one.status)] for one in changes if one.lot_id not in edits]
    edited = [[one.lot_id, rows[one.lot_id].version, str(one.status), *own[one.lot_id]] for one in changes if one.lot_id in edits]
    for types, given in (({"status": "text"}, plain), ({"status": "text", **_TYPES}, edited)):
        if given:
            bulk.update("nameplate_lot", types, given)
    _refuse_left_behind(changes)


def _edited(changes: Sequence[LotChange]) -> tuple[dict[int, list[Any]], dict[int, dict[str, list[str | int | None]]]]:
    """Of lots whose own values change: those values as they are now, in the order of `_TYPES`, and each with what it was before.

    What filters find of custom values is brought up to date.
    """
    wanted = {change.lot_id: change.edits for change in changes if change.edits}
    lots = list(rows_of(wanted)) if wanted else []
    found: dict[int, dict[str, list[str | int | None]]] = {}
    customs: dict[int, dict[str, Any]] = {}
    for lot in lots:
        for name, value in wanted[lot.pk].items():
            slug = name.removeprefix("custom.") if name.startswith("custom.") else ""
            before = (lot.custom or {}).get(slug) if slug else getattr(lot, name)
            if before == value:
                continue
            found.setdefault(lot.pk, {})[name] = [_plain(before), _plain(value)]
            if slug:
                customs.setdefault(lot.pk, {})[slug] = value
                lot.custom = {one: kept for one, kept in {**(lot.custom or {}), slug: value}.items() if kept is not None} or None
            else:
                setattr(lot, name, value)
    if customs:
        custom_values.write(FieldNoun.LOTS, customs)
    return {lot.pk: [getattr(lot, name) for name in _TYPES] for lot in lots if lot.pk in found}, found


def _plain(value: str | int | date | None) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value


def _refuse_left_behind(changes: Sequence[LotChange]) -> None:
    demanded = " ".join(
        f"WHEN s.status = {status.value} THEN l.status NOT IN ({', '.join(repr(str(a)) for a in allowed)})"
        for status, allowed in LOT_STATUSES.items()
    )
    left = bulk.query(
        "SELECT l.number, count(*) FROM nameplate_lot l JOIN nameplate_serial s ON s.lot_id = l.id AND NOT s.withdrawn "
        f"WHERE l.id IN {bulk.id_set()} AND CASE {demanded} ELSE {'FALSE' if bulk.is_postgresql() else '0'} END GROUP BY l.number",
        [bulk.ids(change.lot_id for change in changes)],
    )
    if left:
        number, count = left[0]
        raise Conflict("lot-status", f"{count:,} units in lot {number} do not fit its new status.")
