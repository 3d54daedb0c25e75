"""The receipt: units and quantities of an order's lines come in, wholly or in part, as one entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from nameplate import access, ledger
from nameplate.models import Document, DocumentStatus, Entry, Location, Request, Tracking, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.company import company
from nameplate.operations.inspecting.arriving import arriving
from nameplate.operations.purchasing.expecting import settle
from nameplate.operations.purchasing.orders import currency_of, lock_order
from nameplate.operations.purchasing.progress import LineProgress, progress
from nameplate.operations.receiving.lines import LineReceipt, Work, receive_quantity, receive_units, refuse_offenders
from nameplate.refusals import Cause, Conflict, Invalid, Refused, Stale, TooLarge

MOST_NUMBERS = 50_000
"""In one receipt."""


def receive(
    *,
    actor: User,
    order: Document | int,
    lines: Sequence[LineReceipt],
    location_id: int | None = None,
    received_on: date | None = None,
    note: str = "",
    custom: Mapping[str, object] | None = None,
    version: int | None = None,
    request: Request | None = None,
) -> Entry:
    """Receive these lines of an order in one act, all or nothing, and let the order's status follow.

    The first receipt of a line takes its target lot; what is still expected moves, with its planned numbers, to a new Planned lot.
    `custom` are values of the units' custom fields by slug, for all of them; announced units keep those that they have. `received_on` is a
    day of the company's time zone; earlier than today needs the right to backdate. Refused: an order that is not under way; more than is
    still to come, unless the line lets that stand; numbers that are malformed, given twice or known already, each named with its position
    in the list; a custom value that its field does not take.
    """
    access.require(actor, "stock", "create")
    if sum(line.units for line in lines) > MOST_NUMBERS:
        raise TooLarge("too-many", f"At most {MOST_NUMBERS:,} numbers in one receipt.", way_out="Receive them in parts.")
    with ledger.transacting():
        document = lock_order(order)
        refuse_not_under_way(document, version)
        known = {one.line.pk: one for one in progress(document)}
        places = _places(lines, location_id, known)
        priced = any(one.line.price is not None for one in known.values())
        own = not priced or currency_of(document) == company().currency
        work = Work(in_own_currency=own, custom=_custom(lines, known, custom))
        sent = {}
        for index, one in enumerate(lines):
            with _of_line(index):
                found = _line(known, one)
                sent[found.line.position] = index
                if found.item.tracking == Tracking.SERIAL:
                    receive_units(document, found, one, places[one.line_id], work)
                else:
                    receive_quantity(document, found, one, places[one.line_id], work)
        refuse_offenders(work, sent)
        entry = _post(actor, document, work, received_on=received_on, note=note, request=request)
        settle(actor=actor, document=document, before=list(known.values()))
        return entry


@contextmanager
def _of_line(index: int) -> Iterator[None]:
    """Name what is refused of a line by the path of its input."""
    try:
        yield
    except Refused as refusal:
        refusal.fields = {f"lines.{index}.{name}": said for name, said in refusal.fields.items()}
        raise


def _custom(lines: Sequence[LineReceipt], known: Mapping[int, LineProgress], given: Mapping[str, object] | None) -> dict[str, Any] | None:
    """What the units begin with. Refused: a value that its field does not take; a required one that is missing. Without units, nothing."""
    if not any(line.line_id in known and known[line.line_id].item.tracking == Tracking.SERIAL for line in lines):
        return None
    wrong: dict[str, str] = {}
    values = customizing.new_unit_values(given, wrong)
    refuse_wrong(wrong)
    return values


def _post(actor: User, document: Document, work: Work, *, received_on: date | None, note: str, request: Request | None) -> Entry:
    arrival = arriving(actor=actor, groups=work.groups, goods=work.goods, source=document)
    with day_sent_as("received_on"):
        entry = ledger.post(
            actor=actor,
            act="received",
            document=document,
            happened_at=moment_of(received_on),
            reason=f"More came than was ordered: {', '.join(work.surplus)}." if work.surplus else "",
            note=note.strip(),
            groups=arrival.groups,
            goods=arrival.goods,
            lot_changes=work.lot_changes,
            request=request,
        )
    arrival.recorded(entry)
    return entry


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


def moment_of(received_on: date | None, *, field: str = "received_on") -> datetime | None:
    """Noon of that day in the company's time zone; now when it is today or not given. Refused, naming `field`: a day that cannot be."""
    if received_on is None or received_on == timezone.localdate():
        return None
    if received_on > timezone.localdate():
        raise Invalid("in-the-future", "That day is still to come.", fields={field: "Today at the latest."})
    if received_on.year < 1970:
        raise Invalid("too-early", "That day is too long ago.", fields={field: "A day since 1970, please."})
    return timezone.make_aware(datetime.combine(received_on, time(12)))


@contextmanager
def day_sent_as(field: str) -> Iterator[None]:
    """Refuse a day before the last entry of a unit under the name by which it was sent: the ledger speaks of a moment. Also a decorator."""
    try:
        yield
    except Conflict as refusal:
        if "happened_at" in refusal.fields:
            refusal.fields = {field: "Not before the last entry of each of these units."}
        raise


def _line(known: dict[int, LineProgress], receipt: LineReceipt) -> LineProgress:
    found = known.get(receipt.line_id)
    if found is None:
        raise Invalid("no-such-line", "The order has no such line.", fields={"line": f"There is no line {receipt.line_id}."})
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
    asked = {
        line.line_id: next((place for place in (line.location_id, location_id, kept.get(line.line_id)) if place is not None), None)
        for line in lines
    }
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
