"""Items: made, edited, archived. How an item is tracked is chosen before its first lot."""

from __future__ import annotations

from typing import Unpack

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, FieldNoun, Item, Lot, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.item_fields import TEXTS, ItemFields, read_item, require_tracking
from nameplate.operations.cataloguing.open_papers import WAY_OUT, are_open, cause_of
from nameplate.operations.cataloguing.texts import refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, refuse_stale, set_archived, told_when_taken, write
from nameplate.refusals import Cause, Conflict
from nameplate.serial_text import canonical

NOUN = "items"


@transacting()
def create_item(*, actor: User, **given: Unpack[ItemFields]) -> Item:
    """A new item; its number is unlike every other, whatever the case."""
    access.require(actor, "catalogue", "create")
    wrong: dict[str, str] = {}
    require_texts({"number": TEXTS["number"]}, given, wrong)
    item = Item()
    for name, value in read_item(given, item, wrong).items():
        setattr(item, name, value)
    custom = customizing.read_custom(noun=FieldNoun.ITEMS, given=given.get("custom"), before=None, new=True, wrong=wrong)
    refuse_wrong(wrong)
    require_tracking(item.tracking)
    item.custom = custom.merged
    with told_when_taken(lambda: _taken(item.number, None)):
        item.save(force_insert=True)
    log_changes(actor=actor, noun=NOUN, subject=item.pk, changes=[("created", "", item.number)])
    customizing.keep_values(actor=actor, noun=FieldNoun.ITEMS, subject=item.pk, edit=custom, created=True)
    return item


@transacting()
def edit_item(*, actor: User, item: Item | int, version: int, **given: Unpack[ItemFields]) -> Item:
    """The item with what was given; `version` is the one that the editor saw."""
    access.require(actor, "catalogue", "edit")
    found = find(Item, item, "item")
    refuse_stale(found, version, customizing.named_apart(given), noun=NOUN)
    wrong: dict[str, str] = {}
    values = read_item(given, found, wrong)
    custom = customizing.read_custom(noun=FieldNoun.ITEMS, given=given.get("custom"), before=found.custom, new=False, wrong=wrong)
    refuse_wrong(wrong)
    values["custom"] = custom.merged
    if values.get("tracking", found.tracking) != found.tracking:
        _refuse_tracking_fixed(found)
        require_tracking(values["tracking"])
    with told_when_taken(lambda: _taken(str(values.get("number", "")), found.pk)):
        found = write(found, values, actor=actor, noun=NOUN, logged={name: value for name, value in given.items() if name != "custom"})
    customizing.keep_values(actor=actor, noun=FieldNoun.ITEMS, subject=found.pk, edit=custom)
    return found


@transacting()
def archive_item(*, actor: User, item: Item | int, version: int) -> Item:
    """Take the item out of what can be ordered; stock and history stay. Refused while it is on an open order."""
    access.require(actor, "catalogue", "delete")
    found = find(Item, item, "item")
    order = Document.objects.filter(are_open(), lines__item=found).order_by("id").first()
    if order is not None and not found.archived:
        raise Conflict(
            "on-open-order",
            f"{found} is on {order}, which is still open.",
            causes=[cause_of(order)],
            way_out=WAY_OUT,
        )
    return set_archived(found, True, actor=actor, noun=NOUN, version=version)


@transacting()
def restore_item(*, actor: User, item: Item | int, version: int) -> Item:
    """Bring an archived item back."""
    access.require(actor, "catalogue", "delete")
    return set_archived(find(Item, item, "item"), False, actor=actor, noun=NOUN, version=version)


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
