"""Shipments: made for one or several orders of a customer, edited, declared ready, opened again, canceled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentKind, DocumentStatus, Party, Pick, Shipment, Site, User
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale
from nameplate.operations.sales.orders import new_document
from nameplate.operations.sales.reserving import refuse_closed
from nameplate.operations.sales.statuses import set_status
from nameplate.refusals import Cause, Conflict, Invalid, NotFound

NOUN = "shipments"
NEW, READY, SHIPPED, CANCELED = (
    DocumentStatus.NEW,
    DocumentStatus.READY,
    DocumentStatus.SHIPPED,
    DocumentStatus.CANCELED,
)
SOURCES = {READY: (NEW,), NEW: (READY,), SHIPPED: (NEW, READY), CANCELED: (NEW, READY)}
"""Each status that somebody gives a shipment, and those from which it can be given."""
TEXTS = {
    "address": Text("Address", 1_000, lines=True),
    "carrier": Text("Carrier", 100),
    "tracking_number": Text("Tracking number", 100),
    "notes": Text("Notes", 10_000, lines=True),
}
MOST_ORDERS = 50


class ShipmentFields(TypedDict, total=False):
    """What can be said of a shipment. What is left out keeps its value."""

    site: Site | int | None
    address: str
    carrier: str
    tracking_number: str
    notes: str


def lock_shipment(shipment: Document | int) -> tuple[Document, list[Document]]:
    """The shipment and its orders as they stand, locked until the transaction ends: orders first, as everybody locks them."""
    wanted = id_of(shipment)
    before = _order_ids(wanted)
    orders = _locked(before)
    found = find(Document, shipment, "shipment", kind=DocumentKind.SHIPMENT)
    if _order_ids(wanted) != before:
        raise Conflict("changed-meanwhile", f"Somebody put another order into {found} just now.", way_out="Load the page again.")
    return found, orders


def _order_ids(shipment: int) -> list[int]:
    return list(Document.objects.filter(shipments=shipment).order_by("pk").values_list("pk", flat=True))


def _locked(orders: Collection[int]) -> list[Document]:
    locked = Document.objects.select_for_update(of=("self",), no_key=True).select_related("party", "customer_order")
    return list(locked.filter(pk__in=orders, kind=DocumentKind.CUSTOMER_ORDER).order_by("pk"))


@transacting()
def create_shipment(*, actor: User, orders: Sequence[Document | int], **given: Unpack[ShipmentFields]) -> Document:
    """A new shipment for open orders of one customer, to its address unless another is said; what goes into it is picked next."""
    access.require(actor, "stock", "create")
    wrong: dict[str, str] = {}
    values = _read(given, None, wrong)
    refuse_wrong(wrong)
    chosen = _of_one_customer(orders)
    customer = chosen[0].party
    values.setdefault("site", _only_site())
    values.setdefault("address", customer.address if customer else "")
    return open_shipment(actor, customer, chosen, values)


def open_shipment(actor: User, customer: Party | None, orders: Sequence[Document], values: Mapping[str, object]) -> Document:
    """The document of a shipment that was judged already."""
    paper = new_document(actor, DocumentKind.SHIPMENT, next_number("s"), customer, str(values.get("notes", "")))
    own = {name: value for name, value in values.items() if name != "notes"}
    shipment = Shipment.objects.create(document=paper, **own)
    shipment.orders.set(orders)
    log_changes(actor=actor, noun=NOUN, subject=paper.pk, changes=[("created", "", paper.number)])
    return paper


@transacting()
def edit_shipment(
    *, actor: User, shipment: Document | int, version: int, orders: Sequence[Document | int] | None = None, **given: Unpack[ShipmentFields]
) -> Document:
    """The shipment with what was given; one that has left keeps its site and orders. `orders` are all its orders, None leaves them.

    Refused: an order of another customer, or one taken off while something picked for it lies in the shipment.
    """
    access.require(actor, "stock", "edit")
    added = _of_one_customer(orders, begun=True) if orders is not None else None
    found, before = lock_shipment(shipment)
    head = found.shipment
    if found.version != version:
        typed = {name: in_words(value) for name, value in given.items()}
        raise stale(found, version, noun=NOUN, typed=typed, now={name: _now(found)[name] for name in given})
    wrong: dict[str, str] = {}
    values = _read(given, found, wrong)
    _check_site(found, values, wrong)
    refuse_wrong(wrong)
    words = _now(found)
    for name, value in values.items():
        setattr(found if name == "notes" else head, name, value)
    head.save()
    after = _now(found)
    changes = [(name, words[name], after[name]) for name in given if words[name] != after[name]]
    if added is not None:
        changes += _set_orders(found, before, added)
    if changes:
        found.version += 1
        found.save(update_fields=["notes", "version"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
    return found


def _set_orders(shipment: Document, before: Sequence[Document], after: Sequence[Document]) -> list[tuple[str, str, str]]:
    old, new = {order.pk for order in before}, {order.pk for order in after}
    if old == new:
        return []
    refuse_not(shipment, (NEW,), "its orders stay")
    if after[0].party_id != shipment.party_id:
        raise Conflict("another-customer", f"{after[0]} is of another customer.", fields={"orders": "Orders of one customer, please."})
    for order in after:
        if order.pk not in old:
            refuse_closed(order)
    kept = Pick.objects.filter(shipment=shipment).exclude(line__document__in=new).select_related("line__document").first()
    if kept is not None:
        sentence = f"What was picked for {kept.line.document} lies in it; take that out first."
        raise Conflict("picked-already", sentence, fields={"orders": sentence})
    shipment.shipment.orders.set(after)
    old_words, new_words = (", ".join(order.number for order in orders) for orders in (before, after))
    return [("orders", old_words, new_words)]


@transacting()
def declare_ready(*, actor: User, shipment: Document | int, version: int | None = None) -> Document:
    """All that goes is picked and packed. Refused: nothing is in it."""
    found = _begin(actor, shipment, version, READY)
    if not Pick.objects.filter(shipment=found).exists():
        raise Conflict("nothing-picked", f"Nothing is in {found} yet.", way_out="Pick what goes first.")
    set_status(actor=actor, noun=NOUN, paper=found, status=READY)
    return found


@transacting()
def open_again(*, actor: User, shipment: Document | int, version: int | None = None) -> Document:
    """Back to picking."""
    found = _begin(actor, shipment, version, NEW)
    set_status(actor=actor, noun=NOUN, paper=found, status=NEW)
    return found


@transacting()
def cancel_shipment(*, actor: User, shipment: Document | int, version: int | None = None) -> Document:
    """Call it off before it has left. What was picked stays reserved for its orders."""
    found = _begin(actor, shipment, version, CANCELED)
    Pick.objects.filter(shipment=found).delete()
    set_status(actor=actor, noun=NOUN, paper=found, status=CANCELED)
    return found


def _begin(actor: User, shipment: Document | int, version: int | None, status: DocumentStatus) -> Document:
    access.require(actor, "stock", "edit")
    found, _ = lock_shipment(shipment)
    refuse_stale(found, version)
    if found.status not in SOURCES[status]:
        label = DocumentStatus(found.status).label
        wanted = " or ".join(source.label for source in SOURCES[status])
        way_out = "Undo the shipment instead." if found.status == SHIPPED else ""
        raise Conflict(
            "wrong-status", f"{found} is {label}; to become {status.label} it must be {wanted}.", causes=shipped_by(found), way_out=way_out
        )
    return found


def shipped_by(shipment: Document) -> list[Cause]:
    """The entry with which it left, to open and undo."""
    gone = shipment.entries.filter(act="shipped", reverses=None).order_by("-pk")[:1]
    return [Cause("entries", entry.pk, f"shipped on {entry.happened_at:%Y-%m-%d}") for entry in gone]


def refuse_stale(shipment: Document, version: int | None) -> None:
    """Refuse what was decided on another version of the shipment."""
    if version is not None and shipment.version != version:
        raise stale(shipment, version, noun=NOUN, typed={}, now={})


def refuse_not(shipment: Document, statuses: Collection[DocumentStatus], what: str) -> None:
    """Refuse a shipment that does not stand so. `what` ends the sentence: “so … ”."""
    if shipment.status in statuses:
        return
    ways = {READY: "Open it again first.", SHIPPED: "Undo the shipment first, or make another one.", CANCELED: "Make another shipment."}
    status = DocumentStatus(shipment.status)
    raise Conflict("wrong-status", f"{shipment} is {status.label}, so {what}.", causes=shipped_by(shipment), way_out=ways.get(status, ""))


def _of_one_customer(orders: Sequence[Document | int], *, begun: bool = False) -> list[Document]:
    """The orders, locked. Refused: none; one that there is not; several customers; unless `begun`, one that is closed."""
    wanted = sorted({id_of(order) for order in orders})
    if not wanted or len(wanted) > MOST_ORDERS:
        raise Invalid("no-orders", f"A shipment is for 1 to {MOST_ORDERS} orders.", fields={"orders": "Choose the customer’s orders."})
    found = _locked(wanted)
    if len(found) < len(wanted):
        raise NotFound("not-found", "There is no such customer order.", fields={"orders": "Choose the customer’s orders."})
    if len({order.party_id for order in found}) > 1:
        other = next(order for order in found if order.party_id != found[0].party_id)
        sentence = f"{found[0]} is of {found[0].party}, {other} of {other.party}."
        raise Conflict(
            "another-customer",
            sentence,
            fields={"orders": "Orders of one customer, please."},
            causes=[Cause(order.noun, order.pk, order.number) for order in (found[0], other)],
            way_out="Make a shipment for each customer.",
        )
    for order in () if begun else found:
        refuse_closed(order)
    return found


def _only_site() -> Site | None:
    sites = list(Site.objects.filter(archived=False)[:2])
    return sites[0] if len(sites) == 1 else None


def _read(given: ShipmentFields, shipment: Document | None, wrong: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {**read_texts(TEXTS, given, wrong)}
    if "site" in given:
        site = given["site"]
        found = None if site is None else Site.objects.filter(pk=id_of(site)).first()
        if site is not None and (found is None or (found.archived and (shipment is None or shipment.shipment.site_id != found.pk))):
            wrong["site"] = "Choose a site that is in use."
        values["site"] = found
    return values


def _check_site(shipment: Document, values: Mapping[str, object], wrong: dict[str, str]) -> None:
    site = values.get("site", shipment.shipment.site)
    if site != shipment.shipment.site and (shipment.status == SHIPPED or Pick.objects.filter(shipment=shipment).exists()):
        wrong["site"] = f"What is in it lies at {shipment.shipment.site}; take that out first."


def _now(shipment: Document) -> dict[str, str]:
    head = shipment.shipment
    return {
        "site": in_words(head.site),
        "notes": shipment.notes,
        **{name: getattr(head, name) for name in ("address", "carrier", "tracking_number")},
    }
