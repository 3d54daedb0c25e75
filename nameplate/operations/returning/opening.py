"""A return opened, with what the customer announced on it; more put on it, and taken off as long as it has not come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Unpack

from nameplate import access, functions
from nameplate.ledger import bulk
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, Party, ReturnGoods, ReturnUnit, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import NOUN, settle_returns
from nameplate.operations.returning.candidates import candidates
from nameplate.operations.returning.earlier import forget
from nameplate.operations.returning.goods import GoodsSaid, allot, put_goods_on
from nameplate.operations.returning.papers import SWITCH, ReturnFields, begin, open_return
from nameplate.operations.returning.parts import goods_chosen, refuse_goods
from nameplate.operations.returning.units import Said, put_on, refuse_rows, rows_chosen, shrink_lines
from nameplate.quantities import MILLIONTHS


@transacting()
def create_return(
    *,
    actor: User,
    customer: Party | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsSaid] = (),
    said: Said | None = None,
    **given: Unpack[ReturnFields],
) -> Document:
    """A return that a customer announced, with these units and goods on it (RMA00001).

    Refused, each named: a unit that is not away, or is expected on another return; without a reason for the contradiction, one that
    another customer has or that never was shipped, and more of an item than this customer has by the records.
    """
    access.require(actor, "stock", "create")
    functions.require_on(SWITCH, "A return")
    found, _ = open_with(actor, customer, chosen_once(unit_ids, none_is_fine=bool(goods)), goods, said or Said(), given)
    return found


def open_with(
    actor: User, customer: Party | int, unit_ids: Sequence[int], goods: Sequence[GoodsSaid], said: Said, given: ReturnFields
) -> tuple[Document, list[int]]:
    """The new return with these units and goods on it, judged; and its units. For whoever has begun the transaction."""
    units = candidates(unit_ids) if unit_ids else []
    allotted = allot(customer, goods)
    shipments = {unit.shipment_id for unit in units if unit.shipment_id is not None}
    found = open_return(actor, customer, given, shipments | {one.there.shipment_id for one in allotted if one.there is not None})
    if units:
        put_on(actor, found, units, said)
    if allotted:
        put_goods_on(actor, found, allotted, said)
    return found, [unit.id for unit in units]


@transacting()
def add_to_return(
    *, actor: User, paper: Document | int, unit_ids: Sequence[int] = (), goods: Sequence[GoodsSaid] = (), said: Said | None = None
) -> tuple[Document, int]:
    """Put more units and goods of its customer on a return; answers how many units were not on it before. Refused as in `create_return`."""
    access.require(actor, "stock", "create")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    found = begin(paper, "A return")
    on_it = set(ReturnUnit.objects.filter(paper=found).values_list("serial_id", flat=True))
    fresh = [unit for unit in chosen if unit not in on_it]
    units = candidates(fresh) if fresh else []
    allotted = allot(found.party_id or 0, goods)
    if units:
        put_on(actor, found, units, said or Said())
    if allotted:
        put_goods_on(actor, found, allotted, said or Said())
    if units or allotted:
        settle_returns(actor=actor, papers=[found.pk])
        found.refresh_from_db()
    return found, len(units)


@transacting()
def take_off_return(*, actor: User, paper: Document | int, unit_ids: Sequence[int] = (), goods: Sequence[int] = ()) -> Document:
    """Units, and goods by their ids on it, that the customer does not send after all. Refused: what came already, or is not on it."""
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    found = begin(paper, "A return")
    rows = rows_chosen(found, chosen)
    came = [row for row in rows if row.received_by_id is not None or row.replacement_id is not None]
    refuse_rows(found, came, "it came back already, or was replaced", "Undo that first.")
    parts = goods_chosen(found, goods)
    refuse_goods(found, [one for one in parts if one.row.received_by_id is not None], "they came back already", "Undo that first.")
    gone = Counter({row.line_id: 0 for row in rows})
    for row in rows:
        gone[row.line_id] += MILLIONTHS
    for one in parts:
        gone[one.row.line_id] += one.row.quantity
    forget(row.id for row in rows)
    bulk.execute(f"DELETE FROM nameplate_returnunit WHERE id IN {bulk.id_set()}", [bulk.ids(row.id for row in rows)])
    ReturnGoods.objects.filter(pk__in=[one.row.pk for one in parts]).delete()
    shrink_lines(gone)
    told = [("units", len(rows)), ("goods", len(parts))]
    changes = [(what, "", f"{count:,} taken off it") for what, count in told if count]
    log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
    settle_returns(actor=actor, papers=[found.pk])
    return found
