"""Plain factories: keyword-only, each says what it makes and goes through the product's own operations."""

from __future__ import annotations

import csv
import itertools
import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Unpack

from nameplate.models import CustomField, Document, Entry, FieldKind, FieldNoun, Item, Location, Party, Role, Site, Tracking, User
from nameplate.operations import purchasing
from nameplate.operations.cataloguing.custom_fields import FieldFields, create_custom_field
from nameplate.operations.cataloguing.items import create_item
from nameplate.operations.cataloguing.parties import create_customer, create_vendor
from nameplate.operations.cataloguing.places import create_location, create_site
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import LineReceipt, receive

_counter = itertools.count(1)


def user(*, role: Role = Role.OPERATOR, username: str = "", password: str | None = None) -> User:
    """A person. Without a password nobody can sign in as them, which spares the test the deliberately slow hash."""
    return User.objects.create_user(username=username or f"{role.value}-{next(_counter)}", password=password, role=role)


def item(
    *,
    number: str = "",
    tracking: Tracking = Tracking.SERIAL,
    serial_format: str = "",
    description: str = "A part",
    requires_inspection: bool = False,
) -> Item:
    """An item, bought, followed by serial numbers and not inspected unless told otherwise."""
    number = number or f"PART-{next(_counter)}"
    return create_item(
        actor=user(role=Role.MANAGER),
        number=number,
        description=description,
        tracking=tracking,
        serial_format=serial_format,
        requires_inspection=requires_inspection,
    )


def vendor(*, name: str = "Tolomei Distribution") -> Party:
    """A vendor."""
    return create_vendor(actor=user(role=Role.MANAGER), name=name)


def customer(*, name: str = "Kestrel Archive") -> Party:
    """A customer."""
    return create_customer(actor=user(role=Role.MANAGER), name=name)


def site(*, name: str = "") -> Site:
    """A site with its two special locations."""
    return create_site(actor=user(role=Role.MANAGER), name=name or f"Plant {next(_counter)}")


def location(*, name: str = "A-01", of: Site | None = None) -> Location:
    """A shelf, on a site of its own unless one is given."""
    return create_location(actor=user(role=Role.MANAGER), site=of or site(), name=name)


def custom_field(*, noun: FieldNoun = FieldNoun.SERIALS, **given: Unpack[FieldFields]) -> CustomField:
    """A custom field, text unless told otherwise, called by what it holds unless it is named; a choice has three colours."""
    kind = FieldKind(given.setdefault("kind", FieldKind.TEXT))
    if kind == FieldKind.CHOICE:
        given.setdefault("options", ["Red", "Green", "Blue"])
    given.setdefault("name", f"{kind.label} {next(_counter)}")
    return create_custom_field(actor=user(role=Role.ADMINISTRATOR), noun=noun, **given)


def purchase_order(*, lines: list[tuple[Item, int]], of: Party | None = None, placed: bool = True) -> Document:
    """An order for so many of each item, placed with its vendor unless told otherwise."""
    manager = user(role=Role.MANAGER)
    order = purchasing.create_purchase_order(
        actor=manager, vendor=of or vendor(), lines=[OrderLine(item=one, quantity=count) for one, count in lines]
    )
    return purchasing.order(actor=manager, order=order) if placed else order


def receipt(*, numbers: Sequence[str], of: Item | None = None, order: Document | None = None, at: Location | None = None) -> Entry:
    """Units received under these numbers: on the first line of `order`, or on an order of their own for just so many."""
    order = order or purchase_order(lines=[(of or item(), len(numbers))])
    lines = [LineReceipt(line_id=order.lines.order_by("position")[0].pk, numbers=numbers)]
    return receive(actor=user(role=Role.MANAGER), order=order, lines=lines, location_id=(at or location()).pk)


