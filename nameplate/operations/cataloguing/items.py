"""Items: made, edited, archived. How an item is tracked is chosen before its first lot."""

from __future__ import annotations

from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Item, Location, Lot, Tracking, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, id_of, refuse_stale, set_archived, told_when_taken, write
from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.refusals import Cause, Conflict, Refused
from nameplate.serial_text import canonical

NOUN = "items"
TEXTS = {
    "number": Text("Item number", 100, required=True, identifier=True),
    "description": Text("Description", 200),
    "group": Text("Group", 100),
    "unit": Text("Unit of measure", 20, required=True),
    "serial_format": Text("Accepted format", 120, identifier=True),
    "notes": Text("Notes", 10_000, lines=True),
}
OPEN = (DocumentStatus.RFQ, DocumentStatus.NEW, DocumentStatus.ORDERED, DocumentStatus.SHIPPED)


class ItemFields(TypedDict, total=False):
    """What can be typed about an item. What is left out keeps its value (or its default)."""

    number: str
    description: str
    group: str
    tracking: str
    unit: str
    serial_format: str
    default_location: Location | int | None
    bought: bool
    made: bool
    notes: str


@transacting()
def create_item(*, actor: User, **given: Unpack[ItemFields]) -> Item:
    """A new item; its number is unlike every other, whatever the case."""
    access.require(actor, "catalogue", "create")
    wrong: dict[str, str] = {}
    require_texts({"number": TEXTS["number"]}, given, wrong)
    item = Item()
    for name, value in _read(given, item, wrong).items():
        setattr(item, name, value)
    refuse_wrong(wrong)
    with told_when_taken(lambda: _taken(item.number, None)):
        item.save(force_insert=True)
    log_changes(actor=actor, noun=NOUN, subject=item.pk, changes=[("created", "", item.number)])
    return item


@transacting()
def edit_item(*, actor: User, item: Item | int, version: int, **given: Unpack[ItemFields]) -> Item:
    """The item with what was given; `version` is the one that the editor saw."""
    access.require(actor, "catalogue", "edit")
    found = find(Item, item, "item")
    refuse_stale(found, version, given, noun=NOUN)
    wrong: dict[str, str] = {}
    values = _read(given, found, wrong)
    refuse_wrong(wrong)
    if values.get("tracking", found.tracking) != found.tracking:
        _refuse_tracking_fixed(found)
    with told_when_taken(lambda: _taken(str(values.get("number", "")), found.pk)):
        return write(found, values, actor=actor, noun=NOUN, logged=given)


@transacting()
def archive_item(*, actor: User, item: Item | int, version: int) -> Item:
    """Take the item out of what can be ordered; stock and history stay. Refused while it is on an open order."""
    access.require(actor, "catalogue", "delete")
    found = find(Item, item, "item")
    order = Document.objects.filter(lines__item=found, status__in=OPEN).order_by("id").first()
    if order is not None and not found.archived:
        raise Conflict(
            "on-open-order",
            f"{found} is on {order}, which is still open.",
            causes=[Cause("purchase-orders", order.pk, order.number)],
            way_out="Receive or cancel the order first.",
        )
    return set_archived(found, True, actor=actor, noun=NOUN, version=version)


@transacting()
def restore_item(*, actor: User, item: Item | int, version: int) -> Item:
    """Bring an archived item back."""
    access.require(actor, "catalogue", "delete")
    return set_archived(find(Item, item, "item"), False, actor=actor, noun=NOUN, version=version)


def _read(given: ItemFields, item: Item, wrong: dict[str, str]) -> dict[str, object]:
    """The columns that `given` sets, checked against each other and against what `item` has already."""
    texts = read_texts(TEXTS, given, wrong)
    values: dict[str, object] = {**texts}
    if "number" in texts:
        values["number_key"] = canonical(texts["number"])
    if "description" in texts:
        values["description_key"] = canonical(texts["description"])
    values.update({name: bool(given[name]) for name in ("bought", "made") if name in given})
    if "tracking" in given:
        if given["tracking"] in Tracking.values:
            values["tracking"] = str(given["tracking"])
        else:
            wrong["tracking"] = "Choose how its units are followed: " + ", ".join(Tracking.values) + "."
    if "default_location" in given:
        values["default_location"] = _default_location(given["default_location"], wrong)
    _check_format(str(values.get("serial_format", item.serial_format)), values.get("tracking", item.tracking), wrong)
    return values


def _check_format(pattern: str, tracking: object, wrong: dict[str, str]) -> None:
    if not pattern:
        return
    if tracking != Tracking.SERIAL:
        wrong.setdefault("serial_format", "Only an item followed by serial numbers has an accepted format; empty this field.")
        return
    try:
        AcceptedFormat(pattern=pattern)
    except Refused as refusal:
        wrong.setdefault("serial_format", refusal.message)


def _default_location(given: Location | int | None, wrong: dict[str, str]) -> Location | None:
    if given is None:
        return None
    usable = Location.objects.exclude(purpose=Location.Purpose.TRANSIT).filter(archived=False, site__archived=False)
    location = usable.filter(pk=id_of(given)).first()
    if location is None:
        wrong["default_location"] = "There is no such location, or it is archived; choose another."
    return location


def _taken(number: str, but: int | None) -> Conflict | None:
    """The refusal that names the item with this number, if there is another one."""
    other = Item.objects.filter(number_key=canonical(number)).exclude(pk=but or 0).first()
    if other is None:
        return None
    sentence = f"{other} has this number already" + (" and is archived; restore it instead." if other.archived else ".")
    return Conflict("number-taken", sentence, fields={"number": sentence}, causes=[Cause(NOUN, other.pk, other.number)])


def _refuse_tracking_fixed(item: Item) -> None:
    lot = Lot.objects.filter(item=item).order_by("id").first()
    if lot is None:
        return
    sentence = f"{item} has lot {lot} already, so how its units are followed is settled."
    raise Conflict(
        "tracking-fixed",
        sentence,
        fields={"tracking": sentence},
        causes=[Cause("lots", lot.pk, lot.number)],
        way_out="Make a new item that is followed the other way.",
    )
