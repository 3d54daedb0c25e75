"""Sent to the customer under a return: their own unit back, repaired or as it is, or another one in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.models import Document, Entry, Line, LotStatus, Repair, Request, ReturnOutcome, Site, User
from nameplate.operations.assembling.reworking import lock_rework, settle_order
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import UnitOnReturn, settle_returns
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.returning.papers import begin
from nameplate.operations.returning.repairing import lots_that_wait, note_work
from nameplate.operations.returning.units import note_outcomes, refuse_rows, rows_chosen, rows_here
from nameplate.operations.sales.standing import Standing, objection, refuse_units, standings
from nameplate.operations.shipping.departing import ACT, day_of, mark_shipped
from nameplate.operations.shipping.shipments import open_shipment
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict, Invalid, Offender

Got = ReturnOutcome
_SHIPPED_TO_OTHERS = (
    "SELECT u.id FROM nameplate_returnunit u JOIN nameplate_document d ON d.id IN (u.shipment_id, u.customer_order_id) "
    "WHERE u.id IN {ids} AND d.party_id <> %s"
)


@day_sent_as("shipped_on")
def ship_back(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int] = (),
    replacements: Mapping[int, int] | None = None,
    shipped_on: dt.date | str | None = None,
    carrier: str = "",
    tracking_number: str = "",
    work: str = "",
    test: str = "",
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Ship units of the return back to their customer, and others in place of theirs, in one shipment; it is made here.

    `replacements` names by each unit of the return the one that the customer gets for it, also before theirs came. A repair that is under
    way ends in the same act, with `work` and `test`. The warranty goes on as it was; a replacement takes over that of the unit it replaces.
    Refused, each named: units that do not lie here; replacements that are not free, or the replaced unit itself; things at several sites.
    """
    access.require(actor, "stock", "edit")
    instead = dict(replacements or {})
    chosen = chosen_once(unit_ids, none_is_fine=bool(instead))
    with ledger.transacting():
        found = begin(paper, "Shipping back")
        day = day_of(shipped_on)
        back = rows_here(found, chosen) if chosen else []
        replaced = rows_chosen(found, list(instead)) if instead else []
        refuse_rows(found, [row for row in replaced if row.replacement_id is not None], "it was replaced already", "Undo that first.")
        itself = [row for row in replaced if instead[row.serial_id] == row.serial_id]
        refuse_rows(found, itself, "it cannot replace itself", "Ship it back as it is, or choose another unit in its place.")
        new = _replacements(replaced, instead)
        orders = _repairs(found, back)
        site = _site(back, list(new.values()))
        head = {"address": found.customer_return.address, "carrier": carrier, "tracking_number": tracking_number, "site": site}
        shipment = open_shipment(actor, found.party, [found], head)
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=shipment,
            groups=[*_back(shipment, back), *_instead(found, shipment, replaced, new)],
            # What waited in a lot, for a repair or a verdict, was ready in that it went.
            lot_changes=lots_that_wait([row.serial_id for row in back], LotStatus.RMA_READY),
            happened_at=moment_of(day, field="shipped_on"),
            note=note.strip(),
            request=request,
        )
        mark_shipped(actor, shipment, day)
        note_outcomes(back, [Got.REPAIR_AND_SHIP_BACK if _repaired(row) else Got.REJECT_AND_SHIP_BACK for row in back], entry=entry)
        _note_replacements(replaced, new, entry)
        for order in orders:
            note_work(order, work, test, True)
            settle_order(order)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def _repaired(row: UnitOnReturn) -> bool:
    return row.outcome in {Got.REPAIR, Got.REPAIR_AND_SHIP_BACK}


def _repairs(paper: Document, back: Sequence[UnitOnReturn]) -> list[Document]:
    """The repair orders that end by this, locked. Refused: a unit in work under an order that is not of this return."""
    wanted = sorted({row.work_id for row in back if row.work_id is not None})
    ours = set(Repair.objects.filter(paper=paper, pk__in=wanted).values_list("pk", flat=True))
    strange = [row for row in back if row.work_id is not None and row.work_id not in ours]
    refuse_rows(paper, strange, "it is in work under another order", "End that first.")
    return [lock_rework(order) for order in wanted]


