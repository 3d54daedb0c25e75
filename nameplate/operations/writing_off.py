"""Written off: units and goods that are lost, broken or given up, for a reason of the company's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.ledger.numbering import next_number
from nameplate.ledger.units import fetch
from nameplate.models import (
    Document,
    DocumentKind,
    DocumentStatus,
    Entry,
    Lot,
    Reason,
    ReasonKind,
    Request,
    Status,
    Tracking,
    User,
    WriteOff,
)
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import lock_returns, returns_carrying, settle_returns
from nameplate.operations.in_transit import lock_transfers, orders_carrying, settle_transfers
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import canonical, sort_key

ACT = "written off"
_AT_CUSTOMERS = (
    f"SELECT s.id, s.number FROM nameplate_serial s WHERE s.id IN {{ids}} AND s.status = {Status.SHIPPED.value} ORDER BY s.sort_key, s.id"
)


@dataclass(frozen=True, slots=True)
class GoodsGone:
    """A quantity of a lot without serial numbers. `location_id` may be left out when the lot lies in one place."""

    lot: Lot | int
    quantity: Decimal | int | str
    location_id: int | None = None
    line_id: int | None = None
    """The line of the transfer order under which it was lost on its way; `location_id` then is where it is in transit."""


@day_sent_as("happened_on")
def write_off(
    *,
    actor: User,
    reason: Reason | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsGone] = (),
    at_customers: bool = False,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Write off these units and quantities as one act under a document of its own (WO00001).

    Refused, with everything at fault named: nothing chosen; a reason that is archived or none of write-offs; a unit that is not in stock;
    one at a customer unless `at_customers` says that it was destroyed or is kept there; more of a lot than lies there unpromised.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    with ledger.transacting():
        why = write_off_reason(reason)
        transfers = orders_carrying(chosen)
        lock_transfers(transfers)
        returns = returns_carrying(chosen, [id_of(one.lot) for one in goods])
        lock_returns(returns)
        known = fetch(chosen)  # before it is asked where they are: whoever ships one after that makes the posting a conflict
        if not at_customers:
            _refuse_at_customers(chosen)
        # In key order, as everybody takes lots: two write-offs of the same ones never wait in a circle.
        gone = [change for one in sorted(goods, key=lambda one: id_of(one.lot)) for change in _changes(one)]
        _refuse_twice(gone)
        document = open_write_off(actor, why, note)
        groups = [Group([Step(Kind.WRITTEN_OFF)], units=chosen)] if chosen else []
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=document,
            groups=groups,
            goods=gone,
            known=known,
            happened_at=moment_of(happened_on, field="happened_on"),
            reason=why.name,
            note=note.strip(),
            request=request,
        )
        settle_transfers(actor=actor, orders=transfers)
        settle_returns(actor=actor, papers=returns)
        return entry


def settle_write_off(entry: Entry) -> None:
    """After an undo: a write-off of which nothing stands any more is canceled."""
    document = entry.document
    if document is None or document.kind != DocumentKind.WRITE_OFF:
        return
    if entry.reversals.filter(partial=False).exists():
        Document.objects.filter(pk=document.pk).update(status=DocumentStatus.CANCELED, version=document.version + 1)


def open_write_off(actor: User, reason: Reason, note: str) -> Document:
    """The paper of an act in which something is written off."""
    number = next_number("wo")
    document = Document.objects.create(
        kind=DocumentKind.WRITE_OFF,
        number=number,
        number_key=canonical(number),
        sort_key=sort_key(canonical(number)),
        status=DocumentStatus.DONE,
        notes=note.strip(),
        created_by=actor,
    )
    WriteOff.objects.create(document=document, reason=reason)
    return document


def write_off_reason(reason: Reason | int, *, field: str = "reason") -> Reason:
    """The company's reason. Refused, naming `field`: none of write-offs, or an archived one."""
    found = Reason.objects.filter(pk=id_of(reason), kind=ReasonKind.WRITE_OFF).first()
    if found is None:
        raise Invalid("no-such-reason", "A write-off needs a reason.", fields={field: "Choose a reason for write-offs."})
    if found.archived:
        sentence = f"“{found}” is archived; choose another reason."
        raise Invalid("archived-reason", sentence, fields={field: sentence})
    return found


def _refuse_at_customers(unit_ids: Sequence[int]) -> None:
    rows = bulk.query(_AT_CUSTOMERS.format(ids=bulk.id_set()), [bulk.ids(unit_ids)])
    if rows:
        count = len(rows)
        sentence = f"{rows[0][1]} is at a customer." if count == 1 else f"{count:,} of these units are at customers."
        raise Conflict(
            "at-customer",
            sentence,
            fields={"at_customers": sentence},
            offenders=[Offender(number, "it was shipped", unit) for unit, number in rows],
            way_out="Say that they were destroyed or are kept there, or take them out.",
        )


def _changes(gone: GoodsGone) -> list[Goods]:
    """What is free goes first; beyond that, what is on hold."""
    lot = lock_lot(gone.lot)
    if lot.item.tracking == Tracking.SERIAL:
        raise Invalid("serials-needed", f"{lot.item} is followed by serial numbers.", fields={"quantity": "Choose its units instead."})
    row = stock_at(lot, gone.location_id, in_transit=gone.line_id is not None)
    amount = to_micro(gone.quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    most = row.quantity - row.reserved
    if amount > most:
        sentence = f"Only {from_micro(most):,} of lot {lot} can be written off at {row.location}."
        raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(most):,}."})
    held = max(amount - (row.quantity - row.reserved - row.held), 0)
    return [Goods(lot.pk, row.location_id, -amount, gone.line_id, held=-held)]


def _refuse_twice(gone: Sequence[Goods]) -> None:
    spots = [(change.lot_id, change.location_id) for change in gone]
    if len(set(spots)) != len(spots):
        raise Invalid("twice", "The same lot at the same place stands in it twice.", fields={"goods": "Give one quantity of it."})
