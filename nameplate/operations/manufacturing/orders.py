"""Manufacturing orders: made and edited. What they take is copied from the product's bill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import (
    BillLine,
    Document,
    DocumentKind,
    DocumentStatus,
    Item,
    Line,
    Location,
    ManufacturingOrder,
    PartLine,
    Site,
    Tracking,
    User,
)
from nameplate.operations.cataloguing.bills import Part, bill_of, described, read_parts
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale, told_when_taken
from nameplate.operations.manufacturing.expecting import follow_quantity
from nameplate.operations.manufacturing.progress import PRODUCT, Progress, ever_booked, progress
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid, NotFound
from nameplate.serial_text import canonical, sort_key

NOUN = "manufacturing-orders"
TEXTS = {"notes": Text("Notes", 10_000, lines=True)}
NUMBER = {"number": Text("Number", 40, identifier=True)}
FINISHED = (DocumentStatus.CLOSED, DocumentStatus.CANCELED)


class OrderFields(TypedDict, total=False):
    """What can be typed of an order beside its product. What is left out keeps its value."""

    quantity: Decimal | int | str
    site: Site | int | None
    location: Location | int | None
    starts_on: dt.date | str | None
    due_on: dt.date | str | None
    may_miss_parts: bool
    notes: str


def lock_order(order: Document | int) -> Document:
    """The manufacturing order as it stands, locked until the transaction ends. Whoever acts on its lines takes this lock first."""
    return find(Document, order, "manufacturing order", kind=DocumentKind.MANUFACTURING_ORDER)


def find_order(order: Document | int) -> Document:
    """The manufacturing order as it stands, not locked. Refused: there is none."""
    orders = Document.objects.select_related("manufacturing_order").filter(kind=DocumentKind.MANUFACTURING_ORDER)
    found = orders.filter(pk=id_of(order)).first()
    if found is None:
        raise NotFound("not-found", "There is no such manufacturing order.", way_out="Look for it in the list of manufacturing orders.")
    return found


@transacting()
def create_manufacturing_order(
    *, actor: User, item: Item | int, number: str = "", parts: Sequence[Part] | None = None, **given: Unpack[OrderFields]
) -> Document:
    """A new order for so many of a product, with the parts of its bill, or with `parts` in their place.

    Without a number it gets the next (MO00001), without a site the only one. Refused: a product that is not made here or is archived.
    """
    access.require(actor, "production", "create")
    wrong: dict[str, str] = {}
    product = Item.objects.filter(pk=id_of(item)).first()
    if sentence := _product_problem(product):
        wrong["item"] = sentence
    if "quantity" not in given:
        wrong["quantity"] = "Say how many are to be made."
    head = _read_head(given, product, None, wrong)
    if "site" not in head:
        head["site"] = _only_site(head.get("location"), wrong)
    typed = read_texts(NUMBER, {"number": number}, wrong).get("number", "")
    refuse_wrong(wrong)
    assert product is not None  # refused above
    bill = bill_of(product) if parts is None else read_parts(product, parts)
    order = _new_document(actor, typed or next_number("mo"), head)
    _write_lines(order, product, int(str(head["quantity"])), bill)
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("created", "", order.number)])
    return order


@transacting()
def edit_manufacturing_order(
    *, actor: User, order: Document | int, version: int, parts: Sequence[Part] | None = None, **given: Unpack[OrderFields]
) -> Document:
    """The order with what was given. `parts` take the place of all its parts, as long as nothing is booked or used.

    Refused: an order that is closed or canceled; fewer than were made or numbered already; another site once parts are booked or used.
    """
    access.require(actor, "production", "edit")
    found = lock_order(order)
    if found.version != version:
        raise stale(found, version, noun=NOUN, typed={name: in_words(value) for name, value in given.items()}, now=_now(found, given))
    _refuse_finished(found)
    standing = progress(found)
    product = standing.product.item
    wrong: dict[str, str] = {}
    head = _read_head(given, product, standing, wrong)
    begun = any(part.used or part.booked for part in standing.parts)
    if begun and head.get("site", found.manufacturing_order.site) != found.manufacturing_order.site:
        wrong["site"] = "Parts are booked or used already, so the site stays."
    refuse_wrong(wrong)
    before = _now(found)
    _write_head(found, head)
    changes = [(name, before[name], after) for name, after in _now(found).items() if before[name] != after]
    quantity = int(str(head.get("quantity", standing.product.ordered)))
    if parts is not None:
        changes += _replace_parts(found, standing, read_parts(product, parts), quantity)
    elif quantity != standing.product.ordered:
        _write_quantity(standing, quantity)
    if quantity != standing.product.ordered:
        changes.append(("quantity", f"{from_micro(standing.product.ordered):f}", f"{from_micro(quantity):f}"))
    if changes:
        found.version += 1
        found.save(update_fields=["notes", "version"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
        follow_quantity(actor=actor, order=found)
    return found


def _refuse_finished(order: Document) -> None:
    if order.status in FINISHED:
        label = DocumentStatus(order.status).label
        way = "Open it again first." if order.status == DocumentStatus.CLOSED else "Make another order."
        raise Conflict("order-finished", f"{order} is {label}, so it stays as it is.", way_out=way)


def _product_problem(product: Item | None) -> str:
    if product is None:
        return "There is no such item; choose what is to be made."
    if product.archived:
        return f"{product} is archived; restore it to make it."
    return "" if product.made else f"{product} is not made here; tick “made” on the item."


def _read_head(given: OrderFields, product: Item | None, standing: Progress | None, wrong: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {**read_texts(TEXTS, given, wrong)}
    if "quantity" in given and product is not None:
        values["quantity"] = _read_quantity(given["quantity"], product, standing, wrong)
    for name, label in (("starts_on", "Starts on"), ("due_on", "Due on")):
        if name in given:
            values[name] = read_date(label, given[name], name, wrong)  # type: ignore[literal-required]  # both are its keys
    if "may_miss_parts" in given:
        values["may_miss_parts"] = bool(given["may_miss_parts"])
    if given.get("site") is not None:
        site = Site.objects.filter(pk=id_of(given["site"]), archived=False).first()
        if site is None:
            wrong["site"] = "Choose a site in use."
        values["site"] = site
    if "location" in given:
        values["location"] = _read_location(given["location"], wrong)
    starts, due = values.get("starts_on"), values.get("due_on")
    if isinstance(starts, dt.date) and isinstance(due, dt.date) and due < starts:
        wrong["due_on"] = "It is due before it starts."
    return values


def _read_location(given: Location | int | None, wrong: dict[str, str]) -> Location | None:
    if given is None:
        return None
    usable = Location.objects.filter(archived=False, site__archived=False).exclude(purpose=Location.Purpose.TRANSIT)
    found = usable.select_related("site").filter(pk=id_of(given)).first()
    if found is None:
        wrong["location"] = "Choose a location that is in use."
    return found


def _read_quantity(given: Decimal | int | str, product: Item, standing: Progress | None, wrong: dict[str, str]) -> int:
    typed = given.strip() if isinstance(given, str) else given
    try:
        quantity = to_micro(typed, field="quantity")
    except Invalid as refusal:
        wrong.update(refusal.fields)
        return 0
    least = standing.product.made + standing.product.planned * MILLIONTHS if standing else 0
    if quantity <= 0:
        wrong["quantity"] = "Make more than nothing."
    elif product.tracking == Tracking.SERIAL and quantity % MILLIONTHS:
        wrong["quantity"] = f"{product} has serial numbers, so only whole units can be made."
    elif quantity < least:
        wrong["quantity"] = f"{from_micro(least):,f} are made or numbered already; not fewer than that."
    return quantity


def _only_site(location: object, wrong: dict[str, str]) -> Site | None:
    if isinstance(location, Location):
        return location.site
    sites = list(Site.objects.filter(archived=False).order_by("pk")[:2])
    if len(sites) != 1:
        wrong["site"] = "Say at which site it is made." if sites else "There is no site yet; make one first."
    return sites[0] if sites else None


def _new_document(actor: User, number: str, head: Mapping[str, object]) -> Document:
    key = canonical(number)
    order = Document(
        kind=DocumentKind.MANUFACTURING_ORDER,
        number=number,
        number_key=key,
        sort_key=sort_key(key),
        status=DocumentStatus.NEW,
        created_by=actor,
        notes=str(head.get("notes", "")),
    )
    with told_when_taken(lambda: _taken(number)):
        order.save(force_insert=True)
    ManufacturingOrder.objects.create(document=order, **{name: value for name, value in head.items() if name not in {"notes", "quantity"}})
    return order


def _taken(number: str) -> Conflict | None:
    other = Document.objects.filter(number_key=canonical(number)).first()
    if other is None:
        return None
    sentence = f"There is a document {other.number} already."
    return Conflict("number-taken", sentence, fields={"number": sentence}, causes=[Cause(other.noun, other.pk, other.number)])


def _write_lines(order: Document, product: Item, quantity: int, bill: Sequence[BillLine]) -> None:
    Line.objects.create(document=order, position=PRODUCT, item=product, quantity=quantity)
    _write_parts(order, bill, quantity)


def _write_parts(order: Document, bill: Sequence[BillLine], quantity: int) -> None:
    lines = Line.objects.bulk_create(
        Line(document=order, position=index, item=one.component, quantity=one.quantity * quantity // MILLIONTHS)
        for index, one in enumerate(bill, PRODUCT + 1)
    )
    PartLine.objects.bulk_create(PartLine(line=line, each=one.quantity, places=one.places) for line, one in zip(lines, bill, strict=True))


def _replace_parts(order: Document, standing: Progress, bill: Sequence[BillLine], quantity: int) -> list[tuple[str, str, str]]:
    before = "; ".join(
        f"{from_micro(one.each):f} {one.item.unit} {one.item.number}{f' at {one.line.part.places}' if one.places else ''}"
        for one in standing.parts
    )
    after = described(bill)
    Line.objects.filter(pk=standing.product.line.pk).update(quantity=quantity)
    if before == after:
        _write_quantity(standing, quantity)
        return []
    if any(part.used or part.booked for part in standing.parts):
        sentence = "Parts are booked or used already, so the list of parts stays."
        raise Conflict("parts-begun", sentence, fields={"parts": sentence}, way_out="Free the bookings first, or make another order.")
    if ever_booked(order, [part.line.pk for part in standing.parts]):
        sentence = "Parts were booked for it, so the list of parts stays: the history names its lines."
        raise Conflict("parts-begun", sentence, fields={"parts": sentence}, way_out="Make another order.")
    Line.objects.filter(pk__in=[part.line.pk for part in standing.parts]).delete()
    _write_parts(order, bill, quantity)
    return [("parts", before, after)]


def _write_quantity(standing: Progress, quantity: int) -> None:
    lines = [standing.product.line, *(part.line for part in standing.parts)]
    standing.product.line.quantity = quantity
    for part in standing.parts:
        part.line.quantity = part.each * quantity // MILLIONTHS
    Line.objects.bulk_update(lines, ["quantity"])


def _now(order: Document, names: Mapping[str, object] | None = None) -> dict[str, str]:
    head = order.manufacturing_order
    now = {
        "notes": order.notes,
        "site": in_words(head.site),
        "location": in_words(head.location),
        "starts_on": in_words(head.starts_on),
        "due_on": in_words(head.due_on),
        "may_miss_parts": in_words(head.may_miss_parts),
    }
    if names is None:
        return now
    line = Line.objects.get(document=order, position=PRODUCT)
    return {name: value for name, value in {**now, "quantity": f"{from_micro(line.quantity):f}"}.items() if name in names}


def _write_head(order: Document, values: Mapping[str, object]) -> None:
    head = order.manufacturing_order
    for name, value in values.items():
        if name != "quantity":
            setattr(order if name == "notes" else head, name, value)
    head.save()
