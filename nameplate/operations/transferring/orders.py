"""Transfer orders: made, edited, filled with units and goods, and emptied again, as long as nothing has left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict, Unpack

from nameplate import access, functions
from nameplate.ledger import bulk
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import (
    Document,
    DocumentKind,
    DocumentStatus,
    Line,
    Location,
    Lot,
    Site,
    Stock,
    Tracking,
    TransferLine,
    TransferOrder,
    TransferUnit,
    User,
)
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale
from nameplate.operations.choosing import MOST_UNITS, chosen_once
from nameplate.operations.in_transit import NOUN
from nameplate.operations.transferring.units import refuse_not_at
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid, TooLarge
from nameplate.serial_text import canonical, sort_key

S = DocumentStatus
OPEN = (S.NEW, S.READY)
"""Nothing has left yet: what is on the order can still be changed."""
TEXTS = {"notes": Text("Notes", 10_000, lines=True)}
SWITCH = functions.MULTIPLE_SITES


class TransferFields(TypedDict, total=False):
    """What can be typed of a transfer order. What is left out keeps its value; without an origin it is where its units lie."""

    origin: Site | int | None
    destination: Site | int | None
    location: Location | int | None
    notes: str


@dataclass(frozen=True, slots=True)
class GoodsToSend:
    """A quantity of a lot without serial numbers. `location_id` may be left out where it lies in one place of the origin."""

    lot: Lot | int
    quantity: Decimal | int | str
    location_id: int | None = None


def lock_transfer(order: Document | int) -> Document:
    """The transfer order as it stands, locked until the transaction ends."""
    return find(Document, order, "transfer order", kind=DocumentKind.TRANSFER_ORDER)


@transacting()
def create_transfer_order(
    *, actor: User, unit_ids: Sequence[int] = (), goods: Sequence[GoodsToSend] = (), **given: Unpack[TransferFields]
) -> Document:
    """A new order with these units and goods on it; more can be put on it until it ships.

    Refused: no destination, or the origin itself; units that do not lie at the origin, each named; several sites without an origin.
    """
    access.require(actor, "stock", "create")
    functions.require_on(SWITCH, "A transfer order")
    chosen = chosen_once(unit_ids, none_is_fine=True)
    wrong: dict[str, str] = {}
    if given.get("origin") is None and (site := _site_of(chosen, goods)) is not None:
        given["origin"] = site
    head = _read_head(given, None, wrong)
    for name, sentence in (("origin", "Say from which site it goes."), ("destination", "Say to which site it goes.")):
        if name not in head:
            wrong.setdefault(name, sentence)
    refuse_wrong(wrong)
    number = next_number("to")
    key = canonical(number)
    order = Document.objects.create(
        kind=DocumentKind.TRANSFER_ORDER,
        number=number,
        number_key=key,
        sort_key=sort_key(key),
        created_by=actor,
        notes=str(head.pop("notes", "")),
    )
    TransferOrder.objects.create(document=order, **head)
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("created", "", number)])
    _put_on(order, chosen, goods)
    return order


@transacting()
def edit_transfer_order(*, actor: User, order: Document | int, version: int, **given: Unpack[TransferFields]) -> Document:
    """The order with what was given. Refused: sites once something is on it or has left; an order that is over."""
    access.require(actor, "stock", "edit")
    functions.require_on(SWITCH, "A transfer order")
    found = lock_transfer(order)
    now = _now(found)
    if found.version != version:
        raise stale(found, version, noun=NOUN, typed={name: in_words(value) for name, value in given.items()}, now=now)
    if found.status in (S.RECEIVED, S.CANCELED):
        raise Conflict("order-finished", f"{found} is {S(found.status).label}, so it stays as it is.", way_out="Make another order.")
    wrong: dict[str, str] = {}
    head = _read_head(given, found.transfer_order, wrong)
    fixed = found.status not in OPEN or _holds_anything(found)
    for name in ("origin", *(("destination",) if found.status not in OPEN else ())):
        if name in head and fixed and head[name] != getattr(found.transfer_order, name):
            wrong[name] = "Take everything off the order first." if found.status in OPEN else "It has left already."
    refuse_wrong(wrong)
    for name, value in head.items():
        setattr(found if name == "notes" else found.transfer_order, name, value)
    changes = [(name, now[name], after) for name, after in _now(found).items() if now[name] != after]
    if changes:
        found.transfer_order.save()
        _grown(actor, found, changes)
    return found


@transacting()
def add_to_transfer(
    *, actor: User, order: Document | int, unit_ids: Sequence[int] = (), goods: Sequence[GoodsToSend] = ()
) -> tuple[Document, int]:
    """(the order, how many units came onto it): units that are on it already stay. Refused as making one is, and once it has left."""
    access.require(actor, "stock", "edit")
    functions.require_on(SWITCH, "A transfer order")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    found = lock_transfer(order)
    refuse_left(found)
    added = _put_on(found, chosen, goods)
    if added or goods:
        _grown(actor, found, [("content", "", _told(added, len(goods)))])
    return found, added


@transacting()
def take_off_transfer(*, actor: User, order: Document | int, unit_ids: Sequence[int] = (), line_ids: Sequence[int] = ()) -> Document:
    """Units and lines of goods are on the order no more. Refused: nothing chosen; once it has left."""
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids, none_is_fine=bool(line_ids))
    found = lock_transfer(order)
    refuse_left(found)
    sql = f"DELETE FROM nameplate_transferunit WHERE order_id = %s AND serial_id IN {bulk.id_set()}"
    units = bulk.execute(sql, [found.pk, bulk.ids(chosen)])
    lines = found.lines.filter(pk__in=line_ids)
    count = lines.count()
    TransferLine.objects.filter(line__in=lines).delete()
    lines.delete()
    if units or count:
        _grown(actor, found, [("content", _told(units, count), "")])
    return found


def refuse_left(order: Document) -> None:
    """Refuse to change what is on an order that has left or is over."""
    if order.status not in OPEN:
        way = "Undo its dispatch first." if order.status == S.SHIPPED else "Make another order."
        raise Conflict(
            "wrong-status",
            f"{order} is {S(order.status).label}, so what is on it stays.",
            causes=[Cause(NOUN, order.pk, order.number)],
            way_out=way,
        )


def _put_on(order: Document, chosen: Sequence[int], goods: Sequence[GoodsToSend]) -> int:
    head = order.transfer_order
    refuse_not_at(head.origin, chosen)
    known = set(TransferUnit.objects.filter(order=order).values_list("serial_id", flat=True))
    fresh = [unit for unit in chosen if unit not in known]
    if len(known) + len(fresh) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} units on one order.", way_out="Make another order for the rest.")
    bulk.insert("nameplate_transferunit", ("order_id", "serial_id"), ((order.pk, unit) for unit in fresh))
    position = order.lines.count()
    for index, one in enumerate(goods):
        lot, place, amount = _read_goods(head.origin, one)
        if TransferLine.objects.filter(line__document=order, lot=lot, location=place).exists():
            sentence = f"Lot {lot} is on the order already."
            raise Invalid("twice", sentence, fields={"lot": sentence}, way_out="Take the line off, and put the whole quantity on again.")
        line = Line.objects.create(document=order, position=position + index + 1, item=lot.item, quantity=amount)
        TransferLine.objects.create(line=line, lot=lot, location=place)
    return len(fresh)


def _read_goods(origin: Site, one: GoodsToSend) -> tuple[Lot, Location, int]:
    lot = Lot.objects.select_related("item").filter(pk=id_of(one.lot)).first()
    if lot is None:
        raise Invalid("no-such-lot", "There is no such lot.", fields={"lot": "Choose a lot."})
    if lot.item.tracking == Tracking.SERIAL:
        raise Invalid("serials-needed", f"{lot.item} is followed by serial numbers.", fields={"quantity": "Choose its units instead."})
    amount = to_micro(one.quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    stock = Stock.objects.filter(lot=lot, quantity__gt=0, location__site=origin).exclude(location__purpose=Location.Purpose.TRANSIT)
    rows = [row for row in stock.select_related("location__site") if one.location_id in (None, row.location_id)]
    if not rows:
        raise Conflict("not-enough", f"Nothing of lot {lot} lies at {origin}.", fields={"lot": f"It does not lie at {origin}."})
    if len(rows) > 1:
        names = ", ".join(sorted(row.location.name for row in rows))
        raise Invalid("which-place", f"Lot {lot} lies at {names}.", fields={"place": "Say from where."})
    most = rows[0].quantity - rows[0].reserved
    if amount > most:
        sentence = f"Only {from_micro(most):,} of lot {lot} can go from {rows[0].location}."
        raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(most):,}."})
    return lot, rows[0].location, amount


def _site_of(units: Sequence[int], goods: Sequence[GoodsToSend]) -> Site | None:
    """The one site where everything lies; None where nothing says it."""
    sql = (
        f"SELECT DISTINCT p.site_id FROM nameplate_serial s JOIN nameplate_location p ON p.id = s.location_id WHERE s.id IN {bulk.id_set()}"
    )
    found = {row[0] for row in bulk.query(sql, [bulk.ids(units)])} if units else set()
    stock = Stock.objects.filter(lot__in=[id_of(one.lot) for one in goods], quantity__gt=0)
    found |= set(stock.values_list("location__site", flat=True)) if goods and not found else set()
    if len(found) > 1:
        names = ", ".join(Site.objects.filter(pk__in=found).order_by("name_key").values_list("name", flat=True))
        sentence = f"These lie at several sites ({names}). Say from which one they go."
        raise Conflict("several-sites", sentence, fields={"origin": sentence}, way_out="Make an order for each site.")
    return Site.objects.get(pk=found.pop()) if found else None


def _read_head(given: TransferFields, before: TransferOrder | None, wrong: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {**read_texts(TEXTS, given, wrong)}
    for name in ("origin", "destination"):
        asked = given.get(name)
        if asked is None:
            continue
        site = Site.objects.filter(pk=id_of(asked), archived=False).first()  # type: ignore[arg-type]  # a site or its id
        if site is None:
            wrong[name] = "Choose a site in use."
        else:
            values[name] = site
    origin, destination = (values.get(name, getattr(before, name, None)) for name in ("origin", "destination"))
    if origin is not None and origin == destination:
        wrong["destination"] = "It is there already. Within a site units are moved, without an order."
    if "location" in given:
        asked_place = given["location"]
        place = None
        if asked_place is not None:
            usable = Location.objects.filter(archived=False).exclude(purpose=Location.Purpose.TRANSIT)
            place = usable.select_related("site").filter(pk=id_of(asked_place)).first()
            if place is None or (destination is not None and place.site != destination):
                wrong["location"] = "Choose a location of the destination."
        values["location"] = place
    elif before is not None and before.location is not None and before.location.site != destination:
        values["location"] = None
    return values


def _holds_anything(order: Document) -> bool:
    return order.transfer_units.exists() or order.lines.exists()


def _told(units: int, lines: int) -> str:
    words = [f"{units:,} unit{'' if units == 1 else 's'}"] if units else []
    return ", ".join([*words, *([f"{lines:,} lot{'' if lines == 1 else 's'}"] if lines else [])])


def _grown(actor: User, order: Document, changes: Sequence[tuple[str, str, str]]) -> None:
    order.version += 1
    order.save(update_fields=["notes", "version"])
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=changes)


def _now(order: Document) -> dict[str, str]:
    head = order.transfer_order
    return {
        "origin": str(head.origin),
        "destination": str(head.destination),
        "location": in_words(head.location),
        "notes": order.notes,
    }
