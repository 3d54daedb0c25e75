"""What the demo company sold: drives and power supplies that went at once, and orders that wait at every step of the way."""

from __future__ import annotations

from nameplate.demo.desk import Desk, Lines, day, price_of
from nameplate.models import Document, Party, PartyRole, Serial
from nameplate.operations import sales, shipping
from nameplate.operations.sales import OrderLine
from nameplate.operations.sales.proposing import free_units

GONE = (
    ("Kestrel Archive", "HDD-3T-S", 90, 180, "KA-2207"),
    ("Saltmarsh University Library", "HDD-3T-H", 48, 120, "SUL/0391"),
    ("Ostrava Film Institute", "PSU-760", 6, 75, ""),
    ("Lakeside Genomics", "HDD-4T-H", 60, 33, "4500018833"),
)
"""Customer, item, how many, how many days ago, their reference."""


def sell(desk: Desk) -> None:
    """Four shipments of past months; an order half shipped, one packed, one reserved, one canceled."""
    for customer, item, count, days, reference in GONE:
        shipping.ship_directly(
            actor=desk.manager,
            customer=_customer(customer),
            unit_ids=free_units(desk.items[item], count),
            shipped_on=day(days),
            customer_reference=reference,
            carrier="Nordlicht Cargo",
            tracking_number=f"NC{4_400_000 + days}",
        )
    _in_parts(desk)
    _packed(desk)
    sales.reserve_any(actor=desk.operator, order=_order(desk, "Ostrava Film Institute", (("HDD-3T-W", 45), ("CBL-SATA", 60)), "OFI-118"))
    gone = _order(desk, "Lakeside Genomics", (("HDD-3T-H", 12),), "4500019020")
    sales.reserve_any(actor=desk.operator, order=gone)
    shipping.create_shipment(actor=desk.operator, orders=[gone])
    sales.cancel(actor=desk.manager, order=gone, reason="They chose larger drives.")


def _in_parts(desk: Desk) -> None:
    """Half of it is shipped, the rest is being picked."""
    order = _order(desk, "Kestrel Archive", (("HDD-4T-H", 40), ("PSU-760", 4), ("FAN-120", 12)), "KA-2291")
    sales.reserve_any(actor=desk.operator, order=order)
    drives, supplies, fans = sales.progress(order)
    first = shipping.create_shipment(actor=desk.operator, orders=[order], carrier="Nordlicht Cargo")
    shipping.pick(actor=desk.operator, shipment=first, unit_ids=_reserved(drives.line.pk, 24))
    shipping.pick_goods(actor=desk.operator, shipment=first, line=fans.line.pk, quantity=12)
    shipping.ship(actor=desk.operator, shipment=first, note="Two pallets.")
    second = shipping.create_shipment(actor=desk.operator, orders=[order])
    shipping.pick(actor=desk.operator, shipment=second, unit_ids=_reserved(supplies.line.pk, 3))


def _packed(desk: Desk) -> None:
    """Picked and packed; the carrier comes tomorrow."""
    order = _order(desk, "Saltmarsh University Library", (("HDD-3T-S", 20),), "SUL/0412")
    sales.reserve_any(actor=desk.operator, order=order)
    paper = shipping.create_shipment(actor=desk.operator, orders=[order])
    [line] = sales.progress(order)
    shipping.pick(actor=desk.operator, shipment=paper, unit_ids=_reserved(line.line.pk, 20))
    shipping.declare_ready(actor=desk.operator, shipment=paper)


def _order(desk: Desk, customer: str, lines: Lines, reference: str) -> Document:
    """An order at what the items cost, expected in two weeks."""
    wanted = [OrderLine(desk.items[number], count, price=price_of(desk.items[number])) for number, count in lines]
    return sales.create_customer_order(
        actor=desk.manager, customer=_customer(customer), customer_reference=reference, expected_on=day(-14), lines=wanted
    )


def _customer(name: str) -> Party:
    return Party.objects.get(role=PartyRole.CUSTOMER, name=name)


def _reserved(line: int, count: int) -> list[int]:
    """The first units that are reserved for the line."""
    return list(Serial.objects.filter(reserved_line=line).order_by("sort_key").values_list("pk", flat=True)[:count])
