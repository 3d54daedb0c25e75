"""The receipt: units and quantities of an order's lines come in, wholly or in part, as one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, LotChange, Newcomers, Step
from nameplate.models import Document, DocumentStatus, Entry, Location, Lot, LotStatus, Request, Serial, Status, Tracking, User
from nameplate.operations.purchasing import LineProgress, lock_order, progress, settle
from nameplate.operations.receiving.verdicts import verdicts_of
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid, Offender, Stale, TooLarge
from nameplate.serial_text import prepare, problem_of

LONGEST_BATCH = 100
MOST_NUMBERS = 50_000
"""In one receipt."""


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
    """Verdicts that a person decided to let stand: `other-item`."""


@dataclass(slots=True)
class _Work:
    """What the receipt will post."""

    groups: list[Group] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)
    offenders: list[Offender] = field(default_factory=list)


def receive(
    *,
    actor: User,
    order: Document | int,
    lines: Sequence[LineReceipt],
    location_id: int | None = None,
    received_on: date | None = None,
    note: str = "",
    version: int | None = None,
    request: Request | None = None,
) -> Entry:
    """Receive these lines of an order in one act, all or nothing, and let the order's status follow.

    The first receipt of a line takes its target lot; what is still expected moves, with its planned numbers, to a new Planned lot.
    `received_on` is a day of the company's time zone; earlier than today needs the right to backdate. Refused: an order that is not under
    way; more than is still to come; numbers that are malformed, given twice or known already, each named with its position in the list.
    """
    access.require(actor, "stock", "create")
    if sum(len(line.numbers) for line in lines) > MOST_NUMBERS:
        raise TooLarge("too-many", f"At most {MOST_NUMBERS:,} numbers in one receipt.", way_out="Receive them in parts.")
    with ledger.transacting():
        document = lock_order(order)
        refuse_not_under_way(document, version)
        known = {one.line.pk: one for one in progress(document)}
        places = _places(lines, location_id, known)
        work = _Work()
        seen: dict[tuple[int, str], tuple[int, int]] = {}
        for one in lines:
            found = _line(known, one)
            if found.item.tracking == Tracking.SERIAL:
                _receive_units(document, found, one, places[one.line_id], work, seen)
            else:
                _receive_quantity(actor, document, found, one, places[one.line_id], work)
        _refuse(work)
        entry = _post(actor, document, work, received_on=received_on, note=note, request=request)
        settle(actor=actor, document=document)
        return entry


def _post(actor: User, document: Document, work: _Work, *, received_on: date | None, note: str, request: Request | None) -> Entry:
    try:
        return ledger.post(
            actor=actor,
            act="received",
            document=document,
            happened_at=moment_of(received_on),
            note=note.strip(),
            groups=work.groups,
            goods=work.goods,
            lot_changes=work.lot_changes,
            request=request,
        )
    except Conflict as refusal:
        if "happened_at" in refusal.fields:
            # The ledger speaks of a moment; this door asked for a day.
            refusal.fields = {"received_on": "Not before the last entry of each of these units."}
        raise


def refuse_not_under_way(document: Document, version: int | None) -> None:
    """Refuse an order that nothing can be received on, or that changed since the form was opened."""
    if document.status not in {DocumentStatus.ORDERED, DocumentStatus.SHIPPED}:
        label = DocumentStatus(document.status).label
        ways = {
            DocumentStatus.CANCELED: "It was canceled; make a new order.",
            DocumentStatus.RECEIVED: "All of it has come, or the rest was canceled; raise a line's quantity if more came.",
        }
        raise Conflict(
            "not-under-way",
            f"{document} is {label}, so nothing can be received on it.",
            causes=[Cause("purchase-orders", document.pk, document.number)],
            way_out=ways.get(DocumentStatus(document.status), "Order it first."),
        )
    if version is not None and version != document.version:
        raise Stale(
            "stale",
            f"{document} was changed since you opened this page.",
            way_out="Look at the order as it is now, then receive again; what you typed is kept.",
            extra={"yours": version, "theirs": document.version},
        )


def moment_of(received_on: date | None) -> datetime | None:
    """Noon of that day in the company's time zone; now when it is today or not given."""
    if received_on is None or received_on == timezone.localdate():
        return None
    if received_on > timezone.localdate():
        raise Invalid("in-the-future", "That day is still to come.", fields={"received_on": "Today at the latest."})
    if received_on.year < 1970:
        raise Invalid("too-early", "That day is too long ago.", fields={"received_on": "A day since 1970, please."})
    return timezone.make_aware(datetime.combine(received_on, time(12)))


