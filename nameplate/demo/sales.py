"""What the demo company sold: pods, and drives and power supplies by themselves; and orders that wait at every step of the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nameplate.demo.building import FINISHED, SHELVES
from nameplate.demo.days import Story
from nameplate.demo.desk import Desk, Lines, price_of
from nameplate.models import Document, Serial
from nameplate.operations import sales as selling
from nameplate.operations import shipping
from nameplate.operations.sales import OrderLine

CARRIERS = ("Nordlicht Cargo", "Baltic Parcel")


@dataclass(frozen=True)
class Sale:
    """An order as it went: who wanted how many of what, under which number of their own, and when."""

    customer: str
    item: str
    count: int
    ordered: int
    """Working days ago; it is picked two days later and leaves the day after that."""
    reference: str


PAST = (
    Sale("Kestrel Archive", "POD-45", 2, 556, "KA-1904"),
    Sale("Ostrava Film Institute", "POD-45", 1, 548, "OFI-061"),
    Sale("Saltmarsh University Library", "HDD-3T-W", 40, 524, "SUL/0188"),
    Sale("Kestrel Archive", "HDD-3T-S", 48, 508, "KA-1977"),
    Sale("Saltmarsh University Library", "POD-45", 2, 428, "SUL/0245"),
    Sale("Municipal Records Office", "HDD-3T-W", 36, 416, "2024-118"),
    Sale("Lakeside Genomics", "POD-45X", 2, 378, "4500016120"),
    Sale("Saltmarsh University Library", "HDD-3T-H", 48, 366, "SUL/0302"),
    Sale("Lakeside Genomics", "HDD-4T-H", 36, 348, "4500016402"),
    Sale("Municipal Records Office", "HDD-3T-S", 30, 302, "2024-203"),
    Sale("Municipal Records Office", "POD-45", 2, 248, "2025-007"),
    Sale("Kestrel Archive", "POD-45X", 1, 206, "KA-2188"),
    Sale("Kestrel Archive", "HDD-3T-S", 40, 196, "KA-2207"),
    Sale("Saltmarsh University Library", "HDD-3T-H", 24, 168, "SUL/0391"),
    Sale("Lakeside Genomics", "HDD-4T-H", 48, 144, "4500018340"),
    Sale("Ostrava Film Institute", "PSU-760", 6, 126, ""),
    Sale("Ostrava Film Institute", "POD-45", 1, 116, "OFI-097"),
    Sale("Municipal Records Office", "HDD-3T-W", 30, 86, "2025-090"),
    Sale("Kestrel Archive", "HDD-3T-S", 24, 54, "KA-2260"),
    Sale("Lakeside Genomics", "HDD-4T-H", 24, 33, "4500018833"),
    Sale("Municipal Records Office", "POD-45", 1, 17, "2025-141"),
)


def sales(desk: Desk) -> Iterator[Story]:
    """What was sold, what was wanted and then not, and what waits: half shipped, packed, reserved."""
    yield from (_sold(desk, sale) for sale in PAST)
    yield from (_thought_better(desk, *case) for case in ((470, "HDD-3T-S", 30, "OFI-074"), (318, "HDD-3T-W", 45, "OFI-088")))
    yield _in_parts(desk)
    yield _packed(desk)
    yield _reserved(desk)
    yield _canceled(desk)


def _sold(desk: Desk, sale: Sale) -> Story:
    """Ordered and reserved; carried to the packing table, picked; gone."""
    yield sale.ordered
    order = order_of(desk, sale.customer, ((sale.item, sale.count),), sale.reference)
    units = desk.free(sale.item, sale.count, shelf_of(sale.item))
    selling.reserve_units(actor=desk.operator, order=order, unit_ids=units)
    yield sale.ordered - 2
    desk.move(units, "Packing")
    paper = packed(desk, order, units)
    yield sale.ordered - 3
    shipping.ship(actor=desk.operator, shipment=paper)


def _thought_better(desk: Desk, days: int, item: str, count: int, reference: str) -> Story:
    """Reserved for weeks, and then they did not want them."""
    yield days
    order = order_of(desk, "Ostrava Film Institute", ((item, count),), reference)
    selling.reserve_units(actor=desk.operator, order=order, unit_ids=desk.free(item, count, shelf_of(item)))
    yield days - 12
    selling.cancel(actor=desk.manager, order=order, reason="Their budget was cut.")


def _in_parts(desk: Desk) -> Story:
    """Half of it is shipped, the rest is being picked."""
    yield 24
    order = order_of(desk, "Kestrel Archive", (("HDD-4T-H", 40), ("PSU-760", 4), ("FAN-120", 12)), "KA-2291")
    units = desk.free("HDD-4T-H", 40, shelf_of("HDD-4T-H")) + desk.free("PSU-760", 4, shelf_of("PSU-760"))
    selling.reserve_units(actor=desk.operator, order=order, unit_ids=units)
    selling.reserve_any(actor=desk.operator, order=order)
    yield 21
    drives, supplies, fans = selling.progress(order)
    first = shipping.create_shipment(actor=desk.operator, orders=[order], carrier=CARRIERS[0])
    shipping.pick(actor=desk.operator, shipment=first, unit_ids=_held_for(drives.line.pk, 24))
    shipping.pick_goods(actor=desk.operator, shipment=first, line=fans.line.pk, quantity=12)
    shipping.ship(actor=desk.operator, shipment=first, note="Two pallets.")
    yield 1
    second = shipping.create_shipment(actor=desk.operator, orders=[order])
    shipping.pick(actor=desk.operator, shipment=second, unit_ids=_held_for(supplies.line.pk, 3))


def _packed(desk: Desk) -> Story:
    """Picked and packed; the carrier comes tomorrow."""
    yield 5
    order = order_of(desk, "Saltmarsh University Library", (("HDD-3T-S", 20),), "SUL/0412")
    units = desk.free("HDD-3T-S", 20, shelf_of("HDD-3T-S"))
    selling.reserve_units(actor=desk.operator, order=order, unit_ids=units)
    yield 1
    desk.move(units, "Packing")
    packed(desk, order, units)


def _reserved(desk: Desk) -> Story:
    yield 3
    order = order_of(desk, "Ostrava Film Institute", (("HDD-3T-W", 20), ("CBL-SATA", 60)), "OFI-118")
    selling.reserve_any(actor=desk.operator, order=order)


def _canceled(desk: Desk) -> Story:
    """A shipment was begun already."""
    yield 11
    order = order_of(desk, "Lakeside Genomics", (("HDD-3T-H", 12),), "4500019020")
    selling.reserve_any(actor=desk.operator, order=order)
    yield 10
    shipping.create_shipment(actor=desk.operator, orders=[order])
    yield 8
    selling.cancel(actor=desk.manager, order=order, reason="They chose larger drives.")


def order_of(desk: Desk, customer: str, lines: Lines, reference: str) -> Document:
    """An order at what the items cost, expected in two weeks."""
    wanted = [OrderLine(desk.items[number], count, price=price_of(desk.items[number])) for number, count in lines]
    return selling.create_customer_order(
        actor=desk.manager, customer=desk.customers[customer], customer_reference=reference, expected_on=desk.ahead(10), lines=wanted
    )


def packed(desk: Desk, order: Document, units: list[int]) -> Document:
    """A shipment of these units of the order, ready to leave."""
    tracking = f"{desk.random.choice('NB')}C{desk.random.randrange(4_000_000, 4_900_000)}"
    carrier = CARRIERS[tracking.startswith("B")]
    paper = shipping.create_shipment(actor=desk.operator, orders=[order], carrier=carrier, tracking_number=tracking)
    shipping.pick(actor=desk.operator, shipment=paper, unit_ids=units)
    shipping.declare_ready(actor=desk.operator, shipment=paper)
    return paper


def shelf_of(item: str) -> str:
    """Where what is sold lies."""
    return SHELVES.get(item, FINISHED)


def _held_for(line: int, count: int) -> list[int]:
    """The first units that are reserved for the line."""
    return list(Serial.objects.filter(reserved_line=line).order_by("sort_key").values_list("pk", flat=True)[:count])
