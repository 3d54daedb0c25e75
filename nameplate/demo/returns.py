"""What customers of the demo company sent back: restocked, rejected, repaired and kept, replaced, credited, mixed up; and what waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nameplate.demo.days import Story
from nameplate.demo.desk import Desk
from nameplate.models import Document, Party, ReasonKind, Serial, Status
from nameplate.operations import returning
from nameplate.operations.editing import edit_units
from nameplate.operations.returning import GoodsPart, GoodsSaid, Said, Unknown
from nameplate.operations.sales.proposing import free_stock
from nameplate.operations.shipping import GoodsShipped, ship_directly

BENCH, SPARES, REJECTS = "Bench 1", "Spares S-01", "Rejects S-09"


@dataclass(frozen=True)
class Back:
    """A return as it went: whose, how many of what, when, why, and what became of the units."""

    customer: str
    item: str
    count: int
    days: int
    """Working days ago, when they came."""
    reason: str
    complaint: str
    became: str
    """restocked, rejected, replaced, repaired (and shipped back), kept (repaired and restocked) or refused (shipped back as it is)"""
    words: str
    """What was found, or done."""


PAST = (
    Back("Kestrel Archive", "HDD-3T-S", 4, 488, "Defective", "Drop out of the array.", "rejected", "Head crash"),
    Back("Saltmarsh University Library", "HDD-3T-W", 6, 476, "No longer needed", "Two spares too many in each rack.", "restocked", ""),
    Back("Kestrel Archive", "HDD-3T-S", 3, 462, "Defective", "Click after an hour.", "replaced", "Spindle does not start"),
    Back("Municipal Records Office", "HDD-3T-W", 2, 396, "Damaged in transit", "The box was open.", "rejected", "Dented cover"),
    Back("Saltmarsh University Library", "HDD-3T-W", 2, 372, "Defective", "Not seen by the controller.", "repaired", "New board"),
    Back("Saltmarsh University Library", "HDD-3T-H", 5, 338, "Wrong item", "We had ordered 4 TB.", "restocked", ""),
    Back("Lakeside Genomics", "HDD-4T-H", 2, 316, "Defective", "Read errors in the same band.", "replaced", "Media damage"),
    Back("Municipal Records Office", "HDD-3T-S", 4, 270, "Defective", "Slow, and then gone.", "rejected", "Too many reallocated sectors"),
    Back("Municipal Records Office", "HDD-3T-W", 2, 248, "Defective", "Gone over night, and replaced here since.", "kept", "New board"),
    Back("Kestrel Archive", "HDD-3T-S", 1, 226, "Warranty", "Fails its own test.", "replaced", "Fails its own test here too"),
    Back("Municipal Records Office", "HDD-3T-S", 6, 212, "No longer needed", "The project ended.", "restocked", ""),
    Back("Lakeside Genomics", "HDD-4T-H", 1, 184, "Defective", "Vibrates.", "repaired", "Balanced, firmware brought up to date"),
    Back("Saltmarsh University Library", "HDD-3T-H", 3, 142, "Defective", "Time out under load.", "rejected", "Too hot after ten minutes"),
    Back("Kestrel Archive", "HDD-3T-S", 1, 131, "Warranty", "Not seen by the controller.", "refused", "Its seal is broken"),
    Back("Lakeside Genomics", "HDD-4T-H", 4, 122, "Wrong item", "Booked twice on our side.", "restocked", ""),
    Back("Ostrava Film Institute", "PSU-760", 1, 98, "Defective", "Whistles.", "repaired", "New fan"),
    Back("Kestrel Archive", "HDD-3T-S", 3, 76, "Warranty", "Three of one batch within a week.", "rejected", "Heads stick"),
    Back("Municipal Records Office", "HDD-3T-W", 2, 62, "Damaged in transit", "Pallet fell from the lift.", "rejected", "Dented cover"),
    Back("Saltmarsh University Library", "HDD-3T-H", 2, 44, "Defective", "Click when they get warm.", "repaired", "Connectors soldered"),
)
TEST = "24 h burn-in, no errors."


def returns(desk: Desk) -> Iterator[Story]:
    """What came back over the years, and returns at every step of their way."""
    yield from (_back(desk, back) for back in PAST)
    yield _stayed(desk)
    yield _mixed_up(desk)
    yield _fans(desk)
    yield _unknown(desk)
    yield _waiting(desk)


def _back(desk: Desk, back: Back) -> Story:
    """Came, lay on the bench for two days, went its way."""
    yield back.days
    units = away(desk, back.customer, back.item, back.count)
    paper = came(desk, back.customer, units, back.reason, back.complaint)
    yield back.days - 1
    desk.move(units, BENCH)
    yield back.days - 3
    if back.became == "restocked":
        edit_units(actor=desk.operator, unit_ids=units, custom={"burn_in": "repeated", "tested_on": desk.ahead(0).isoformat()})
        returning.restock(actor=desk.operator, paper=paper, unit_ids=units, finding="As new; passes every test.")
        desk.move(units, SPARES)
    elif back.became == "rejected":
        returning.reject(actor=desk.operator, paper=paper, unit_ids=units, reason=back.words)
        desk.move(units, REJECTS)
    elif back.became == "replaced":
        spares = desk.free(back.item, back.count, SPARES)
        instead = dict(zip(units, spares, strict=True))
        returning.ship_back(actor=desk.operator, paper=paper, replacements=instead, carrier="Nordlicht Cargo")
        returning.reject(actor=desk.operator, paper=paper, unit_ids=units, reason=back.words)
        desk.move(units, REJECTS)
    elif back.became == "refused":
        returning.reject(actor=desk.operator, paper=paper, unit_ids=units, reason=back.words, ship_back=True)
        yield back.days - 5
        returning.ship_back(actor=desk.operator, paper=paper, unit_ids=units, carrier="Nordlicht Cargo")
    else:
        yield from _repaired(desk, back, paper, units)


def _repaired(desk: Desk, back: Back, paper: Document, units: Sequence[int]) -> Story:
    """Repaired, and shipped back or kept: the customer has others meanwhile."""
    stays = back.became == "kept"
    returning.begin_repair(actor=desk.operator, paper=paper, unit_ids=units, fault=back.complaint, ship_back=not stays)
    yield back.days - 8
    if stays:
        returning.end_repair(actor=desk.operator, paper=paper, unit_ids=units, work=f"{back.words}.", test=TEST)
        desk.move(units, SPARES)
    else:
        returning.ship_back(actor=desk.operator, paper=paper, unit_ids=units, work=f"{back.words}.", test=TEST, carrier="Nordlicht Cargo")


def _stayed(desk: Desk) -> Story:
    """Two were broken so plainly that their pictures were enough."""
    yield 41
    customer = desk.customers["Lakeside Genomics"]
    units = away(desk, "Lakeside Genomics", "HDD-4T-H", 2)
    said = Said(desk.reason(ReasonKind.RETURN, "Damaged in transit").pk, "Dropped by the carrier.", coming=False)
    paper = returning.create_return(actor=desk.manager, customer=customer, unit_ids=units, said=said)
    yield 39
    returning.decide(actor=desk.manager, paper=paper, unit_ids=units, outcome="credit", finding="Photos are enough.")


def _mixed_up(desk: Desk) -> Story:
    """A drive that the records have with the other came back from this one: their shipments are swapped, and it is restocked."""
    yield 29
    [mine] = away(desk, "Saltmarsh University Library", "HDD-3T-W", 1)
    [theirs] = away(desk, "Municipal Records Office", "HDD-3T-W", 1)
    said = Said(
        desk.reason(ReasonKind.RETURN, "Wrong item").pk, "Not the number on our packing list.", contradiction="It lay in their box."
    )
    customer = desk.customers["Saltmarsh University Library"]
    place = desk.places["Inbound"].pk
    entry = returning.take_back(actor=desk.manager, customer=customer, unit_ids=[theirs], location_id=place, said=said)
    assert entry.document is not None
    yield 28
    returning.swap_shipments(actor=desk.manager, unit_id=theirs, other_id=mine, reason="Labels mixed up when packing.")
    returning.restock(actor=desk.operator, paper=entry.document, unit_ids=[theirs])


def _fans(desk: Desk) -> Story:
    """Spare fans of which a part came back: one restocked, one rejected, the others wait."""
    yield 21
    library, fan = desk.customers["Saltmarsh University Library"], desk.items["FAN-120"]
    row = max(free_stock(fan), key=lambda row: row.quantity - row.reserved - row.held)
    spare = [GoodsShipped(row.lot, 6, row.location_id)]
    ship_directly(actor=desk.manager, customer=library, goods=spare, customer_reference="Spares")
    yield 6
    entry = returning.take_back(
        actor=desk.operator,
        customer=library,
        goods=[GoodsSaid(4, lot=row.lot)],
        location_id=desk.places["Inbound"].pk,
        said=Said(desk.reason(ReasonKind.RETURN, "Defective").pk, "They rattle."),
    )
    assert entry.document is not None  # taking something back opens one
    part = entry.document.returned_goods.get().pk
    yield 5
    returning.restock(actor=desk.operator, paper=entry.document, goods=[GoodsPart(part, 1)], finding="Runs quietly here.")
    returning.reject(actor=desk.operator, paper=entry.document, goods=[GoodsPart(part, 1)], reason="Bearing worn")


def _unknown(desk: Desk) -> Story:
    """A drive that was sold before the books began."""
    yield 2
    why = "On an invoice from before the books began."
    returning.take_back(
        actor=desk.manager,
        customer=desk.customers["Lakeside Genomics"],
        unknown=Unknown(desk.items["HDD-4T-H"], ["PL1331LAG0017H"]),
        location_id=desk.places["Inbound"].pk,
        said=Said(desk.reason(ReasonKind.RETURN, "Warranty").pk, "Bought from us years ago.", contradiction=why),
    )


def _waiting(desk: Desk) -> Story:
    """Canceled, announced, in repair, to be replaced, to be looked at: what is on the desk these days."""
    yield 9
    said = Said(desk.reason(ReasonKind.RETURN, "Defective").pk)
    library = desk.customers["Saltmarsh University Library"]
    units = away(desk, "Saltmarsh University Library", "HDD-3T-H", 1)
    off = returning.create_return(actor=desk.manager, customer=library, unit_ids=units, said=said)
    yield 8
    returning.cancel_return(actor=desk.manager, paper=off)
    yield 7
    units = away(desk, "Kestrel Archive", "HDD-3T-S", 2)
    asked = came(desk, "Kestrel Archive", units, "Defective", "Not seen by the controller.")
    yield 5
    desk.move(units, BENCH)
    returning.begin_repair(actor=desk.operator, paper=asked, unit_ids=units, fault="Firmware", ship_back=True)
    units = away(desk, "Lakeside Genomics", "HDD-4T-H", 3)
    waiting = came(desk, "Lakeside Genomics", units, "Defective", "Reallocated sectors after two weeks.")
    yield 4
    returning.decide(actor=desk.manager, paper=waiting, unit_ids=units[:1], outcome="replacement", finding="Spindle seized.")
    yield 3
    said = Said(desk.reason(ReasonKind.RETURN, "No longer needed").pk, "Would rather have larger ones.")
    genomics = desk.customers["Lakeside Genomics"]
    units = away(desk, "Lakeside Genomics", "HDD-4T-H", 4)
    returning.create_return(actor=desk.manager, customer=genomics, unit_ids=units, said=said, customer_reference="RT-118")
    yield 1
    units = away(desk, "Municipal Records Office", "HDD-3T-W", 2)
    came(desk, "Municipal Records Office", units, "Defective", "One is silent, the other is not.")


def came(desk: Desk, customer: str, units: Sequence[int], reason: str, complaint: str) -> Document:
    """A return that a customer brought, in the inbound bay of the service site."""
    entry = returning.take_back(
        actor=desk.operator,
        customer=desk.customers[customer],
        unit_ids=units,
        location_id=desk.places["Inbound"].pk,
        said=Said(desk.reason(ReasonKind.RETURN, reason).pk, complaint),
    )
    assert entry.document is not None  # taking something back opens one
    return entry.document


def away(desk: Desk, customer: str, item: str, count: int) -> list[int]:
    """Units of the item that the customer has by themselves and that are on no return, those that went first. There must be as many."""
    party: Party = desk.customers[customer]
    there = Serial.objects.filter(customer=party, item=desk.items[item], status=Status.SHIPPED, parent=None, returns=None)
    found = list(there.order_by("shipped_on", "sort_key").values_list("pk", flat=True)[:count])
    assert len(found) == count, f"{customer} has only {len(found)} of {count} {item}."
    return found
