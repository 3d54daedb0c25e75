"""What is received of each line of an order: judged, and noted for one act of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import count, repeat
from typing import Any

from nameplate import functions, ledger
from nameplate.ledger import Goods, Group, Kind, LotChange, Newcomers, Step, units
from nameplate.models import Document, Item, Lot, LotStatus, Serial, Status, Tracking
from nameplate.operations.purchasing.progress import LineProgress
from nameplate.operations.receiving.unreadable import missing_hold, provisional_numbers, refuse_many
from nameplate.operations.receiving.verdicts import OVER, beside_itself, verdicts_of
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import Prepared, prepare, problem_of

LONGEST_BATCH = 100


@dataclass(frozen=True, slots=True)
class LineReceipt:
    """What came of one line: the numbers of its units, or a quantity where the item has no serial numbers."""

    line_id: int
    numbers: Sequence[str] = ()
    quantity: Decimal | int | str | None = None
    location_id: int | None = None
    """Where it goes; None: the receipt's own location, else where the item is kept."""
    vendor_batch: str = ""
    expires_on: date | None = None
    keep: frozenset[str] = field(default_factory=frozenset)
    """Verdicts that a person decided to let stand: `other-item`, `more-than-ordered`."""
    unreadable: int = 0
    """How many came besides whose numbers cannot be read: they get provisional ones, and are on hold until the real ones are given."""

    @property
    def units(self) -> int:
        """How many units came, with numbers or without."""
        return len(self.numbers) + self.unreadable


