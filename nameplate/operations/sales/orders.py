"""Customer orders: made and edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import CustomerOrder, Document, DocumentKind, DocumentStatus, Party, PartyRole, Pick, User
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale, told_when_taken
from nameplate.operations.company import company
from nameplate.operations.purchasing.lines import reckon_again
from nameplate.operations.purchasing.orders import read_currency
from nameplate.operations.sales.lines import OrderLine, ReadLine, read_lines, write_lines
from nameplate.operations.sales.progress import LineProgress, progress, touched_lines
from nameplate.operations.sales.statuses import NOUN, settle
from nameplate.refusals import Cause, Conflict
from nameplate.serial_text import canonical, sort_key

TEXTS = {
    "customer_reference": Text("Customer’s reference", 100),
    "notes": Text("Notes", 10_000, lines=True),
}
NUMBER = {"number": Text("Number", 40, identifier=True)}
_OF_DOCUMENT = {"customer": "party", "notes": "notes"}


class OrderFields(TypedDict, total=False):
    """What can be typed in the head of an order. What is left out keeps its value."""

    customer: Party | int
    customer_reference: str
    currency: str
    expected_on: dt.date | str | None
    notes: str


def lock_order(order: Document | int) -> Document:
    """The customer order as it stands, locked until the transaction ends. Whoever acts on its lines takes this lock first."""
    return find(Document, order, "customer order", kind=DocumentKind.CUSTOMER_ORDER)


@transacting()
def create_customer_order(*, actor: User, lines: Sequence[OrderLine] = (), number: str = "", **given: Unpack[OrderFields]) -> Document:
    """A new order. Without a number it gets the next (CO00001), without a currency the company's."""
    access.require(actor, "sales", "create")
    wrong: dict[str, str] = {}
    if "customer" not in given:
        wrong["customer"] = "Choose a customer."
    head = _read_head(given, None, wrong)
    typed = read_texts(NUMBER, {"number": number}, wrong).get("number", "")
    currency = str(head.setdefault("currency", company().currency))
    read = read_lines(lines, (), (), currency, wrong)
    refuse_wrong(wrong)
    order = new_document(actor, DocumentKind.CUSTOMER_ORDER, typed or next_number("co"), head["party"], str(head.get("notes", "")))
    CustomerOrder.objects.create(document=order, **{name: value for name, value in head.items() if name not in _OF_DOCUMENT.values()})
    write_lines(order, read, ())
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("created", "", order.number)])
    return order


@transacting()
def edit_customer_order(
    *, actor: User, order: Document | int, version: int, lines: Sequence[OrderLine] | None = None, **given: Unpack[OrderFields]
) -> Document:
    """The order with what was given. `lines` are all its lines, None leaves them; what is reserved or shipped limits what can be edited."""
    access.require(actor, "sales", "edit")
    found = lock_order(order)
    if found.version != version:
        raise stale(found, version, noun=NOUN, typed=_head_in_words(given), now={name: _head_now(found)[name] for name in given})
    existing = progress(found)
    wrong: dict[str, str] = {}
    head = _read_head(given, found, wrong)
    if head.get("party", found.party) != found.party and (problem := _bound_to_customer(found, existing)):
        wrong["customer"] = problem
    currency = str(head.get("currency", "")) or currency_of(found)
    read = None if lines is None else read_lines(lines, existing, touched_lines(found), currency, wrong)
    refuse_wrong(wrong)
    changes = _write_head(found, given, head)
    if read is not None:
        changes += _write_lines(found, read, existing)
    if any(name == "currency" for name, _, _ in changes):
        reckon_again([one.line for one in progress(found)], currency)
    if changes:
        found.version += 1
        found.save(update_fields=["party", "notes", "version"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
        settle(actor=actor, orders=[found.pk])
        found.refresh_from_db(fields=["status", "version"])
    return found


def currency_of(order: Document) -> str:
    """The currency of the order's prices."""
    return order.customer_order.currency or company().currency


def new_document(actor: User, kind: DocumentKind, number: str, party: object, notes: str = "") -> Document:
    """A new document of this kind under this number. Refused: another document has it."""
    key = canonical(number)
    paper = Document(kind=kind, number=number, number_key=key, sort_key=sort_key(key), created_by=actor, notes=notes)
    paper.party = party  # type: ignore[assignment]  # read as a party
    with told_when_taken(lambda: _taken(number)):
        paper.save(force_insert=True)
    return paper


def _taken(number: str) -> Conflict | None:
    other = Document.objects.filter(number_key=canonical(number)).first()
    if other is None:
        return None
    sentence = f"There is a document {other.number} already."
    return Conflict("number-taken", sentence, fields={"number": sentence}, causes=[Cause(other.noun, other.pk, other.number)])


def _bound_to_customer(order: Document, lines: Sequence[LineProgress]) -> str:
    """Why the order stays with its customer; empty when it need not."""
    if any(one.shipped for one in lines):
        return f"Units were shipped to {order.party} on this order already."
    picked = Pick.objects.filter(line__document=order).select_related("shipment").first()
    picked_in = picked.shipment if picked else order.shipments.exclude(document__status=DocumentStatus.CANCELED).first()
    return f"It is in shipment {picked_in} to {order.party}; cancel that first." if picked_in else ""


def _write_lines(order: Document, read: Sequence[ReadLine], existing: Sequence[LineProgress]) -> list[tuple[str, str, str]]:
    changes = write_lines(order, read, existing)
    if changes and order.customer_order.rest_canceled:
        raise Conflict("order-canceled", f"The rest of {order} is canceled; its lines stay as they are.", way_out="Make another order.")
    return changes


def _read_head(given: OrderFields, order: Document | None, wrong: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {**read_texts(TEXTS, given, wrong)}
    if "currency" in given:
        values["currency"] = read_currency(given["currency"], wrong)
    if "expected_on" in given:
        values["expected_on"] = read_date("Expected on", given["expected_on"], "expected_on", wrong)
    if "customer" in given:
        values["party"] = read_customer(given["customer"], wrong, but=order.party_id if order else None)
    return values


def read_customer(given: Party | int, wrong: dict[str, str], *, but: int | None = None) -> Party | None:
    """The customer. A sentence goes into `wrong` for none, and for an archived one unless it is `but`."""
    customer = Party.objects.filter(pk=id_of(given), role=PartyRole.CUSTOMER).first()
    if customer is None:
        wrong["customer"] = "Choose a customer; where several have one name, type the number."
    elif customer.archived and customer.pk != but:
        wrong["customer"] = f"{customer} is archived; restore it to sell to it."
    return customer


def _head_now(order: Document) -> dict[str, str]:
    head = order.customer_order
    return {
        "customer": in_words(order.party),
        "notes": order.notes,
        "customer_reference": head.customer_reference,
        "currency": head.currency,
        "expected_on": in_words(head.expected_on),
    }


def _head_in_words(given: OrderFields) -> dict[str, str]:
    words = {name: in_words(value) for name, value in given.items()}
    if "customer" in given:
        words["customer"] = in_words(Party.objects.filter(pk=id_of(given["customer"])).first())
    return words


def _write_head(order: Document, given: OrderFields, values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Set the head's values; the document itself is saved by the caller. Answers what changed, for the log."""
    before = _head_now(order)
    head = order.customer_order
    for name, value in values.items():
        setattr(order if name in _OF_DOCUMENT.values() else head, name, value)
    head.save()
    after = _head_now(order)
    return [(name, before[name], after[name]) for name in given if before[name] != after[name]]
