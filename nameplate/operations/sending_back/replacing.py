"""What a vendor sent for the units that went to it: other units, each linked with the one it is for, or the same ones back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, LotChange, Step, bulk
from nameplate.models import Document, DocumentStatus, Entry, Item, Location, LotStatus, Request, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.inspecting.arriving import arriving
from nameplate.operations.lots.contents import Contents, posted, read_contents
from nameplate.operations.placing import place_of
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.sending_back.standing import SentUnit, link, lock_return, sent_units, settle
from nameplate.refusals import Cause, Conflict, Invalid, Offender
from nameplate.serial_text import canonical

REPLACED = "replacement received"
"""The act by which something comes for what went."""


@day_sent_as("received_on")
def receive_replacements(
    *,
    actor: User,
    vendor_return: Document | int,
    numbers: Mapping[int, str],
    location_id: int | None,
    item: Item | int | None = None,
    received_on: dt.date | None = None,
    keep: frozenset[str] = frozenset(),
    custom: Mapping[str, object] | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Take in what the vendor sent, in one act: `numbers` says for which unit that went (its id) a unit of which number came.

    They are of the same items, or all of `item`, and come into a new lot of each item at what the units that went had cost. A unit whose
    own number came is back itself: it re-enters in a lot of its own. Refused, with everything at fault named: a canceled return; units that
    did not go under it, or for which something came already; numbers that cannot be received, as `create_lot` refuses them.
    """
    access.require(actor, "stock", "create")
    given = {unit: number.strip() for unit, number in numbers.items() if number.strip()}
    with ledger.transacting():
        paper = lock_return(vendor_return)
        units = _chosen(paper, given)
        place = place_of(location_id)
        other = _item(item)
        back = [unit.id for unit in units if canonical(given[unit.id]) == unit.key and (other is None or other.pk == unit.item_id)]
        fresh = [unit for unit in units if unit.id not in set(back)]
        coming = _Coming(paper, place, keep, _values(custom, bool(fresh)))
        for wanted, some in _by_item(fresh, other):
            coming.take(wanted, some, [given[unit.id] for unit in some])
        again = [Group([Step(Kind.RE_ENTERED, {"location_id": place.pk})], units=back)] if back else []
        arrival = arriving(actor=actor, groups=[*coming.groups, *again], goods=[], source=paper)
        entry = ledger.post(
            actor=actor,
            act=REPLACED,
            document=paper,
            groups=arrival.groups,
            lot_changes=coming.opened,
            happened_at=moment_of(received_on),
            reason=f"{paper.party} sent it back." if back else "",
            note=note.strip(),
            request=request,
        )
        arrival.recorded(entry)
        made = _received(entry)
        links = [(unit.id, made[item_id, canonical(given[unit.id])]) for item_id, some in coming.units.items() for unit in some]
        link(entry.pk, [(paper.pk, *pair) for pair in (*links, *((unit, unit) for unit in back))])
        settle(actor=actor, papers=[paper.pk])
        return entry


class _Coming:
    """New units, by the item that they are of."""

    def __init__(self, paper: Document, place: Location, keep: frozenset[str], custom: Mapping[str, Any] | None) -> None:
        self.paper, self.place, self.keep, self.custom = paper, place, keep, custom
        self.groups: list[Group] = []
        self.opened: list[LotChange] = []
        self.units: dict[int, list[SentUnit]] = {}

    def take(self, item: Item, units: list[SentUnit], numbers: Sequence[str]) -> None:
        """Units of one item, for these that went, into a lot of their own."""
        read = read_contents(item, Contents(numbers, keep=self.keep))
        costs = {unit.cost for unit in units if unit.item_id == item.pk}
        cost = costs.pop() if len(costs) == 1 else None
        lot = ledger.open_lot(item=item, status=LotStatus.RECEIVED, source=self.paper, cost=cost)
        self.opened.append(LotChange(lot.pk, LotStatus.RECEIVED))
        self.groups += posted(read, lot, self.place, self.custom)[0]
        self.units[item.pk] = units


def _chosen(paper: Document, given: Mapping[int, str]) -> list[SentUnit]:
    if paper.status == DocumentStatus.CANCELED:
        causes = [Cause(paper.noun, paper.pk, paper.number)]
        raise Conflict("wrong-status", f"{paper} is Canceled: nothing of it is at the vendor.", causes=causes)
    if not given:
        raise Invalid("no-serials", "No serial number is given.", fields={"numbers": "Enter the number of what came for a unit."})
    sent = {unit.id: unit for unit in sent_units(paper)}
    strangers = [unit for unit in given if unit not in sent]
    if strangers:
        names = dict(bulk.query(f"SELECT id, number FROM nameplate_serial WHERE id IN {bulk.id_set()}", [bulk.ids(strangers)]))
        offenders = [Offender(names.get(unit, str(unit)), f"it was not sent under {paper}", unit) for unit in strangers]
        raise Conflict("not-on-return", f"{len(strangers):,} of these units did not go under {paper}.", offenders=offenders)
    again = [sent[unit] for unit in given if sent[unit].received_id is not None]
    if again:
        offenders = [Offender(unit.number, f"{unit.received} came for it already", unit.id) for unit in again]
        sentence = f"Something came for {len(again):,} of these units already."
        sentence = f"{offenders[0].text}: {offenders[0].why}." if len(again) == 1 else sentence
        raise Conflict("replaced-already", sentence, offenders=offenders, way_out="Undo that entry first, if it was a mistake.")
    return [unit for key, unit in sent.items() if key in given]


def _item(item: Item | int | None) -> Item | None:
    if item is None:
        return None
    found = Item.objects.filter(pk=id_of(item)).first()
    if found is None:
        raise Invalid("no-such-item", "There is no such item.", fields={"item": "Choose an item from the list."})
    return found


def _by_item(units: Iterable[SentUnit], other: Item | None) -> Iterable[tuple[Item, list[SentUnit]]]:
    """Of which item something comes for these. Two makers' numbers are told apart by item, so each is read by itself."""
    found: dict[int, list[SentUnit]] = {}
    for unit in units:
        found.setdefault(other.pk if other is not None else unit.item_id, []).append(unit)
    items = Item.objects.in_bulk(found)
    return [(items[item], some) for item, some in found.items()]


def _values(custom: Mapping[str, object] | None, any_new: bool) -> Mapping[str, Any] | None:
    wrong: dict[str, str] = {}
    values = customizing.new_unit_values(custom, wrong) if any_new else None
    refuse_wrong(wrong)
    return values


def _received(entry: Entry) -> dict[tuple[int, str], int]:
    rows = bulk.query(
        "SELECT DISTINCT s.item_id, s.key, s.id FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id "
        "WHERE m.entry_id = %s",
        [entry.pk],
    )
    return {(item, key): unit for item, key, unit in rows}
