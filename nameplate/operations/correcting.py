"""The record was wrong, nothing happened to the unit: a number is corrected, two are swapped, many follow a list of old and new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.models import Entry, Request, Serial, User
from nameplate.refusals import Conflict, Invalid, NotFound, Offender, TooLarge
from nameplate.serial_text import Prepared, canonical, prepare

MOST_UNITS = 50_000


def correct_numbers(*, actor: User, numbers: Mapping[int, str], reason: str, request: Request | None = None) -> Entry:
    """Give these units (by id) other numbers, in one act; the numbers they bore stay searchable.

    Among themselves they may swap. Refused, with every offender named: a text that is no serial number, the number that a unit bears
    already, one that is given twice for an item, and one that another unit of the item bears and keeps; no reason.
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
            unit.pk: unit for unit in Serial.objects.filter(pk__in=list(numbers), withdrawn=False).only("pk", "item_id", "number", "key")
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
        step = Step(Kind.CORRECTED, edits=[{"number": number} for number in prepared.numbers])
        return ledger.post(actor=actor, act="corrected", groups=[Group([step], units=chosen)], reason=reason.strip(), request=request)


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
    holders = {(item, key): holder for holder, item, key in _holders(prepared.keys)}
    taken: dict[tuple[int, str], int] = {}
    for index, unit_id in enumerate(chosen):
        unit, number = units[unit_id], prepared.numbers[index]
        place = (unit.item_id, prepared.keys[index])
        holder = holders.get(place)
        if number == unit.number:
            offenders.append(Offender(unit.number, "it bears that number already", unit_id))
        elif taken.setdefault(place, unit_id) != unit_id:
            offenders.append(Offender(unit.number, f"{number} is given twice", unit_id))
        elif holder is not None and holder not in units:
            offenders.append(Offender(unit.number, f"{number} is borne by another unit of the item; swap the two instead", holder))
    return offenders


def _holders(keys: Sequence[str]) -> list[tuple[int, int, str]]:
    """(unit, item, key) of every live unit that bears one of these keys."""
    sql = f"SELECT id, item_id, key FROM nameplate_serial WHERE NOT withdrawn AND key IN {bulk.text_set()}"
    return [(unit, item, key) for unit, item, key in bulk.query(sql, [bulk.texts(keys)])]
