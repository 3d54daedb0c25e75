"""An item's picture: put on, taken off, looked at. What is kept is drawn anew from the pixels of what was sent."""

from __future__ import annotations

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import FileContent, Item, User
from nameplate.operations import filing
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.items import NOUN
from nameplate.operations.cataloguing.things import find, id_of, refuse_stale, write
from nameplate.operations.pictures import read_picture
from nameplate.refusals import NotFound

LARGEST_SIDE = 800
"""Pixels of what is kept."""


@transacting()
def set_item_picture(*, actor: User, item: Item | int, version: int, picture: bytes) -> Item:
    """The item with this picture, in place of the one that it had."""
    access.require(actor, "catalogue", "edit")
    found = find(Item, item, "item")
    refuse_stale(found, version, {}, noun=NOUN)
    drawn = read_picture(picture, field="picture", width=LARGEST_SIDE, height=LARGEST_SIDE)
    return _written(found, filing.keep(drawn).pk, actor)


@transacting()
def remove_item_picture(*, actor: User, item: Item | int, version: int) -> Item:
    """The item without its picture. Doing it again changes nothing."""
    access.require(actor, "catalogue", "edit")
    found = find(Item, item, "item")
    if found.picture_id is None:
        return found
    refuse_stale(found, version, {}, noun=NOUN)
    return _written(found, None, actor)


def item_picture(*, actor: User, item: Item | int, checksum: str = "") -> bytes:
    """The picture as PNG. Refused: there is none, or not this one any more."""
    access.require(actor, "catalogue", "view")
    kept = FileContent.objects.filter(pk__in=Item.objects.filter(pk=id_of(item)).values("picture")).first()
    if kept is None or checksum not in {"", kept.pk}:
        raise NotFound("not-found", "The item has no such picture.", way_out="Open the item again; the picture may have been replaced.")
    return bytes(kept.data)


def _written(item: Item, checksum: str | None, actor: User) -> Item:
    before = item.picture_id
    found = write(item, {"picture_id": checksum}, actor=actor, noun=NOUN, logged={})
    if before != checksum:
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("picture", _in_a_word(before), _in_a_word(checksum))])
    return found


def _in_a_word(checksum: str | None) -> str:
    """A picture as the log names it: a few signs of its checksum tell it from another."""
    return f"picture {checksum[:8]}" if checksum else ""
