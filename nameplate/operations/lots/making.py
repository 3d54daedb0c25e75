"""A lot made by hand, with what is in it; and more coming into one that is in stock. Both are receipts without an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Unpack

from nameplate import access, ledger
from nameplate.ledger import LotChange
from nameplate.ledger.lots import rows_of
from nameplate.models import Entry, FieldNoun, Item, Location, Lot, LotStatus, Request, Stock, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.inspecting.arriving import arriving
from nameplate.operations.lots.contents import Contents, posted, read_contents, unit_values
from nameplate.operations.lots.fields import LotFields, read_fields
from nameplate.operations.placing import place_of
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.refusals import Cause, Conflict, Invalid, NotFound

ACT = "received by hand"
IN_STOCK = (LotStatus.RECEIVED, LotStatus.ON_HOLD)
"""The lots into which something can be put by hand."""


@day_sent_as("received_on")
def create_lot(
    *,
    actor: User,
    item: Item | int,
    contents: Contents,
    reason: str,
    location_id: int | None = None,
    received_on: dt.date | None = None,
    note: str = "",
    request: Request | None = None,
    **given: Unpack[LotFields],
) -> tuple[Lot, Entry]:
    """A new lot in stock with its units or its quantity, in one act that can be undone as one.

    It goes to `location_id`, else where the item is kept. Refused: no reason; nothing in it; numbers that are malformed, given twice or
    known already, each named with its position; a day before today without the right to backdate.
    """
    access.require(actor, "stock", "create")
    refuse_no_reason(reason)
    with ledger.transacting():
        found = _item(item)
        wrong: dict[str, str] = {}
        values = read_fields(given, wrong)
        custom = customizing.read_custom(noun=FieldNoun.LOTS, given=given.get("custom"), before=None, new=True, wrong=wrong)
        units = unit_values(found, contents, wrong)
        refuse_wrong(wrong)
        place = place_of(location_id if location_id is not None else found.default_location_id)
        read = read_contents(found, contents)
        happened = moment_of(received_on)
        lot = ledger.open_lot(
            item=found,
            status=LotStatus.RECEIVED,
            custom=custom.merged or {},
            **values,  # type: ignore[arg-type]  # read as what the columns take
        )
        groups, goods = posted(read, lot, place, units)
        arrival = arriving(actor=actor, groups=groups, goods=goods)
        entry = ledger.post(
            actor=actor,
            act=ACT,
            groups=arrival.groups,
            goods=arrival.goods,
            lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
            happened_at=happened,
            reason=reason.strip(),
            note=note.strip(),
            request=request,
        )
        arrival.recorded(entry)
        return lot, entry


@day_sent_as("received_on")
def add_to_lot(
    *,
    actor: User,
    lot: Lot | int,
    contents: Contents,
    reason: str,
    location_id: int | None = None,
    received_on: dt.date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """More units, or a quantity, come into a lot that is in stock; its quantity grows in the same act.

    They go to `location_id`, else where the lot lies when that is one place. Refused as `create_lot` is, and a lot that is not in stock.
    """
    access.require(actor, "stock", "create")
    refuse_no_reason(reason)
    with ledger.transacting():
        found = lock_lot(lot)
        refuse_not_in_stock(found)
        place = place_of(location_id if location_id is not None else only_place(found))
        wrong: dict[str, str] = {}
        units = unit_values(found.item, contents, wrong)
        refuse_wrong(wrong)
        read = read_contents(found.item, contents)
        groups, goods = posted(read, found, place, units)
        arrival = arriving(actor=actor, groups=groups, goods=goods, source=found.source)
        entry = ledger.post(
            actor=actor,
            act=ACT,
            groups=arrival.groups,
            goods=arrival.goods,
            happened_at=moment_of(received_on),
            reason=reason.strip(),
            note=note.strip(),
            request=request,
        )
        arrival.recorded(entry)
        return entry


def refuse_no_reason(reason: str) -> None:
    """Refuse what has neither a document nor a reason."""
    if not reason.strip():
        raise Invalid("reason-needed", "What is not on an order needs a reason.", fields={"reason": "Say why: opening stock, found…"})


def lock_lot(lot: Lot | int) -> Lot:
    """The lot with its item, locked until the transaction ends. Refused: there is none."""
    return lock_lots([lot if isinstance(lot, int) else lot.pk])[0]


def lock_lots(lot_ids: Sequence[int]) -> list[Lot]:
    """The same of these lots, in the order in which they were made. One statement."""
    rows = rows_of(lot_ids).select_for_update(of=("self",), no_key=True).select_related("item", "source")
    found = list(rows.order_by("pk"))
    if len(found) < len(set(lot_ids)):
        missing = "There is no such lot." if len(lot_ids) == 1 else "Some of these lots are not there."
        raise NotFound("no-such-lot", missing, way_out="Look for it in the list of stock lots.")
    return found


def refuse_not_in_stock(lot: Lot) -> None:
    """Refuse a lot that is not (or no longer) in stock, saying how things come into it."""
    if lot.status in IN_STOCK:
        return
    label = LotStatus(lot.status).label
    expected = lot.status in {LotStatus.PLANNED, LotStatus.REQUESTED}
    raise Conflict(
        "lot-status",
        f"Lot {lot} is {label}; only a lot that is Received or On hold is in stock.",
        causes=[Cause(lot.source.noun, lot.source.pk, lot.source.number)] if lot.source is not None and expected else [],
        way_out="Receive or finish it on its order." if expected else "Make a new lot for what is there.",
    )


def only_place(lot: Lot) -> int | None:
    """Where the lot lies, when that is one place; else where its item is kept."""
    lying = Stock.objects.filter(lot=lot, quantity__gt=0).exclude(location__purpose=Location.Purpose.TRANSIT)
    places = list(lying.values_list("location_id", flat=True)[:2])
    return places[0] if len(places) == 1 else lot.item.default_location_id


def _item(item: Item | int) -> Item:
    found = Item.objects.filter(pk=item if isinstance(item, int) else item.pk).first()
    if found is None:
        raise Invalid("no-such-item", "There is no such item.", fields={"item": "Choose an item from the list."})
    if found.archived:
        raise Conflict(
            "item-archived",
            f"{found} is archived.",
            fields={"item": "Choose another item, or restore it first."},
            causes=[Cause("items", found.pk, found.number)],
        )
    return found
