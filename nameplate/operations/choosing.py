"""The units that somebody means: all of a lot that are in stock, or those whose numbers were typed, pasted or scanned."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nameplate import functions
from nameplate.ledger import bulk, units
from nameplate.ledger.state import Unit
from nameplate.models import Item, Lot, Serial
from nameplate.models.serials import IN_STOCK
from nameplate.operations.entering.parsing import parse
from nameplate.refusals import Invalid, Offender, TooLarge
from nameplate.serial_text import canonical

MOST_UNITS = 50_000
"""Units in one act."""
MOST_LOTS = 10_000
"""Lots in one act."""
_BEARERS = (
    "SELECT s.key, s.id, s.item_id, s.lot_id, i.number FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
    "WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"
)


def chosen_once(unit_ids: Sequence[int], *, none_is_fine: bool = False) -> list[int]:
    """Each of these units once, in their order. Refused: none at all, or more than one act takes."""
    chosen = list(dict.fromkeys(unit_ids))
    if not chosen and not none_is_fine:
        raise Invalid("no-units", "No unit is chosen.", fields={"units": "Choose at least one unit."})
    return _at_most(MOST_UNITS, chosen, "units")


def lots_once(lot_ids: Sequence[int]) -> list[int]:
    """Each of these lots once. Refused: none at all, or more than one act takes."""
    chosen = list(dict.fromkeys(lot_ids))
    if not chosen:
        raise Invalid("no-lots", "No lot is chosen.", fields={"lots": "Choose at least one lot."})
    return _at_most(MOST_LOTS, chosen, "lots")


def _at_most(most: int, chosen: list[int], what: str) -> list[int]:
    if len(chosen) > most:
        raise TooLarge("too-many", f"At most {most:,} {what} in one act.", way_out="Do it in parts.")
    return chosen


def lots_in_box(text: str) -> list[int]:
    """The lots whose numbers the box holds, ranges and counts too. Refused, each with its line: what is no number, or names no lot."""
    named, offenders = _in_box(text)
    keys = [key for _, key, _ in named if key and "\x00" not in key]
    rows = bulk.query(f"SELECT l.number_key, l.id FROM nameplate_lot l WHERE l.number_key IN {bulk.text_set()}", [bulk.texts(keys)])
    known: dict[str, int] = dict(rows)
    offenders += [Offender(number, "no lot bears it", line=line) for number, key, line in named if key not in known]
    if offenders:
        count = len(offenders)
        sentence = f"{offenders[0].text}: {offenders[0].why}." if count == 1 else f"{count:,} of these numbers name no lot."
        raise Invalid("lots-not-found", sentence, fields={"lots": sentence}, offenders=offenders)
    return list(dict.fromkeys(known[key] for _, key, _ in named))


def _in_box(text: str) -> tuple[list[tuple[str, str, int]], list[Offender]]:
    """(number, key, line) of each number that a box holds, and what in it is no number."""
    parsed = parse(text)
    offenders = [
        Offender(one.raw[:120], f"{one.problem.message} {one.problem.way_out}".strip(), line=one.line)
        for one in parsed.candidates
        if one.problem and one.problem.rule != "twice"
    ]
    return [(number, key, one.line) for one in parsed.candidates for number, key in zip(one.numbers, one.keys, strict=True)], offenders


def units_in_stock(lot: Lot) -> list[int]:
    """The lot's units that lie at a location."""
    return list(Serial.objects.filter(lot=lot, withdrawn=False, status__in=IN_STOCK).order_by("pk").values_list("pk", flat=True))


def units_in_box(text: str, *, lot: Lot | None = None, item: Item | None = None) -> list[int]:
    """The units whose numbers the box holds (ranges and counts too), within the lot or the item where one is given.

    Refused, each with its line: what is no number, numbers that nothing there bears, numbers that units of several items bear.
    """
    named, offenders = _in_box(text)
    return _found(named, offenders, lot, item)


def units_named(numbers: Sequence[str], *, lot: Lot | None = None, item: Item | None = None) -> list[int]:
    """As `units_in_box`, of numbers that a program names one by one."""
    return _found(_each_once(numbers), [], lot, item)


def units_known(numbers: Sequence[str]) -> dict[int, Unit]:
    """As `units_named`, and how the ledger knows them: what `post` takes as `known` in the same transaction."""
    named = _each_once(numbers)
    bearing = units.bearing(key for _, key, _ in named)
    found = [bearing.get(key, []) for _, key, _ in named]
    if functions.is_on(functions.SERIAL_NUMBERS) and set(map(len, found)) == {1}:
        return {unit.id: unit for [unit] in found}
    # Not each names one unit: why it does not is said there.
    return units.fetch(_found(named, [], None, None))


def _each_once(numbers: Sequence[str]) -> list[tuple[str, str, int]]:
    found: dict[str, tuple[str, str, int]] = {}
    for index, number in enumerate(numbers, 1):
        if (key := canonical(number)) not in found:
            found[key] = (number, key, index)
    return list(found.values())


def _found(named: Sequence[tuple[str, str, int]], offenders: list[Offender], lot: Lot | None, item: Item | None) -> list[int]:
    if named:
        functions.require_on(functions.SERIAL_NUMBERS, "Choosing units by their numbers", field="units")
    bearers: dict[str, list[tuple[int, int, str]]] = {}
    keys = [key for _, key, _ in named if key and "\x00" not in key]
    for key, unit, item_id, lot_id, item_number in bulk.query(_BEARERS.format(keys=bulk.text_set()), [bulk.texts(keys)]) if keys else ():
        if (item is None or item.pk == item_id) and (lot is None or lot.item_id == item_id):
            bearers.setdefault(key, []).append((unit, lot_id, item_number))
    found: list[int] = []
    for number, key, line in named:
        same = bearers.get(key, [])
        if lot is not None and (gone := [unit for unit in same if unit[1] != lot.pk]):
            offenders.append(Offender(number, f"it is not in lot {lot}", gone[0][0], line=line))
        elif not same:
            offenders.append(Offender(number, "no unit bears it", line=line))
        elif len(same) > 1:
            offenders.append(Offender(number, f"units of {_items(same)} bear it; choose by the unit’s page", same[0][0], line=line))
        else:
            found.append(same[0][0])
    if offenders:
        count = len(offenders)
        sentence = f"{offenders[0].text}: {offenders[0].why}." if count == 1 else f"{count:,} of these numbers name no unit here."
        raise Invalid("units-not-found", sentence, fields={"units": sentence}, offenders=offenders)
    if not found:
        raise Invalid("no-units", "No unit is chosen.", fields={"units": "Enter the numbers of the units."})
    return found


def _items(same: Collection[tuple[int, int, str]]) -> str:
    return " and ".join(sorted({number for _, _, number in same}))
