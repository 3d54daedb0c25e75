"""The record was wrong, nothing happened to the unit: its number is corrected, or two units swap theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.units import rows_of
from nameplate.models import Entry, Lot, Request, Serial, User
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations.inspecting.waiting import holds_of
from nameplate.refusals import Conflict, Invalid, NotFound, Offender, TooLarge
from nameplate.serial_text import Prepared, canonical, prepare

MOST_UNITS = 50_000


def correct_numbers(*, actor: User, numbers: Mapping[int, str], reason: str, request: Request | None = None) -> Entry:
    """Give these units (by id) other numbers, in one act; the numbers they bore stay searchable.

    Among themselves they may swap. A unit on hold because its number is missing is free by it (or held for its lot's reason). Refused,
    with every offender named: a text that is no serial number, the number that a unit bears already, one that is given twice for an item,
    one that another unit of the item bears and keeps, and a provisional number; no reason.
    """
    access.require(actor, "stock", "edit")
    if not numbers:
        raise Invalid("nothing-to-correct", "There is nothing to correct.", fields={"number": "Type the right number."})
    if len(numbers) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} numbers at once.", way_out="Correct them in parts.")
    if not reason.strip():
        raise Invalid("reason-needed", "A correction needs a reason.", fields={"reason": "Say what was wrong."})
    with ledger.transacting():
        units = {
            unit.pk: unit for unit in rows_of(numbers).filter(withdrawn=False).only("pk", "item_id", "number", "key", "hold", "lot_id")
        }
        if len(units) != len(numbers):
            raise NotFound("no-such-serial", "One of these units does not exist, or its number was withdrawn.")
        chosen = sorted(units)
        prepared = prepare([numbers[unit] for unit in chosen])
        offenders = _wrong(units, chosen, prepared)
        if offenders:
            raise Conflict(
                "not-correctable",
                f"{offenders[0].text}: {offenders[0].why}."
                if len(offenders) == 1
                else f"{len(offenders):,} of these cannot be corrected so.",
                fields={"number": offenders[0].why.capitalize() + "."},
                offenders=offenders,
            )
        groups = _groups(units, dict(zip(chosen, prepared.numbers, strict=True)))
        return ledger.post(actor=actor, act="corrected", groups=groups, reason=reason.strip(), request=request)


def _groups(units: Mapping[int, Serial], numbers: Mapping[int, str]) -> list[Group]:
    """The corrections: of plain units, and of those that waited for their numbers: free then, or on hold as their lot or for inspection."""
    waiting = [unit for unit in numbers if units[unit].hold == NUMBER_MISSING]
    reasons = dict(Lot.objects.filter(pk__in={units[unit].lot_id for unit in waiting}).values_list("pk", "hold")) if waiting else {}
    inspected = holds_of(waiting) if waiting else {}
    holds: dict[str | None, list[int]] = {}
    for unit in numbers:
        missing = units[unit].hold == NUMBER_MISSING
        holds.setdefault((reasons[units[unit].lot_id] or inspected.get(unit, "")) if missing else None, []).append(unit)
    groups = []
    for hold, chosen in holds.items():
        steps = [Step(Kind.CORRECTED, edits=[{"number": numbers[unit]} for unit in chosen])]
        steps += [] if hold is None else [Step(Kind.FREED)]
        steps += [Step(Kind.HELD, {"hold": hold})] if hold else []
        groups.append(Group(steps, units=chosen))
    return groups


def swap_numbers(*, actor: User, first: int, second: int, reason: str, request: Request | None = None) -> Entry:
    """Give each of two units of an item the other's number, in one act. Refused: a unit with itself, units of two items."""
    if first == second:
        raise Invalid("same-unit", "A unit cannot swap its number with itself.", fields={"number": "Type the other unit's number."})
    found = dict(Serial.objects.filter(pk__in=[first, second]).values_list("pk", "number"))
    if len(found) != 2:
        raise NotFound("no-such-serial", "One of the two units does not exist.")
    return correct_numbers(actor=actor, numbers={first: found[second], second: found[first]}, reason=reason, request=request)


def correct_number_or_swap(*, actor: User, unit_id: int, number: str, swap: bool, reason: str, request: Request | None = None) -> Entry:
    """Give a unit another number; with `swap`, take it from the unit of the same item that bears it, which gets this one's in return."""
    key = canonical(number)
    holder = Serial.objects.filter(item__serials=unit_id, key=key, withdrawn=False).exclude(pk=unit_id).first() if swap and key else None
    if holder is not None:
        return swap_numbers(actor=actor, first=unit_id, second=holder.pk, reason=reason, request=request)
    return correct_numbers(actor=actor, numbers={unit_id: number}, reason=reason, request=request)


def _wrong(units: Mapping[int, Serial], chosen: Sequence[int], prepared: Prepared) -> list[Offender]:
    """Everything that is wrong with the new numbers, each under the number that the unit bears now."""
    offenders = [Offender(units[chosen[index]].number, problem.message, chosen[index]) for index, problem in prepared.problems.items()]
    if offenders:
        return offenders
    holders = {(item, key): (holder, hold) for holder, item, key, hold in _holders(prepared.keys)}
    taken: dict[tuple[int, str], int] = {}
    for index, unit_id in enumerate(chosen):
        unit, number = units[unit_id], prepared.numbers[index]
        place = (unit.item_id, prepared.keys[index])
        holder, hold = holders.get(place, (None, ""))
        if number == unit.number:
            offenders.append(Offender(unit.number, "it bears that number already", unit_id))
        elif taken.setdefault(place, unit_id) != unit_id:
            offenders.append(Offender(unit.number, f"{number} is given twice", unit_id))
        elif hold == NUMBER_MISSING:
            offenders.append(Offender(unit.number, f"{number} only stands for a number that is missing; give that unit its own", holder))
        elif holder is not None and holder not in units:
            offenders.append(Offender(unit.number, f"{number} is borne by another unit of the item; swap the two instead", holder))
    return offenders


def _holders(keys: Sequence[str]) -> list[tuple[int, int, str, str]]:
    """(unit, item, key, hold) of every live unit that bears one of these keys."""
    sql = f"SELECT id, item_id, key, hold FROM nameplate_serial WHERE NOT withdrawn AND key IN {bulk.text_set()}"
    return [(unit, item, key, hold) for unit, item, key, hold in bulk.query(sql, [bulk.texts(keys)])]
