"""Received back: a return's units and goods in lots of their own, status RMA returned; announced before, or brought at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Unpack

from nameplate import access, functions, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.state import PARENT, STATUS, WARRANTY, Unit
from nameplate.ledger.units import fetch, found_in
from nameplate.models import Document, Entry, Party, Request, Status, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import GONE, UNITS, rows_of, settle_returns
from nameplate.operations.holding.coming import hold_with_their_lots
from nameplate.operations.placing import place_of
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.returning.candidates import candidates
from nameplate.operations.returning.goods import GoodsSaid
from nameplate.operations.returning.newcomers import NO_STRANGERS, Known, Unknown, read_unknown
from nameplate.operations.returning.opening import open_with
from nameplate.operations.returning.papers import SWITCH, ReturnFields, begin
from nameplate.operations.returning.parts import GoodsPart, coming, expected_goods
from nameplate.operations.returning.units import Said, refuse_gone, refuse_rows, rows_chosen
from nameplate.refusals import Conflict

ACT = "returned"
_AS_IT_IS: Mapping[str, Any] = {}
"""Of a unit of which nothing is edited; shared, as the ledger asks of units that get the same."""
_EXPECTED = f"{UNITS} WHERE u.paper_id = %s AND u.coming AND u.received_by_id IS NULL AND NOT {GONE}"
_CHOSEN = f"SELECT u.contradiction, count(*) {_EXPECTED} AND {{chosen}} GROUP BY u.contradiction ORDER BY min(u.id)"


class _Expected(NamedTuple):
    """All units of a return that are still to come, as the ledger knows them."""

    units: dict[int, Unit]
    rows: list[int]
    """Their rows there."""
    why: str
    """Why any of them is taken that the records have elsewhere."""


def receive_return(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int] | None = None,
    goods: Sequence[GoodsPart] | None = None,
    known: Mapping[int, Unit] | None = None,
    location_id: int | None,
    returned_on: dt.date | None = None,
    note: str = "",
    version: int | None = None,
    request: Request | None = None,
) -> Entry:
    """These units and goods of the return, or all that is still expected, came back: at this place, until somebody decides.

    Of goods less may come than was announced: the rest stays expected. `known` are units that the caller has read from the ledger in this
    transaction. Refused, each named: what is not on it or came already; a unit that stands otherwise than it did when it was announced;
    more of the goods than is expected.
    """
    access.require(actor, "stock", "create")
    with ledger.transacting():
        found = begin(paper, "Receiving a return", version)
        every: _Expected | None = None
        if unit_ids is None and goods is None:
            every, goods = _expected(found)
            known, unit_ids = every.units, list(every.units)
        chosen = chosen_once(unit_ids or [], none_is_fine=bool(goods))
        return _receive(actor, found, chosen, goods or [], location_id, returned_on, note, request, known=known, every=every)


def take_back(
    *,
    actor: User,
    customer: Party | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsSaid] = (),
    unknown: Unknown | None = None,
    location_id: int | None,
    said: Said | None = None,
    returned_on: dt.date | None = None,
    note: str = "",
    request: Request | None = None,
    **given: Unpack[ReturnFields],
) -> Entry:
    """What a customer brought without announcing it: the return is opened and received in one act. Refused as each of the two.

    `unknown` are units that the records never had.
    """
    access.require(actor, "stock", "create")
    functions.require_on(SWITCH, "A return")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods or unknown))
    with ledger.transacting():
        new = read_unknown(unknown, said) if unknown else NO_STRANGERS
        found, units = open_with(actor, customer, chosen, goods, said or Said(), given)
        return _receive(actor, found, units, expected_goods(found), location_id, returned_on, note, request, new=new)


def take_in_unknown(
    *,
    actor: User,
    paper: Document | int,
    unknown: Unknown,
    said: Said,
    location_id: int | None,
    returned_on: dt.date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Units that the records never had came with this return: they are made known and received in the same act, each a contradiction.

    Undone, their numbers are gone again, and they are off the return. Refused: no reason for the contradiction; a number that is known
    already, or that the item does not take, each named with its position.
    """
    access.require(actor, "stock", "create")
    with ledger.transacting():
        found = begin(paper, "Receiving a return")
        new = read_unknown(unknown, said)
        return _receive(actor, found, [], [], location_id, returned_on, note, request, new=new)


