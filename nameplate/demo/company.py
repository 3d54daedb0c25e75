"""Kestrel Storage builds pods of 45 hard drives. This is what it deals in, with whom, and where it keeps things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nameplate.access import Actor
from nameplate.demo.accounts import make_accounts
from nameplate.demo.building import builds
from nameplate.demo.counts import counts
from nameplate.demo.days import Days
from nameplate.demo.desk import DRIVES, Desk
from nameplate.demo.fleet import fleet
from nameplate.demo.inspections import inspections
from nameplate.demo.mishaps import mishaps
from nameplate.demo.pictures import picture_of
from nameplate.demo.purchases import purchases
from nameplate.demo.returns import returns
from nameplate.demo.sales import sales
from nameplate.demo.settings import set_up
from nameplate.demo.transfers import transfers
from nameplate.demo.vendor_returns import vendor_returns
from nameplate.ledger import transacting
from nameplate.models import Document, Item, Location, Party, Role, Tracking, User
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.cataloguing.item_pictures import set_item_picture


@dataclass(frozen=True)
class Bought:
    """An item of the company's, and how its makers number it (nothing where it has no serial numbers)."""

    number: str
    description: str
    group: str
    tracking: Tracking = Tracking.SERIAL
    unit: str = "pcs"
    serial_format: str = ""
    cost: str = ""
    warranty_months: int | None = None
    shelf_life_days: int | None = None
    capacity: int | None = None
    """Bytes of a drive."""


TB3, TB4 = 3_000_592_982_016, 4_000_787_030_016
PARTS = (
    Bought("HDD-3T-W", "Hard drive 3 TB WD", "Drives", serial_format="WD-*", cost="118.40", warranty_months=24, capacity=TB3),
    Bought("HDD-3T-S", "Hard drive 3 TB Seagate", "Drives", cost="109.90", warranty_months=24, capacity=TB3),
    Bought("HDD-3T-H", "Hard drive 3 TB Hitachi", "Drives", cost="121.00", warranty_months=36, capacity=TB3),
    Bought("HDD-4T-H", "Hard drive 4 TB Hitachi", "Drives", cost="164.50", warranty_months=36, capacity=TB4),
    Bought("PSU-760", "Power supply 760 W", "Power", serial_format="Z76-####", cost="142.00", warranty_months=24),
    Bought("BP-5", "Backplane, 5 bays", "Boards", tracking=Tracking.LOT, cost="38.75"),
    Bought("FAN-120", "Fan 120 mm", "Cooling", tracking=Tracking.LOT, cost="9.20"),
    Bought("TIM-4", "Thermal paste 4 g", "Cooling", tracking=Tracking.LOT, cost="4.10", shelf_life_days=730),
    Bought("SCR-632", "Screw 6-32 × 1/4", "Hardware", tracking=Tracking.NONE, cost="0.021"),
    Bought("CBL-SATA", "SATA cable 50 cm", "Hardware", tracking=Tracking.NONE, cost="1.35"),
)
FRAME = (
    ("PM-2", 1, "rear"),
    ("BP-5", 9, "row 1..row 9"),
    ("FAN-120", 6, ""),
    ("SCR-632", 196, ""),
    ("CBL-SATA", 9, ""),
)
"""What a pod is made of beside its drives, and where in it."""
MODULE = (("PSU-760", 2, "left, right"), ("CBL-SATA", 2, ""))
"""What the power module in it is made of."""
MADE = (
    ("PM-2", "Power module, 2 supplies", "PM-{0000}", 24, MODULE),
    ("POD-45", "Storage pod, 45 bays of 3 TB", "SP-{00000}", 36, (("HDD-3T-W", 45, "bay 1..bay 45"), *FRAME)),
    ("POD-45X", "Storage pod, 45 bays of 4 TB", "SX-{00000}", 36, (("HDD-4T-H", 45, "bay 1..bay 45"), *FRAME)),
)
VENDORS: Mapping[str, tuple[str, str]] = {
    "Tolomei Distribution": ("Lidia Tolomei", "lidia@tolomei.example"),
    "Nordlicht Components": ("Jonas Brandt", "jonas@nordlicht.example"),
    "Harbour Drives": ("Aoife Brennan", "orders@harbour-drives.example"),
    "Pinewood Electronics": ("Sam Okafor", "sam@pinewood.example"),
    "Aldermere Fasteners": ("Ruth Dale", "sales@aldermere.example"),
}
"""Each with whom to write to."""
CUSTOMERS: Mapping[str, str] = {
    "Kestrel Archive": "Dock 4, Harbour Road 12\n10415 Tallinn\nEstonia",
    "Saltmarsh University Library": "Stack B, College Lane\nSaltmarsh SM2 4TL\nUnited Kingdom",
    "Ostrava Film Institute": "Zámecká 7\n702 00 Ostrava\nCzechia",
    "Lakeside Genomics": "Seestraße 40\n78462 Konstanz\nGermany",
    "Municipal Records Office": "Town Hall, Cellar 2\n20121 Milano\nItaly",
}
"""Each with where its goods go."""
PLACES: Mapping[str, tuple[str, ...]] = {
    "Main plant": (
        "Receiving",
        "Burn-in",
        "Drives A-01",
        "Drives A-02",
        "Drives A-03",
        "Power B-01",
        "Boards B-02",
        "Hardware C-01",
        "Assembly",
        "Finished D-01",
        "Packing",
        "Quarantine",
    ),
    "Service": ("Inbound", "Bench 1", "Bench 2", "Spares S-01", "Rejects S-09"),
}
FOUNDED = 640
"""Working days ago: two years and a half."""