def _replacements(replaced: Sequence[UnitOnReturn], instead: Mapping[int, int]) -> dict[int, Standing]:
    """By unit of the return, the one that goes in its place. Refused: one that is not free, or named twice."""
    if len(set(instead.values())) < len(instead):
        sentence = "One unit cannot replace two."
        raise Invalid("twice", sentence, fields={"replacement": sentence})
    found = {unit.id: unit for unit in standings(instead.values())} if instead else {}
    offenders = [Offender(unit.number, why.message, unit.id) for unit in found.values() if (why := objection(unit)) is not None]
    causes = [why.cause for unit in found.values() if (why := objection(unit)) is not None]
    refuse_units("not-shippable", offenders, causes, asked=len(found), what="shipped")
    return {row.serial_id: found[instead[row.serial_id]] for row in replaced}


def _site(back: Sequence[UnitOnReturn], new: Sequence[Standing]) -> Site | None:
    rows = bulk.query(
        "SELECT p.site_id, s.id, s.number FROM nameplate_serial s JOIN nameplate_location p ON p.id = s.location_id "
        f"WHERE s.id IN {bulk.id_set()} ORDER BY s.id",
        [bulk.ids([*(row.serial_id for row in back), *(unit.id for unit in new)])],
    )
    sites = {site.pk: site for site in Site.objects.filter(pk__in={row[0] for row in rows}).order_by("name_key")}
    if len(sites) > 1:
        names = " and ".join(site.name for site in sites.values())
        # What goes back says where: what is sent instead of it has to come there.
        here = next((row[0] for row in rows if row[1] in {one.serial_id for one in back}), rows[0][0])
        away = [Offender(number, f"it is at {sites[site]}", unit) for site, unit, number in rows if site != here]
        raise Conflict(
            "another-site",
            f"They lie at {names}.",
            fields={"units": "What goes together leaves from one site."},
            offenders=away,
            way_out=f"Send it to {sites[here]} by a transfer order first, or ship each by itself.",
        )
    return next(iter(sites.values()), None)


def _back(shipment: Document, rows: Sequence[UnitOnReturn]) -> list[Group]:
    """Each line's units, those in repair after its end. They keep their order and their warranty."""
    kinds: dict[tuple[int, bool], list[int]] = {}
    for row in rows:
        kinds.setdefault((row.line_id, row.work_id is not None), []).append(row.serial_id)
    to = {"customer_id": shipment.party_id, "shipment_id": shipment.pk}
    return [
        Group([*([Step(Kind.WORK_ENDED)] if in_work else []), Step(Kind.SHIPPED, to, line_id=line)], units=units)
        for (line, in_work), units in kinds.items()
    ]


def _instead(paper: Document, shipment: Document, rows: Sequence[UnitOnReturn], new: Mapping[int, Standing]) -> list[Group]:
    """The replacements on a line of their item, on the order of the unit that each replaces, with what is left of its warranty.

    Of a unit that by the records went to somebody else, neither is this customer's.
    """
    sql = _SHIPPED_TO_OTHERS.format(ids=bulk.id_set())
    others = {row[0] for row in bulk.query(sql, [bulk.ids(row.id for row in rows), shipment.party_id])}
    lines = {line.item_id: line.pk for line in Line.objects.filter(document=paper)}
    position = Line.objects.filter(document=paper).count()
    groups: list[Group] = []
    for item in sorted({unit.item_id for unit in new.values()}):
        if item not in lines:
            position += 1
            count = sum(unit.item_id == item for unit in new.values())
            lines[item] = Line.objects.create(document=paper, position=position, item_id=item, quantity=count * MILLIONTHS).pk
        own = [row for row in rows if new[row.serial_id].item_id == item]
        step: dict[str, Any] = {
            "each": {"customer_order_id": [None if row.id in others else row.customer_order_id for row in own]},
            "edits": [{"warranty_until": None if row.id in others else row.warranty_until} for row in own],
        }
        to = {"customer_id": shipment.party_id, "shipment_id": shipment.pk}
        groups.append(Group([Step(Kind.SHIPPED, to, line_id=lines[item], **step)], units=[new[row.serial_id].id for row in own]))
    return groups


def _note_replacements(rows: Sequence[UnitOnReturn], new: Mapping[int, Standing], entry: Entry) -> None:
    if rows:
        bulk.execute(
            "UPDATE nameplate_returnunit SET replacement_id = given.instead, replaced_by_id = %s "
            f"FROM {bulk.table(('id', 'instead'))} WHERE nameplate_returnunit.id = given.id",
            [entry.pk, bulk.table_value([(row.id, new[row.serial_id].id) for row in rows])],
        )
        note_outcomes(rows, [Got.REPLACEMENT] * len(rows), entry=entry, replaced=True)