# Drives of a data centre, in the shapes that real ones have: model, bytes, how many, and the pattern of their numbers
# (@ a letter, # a digit, ? either; everything else stands for itself).
DRIVE_MODELS: tuple[tuple[str, int, int, str], ...] = (
    ("KD3000DM01", 3_000_592_982_016, 4508, "W1F0????"),
    ("Harrier H5C3030", 3_000_592_982_016, 4504, "MJ0351YNG#???A"),
    ("Harrier H5C4040", 4_000_787_030_016, 1306, "PL1311LAG#????"),
    ("Harrier H723030", 3_000_592_982_016, 1031, "MK0311YHG????A"),
    ("KD31500A1", 1_500_301_910_016, 748, "#VS3????"),
    ("Westdale 30EZ", 3_000_592_982_016, 477, "WD-WCAWZ#######"),
    ("KD32000L2", 2_000_398_934_016, 363, "5?W0????"),
    ("Westdale 30EF", 3_000_592_982_016, 135, "WD-WMC1T#######"),
    ("Westdale 10EC", 1_000_204_886_016, 109, "WD-WCAU########"),
    ("KD1500L3", 1_500_301_910_016, 78, "5YD#????"),
    ("Harrier M5C4040", 4_000_787_030_016, 45, "PL1331LAG5????"),
    ("KD4000X0", 4_000_787_030_016, 44, "Z1Z0????"),
    ("Tamarin 3A300", 3_000_592_982_016, 40, "Z252???AS"),
    ("Westdale 10EX", 1_000_204_886_016, 19, "WD-WCAV5V######"),
    ("Westdale 30ES", 3_000_592_982_016, 18, "WD-WCAWZ0######"),
    ("KD32000XX", 2_000_398_934_016, 17, "6?W0????"),
    ("Harrier T721010", 1_000_204_886_016, 15, "STF60?MH1????W"),
    ("Sandpiper 103UJ", 1_000_204_886_016, 14, "S13PJDWS######"),
    ("KD2000M1", 2_000_398_934_016, 8, "W2F0????"),
    ("KD2000L1", 2_000_398_934_016, 7, "5YD3????"),
    ("Harrier 723020A", 2_000_398_934_016, 7, "MN1220F3??????"),
    ("KD1500M3", 1_500_301_910_016, 5, "S1E1????"),
    ("Harrier 723020E", 3_000_592_982_016, 5, "MS7#215?0?????"),
    ("Westdale 10RS", 1_000_204_886_016, 4, "WD-WCAV5F######"),
    ("Westdale 15RS", 1_500_301_910_016, 3, "WD-WCAVY#######"),
    ("Westdale 10RX", 1_000_204_886_016, 3, "WD-WMC0S#######"),
    ("KD1500L1", 1_500_301_910_016, 2, "5YD1????"),
    ("Westdale 10LS", 1_000_204_886_016, 1, "WD-WCATR#######"),
    ("Harrier 5C3030E", 3_000_592_982_016, 1, "MCE#215Q0?????"),
    ("Westdale 1001", 1_000_204_886_016, 1, "WD-WCATR#######"),
    ("Westdale 15DS", 1_500_301_910_016, 1, "WD-WCAVY#######"),
)
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_DIGITS = "0123456789"


def drives_csv(path: Path) -> Path:
    """13,519 drives of 31 models, 771 of them beginning with WD-: the real file if there is one, else one written to `path`."""
    real = os.environ.get("NAMEPLATE_REAL_DATA", "")
    if real:
        return Path(real) / "drives-2013-04-10.csv"
    random = Random(20130410)
    rows = [
        ("2013-04-10", number, model, size, 0)
        for model, size, count, pattern in DRIVE_MODELS
        for number in _numbers(random, pattern, count)
    ]
    random.shuffle(rows)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("date", "serial_number", "model", "capacity_bytes", "failure"))
        writer.writerows(rows)
    return path


def _numbers(random: Random, pattern: str, count: int) -> list[str]:
    """So many different numbers of this pattern."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[_number(random, pattern)] = None
    return list(found)


def _number(random: Random, pattern: str) -> str:
    signs = {"@": _LETTERS, "#": _DIGITS, "?": _LETTERS + _DIGITS}
    return "".join(random.choice(signs[sign]) if sign in signs else sign for sign in pattern)
