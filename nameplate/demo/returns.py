"""What customers of the demo company sent back: restocked, rejected, repaired, replaced, credited, mixed up; and what waits."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.demo.desk import Desk, day
from nameplate.models import Document, Party, PartyRole, Reason, ReasonKind, Serial, Status
from nameplate.operations import returning
from nameplate.operations.returning import Said
from nameplate.operations.sales.proposing import free_units


def take_returns(desk: Desk) -> None:
    """A return at every step of its way, and two customers' drives that were swapped in packing."""
    archive, library, genomics = (_customer(name) for name in ("Kestrel Archive", "Saltmarsh University Library", "Lakeside Genomics"))
    _resolved(desk, archive)
    _repaired(desk, library)
    _mixed_up(desk, genomics, archive)
    waiting = _back(desk, genomics, _shipped(genomics, 3), "Defective", "Reallocated sectors after two weeks.", 2)
    returning.decide(actor=desk.manager, paper=waiting, unit_ids=_of(waiting)[:1], outcome="replacement", finding="Spindle seized")
    asked = _back(desk, archive, _shipped(archive, 2), "Defective", "Not seen by the controller.", 4)
    returning.begin_repair(actor=desk.operator, paper=asked, unit_ids=_of(asked), fault="Firmware", ship_back=True)
    said = Said(_reason("No longer needed"), "Would rather have larger ones.")
    returning.create_return(actor=desk.manager, customer=genomics, unit_ids=_shipped(genomics, 4), said=said, customer_reference="RT-118")
    off = returning.create_return(actor=desk.manager, customer=library, unit_ids=_shipped(library, 1), said=Said(_reason("Defective")))
    returning.cancel_return(actor=desk.manager, paper=off)


def _resolved(desk: Desk, customer: Party) -> None:
    """Four that came: one restocked, one rejected, one replaced; one stayed with the customer."""
    units = _shipped(customer, 5)
    paper = _back(desk, customer, units[:3], "Defective", "Drops out of the array.", 40)
    spare = free_units(Serial.objects.get(pk=units[2]).item, 1)[0]
    returning.restock(actor=desk.operator, paper=paper, unit_ids=units[:1], finding="Passes every test; the cable was loose")
    returning.reject(actor=desk.operator, paper=paper, unit_ids=units[1:2], reason="Head crash")
    returning.ship_back(actor=desk.operator, paper=paper, replacements={units[2]: spare}, carrier="Nordlicht Cargo")
    returning.reject(actor=desk.operator, paper=paper, unit_ids=units[2:3], reason="Motor does not start")
    gone = returning.create_return(
        actor=desk.manager, customer=customer, unit_ids=units[3:], said=Said(_reason("Warranty"), "Dropped by the carrier.", coming=False)
    )
    returning.decide(actor=desk.manager, paper=gone, unit_ids=units[3:], outcome="credit", finding="Photos are enough")


def _repaired(desk: Desk, customer: Party) -> None:
    """Repaired and shipped back in three steps."""
    units = _shipped(customer, 1)
    paper = _back(desk, customer, units, "Defective", "Clicks when it gets warm.", 20)
    returning.begin_repair(actor=desk.operator, paper=paper, unit_ids=units, fault="Loose connector")
    work = "Connector soldered anew, firmware brought up to date."
    returning.ship_back(
        actor=desk.operator, paper=paper, unit_ids=units, work=work, test="24 h burn-in, no errors.", carrier="Nordlicht Cargo"
    )


def _mixed_up(desk: Desk, one: Party, other: Party) -> None:
    """A drive that the records have with the other came back from this one: their shipments are swapped, and it is restocked."""
    item = desk.items["HDD-4T-H"]
    mine, theirs = (Serial.objects.filter(customer=party, status=Status.SHIPPED, item=item, returns=None)[0].pk for party in (one, other))
    said = Said(_reason("Wrong item"), "Not the number on our packing list.", contradiction="It lay in their box.")
    entry = returning.take_back(actor=desk.manager, customer=one, unit_ids=[theirs], location_id=desk.places["Inbound"].pk, said=said)
    assert entry.document is not None
    returning.swap_shipments(actor=desk.manager, unit_id=theirs, other_id=mine, reason="Labels mixed up when packing")
    returning.restock(actor=desk.operator, paper=entry.document, unit_ids=[theirs])


def _back(desk: Desk, customer: Party, units: Sequence[int], reason: str, complaint: str, days: int) -> Document:
    entry = returning.take_back(
        actor=desk.manager,
        customer=customer,
        unit_ids=units,
        location_id=desk.places["Inbound"].pk,
        said=Said(_reason(reason), complaint),
        returned_on=day(days),
    )
    assert entry.document is not None
    return entry.document


def _of(paper: Document) -> list[int]:
    return list(paper.returned_units.order_by("pk").values_list("serial_id", flat=True))


def _shipped(customer: Party, count: int) -> list[int]:
    """Units that the customer has by themselves, and that are on no return yet."""
    away = Serial.objects.filter(customer=customer, status=Status.SHIPPED, parent=None, returns=None)
    return list(away.order_by("shipped_on", "sort_key").values_list("pk", flat=True)[:count])


def _customer(name: str) -> Party:
    return Party.objects.get(role=PartyRole.CUSTOMER, name=name)


def _reason(name: str) -> int:
    return Reason.objects.get(kind=ReasonKind.RETURN, name=name).pk