def _expected(paper: Document) -> tuple[_Expected, list[GoodsPart]]:
    """The units and the goods that are still to come. Refused: nothing is."""
    found = found_in(f"{_EXPECTED} ORDER BY u.serial_id", "u.id, u.contradiction", [paper.pk])
    goods = expected_goods(paper)
    if not found and not goods:
        refuse_gone(paper, rows_of(paper.pk))
        raise Conflict("nothing-expected", f"Nothing of {paper} is expected any more.", way_out="Put what comes on it first.")
    why = min(((row, words) for _, row, words in found if words), default=(0, ""))[1]
    return _Expected({unit.id: unit for unit, _, _ in found}, [row for _, row, _ in found], why), goods


def _contradiction(paper: Document, chosen: Sequence[int]) -> str:
    """Why any of these units is taken that the records have elsewhere; mostly none is. Refused, each named: those that are not expected."""
    found = bulk.query(_CHOSEN.format(chosen=bulk.among("u.serial_id")), [paper.pk, bulk.ids(chosen)])
    if sum(count for _, count in found) < len(chosen):
        rows = rows_chosen(paper, chosen)
        refuse_rows(paper, [row for row in rows if row.received_by_id is not None], "it was received already", "Look at it below.")
        refuse_rows(paper, [row for row in rows if not row.coming], "it stays with the customer", "Say first that it comes back.")
        refuse_gone(paper, rows)
    return next((words for words, _ in found if words), "")


@day_sent_as("returned_on")
def _receive(
    actor: User,
    paper: Document,
    chosen: Sequence[int],
    goods: Sequence[GoodsPart],
    location_id: int | None,
    day: dt.date | None,
    note: str,
    request: Request | None,
    *,
    known: Mapping[int, Unit] | None = None,
    new: Known = NO_STRANGERS,
    every: _Expected | None = None,
) -> Entry:
    """`every` is given where the chosen units are all that are expected."""
    reason = every.why if every else _contradiction(paper, chosen) if chosen else ""
    place = place_of(location_id)
    units = known if known and known.keys() >= set(chosen) else fetch(chosen)
    parts = coming(paper, goods, place)
    group, opened = new.enters(paper, place)
    entry = ledger.post(
        actor=actor,
        act=ACT,
        document=paper,
        groups=[*_groups(paper, [units[unit] for unit in chosen], place.pk), *group],
        goods=parts.goods,
        lot_changes=[*parts.lot_changes, *opened],
        known=units,
        happened_at=moment_of(day, field="returned_on"),
        reason=next(filter(None, [reason, *(row.contradiction for row in parts.rows), new.why]), ""),
        note=note.strip(),
        request=request,
    )
    named, rows = ("id", every.rows) if every else ("serial_id", chosen)
    came = f"UPDATE nameplate_returnunit SET received_by_id = %s WHERE paper_id = %s AND {bulk.among(named)}"
    bulk.execute(came, [entry.pk, paper.pk, bulk.ids(rows)])
    parts.received(entry)
    new.entered(actor, paper, entry)
    settle_returns(actor=actor, papers=[paper.pk])
    hold_with_their_lots(actor=actor, entry=entry)
    return entry


def _groups(paper: Document, units: Sequence[Unit], place: int) -> list[Group]:
    """Components first, while their product is still away; they take over how that was shipped, and its warranty where they have none.

    What was never shipped becomes theirs.
    """
    to: dict[str, Any] = {"location_id": place, "return_doc_id": paper.pk}
    within: list[int] = []
    away: list[int] = []
    odd: list[int] = []
    for unit in units:
        (within if unit.state[PARENT] is not None else away if unit.state[STATUS] == Status.SHIPPED else odd).append(unit.id)
    inside = candidates(within) if within else []
    each: dict[str, list[Any]] = {
        "customer_order_id": [one.order_id for one in inside],
        "shipment_id": [one.shipment_id for one in inside],
        "shipped_on": [one.shipped_on for one in inside],
    }
    bare = {unit.id for unit in units if unit.state[WARRANTY] is None} if inside else set()
    given: dict[Any, Mapping[str, Any]] = {one.warranty_until: {"warranty_until": one.warranty_until} for one in inside}
    edits = [given[one.warranty_until] if one.id in bare and one.warranty_until else _AS_IT_IS for one in inside]
    groups = [
        Group([Step(Kind.RETURNED, to, each, edits if any(edits) else ())], units=[one.id for one in inside]),
        Group([Step(Kind.RETURNED, to)], units=away),
        Group([Step(Kind.RETURNED, {**to, "customer_id": paper.party_id})], units=odd),
    ]
    return [group for group in groups if group.units]