def _line(known: dict[int, LineProgress], receipt: LineReceipt) -> LineProgress:
    found = known.get(receipt.line_id)
    if found is None:
        raise Invalid("no-such-line", "The order has no such line.", fields={"lines": f"There is no line {receipt.line_id}."})
    return found


def _places(lines: Sequence[LineReceipt], location_id: int | None, known: Mapping[int, LineProgress]) -> dict[int, int]:
    """Line → where its goods go: as said for the line, for the receipt, else where the item is kept.

    Refused: none of these, one that does not exist, is archived or is for transit.
    """
    if not lines:
        raise Invalid("nothing-to-receive", "There is nothing to receive.", fields={"lines": "Enter what came."})
    if len({line.line_id for line in lines}) != len(lines):
        raise Invalid("line-twice", "The same line is given twice.", fields={"lines": "Put its numbers together."})
    kept = {line: one.item.default_location_id for line, one in known.items()}
    asked = {line.line_id: line.location_id or location_id or kept.get(line.line_id) for line in lines}
    if None in asked.values():
        raise Invalid("no-location", "Say where it goes.", fields={"location": "Choose a location."})
    chosen = {line: place for line, place in asked.items() if place is not None}
    good = set(
        Location.objects.filter(pk__in=set(chosen.values()), archived=False, site__archived=False)
        .exclude(purpose=Location.Purpose.TRANSIT)
        .values_list("pk", flat=True)
    )
    if set(chosen.values()) - good:
        raise Invalid("no-such-location", "Goods cannot be received there.", fields={"location": "Choose a location that is in use."})
    return chosen


def _receive_units(
    document: Document, found: LineProgress, receipt: LineReceipt, place: int, work: _Work, seen: dict[tuple[int, str], tuple[int, int]]
) -> None:
    if receipt.quantity is not None:
        raise Invalid(
            "serials-needed", f"{found.item} is followed by serial numbers.", fields={"serials": "Give the numbers of its units."}
        )
    if not receipt.numbers:
        raise Invalid("no-serials", f"No serial number is given for {found.item}.", fields={"serials": "Enter the numbers of its units."})
    _refuse_more_than_to_come(found, len(receipt.numbers) * MILLIONTHS)
    prepared = prepare(receipt.numbers)
    sound = [key for index, key in enumerate(prepared.keys) if index not in prepared.problems] if prepared.problems else prepared.keys
    verdicts = verdicts_of(item_id=found.item.pk, order_id=document.pk, keys=sound)
    before = len(work.offenders)
    new: list[int] = []
    planned: list[int] = []
    for index, key in enumerate(prepared.keys):
        here = (found.line.position, index + 1)
        first = seen.setdefault((found.item.pk, key), here)
        verdict = verdicts.get(key)
        if index in prepared.problems:
            work.offenders.append(_offender(receipt.numbers[index], here, prepared.problems[index].message.rstrip(".")))
        elif first != here:
            where = f"number {first[1]}" if first[0] == here[0] else f"number {first[1]} of line {first[0]}"
            work.offenders.append(_offender(prepared.numbers[index], here, f"twice in this receipt, first as {where}"))
        elif verdict is None or verdict.rule == "was-withdrawn" or (verdict.standing == "decide" and verdict.rule in receipt.keep):
            new.append(index)
        elif verdict.rule == "announced" and verdict.unit_id is not None:
            planned.append(verdict.unit_id)
        else:
            work.offenders.append(_offender(prepared.numbers[index], here, verdict.message, verdict.unit_id))
    if len(work.offenders) > before:
        return
    lot = _take_lot(found, receipt, len(receipt.numbers) * MILLIONTHS, document, work)
    step = Step(Kind.RECEIVED, {"location_id": place, "lot_id": lot.pk, "source_id": document.pk}, line_id=found.line.pk)
    if new:
        numbers, keys, sort_keys = (
            column if len(new) == len(column) else [column[index] for index in new]
            for column in (prepared.numbers, prepared.keys, prepared.sort_keys)
        )
        work.groups.append(Group([step], new=Newcomers(found.item.pk, numbers, keys, sort_keys)))
    if planned:
        work.groups.append(Group([step], units=planned))
    _move_expected(found, lot, planned, work)


