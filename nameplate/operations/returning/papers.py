"""A return's paper: opened, edited, canceled; and the lock under which everything is done to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypedDict, Unpack

from nameplate import access, functions
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentKind, DocumentStatus, Party, Return, ReturnUnit, Shipment, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, stale
from nameplate.operations.coming_back import NOUN
from nameplate.operations.returned_goods import goods_of
from nameplate.operations.sales.orders import new_document, read_customer
from nameplate.operations.sales.statuses import set_status
from nameplate.refusals import Cause, Conflict, Offender

SWITCH = functions.RMA
S = DocumentStatus
TEXTS = {
    "customer_reference": Text("Customer’s reference", 100),
    "address": Text("Address", 1_000, lines=True),
    "notes": Text("Notes", 10_000, lines=True),
}


class ReturnFields(TypedDict, total=False):
    """What can be said of a return. What is left out keeps its value."""

    customer_reference: str
    address: str
    notes: str


def lock_return(paper: Document | int) -> Document:
    """The return as it stands, locked until the transaction ends. Refused: there is none."""
    return find(Document, paper, "return", kind=DocumentKind.RETURN)


def begin(paper: Document | int, what: str, version: int | None = None) -> Document:
    """The locked return, if something may be done to it. `what` begins the refusal while returns are switched off."""
    functions.require_on(SWITCH, what)
    found = lock_return(paper)
    if version is not None and found.version != version:
        raise stale(found, version, noun=NOUN, typed={}, now={})
    if found.status == S.CANCELED:
        raise Conflict("wrong-status", f"{found} is Canceled.", causes=[cause(found)], way_out="Make another return.")
    return found


def cause(paper: Document) -> Cause:
    """The return as what stands in the way."""
    return Cause(NOUN, paper.pk, paper.number)


def open_return(actor: User, customer: Party | int, given: ReturnFields, shipments: Collection[int]) -> Document:
    """A new return. What goes back goes to where those of these shipments went that were the customer's, else to the customer's address."""
    wrong: dict[str, str] = {}
    party = read_customer(customer, wrong)
    texts = read_texts(TEXTS, given, wrong)
    refuse_wrong(wrong)
    found = new_document(actor, DocumentKind.RETURN, next_number("rma"), party, texts.pop("notes", ""))
    if not texts.get("address"):
        theirs = Shipment.objects.filter(document__in=shipments, document__party=party)
        newest = theirs.order_by("-document_id").values_list("address", flat=True).first()
        texts["address"] = newest or (party.address if party else "")
    Return.objects.create(document=found, **texts)
    log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("created", "", found.number)])
    return found


@transacting()
def edit_return(*, actor: User, paper: Document | int, version: int, **given: Unpack[ReturnFields]) -> Document:
    """The customer's reference, where it goes back to, and the notes."""
    access.require(actor, "stock", "edit")
    found = begin(paper, "Editing a return")
    head = found.customer_return
    before = {"customer_reference": head.customer_reference, "address": head.address, "notes": found.notes}
    if found.version != version:
        raise stale(found, version, noun=NOUN, typed={name: str(value) for name, value in given.items()}, now=before)
    wrong: dict[str, str] = {}
    texts = read_texts(TEXTS, given, wrong)
    refuse_wrong(wrong)
    changes = [(name, before[name], value) for name, value in texts.items() if before[name] != value]
    if changes:
        for name, _, value in changes:
            setattr(found if name == "notes" else head, name, value)
        head.save()
        found.version += 1
        found.save(update_fields=["notes", "version"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
    return found


@transacting()
def cancel_return(*, actor: User, paper: Document | int, version: int | None = None) -> Document:
    """Call it off. Refused: something of it came already, or was replaced."""
    access.require(actor, "stock", "delete")
    found = begin(paper, "Canceling a return", version)
    begun = list(_begun(found))
    goods = [one for one in goods_of(found.pk) if one.row.received_by_id is not None]
    if begun or goods:
        offenders = [Offender(row.serial.number, "it came back with it, or was replaced under it", row.serial_id) for row in begun]
        offenders += [Offender(str(one.row.line.item), "it came back with it") for one in goods]
        raise Conflict(
            "received-already",
            f"{found} cannot be canceled: {offenders[0].text} came back with it, or was replaced.",
            offenders=offenders,
            causes=[cause(found)],
            way_out="Undo its receipt first.",
        )
    set_status(actor=actor, noun=NOUN, paper=found, status=S.CANCELED)
    return found


def _begun(paper: Document) -> Sequence[ReturnUnit]:
    rows = ReturnUnit.objects.filter(paper=paper).select_related("serial")
    return [row for row in rows if row.received_by_id is not None or row.replacement_id is not None]
