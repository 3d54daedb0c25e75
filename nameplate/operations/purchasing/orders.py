"""Purchase orders: made and edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentKind, DocumentStatus, Party, PartyRole, PurchaseOrder, User
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale, told_when_taken
from nameplate.operations.company import company
from nameplate.operations.purchasing.expecting import follow_lines, set_status
from nameplate.operations.purchasing.lines import OrderLine, read_lines, reckon_again, write_lines
from nameplate.operations.purchasing.progress import progress
from nameplate.refusals import Cause, Conflict
from nameplate.serial_text import canonical, sort_key

NOUN = "purchase-orders"
TEXTS = {
    "vendor_reference": Text("Vendor’s reference", 100),
    "notes": Text("Notes", 10_000, lines=True),
}
NUMBER = {"number": Text("Number", 40, identifier=True)}
UNAPPROVED = {"notes", "vendor_reference", "expected_on"}
"""Fields of the head that nobody approves: editing anything else of an approved order makes it New again."""
BEGUN = (DocumentStatus.RFQ, DocumentStatus.NEW)
_OF_DOCUMENT = {"vendor": "party", "notes": "notes"}


class OrderFields(TypedDict, total=False):
    """What can be typed in the head of an order. What is left out keeps its value."""

    vendor: Party | int
    vendor_reference: str
    currency: str
    expected_on: dt.date | str | None
    notes: str


def lock_order(order: Document | int) -> Document:
    """The purchase order as it stands, locked until the transaction ends. Whoever acts on its lines takes this lock first."""
    return find(Document, order, "purchase order", kind=DocumentKind.PURCHASE_ORDER)


@transacting()
def create_purchase_order(
    *,
    actor: User,
    lines: Sequence[OrderLine] = (),
    status: DocumentStatus = DocumentStatus.NEW,
    number: str = "",
    **given: Unpack[OrderFields],
) -> Document:
    """A new order, as a request for quotation or as a new one.

    Without a number it gets the next (PO00001), without a currency the company's.
    """
    access.require(actor, "purchasing", "create")
    wrong: dict[str, str] = {}
    if status not in BEGUN:
        wrong["status"] = "An order begins as RFQ or New."
    if "vendor" not in given:
        wrong["vendor"] = "Choose a vendor."
    head = _read_head(given, None, wrong)
    typed = read_texts(NUMBER, {"number": number}, wrong).get("number", "")
    currency = str(head.setdefault("currency", company().currency))
    read = read_lines(lines, (), currency, wrong)
    refuse_wrong(wrong)
    order = _new_document(actor, typed or next_number("po"), status, head)
    write_lines(order, read, ())
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("created", "", order.number)])
    return order


@transacting()
def edit_purchase_order(
    *, actor: User, order: Document | int, version: int, lines: Sequence[OrderLine] | None = None, **given: Unpack[OrderFields]
) -> Document:
    """The order with what was given. `lines` are all its lines, None leaves them; what has come of a line limits what can be edited."""
    access.require(actor, "purchasing", "edit")
    found = lock_order(order)
    if found.version != version:
        raise stale(found, version, noun=NOUN, typed=_head_in_words(given), now={name: _head_now(found)[name] for name in given})
    existing = progress(found)
    wrong: dict[str, str] = {}
    head = _read_head(given, found, wrong)
    if head.get("party", found.party) != found.party and any(one.received for one in existing):
        wrong["vendor"] = f"Units were received from {found.party} on this order already."
    currency = str(head.get("currency", "")) or currency_of(found)
    read = None if lines is None else read_lines(lines, existing, currency, wrong)
    refuse_wrong(wrong)
    before = {one.line.pk: one.ordered for one in existing}
    changes = _write_head(found, given, head)
    if read is not None:
        _refuse_canceled(found, changed_lines := write_lines(found, read, existing))
        changes += changed_lines
    if any(name == "currency" for name, _, _ in changes):
        reckon_again([one.line for one in progress(found)], currency)
    if changes:
        found.version += 1
        found.save(update_fields=["party", "notes", "version"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
        if found.status == DocumentStatus.APPROVED and any(name not in UNAPPROVED for name, _, _ in changes):
            set_status(actor=actor, order=found, status=DocumentStatus.NEW)
        if read is not None:
            follow_lines(actor=actor, order=found, raised=_raised(before, found))
    return found


def currency_of(order: Document) -> str:
    """The currency of the order's prices."""
    return order.purchase_order.currency or company().currency


