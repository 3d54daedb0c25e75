"""A stock count: drawn up for places, an item or both; started, which freezes what should be there; or canceled."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from nameplate import access, functions
from nameplate.ledger import bulk
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import CountPlace, Document, DocumentKind, DocumentStatus, Item, StockCount, User
from nameplate.models.serials import IN_STOCK
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale
from nameplate.operations.placing import place_of
from nameplate.refusals import Conflict, Invalid, TooLarge
from nameplate.serial_text import canonical, sort_key

NOUN = "stock-counts"
S = DocumentStatus
OPEN = (S.IN_PROGRESS,)
MOST_PLACES = 500
MOST_UNITS = 50_000
"""Units that one count expects: its differences are posted in one act."""
TEXTS = {"notes": Text("Notes", 10_000, lines=True)}

_STATUSES = ", ".join(str(one.value) for one in IN_STOCK)
_HERE = (
    "(EXISTS (SELECT 1 FROM nameplate_countplace p WHERE p.count_id = c.document_id AND p.location_id = {row}.location_id) "
    "OR (NOT EXISTS (SELECT 1 FROM nameplate_countplace p WHERE p.count_id = c.document_id) AND p0.purpose <> 'transit')) "
)
_FREEZE_UNITS = (
    "INSERT INTO nameplate_expectedunit (count_id, serial_id, location_id, version) "
    "SELECT c.document_id, s.id, s.location_id, s.version FROM nameplate_stockcount c "
    "JOIN nameplate_serial s ON c.item_id IS NULL OR s.item_id = c.item_id JOIN nameplate_location p0 ON p0.id = s.location_id "
    f"WHERE c.document_id = %s AND NOT s.withdrawn AND s.status IN ({_STATUSES}) AND s.transfer_id IS NULL AND s.parent_id IS NULL "
    f"AND {_HERE.format(row='s')} ORDER BY s.id"
)
_FREEZE_GOODS = (
    "INSERT INTO nameplate_expectedgoods (count_id, lot_id, location_id, quantity, version) "
    "SELECT c.document_id, k.lot_id, k.location_id, k.quantity, k.version FROM nameplate_stockcount c "
    "JOIN nameplate_stock k ON k.quantity > 0 JOIN nameplate_location p0 ON p0.id = k.location_id "
    "JOIN nameplate_lot l ON l.id = k.lot_id JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' "
    f"WHERE c.document_id = %s AND (c.item_id IS NULL OR l.item_id = c.item_id) AND {_HERE.format(row='k')} ORDER BY k.id"
)


def find_count(count: Document | int) -> Document:
    """The count's document, locked until the transaction ends. Refused: there is none."""
    return find(Document, count, "stock count", kind=DocumentKind.COUNT)


@transacting()
def create_count(
    *, actor: User, location_ids: Sequence[int] = (), item: Item | int | None = None, blind: bool = False, notes: str = ""
) -> Document:
    """A new count of these places, of an item wherever it lies, or of an item at these places.

    Refused: neither; a place that is archived or stands for transit; an item that does not exist.
    """
    access.require(actor, "stock", "create")
    wrong: dict[str, str] = {}
    texts = read_texts(TEXTS, {"notes": notes}, wrong)
    refuse_wrong(wrong)
    places = [place_of(one, field="places") for one in dict.fromkeys(location_ids)]
    if len(places) > MOST_PLACES:
        raise TooLarge("too-many", f"At most {MOST_PLACES} places in one count.", fields={"places": "Count them in parts."})
    what = None if item is None else Item.objects.filter(pk=id_of(item)).first()
    if item is not None and what is None:
        raise Invalid("no-such-item", "There is no such item.", fields={"item": "There is no such item."})
    if not places and what is None:
        sentence = "Say which places or which item."
        raise Invalid("nothing-to-count", "A count is of places, of an item, or of both.", fields={"places": sentence, "item": sentence})
    number = next_number("sc")
    document = Document.objects.create(
        kind=DocumentKind.COUNT,
        number=number,
        number_key=canonical(number),
        sort_key=sort_key(canonical(number)),
        status=S.NEW,
        notes=texts["notes"],
        created_by=actor,
    )
    count = StockCount.objects.create(document=document, item=what, blind=blind)
    CountPlace.objects.bulk_create(CountPlace(count=count, location=place) for place in places)
    log_changes(actor=actor, noun=NOUN, subject=document.pk, changes=[("created", "", number)])
    return document


@transacting()
def start(*, actor: User, count: Document | int, version: int | None = None) -> Document:
    """Freeze what should be there, with each unit's version, and let people scan. Refused: a count that is not New; too many units."""
    access.require(actor, "stock", "edit")
    found = find_count(count)
    refuse_unless(found, S.NEW)
    _refuse_stale(found, version)
    if functions.is_on(functions.SERIAL_NUMBERS):
        units = bulk.execute(_FREEZE_UNITS, [found.pk])
        if units > MOST_UNITS:
            raise TooLarge("too-many", f"{units:,} units lie there; a count takes {MOST_UNITS:,}.", way_out="Count fewer places at once.")
    bulk.execute(_FREEZE_GOODS, [found.pk])
    StockCount.objects.filter(pk=found.pk).update(frozen_at=timezone.now())
    set_status(actor=actor, count=found, status=S.IN_PROGRESS)
    return found


@transacting()
def cancel(*, actor: User, count: Document | int, version: int | None = None) -> Document:
    """Call it off; its scans stay to be read. Refused: a count whose differences are posted."""
    access.require(actor, "stock", "delete")
    found = find_count(count)
    refuse_unless(found, S.NEW, S.IN_PROGRESS)
    _refuse_stale(found, version)
    set_status(actor=actor, count=found, status=S.CANCELED)
    return found


def refuse_unless(count: Document, *wanted: DocumentStatus) -> None:
    """Refuse a count that stands otherwise than this needs."""
    if count.status in wanted:
        return
    label = S(count.status).label
    must = " or ".join(str(one.label) for one in wanted)
    way_out = "Undo its posting first." if count.status == S.DONE else ""
    raise Conflict("wrong-status", f"{count} is {label}; for this it must be {must}.", way_out=way_out)


def _refuse_stale(count: Document, version: int | None) -> None:
    if version is not None and count.version != version:
        raise stale(count, version, noun=NOUN, typed={}, now={})


def set_status(*, actor: User, count: Document, status: DocumentStatus) -> None:
    """Give the locked count this status, and log it."""
    before = S(count.status).label
    count.status, count.version = status, count.version + 1
    count.save(update_fields=["status", "version"])
    log_changes(actor=actor, noun=NOUN, subject=count.pk, changes=[("status", str(before), str(status.label))])