def _offender(number: str, here: tuple[int, int], why: str, unit_id: int | None = None) -> Offender:
    """`here` is the order's line and the number's position in its list."""
    return Offender(number, why, unit_id, line=here[1], order_line=here[0])


def _receive_quantity(actor: User, document: Document, found: LineProgress, receipt: LineReceipt, place: int, work: _Work) -> None:
    if receipt.numbers:
        raise Invalid(
            "not-serial-tracked", f"{found.item} is not followed by serial numbers.", fields={"serials": "Give a quantity instead."}
        )
    if receipt.quantity is None:
        raise Invalid("no-quantity", f"No quantity is given for {found.item}.", fields={"quantity": "Say how much came."})
    quantity = to_micro(receipt.quantity)
    if quantity <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    _refuse_more_than_to_come(found, quantity)
    lot = _take_lot(found, receipt, quantity, document, work)
    work.goods.append(Goods(lot.pk, place, quantity, found.line.pk))


def _refuse_more_than_to_come(found: LineProgress, quantity: int) -> None:
    if quantity <= found.to_come:
        return
    raise Conflict(
        "more-than-ordered",
        f"{from_micro(quantity):,} {found.item.unit} of {found.item} are more than the {from_micro(found.to_come):,} still to come "
        f"on line {found.line.position}.",
        fields={"serials" if found.item.tracking == Tracking.SERIAL else "quantity": f"At most {from_micro(found.to_come):,}."},
        way_out="Receive fewer, or raise the line's quantity first.",
        extra={"line": str(found.line.pk), "to_come": str(from_micro(found.to_come))},
    )


def _take_lot(found: LineProgress, receipt: LineReceipt, quantity: int, document: Document, work: _Work) -> Lot:
    """The line's Planned lot becomes Received; what is still to come gets a new Planned one."""
    lot = Lot.objects.filter(line=found.line, status=LotStatus.PLANNED).order_by("-pk").first()
    if lot is None:
        raise Conflict("nothing-expected", f"Nothing is expected on line {found.line.position} any more.", way_out="Look at the order.")
    said: dict[str, str | date | None] = {"vendor_batch": _batch(receipt.vendor_batch), "expires_on": receipt.expires_on}
    work.lot_changes.append(LotChange(lot.pk, LotStatus.RECEIVED, {name: value for name, value in said.items() if value}))
    if quantity < found.to_come:
        rest = ledger.open_lot(item=found.item, status=LotStatus.PLANNED, source=document, line=found.line, split_from=lot)
        work.lot_changes.append(LotChange(rest.pk, LotStatus.PLANNED))
    return lot


def _batch(text: str) -> str:
    batch = text.strip()
    problem = problem_of(batch) if batch else None
    if (problem is not None and problem.rule != "too-long") or len(batch) > LONGEST_BATCH:
        said = problem.message if problem and len(batch) <= LONGEST_BATCH else f"At most {LONGEST_BATCH} characters."
        raise Invalid("vendor-batch", f"The vendor batch cannot be kept: {said}", fields={"vendor_batch": said})
    return batch


def _move_expected(found: LineProgress, lot: Lot, planned: Sequence[int], work: _Work) -> None:
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


def _refuse(work: _Work) -> None:
    if not work.offenders:
        return
    first, count = work.offenders[0], len(work.offenders)
    raise Conflict(
        "serials-not-receivable",
        f"{first.text}: {first.why}."
        if count == 1
        else f"{count:,} of these numbers cannot be received; the first is {first.text}: {first.why}.",
        fields={"serials": f"{count:,} of these numbers cannot be received."},
        offenders=work.offenders,
        way_out="Take them out and receive the others.",
    )