def _raised(before: Mapping[int, int], order: Document) -> set[int]:
    """The lines of which more is ordered than before."""
    return {line.pk for line in order.lines.all() if line.quantity > before.get(line.pk, 0)}


def _new_document(actor: User, number: str, status: DocumentStatus, head: Mapping[str, object]) -> Document:
    key = canonical(number)
    order = Document(
        kind=DocumentKind.PURCHASE_ORDER,
        number=number,
        number_key=key,
        sort_key=sort_key(key),
        status=status,
        created_by=actor,
    )
    order.party = head["party"]  # type: ignore[assignment]  # read as a party
    order.notes = str(head.get("notes", ""))
    with told_when_taken(lambda: _taken(number)):
        order.save(force_insert=True)
    PurchaseOrder.objects.create(document=order, **{name: value for name, value in head.items() if name not in _OF_DOCUMENT.values()})
    return order


def _taken(number: str) -> Conflict | None:
    other = Document.objects.filter(number_key=canonical(number)).first()
    if other is None:
        return None
    sentence = f"There is a document {other.number} already."
    return Conflict("number-taken", sentence, fields={"number": sentence}, causes=[Cause(other.noun, other.pk, other.number)])


def _read_head(given: OrderFields, order: Document | None, wrong: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {**read_texts(TEXTS, given, wrong)}
    if "currency" in given:
        values["currency"] = read_currency(given["currency"], wrong)
    if "expected_on" in given:
        values["expected_on"] = read_date("Expected on", given["expected_on"], "expected_on", wrong)
    if "vendor" in given:
        vendor = Party.objects.filter(pk=id_of(given["vendor"]), role=PartyRole.VENDOR).first()
        if vendor is None:
            wrong["vendor"] = "Choose a vendor; where several have one name, type the number."
        elif vendor.archived and (order is None or order.party_id != vendor.pk):
            wrong["vendor"] = f"{vendor} is archived; restore it to order there."
        values["party"] = vendor
    return values


def read_currency(given: str | None, wrong: dict[str, str]) -> str:
    """The code that was typed; the company's for none."""
    code = (given or "").strip().upper()
    if not code:
        return company().currency
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        wrong["currency"] = "Say the currency’s three letters, as EUR."
    return code


def _head_now(order: Document) -> dict[str, str]:
    head = order.purchase_order
    return {
        "vendor": in_words(order.party),
        "notes": order.notes,
        "vendor_reference": head.vendor_reference,
        "currency": head.currency,
        "expected_on": in_words(head.expected_on),
    }


def _head_in_words(given: OrderFields) -> dict[str, str]:
    words = {name: in_words(value) for name, value in given.items()}
    if "vendor" in given:
        words["vendor"] = in_words(Party.objects.filter(pk=id_of(given["vendor"])).first())
    return words


def _write_head(order: Document, given: OrderFields, values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Set the head's values; the document itself is saved by the caller. Answers what changed, for the log."""
    before = _head_now(order)
    head = order.purchase_order
    for name, value in values.items():
        setattr(order if name in _OF_DOCUMENT.values() else head, name, value)
    head.save()
    after = _head_now(order)
    return [(name, before[name], after[name]) for name in given if before[name] != after[name]]


def _refuse_canceled(order: Document, changed: Sequence[tuple[str, str, str]]) -> None:
    if changed and order.status == DocumentStatus.CANCELED:
        raise Conflict("order-canceled", f"{order} is canceled; its lines stay as they are.", way_out="Make another order.")