@dataclass(slots=True)
class Work:
    """What the receipt will post."""

    in_own_currency: bool
    """Whether the order's prices are in the company's currency."""
    custom: Mapping[str, Any] | None = None
    """The custom values that units begin with."""
    groups: list[Group] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)
    offenders: list[Offender] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    """What came beyond what was ordered, a phrase for each line on which somebody let it stand."""
    seen: dict[Item, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """Item → key → the line's position and the number's place in its list, where the number first stood."""

    def for_each(self, count: int) -> Sequence[Mapping[str, Any] | None]:
        """The custom values of so many new units; nothing where there are none."""
        return [self.custom] * count if self.custom else ()


def receive_units(document: Document, found: LineProgress, receipt: LineReceipt, place: int, work: Work) -> None:
    """Judge the numbers of a line and note what is to be posted, or every number that cannot be received."""
    functions.require_on(functions.SERIAL_NUMBERS, f"Receiving {found.item}", field="serials")
    if receipt.quantity is not None:
        raise Invalid(
            "serials-needed", f"{found.item} is followed by serial numbers.", fields={"serials": "Give the numbers of its units."}
        )
    refuse_many(receipt.unreadable)
    if not receipt.units:
        raise Invalid("no-serials", f"No serial number is given for {found.item}.", fields={"serials": "Enter the numbers of its units."})
    _judge_surplus(found, receipt, receipt.units * MILLIONTHS, work)
    prepared = prepare(receipt.numbers)
    before = len(work.offenders)
    new, planned = _sort_out(document, found, receipt, prepared, work)
    if len(work.offenders) > before:
        return
    lot = take_lot(found, receipt, receipt.units * MILLIONTHS, document, work)
    step = Step(Kind.RECEIVED, {"location_id": place, "lot_id": lot.pk, "source_id": document.pk}, line_id=found.line.pk)
    if new:
        numbers, keys, sort_keys = (
            column if len(new) == len(column) else [column[index] for index in new]
            for column in (prepared.numbers, prepared.keys, prepared.sort_keys)
        )
        work.groups.append(Group([step], new=Newcomers(found.item.pk, numbers, keys, sort_keys, work.for_each(len(numbers)))))
    if planned:
        work.groups.append(Group([_with_values(step, planned, work.custom)], units=planned))
    if receipt.unreadable:
        later = provisional_numbers(lot, found.item, receipt.unreadable)
        new_ones = Newcomers(found.item.pk, later.numbers, later.keys, later.sort_keys, work.for_each(receipt.unreadable))
        work.groups.append(Group([step, missing_hold()], new=new_ones))
    move_expected(found, lot, planned, work)


def _with_values(step: Step, planned: Sequence[int], custom: Mapping[str, Any] | None) -> Step:
    """The step with custom values for announced units that have none yet of a field."""
    if not custom:
        return step
    has = dict(units.rows_of(planned).values_list("pk", "custom"))
    edits = [{f"custom.{slug}": value for slug, value in custom.items() if slug not in (has[unit] or {})} for unit in planned]
    return replace(step, edits=edits)


def _sort_out(document: Document, found: LineProgress, receipt: LineReceipt, prepared: Prepared, work: Work) -> tuple[list[int], list[int]]:
    """The places of new numbers in the list, and the planned units that came; the others become offenders."""
    problems = prepared.problems
    sound = [key for index, key in enumerate(prepared.keys) if index not in problems] if problems else prepared.keys
    line = found.line.position
    verdicts = verdicts_of(item_id=found.item.pk, order=document, keys=sound)
    beside = {key: item for item, keys in work.seen.items() if item != found.item for key in keys.keys() & sound}
    verdicts = {key: beside_itself(str(item)) for key, item in beside.items()} | verdicts
    seen = work.seen.setdefault(found.item, {})
    if not problems and not verdicts and len(set(sound)) == len(sound) and seen.keys().isdisjoint(sound):
        # All of them new, as nearly always: noted in one go.
        seen.update(zip(sound, zip(repeat(line), count(1)), strict=False))
        return list(range(len(sound))), []
    new: list[int] = []
    planned: list[int] = []
    for index, key in enumerate(prepared.keys):
        here = (line, index + 1)
        first = seen.setdefault(key, here)
        verdict = verdicts.get(key)
        if index in problems:
            work.offenders.append(_offender(receipt.numbers[index], here, problems[index].message.rstrip(".")))
        elif first != here:
            where = f"number {first[1]}" if first[0] == here[0] else f"number {first[1]} of line {first[0]}"
            work.offenders.append(_offender(prepared.numbers[index], here, f"twice in this receipt, first as {where}"))
        elif verdict is None or verdict.rule == "was-withdrawn" or (verdict.standing == "decide" and verdict.rule in receipt.keep):
            new.append(index)
        elif verdict.rule == "announced" and verdict.unit_id is not None:
            planned.append(verdict.unit_id)
        else:
            work.offenders.append(_offender(prepared.numbers[index], here, verdict.message, verdict.unit_id))
    return new, planned


def _offender(number: str, here: tuple[int, int], why: str, unit_id: int | None = None) -> Offender:
    """`here` is the order's line and the number's position in its list."""
    return Offender(number, why, unit_id, line=here[1], order_line=here[0])


def receive_quantity(document: Document, found: LineProgress, receipt: LineReceipt, place: int, work: Work) -> None:
    """Judge the quantity of a line and note what is to be posted."""
    if found.item.tracking == Tracking.LOT:
        functions.require_on(functions.LOTS, f"Receiving {found.item}", field="quantity")
    if receipt.units:
        raise Invalid(
            "not-serial-tracked",
            f"{found.item} is not followed by serial numbers.",
            fields={"serials": "Give a quantity instead."},
            way_out="Give a quantity instead.",
        )
    if receipt.quantity is None:
        raise Invalid("no-quantity", f"No quantity is given for {found.item}.", fields={"quantity": "Say how much came."})
    quantity = to_micro(receipt.quantity)
    if quantity <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    _judge_surplus(found, receipt, quantity, work)
    lot = take_lot(found, receipt, quantity, document, work)
    work.goods.append(Goods(lot.pk, place, quantity, found.line.pk))


def _judge_surplus(found: LineProgress, receipt: LineReceipt, quantity: int, work: Work) -> None:
    """Refuse more of a line than is still to come, naming how much that is; where somebody let that stand, note it for the entry."""
    surplus = quantity - found.to_come
    if surplus <= 0:
        return
    if OVER in receipt.keep:
        work.surplus.append(f"{from_micro(surplus):,f} {found.item.unit} on line {found.line.position}")
        return
    raise Conflict(
        OVER,
        f"{from_micro(quantity):,} {found.item.unit} of {found.item} are more than the {from_micro(found.to_come):,} still to come "
        f"on line {found.line.position}.",
        fields={"serials" if found.item.tracking == Tracking.SERIAL else "quantity": f"At most {from_micro(found.to_come):,}."},
        way_out=f"Receive fewer, or confirm that {from_micro(surplus):,} more than ordered came.",
        extra={"line": str(found.line.pk), "to_come": str(from_micro(found.to_come)), "surplus": str(from_micro(surplus))},
    )


def take_lot(found: LineProgress, receipt: LineReceipt, quantity: int, document: Document, work: Work) -> Lot:
    """The line's Planned lot becomes Received; what is still to come gets a new Planned one."""
    lot = Lot.objects.filter(line=found.line, status=LotStatus.PLANNED).order_by("-pk").first()
    if lot is None and OVER in receipt.keep:
        lot = ledger.open_lot(item=found.item, status=LotStatus.RECEIVED, source=document, line=found.line)
    if lot is None:
        raise Conflict("nothing-expected", f"Nothing is expected on line {found.line.position} any more.", way_out="Look at the order.")
    said: dict[str, str | int | date | None] = {
        "vendor_batch": _batch(receipt.vendor_batch) or None,
        "expires_on": receipt.expires_on,
        "cost": cost_of(found, work),
    }
    work.lot_changes.append(LotChange(lot.pk, LotStatus.RECEIVED, {name: value for name, value in said.items() if value is not None}))
    if quantity < found.to_come:
        rest = ledger.open_lot(item=found.item, status=LotStatus.PLANNED, source=document, line=found.line, split_from=lot)
        work.lot_changes.append(LotChange(rest.pk, LotStatus.PLANNED))
    return lot


def cost_of(found: LineProgress, work: Work) -> int | None:
    """What one unit cost: the line's price where that is in the company's currency (no rates are known here), else what the item costs."""
    price = found.line.price if work.in_own_currency else None
    return found.item.cost if price is None else price


def _batch(text: str) -> str:
    batch = text.strip()
    problem = problem_of(batch) if batch else None
    if (problem is not None and problem.rule != "too-long") or len(batch) > LONGEST_BATCH:
        said = problem.message if problem and len(batch) <= LONGEST_BATCH else f"At most {LONGEST_BATCH} characters."
        raise Invalid("vendor-batch", f"The vendor batch cannot be kept: {said}", fields={"vendor_batch": said})
    return batch


def move_expected(found: LineProgress, lot: Lot, planned: Sequence[int], work: Work) -> None:
    """Planned numbers of the lot that did not come move to the new Planned lot; where nothing more is to come they are withdrawn."""
    if not found.planned:
        return
    left = list(
        Serial.objects.filter(lot=lot, status=Status.PLANNED, withdrawn=False)
        .exclude(pk__in=planned)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not left:
        return
    rest = work.lot_changes[-1]
    expected = rest.status == LotStatus.PLANNED
    # When nothing more is to come, other units came in their place: the announced numbers never became units.
    work.groups.append(Group([Step(Kind.PLANNED, {"lot_id": rest.lot_id}) if expected else Step(Kind.WITHDRAWN)], units=left))


def refuse_offenders(work: Work, places: Mapping[int, int]) -> None:
    """Refuse the receipt if any number of any line cannot be received. `places`: of an order's line by its position, where it was sent."""
    if not work.offenders:
        return
    first, count = work.offenders[0], len(work.offenders)
    raise Conflict(
        "serials-not-receivable",
        f"{first.text}: {first.why}."
        if count == 1
        else f"{count:,} of these numbers cannot be received; the first is {first.text}: {first.why}.",
        fields={
            f"lines.{places[line]}.serials": f"{many:,} of these numbers cannot be received."
            for line, many in Counter(one.order_line for one in work.offenders).items()
            if line is not None
        },
        offenders=work.offenders,
        way_out="Take them out and receive the others.",
    )
