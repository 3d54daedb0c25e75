"""Rework: units that exist go through production again, under a repair order (RO00001), and are not available meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step
from nameplate.ledger.numbering import next_number
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Party, Request, Serial, User
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import lock_returns, returns_carrying, settle_returns
from nameplate.refusals import Cause, Conflict, Invalid, NotFound, Offender
from nameplate.serial_text import canonical, sort_key

BEGUN, ENDED = "rework begun", "rework ended"


def begin_rework(*, actor: User, unit_ids: Sequence[int], reason: str, note: str = "", request: Request | None = None) -> Entry:
    """Take these units into rework, as one act under an order of its own. They stay where they lie.

    What is done to their components from then on belongs to that order. Refused: no reason; each unit that is not in stock, is on hold, in
    transit, or in repair or rework already.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    if not reason.strip():
        raise Invalid("reason-needed", "Say what is to be done.", fields={"reason": "Say what is to be done."})
    with ledger.transacting():
        order = open_rework(actor, reason.strip())
        groups = [Group([Step(Kind.WORK_BEGUN, {"work_id": order.pk})], units=chosen)]
        return ledger.post(actor=actor, act=BEGUN, groups=groups, document=order, reason=reason.strip(), note=note.strip(), request=request)


def end_rework(
    *, actor: User, order: Document | int, unit_ids: Sequence[int] | None = None, note: str = "", request: Request | None = None
) -> Entry:
    """Give the order's units back as they are now, all that are still in it or these; with the last one the order is Done.

    Refused: an order in which nothing is any more; each unit that is not in it, or is on hold.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        papers = returns_carrying(_of_order(id_of(order)))
        lock_returns(papers)
        found = lock_rework(order)
        inside = units_in_rework(found)
        chosen = chosen_once(inside if unit_ids is None else unit_ids, none_is_fine=unit_ids is None)
        _refuse_strangers(found, chosen, inside)
        groups = [Group([Step(Kind.WORK_ENDED)], units=chosen)]
        entry = ledger.post(actor=actor, act=ENDED, groups=groups, document=found, note=note.strip(), request=request)
        settle_rework(entry)
        settle_returns(actor=actor, papers=papers)
        return entry


def lock_rework(order: Document | int) -> Document:
    """The order, locked, so that two who end it do so one after the other. Refused: there is none."""
    found = Document.objects.select_for_update(no_key=True).filter(pk=id_of(order), kind=DocumentKind.REPAIR).first()
    if found is None:
        raise NotFound("not-found", "There is no such repair order.")
    return found


def units_in_rework(order: Document) -> list[int]:
    """The units that the order has in work. They were begun under it, so they are looked for among those alone."""
    return _of_order(order.pk)


def _of_order(order: int) -> list[int]:
    begun = Serial.objects.filter(movements__entry__document=order, movements__kind=int(Kind.WORK_BEGUN), work=order)
    return list(begun.order_by("pk").values_list("pk", flat=True).distinct())


def settle_rework(entry: Entry) -> None:
    """Let the status of the repair order under which it was done follow."""
    if entry.document is not None and entry.document.kind == DocumentKind.REPAIR:
        settle_order(entry.document)


def settle_order(order: Document) -> None:
    """Let the order's status follow what stands: in progress while a unit is in it, canceled when its beginning was undone, else done."""
    begun = Entry.objects.filter(document=order, reverses=None).order_by("pk").first()
    undone = begun is not None and begun.reversals.filter(partial=False).exists()
    status = DocumentStatus.IN_PROGRESS if units_in_rework(order) else DocumentStatus.CANCELED if undone else DocumentStatus.DONE
    if status != order.status:
        Document.objects.filter(pk=order.pk).update(status=status, version=order.version + 1)


def open_rework(actor: User, reason: str, party: Party | None = None) -> Document:
    """A repair order that says what is to be done, for that customer where it is one's."""
    number = next_number("ro")
    return Document.objects.create(
        kind=DocumentKind.REPAIR,
        number=number,
        number_key=canonical(number),
        sort_key=sort_key(canonical(number)),
        status=DocumentStatus.IN_PROGRESS,
        notes=reason,
        party=party,
        created_by=actor,
    )


def _refuse_strangers(order: Document, chosen: Sequence[int], inside: Sequence[int]) -> None:
    known = set(inside)
    strangers = [unit for unit in chosen if unit not in known]
    if strangers or not chosen:
        numbers = dict(Serial.objects.filter(pk__in=strangers).values_list("pk", "number"))
        offenders = [Offender(numbers.get(unit, str(unit)), f"it is not in work under {order}", unit) for unit in strangers]
        sentence = "No unit is in work under this order any more."
        if offenders:
            sentence = (
                f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} are not in work under it."
            )
        raise Conflict("not-in-work", sentence, fields={"units": sentence}, offenders=offenders, causes=[_cause(order)])


def _cause(order: Document) -> Cause:
    return Cause("rework", order.pk, order.number)