def fill(actor: Actor) -> bool:
    """Make the demo company, wholly or not at all. Nothing is made where there is anything already; returns whether it was made."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo accounts have a published password; production does not make them.")
    if User.objects.exists() or Item.objects.exists() or Document.objects.exists():
        return False
    with transacting():
        people = make_accounts(actor)
        days = Days()
        with days.on(FOUNDED):
            desk = _found(people, days)
        parts = (purchases, inspections, sales, builds, transfers, fleet, returns, vendor_returns, mishaps, counts)
        days.live(story for part in parts for story in part(desk))
    return True


def _found(people: Mapping[Role, User], days: Days) -> Desk:
    """Everything that a company has before it buys its first screw."""
    administrator, manager = people[Role.ADMINISTRATOR], people[Role.MANAGER]
    set_up(administrator)
    places = _make_places(manager)
    customers, vendors = _make_parties(manager)
    items = _make_items(manager, places)
    return Desk(administrator, manager, people[Role.OPERATOR], items, vendors, customers, places, days)


def _make_places(manager: User) -> dict[str, Location]:
    """Every location by its name."""
    places: dict[str, Location] = {}
    for site_name, names in PLACES.items():
        site = cataloguing.create_site(actor=manager, name=site_name)
        places |= {name: cataloguing.create_location(actor=manager, site=site, name=name) for name in names}
    return places


def _make_parties(manager: User) -> tuple[dict[str, Party], dict[str, Party]]:
    """The customers and the vendors, by their names."""
    customers = {name: cataloguing.create_customer(actor=manager, name=name, address=address) for name, address in CUSTOMERS.items()}
    return customers, {
        name: cataloguing.create_vendor(actor=manager, name=name, contacts=[{"name": person, "role": "Sales", "email": email}])
        for name, (person, email) in VENDORS.items()
    }


def _make_items(manager: User, places: Mapping[str, Location]) -> dict[str, Item]:
    """Every bought item by its number; the pod and the power module in it, which are made."""
    homes = {"Drives": "Drives A-01", "Power": "Power B-01", "Boards": "Boards B-02", "Cooling": "Boards B-02", "Hardware": "Hardware C-01"}
    items = {
        part.number: cataloguing.create_item(
            actor=manager,
            number=part.number,
            description=part.description,
            group=part.group,
            tracking=part.tracking,
            unit=part.unit,
            serial_format=part.serial_format,
            default_location=places[homes[part.group]],
            cost=part.cost,
            warranty_months=part.warranty_months,
            shelf_life_days=part.shelf_life_days,
            requires_inspection=part.number in DRIVES,
            custom={} if part.capacity is None else {"capacity": part.capacity},
        )
        for part in PARTS
    }
    for number, description, pattern, warranty, bill in MADE:
        made = cataloguing.create_item(
            actor=manager,
            number=number,
            description=description,
            group="Products",
            bought=False,
            made=True,
            serial_format=pattern.replace("{", "").replace("}", "").replace("0", "#"),
            serial_pattern=pattern,
            warranty_months=warranty,
            default_location=places["Assembly"],
        )
        parts = [Part(items[part], quantity, where) for part, quantity, where in bill]
        set_bill(actor=manager, item=made, version=made.version, parts=parts)
        items[number] = made
    for number, item in items.items():
        set_item_picture(actor=manager, item=item, version=Item.objects.get(pk=item.pk).version, picture=picture_of(number))
    return items
