"""Numbers typed beforehand, as the vendor announces them: units that are Planned until they come."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nameplate import access
from nameplate.ledger.kinds import Kind
from nameplate.ledger.moves import Group, Newcomers, Step
from nameplate.ledger.posting import post
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Entry, Line, Lot, LotStatus, Serial, Status, Tracking, User
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.purchasing.expecting import UNDER_WAY
from nameplate.operations.purchasing.orders import lock_order
from nameplate.operations.purchasing.progress import LineProgress, progress
from nameplate.operations.receiving.verdicts import Verdict, verdicts_of
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Conflict, Invalid, NotFound, Offender, TooLarge
from nameplate.serial_text import Prepared, prepare

MOST_NUMBERS = 50_000


@transacting()
def plan_numbers(*, actor: User, line: Line | int, numbers: Sequence[str], note: str = "", keep: Collection[str] = ()) -> Entry:
    """Announce units of a line that is under way by their numbers; they stand Planned in its target lot and are taken over at receipt.

    `keep`: verdicts that a person lets stand, as at the receipt: `other-item`. Refused with every offender: numbers that cannot stand,
    stand twice, that the item has already, or another item unless kept; then more than are still to come.
    """
    access.require(actor, "stock", "create")
    if len(numbers) > MOST_NUMBERS:
        raise TooLarge("too-many", f"{len(numbers):,} numbers are too many; {MOST_NUMBERS:,} go in one go.")
    ready = prepare(numbers)
    refuse_bad(ready)
    order, found, lot = _expected(line)
    _refuse_known(ready, found, order, keep)
    room = max(found.to_come // MILLIONTHS - found.planned, 0)
    if len(ready.numbers) > room:
        over = len(ready.numbers) - room
        raise Conflict(
            "more-than-expected",
            f"{from_micro(found.to_come):,f} are still to come and {found.planned:,} are numbered; "
            f"{over:,} of these {len(ready.numbers):,} {'is' if over == 1 else 'are'} too many.",
            fields={"numbers": f"At most {room:,} more."},
            way_out="Raise the quantity of the line first, if more were ordered.",
        )
    new = Newcomers(found.item.pk, ready.numbers, ready.keys, ready.sort_keys)
    step = Step(Kind.PLANNED, {"lot_id": lot.pk, "source_id": order.pk}, line_id=found.line.pk)
    return post(actor=actor, act="planned", document=order, note=note, groups=[Group([step], new=new)])


@transacting()
def withdraw_numbers(*, actor: User, order: Document | int, units: Collection[int], reason: str = "") -> Entry:
    """Take back numbers that were typed beforehand on this order."""
    access.require(actor, "stock", "create")
    found = lock_order(order)
    planned = set(
        Serial.objects.filter(pk__in=units, lot__source=found, status=Status.PLANNED, withdrawn=False).values_list("pk", flat=True)
    )
    strangers = [unit for unit in units if unit not in planned]
    if strangers or not planned:
        offenders = [Offender(str(unit), "it is not Planned on this order", unit) for unit in strangers]
        raise Conflict("not-planned", "Choose numbers that are Planned on this order.", offenders=offenders)
    return post(actor=actor, act="withdrawn", document=found, reason=reason, groups=[Group([Step(Kind.WITHDRAWN)], units=sorted(planned))])


def refuse_bad(ready: Prepared) -> None:
    """Refuse numbers that cannot stand or stand twice, each named with its place in the list."""
    offenders = [Offender(ready.numbers[index], problem.message, line=index + 1) for index, problem in ready.problems.items()]
    first: dict[str, int] = {}
    for index, key in enumerate(ready.keys):
        if key and first.setdefault(key, index) != index:
            offenders.append(Offender(ready.numbers[index], f"it stands here twice, first as number {first[key] + 1:,}", line=index + 1))
    if not ready.numbers:
        raise Invalid("no-numbers", "There are no numbers here.", fields={"numbers": "Type or paste the numbers."})
    if offenders:
        message = (
            f"{offenders[0].text}: {offenders[0].why}" if len(offenders) == 1 else f"{len(offenders):,} of these numbers cannot stand."
        )
        raise Invalid("bad-numbers", message, fields={"numbers": message}, offenders=offenders)


def _refuse_known(ready: Prepared, found: LineProgress, order: Document, keep: Collection[str]) -> None:
    """Refuse numbers that are announced or known already, in the words of the receipt, which would not take them as new either."""
    verdicts = verdicts_of(item_id=found.item.pk, order=order, keys=ready.keys)
    known = [(index, verdict) for index, key in enumerate(ready.keys) if (verdict := verdicts.get(key)) and _stands(verdict, keep)]
    if not known:
        return
    offenders = [Offender(ready.numbers[index], verdict.message, verdict.unit_id, line=index + 1) for index, verdict in known]
    kept = any(verdict.rule == "other-item" for _, verdict in known)
    first, count = offenders[0], len(offenders)
    message = f"{count:,} of these numbers cannot be announced; the first is {first.text}: {first.why}."
    raise Conflict(
        "serials-not-announceable",
        f"{first.text}: {first.why}." if count == 1 else message,
        fields={
            "numbers": f"{count:,} of these numbers cannot be announced.",
            **({"keep": "Only if these are other units."} if kept else {}),
        },
        offenders=offenders,
        way_out="Take them out, or keep those that another item has too." if kept else "Take them out and announce the others.",
    )


def _stands(verdict: Verdict, keep: Collection[str]) -> bool:
    """Whether it stands in the way of a number that is to be announced."""
    if verdict.standing == "decide":
        return verdict.rule not in keep
    return verdict.standing == "bad" or verdict.rule == "announced"


def _expected(line: Line | int) -> tuple[Document, LineProgress, Lot]:
    """The locked order, the line with its progress, and its Planned lot; refused when nothing more is expected on it."""
    row = Line.objects.filter(pk=id_of(line), document__kind="PO").first()
    if row is None:
        raise NotFound("not-found", "There is no such order line.")
    order = lock_order(row.document_id)
    found = next(one for one in progress(order) if one.line.pk == row.pk)
    lot = Lot.objects.filter(line=row, status=LotStatus.PLANNED).order_by("-pk").first()
    if order.status not in UNDER_WAY or lot is None:
        label = DocumentStatus(order.status).label
        raise Conflict("not-expected", f"{order} is {label}; nothing is expected on line {row.position}.", way_out="Place the order first.")
    if found.item.tracking != Tracking.SERIAL:
        raise Conflict(
            "not-serial-tracked", f"{found.item} has no serial numbers.", way_out="Receive it by quantity; nothing of it is numbered."
        )
    return order, found, lot
