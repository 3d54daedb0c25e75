"""From one status of a manufacturing order to the next. Done follows from what was made, or from calling the rest off."""

from __future__ import annotations

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Entry, User
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import stale
from nameplate.operations.manufacturing.expecting import NOUN, expect, set_status, settle, stop_expecting
from nameplate.operations.manufacturing.orders import lock_order
from nameplate.operations.manufacturing.progress import progress
from nameplate.refusals import Cause, Conflict

S = DocumentStatus
SOURCES: dict[DocumentStatus, tuple[DocumentStatus, ...]] = {
    S.SCHEDULED: (S.NEW,),
    S.IN_PROGRESS: (S.NEW, S.SCHEDULED, S.PAUSED),
    S.PAUSED: (S.IN_PROGRESS,),
    S.DONE: (S.IN_PROGRESS, S.PAUSED, S.CLOSED),
    S.CLOSED: (S.DONE,),
    S.CANCELED: (S.NEW, S.SCHEDULED, S.IN_PROGRESS, S.PAUSED),
}
"""Each status that somebody gives an order, and those from which it can be given. Done from Closed is opening it again."""
RIGHTS: dict[DocumentStatus, access.Right] = {S.CANCELED: "delete", S.CLOSED: "delete"}
"""The right that a step needs, where it is not to edit."""
REASON = {"reason": Text("Reason", 1000, lines=True)}


@transacting()
def schedule(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """It is planned to be made: its target lot is opened, Planned, and product numbers can be given beforehand."""
    return _place(actor, order, version, S.SCHEDULED, "scheduled")


@transacting()
def start(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """Begin to make it, or go on after a pause."""
    return _place(actor, order, version, S.IN_PROGRESS, "started")


@transacting()
def pause(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """Make nothing on it until it is started again."""
    found = _begin(actor, order, version, S.PAUSED)
    set_status(actor=actor, order=found, status=S.PAUSED)
    return found


@transacting()
def cancel_rest(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Make no more of it: it is Done with what was made. Numbers given beforehand are withdrawn, bookings freed."""
    found = _begin(actor, order, version, S.DONE)
    if found.status == S.CLOSED:
        raise Conflict("wrong-status", f"{found} is Closed; nothing more of it is made anyway.")
    standing = progress(found)
    if not standing.product.made:
        raise Conflict("nothing-made", f"Nothing of {found} is made yet.", way_out="Cancel the whole order instead.")
    stop_expecting(actor=actor, order=found, standing=standing, act="rest canceled", reason=_reason(reason))
    return settle(actor=actor, document=found)


@transacting()
def close(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """Everything about it is settled: nothing on it is edited or undone any more."""
    found = _begin(actor, order, version, S.CLOSED)
    set_status(actor=actor, order=found, status=S.CLOSED)
    return found


@transacting()
def reopen(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """A closed order is Done again, and can be edited and undone."""
    found = _begin(actor, order, version, S.DONE, right="delete")
    if found.status != S.CLOSED:
        raise Conflict("wrong-status", f"{found} is not closed.")
    set_status(actor=actor, order=found, status=S.DONE)
    return found


@transacting()
def cancel(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Call the order off before anything was made; numbers given beforehand are withdrawn, bookings freed."""
    found = _begin(actor, order, version, S.CANCELED)
    standing = progress(found)
    if standing.product.made or any(part.used for part in standing.parts):
        undone = Entry.objects.filter(reverses__document=found, partial=False).values("reverses")
        built = Entry.objects.filter(document=found, act="built", reverses=None).exclude(pk__in=undone).order_by("pk")
        raise Conflict(
            "partly-made",
            f"Part of {found} is made already.",
            causes=[Cause("entries", entry.pk, f"completion of {entry.happened_at:%Y-%m-%d}") for entry in built[:20]],
            way_out="Call off what is still to be made instead.",
        )
    stop_expecting(actor=actor, order=found, standing=standing, act="canceled", reason=_reason(reason))
    set_status(actor=actor, order=found, status=S.CANCELED)
    return found


def _place(actor: User, order: Document | int, version: int | None, status: DocumentStatus, act: str) -> Document:
    found = _begin(actor, order, version, status)
    standing = progress(found)
    archived = [item for item in (standing.product.item, *(part.item for part in standing.parts)) if item.archived]
    if archived:
        raise Conflict(
            "item-archived",
            f"{archived[0]} is archived.",
            causes=[Cause("items", item.pk, item.number) for item in archived],
            way_out="Restore it first.",
        )
    expect(actor=actor, order=found, standing=standing, act=act)
    set_status(actor=actor, order=found, status=status)
    return found


def _begin(actor: User, order: Document | int, version: int | None, status: DocumentStatus, right: access.Right | None = None) -> Document:
    """The locked order, if `actor` may and its status allows the step."""
    access.require(actor, "production", right or RIGHTS.get(status, "edit"))
    found = lock_order(order)
    if version is not None and found.version != version:
        raise stale(found, version, noun=NOUN, typed={}, now={})
    if found.status not in SOURCES[status]:
        label = DocumentStatus(found.status).label
        wanted = " or ".join(source.label for source in SOURCES[status])
        raise Conflict("wrong-status", f"{found} is {label}; to become {status.label} it must be {wanted}.")
    return found


def _reason(text: str) -> str:
    wrong: dict[str, str] = {}
    read = read_texts(REASON, {"reason": text}, wrong)
    refuse_wrong(wrong)
    return read["reason"]
