"""What comes into a lot by hand: units by their numbers, units whose numbers cannot be read, or a quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from nameplate.ledger import Goods, Group, Kind, Newcomers, Step
from nameplate.models import Item, Location, Lot, Tracking
from nameplate.operations import customizing
from nameplate.operations.receiving.unreadable import missing_hold, provisional_numbers, refuse_many
from nameplate.operations.receiving.verdicts import verdicts_of
from nameplate.quantities import to_micro
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import Prepared, prepare


@dataclass(frozen=True, slots=True)
class Contents:
    """The numbers of units, how many there are besides without a readable one; or a quantity where the item has no serial numbers."""

    numbers: Sequence[str] = ()
    unreadable: int = 0
    quantity: Decimal | int | str | None = None
    keep: frozenset[str] = field(default_factory=frozenset)
    """Verdicts that a person decided to let stand: `other-item`."""
    custom: Mapping[str, object] = field(default_factory=dict)
    """Values of custom fields by slug, the same for all units."""


@dataclass(frozen=True, slots=True)
class Read:
    """Contents that were judged: they can come into any lot of the item."""

    item: Item
    numbers: Prepared
    unreadable: int
    quantity: int
    """In millionths; 0 for an item with serial numbers."""


def read_contents(item: Item, contents: Contents) -> Read:
    """Judge what is to come in. Refused: nothing, the wrong kind for the item, and each number that cannot, named with its position."""
    if item.tracking == Tracking.SERIAL:
        return _units(item, contents)
    if contents.numbers or contents.unreadable:
        raise Invalid(
            "not-serial-tracked",
            f"{item} is not followed by serial numbers.",
            fields={"serials": "Give a quantity instead."},
            way_out="Give a quantity instead.",
        )
    if contents.quantity is None or (isinstance(contents.quantity, str) and not contents.quantity.strip()):
        raise Invalid("no-quantity", f"No quantity of {item} is given.", fields={"quantity": "Say how much there is."})
    quantity = to_micro(contents.quantity)
    if quantity <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    return Read(item, prepare([]), 0, quantity)


def _units(item: Item, contents: Contents) -> Read:
    if contents.quantity is not None:
        raise Invalid("serials-needed", f"{item} is followed by serial numbers.", fields={"serials": "Give the numbers of its units."})
    if not contents.numbers and not contents.unreadable:
        raise Invalid("no-serials", f"No serial number of {item} is given.", fields={"serials": "Enter the numbers of its units."})
    refuse_many(contents.unreadable)
    refuse_many(len(contents.numbers) + contents.unreadable)
    prepared = prepare(contents.numbers)
    offenders = _offenders(item, contents, prepared)
    if offenders:
        first, count = offenders[0], len(offenders)
        raise Conflict(
            "serials-not-receivable",
            f"{first.text}: {first.why}."
            if count == 1
            else f"{count:,} of these numbers cannot be received; the first is {first.text}: {first.why}.",
            fields={"serials": f"{count:,} of these numbers cannot be received."},
            offenders=offenders,
            way_out="Take them out and receive the others.",
        )
    return Read(item, prepared, contents.unreadable, 0)


def _offenders(item: Item, contents: Contents, prepared: Prepared) -> list[Offender]:
    problems = prepared.problems
    sound = [key for index, key in enumerate(prepared.keys) if index not in problems] if problems else prepared.keys
    verdicts = verdicts_of(item_id=item.pk, order=None, keys=sound)
    offenders: list[Offender] = []
    first: dict[str, int] = {}
    for index, key in enumerate(prepared.keys):
        verdict = verdicts.get(key)
        if index in problems:
            offenders.append(Offender(contents.numbers[index], problems[index].message.rstrip("."), line=index + 1))
        elif first.setdefault(key, index) != index:
            offenders.append(Offender(prepared.numbers[index], f"twice here, first as number {first[key] + 1:,}", line=index + 1))
        elif verdict is not None and verdict.standing != "good" and not (verdict.standing == "decide" and verdict.rule in contents.keep):
            offenders.append(Offender(prepared.numbers[index], verdict.message, verdict.unit_id, line=index + 1))
    return offenders


def unit_values(item: Item, contents: Contents, wrong: dict[str, str]) -> Mapping[str, Any] | None:
    """The custom values that the units begin with; none for an item without serial numbers."""
    return customizing.new_unit_values(contents.custom, wrong, within="serials.") if item.tracking == Tracking.SERIAL else None


def posted(read: Read, lot: Lot, place: Location, custom: Mapping[str, Any] | None) -> tuple[list[Group], list[Goods]]:
    """What the ledger is asked for, so that `read` comes into `lot` at `place`. A lot on hold takes it on hold, for the same reason."""
    if read.item.tracking != Tracking.SERIAL:
        return [], [Goods(lot.pk, place.pk, read.quantity, held=read.quantity if lot.hold else 0)]
    step = Step(Kind.RECEIVED, {"location_id": place.pk, "lot_id": lot.pk, "source_id": lot.source_id})
    held = [Step(Kind.HELD, {"hold": lot.hold})] if lot.hold else []
    groups = [Group([step, *held], new=_newcomers(read.item, read.numbers, custom))] if read.numbers.numbers else []
    if read.unreadable:
        provisional = provisional_numbers(lot, read.item, read.unreadable)
        groups.append(Group([step, missing_hold()], new=_newcomers(read.item, provisional, custom)))
    return groups, []


def _newcomers(item: Item, prepared: Prepared, custom: Mapping[str, Any] | None) -> Newcomers:
    values = [custom] * len(prepared.numbers) if custom else ()
    return Newcomers(item.pk, prepared.numbers, prepared.keys, prepared.sort_keys, values)
