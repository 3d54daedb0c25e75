"""Companies of random units, written straight into the tables: what lists read, with every kind of gap in it."""

from __future__ import annotations

import datetime
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from nameplate.models import (
    Availability,
    Document,
    DocumentKind,
    Entry,
    Item,
    Location,
    Lot,
    LotStatus,
    Party,
    PartyRole,
    Serial,
    Site,
    Status,
    User,
)
from nameplate.serial_text import canonical, fold, sort_key

NUMBERS = (
    "WD-{n:03d}",
    "wd-{n}",
    "A{n}",
    "0{n}",
    "{n}",
    "SN:{n:05d}",
    "Ärger-{n}",
    "x%y_{n}",
    "*{n}?",
    "A{n}B{n}",
    "ＦＵ{n}",
    "'{n}",
    "={n}",
)
DAY = datetime.date(2026, 3, 1)


class Company:
    """A company with `count` random units of a few items; `units` are its rows, live and withdrawn."""

    def __init__(self, random: Random, count: int, by: User) -> None:
        self.random = random
        self.items = self._items()
        self.locations = self._locations()
        self.parties = self._parties()
        self.documents = self._documents(by)
        self.lots = self._lots()
        self.entries = self._entries(by)
        self.add(count)

    def _items(self) -> list[Item]:
        names = ["Drive", "drive 2", "", "Ölpumpe", "Drive"]
        numbers = ["HDD-3T", "HDD-10", "hdd-2", "PSU*", "ÄB"]
        items = [
            Item(
                number=number,
                number_key=fold(number),
                description=name,
                description_key=fold(name),
                group=self.random.choice(["", "Drives", "ÄRGER"]),
            )
            for number, name in zip(numbers, names, strict=True)
        ]
        return Item.objects.bulk_create(items)

    def _locations(self) -> list[Location]:
        found = []
        for name in ("Main", "Überall"):
            site = Site.objects.create(name=name, name_key=fold(name))
            found += [
                Location(site=site, name=place, name_key=fold(place), label_key=fold(f"{name} · {place}"))
                for place in ("A-1", "b 2", "A-10")
            ]
        return Location.objects.bulk_create(found)

    def _parties(self) -> list[Party]:
        found = [
            Party(role=role, number=f"{role}{n}", number_key=f"{role}{n}", name=name, name_key=fold(name))
            for role in PartyRole.values
            for n, name in enumerate(["Acme", "acme", "Ørsted", "Nobody Ltd", "Wide_World"])
        ]
        return Party.objects.bulk_create(found)

    def _documents(self, by: User) -> list[Document]:
        vendors = [party for party in self.parties if party.role == PartyRole.VENDOR]
        numbers = ["PO00009", "PO00010", "PO2", "PO00011", "MO-1"]
        found = [
            Document(
                kind=DocumentKind.PURCHASE_ORDER,
                number=number,
                number_key=fold(number),
                sort_key=sort_key(fold(number)),
                party=self.random.choice([*vendors, None]),
                created_by=by,
            )
            for number in numbers
        ]
        return Document.objects.bulk_create(found)

    def _lots(self) -> list[Lot]:
        found = [
            Lot(
                number=f"L{n:05d}",
                number_key=f"l{n:05d}",
                sort_key=sort_key(f"l{n:05d}"),
                item=self.random.choice(self.items),
                status=self.random.choice(LotStatus.values),
                source=self.random.choice([*self.documents, None]),
                vendor_batch=self.random.choice(["", "B1", "b1", "Charge Ä"]),
                expires_on=self.random.choice([None, DAY, DAY + datetime.timedelta(days=40)]),
                cost=self.random.choice([None, 0, 12_500_000, 99_000_000]),
            )
            for n in range(9, 21)
        ]
        return Lot.objects.bulk_create(found)

    def _entries(self, by: User) -> list[Entry]:
        start = datetime.datetime(2026, 2, 27, 22, tzinfo=datetime.UTC)
        times = [start + datetime.timedelta(hours=7 * n) for n in range(12)]
        return Entry.objects.bulk_create([Entry(act="received", happened_at=at, recorded_at=at, actor=by) for at in times])

    def add(self, count: int) -> list[Serial]:
        """Write `count` more units."""
        last = Serial.objects.order_by("-id").values_list("id", flat=True).first() or 0
        keys = set(Serial.objects.filter(withdrawn=False).values_list("item_id", "key"))
        units: list[Serial] = []
        for n in range(last + 1, last + count + 1):
            unit = self._unit(n)
            if (unit.item_id, unit.key) not in keys or unit.withdrawn:
                keys.add((unit.item_id, unit.key))
                units.append(unit)
        Serial.objects.bulk_create(units)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                rows = [(unit.pk, unit.key) for unit in units]
                cursor.executemany("INSERT INTO nameplate_serial_trigram (rowid, key) VALUES (%s, %s)", rows)
        return units

    def _unit(self, unit_id: int) -> Serial:
        random = self.random
        number = random.choice(NUMBERS).format(n=random.choice([0, 1, 2, 9, 10, 11, 99, 100, random.randrange(5000)]))
        lot = random.choice(self.lots)
        status = random.choice(Status.values)
        fields: dict[str, Any] = {}
        if status in (Status.RECEIVED, Status.REJECTED, Status.RETURNED):
            fields["location"] = random.choice(self.locations)
        customers = [party for party in self.parties[:-1] if party.role == PartyRole.CUSTOMER]
        if status == Status.SHIPPED or random.random() < 0.1:
            fields["customer"] = random.choice(customers[:3])
            fields["shipped_on"] = random.choice([None, DAY, DAY + datetime.timedelta(days=random.randrange(30))])
            fields["customer_order"] = random.choice([*self.documents, None])
            fields["warranty_until"] = random.choice([None, DAY + datetime.timedelta(days=365)])
        if status == Status.CONSUMED:
            fields["used_by"] = random.choice(self.documents)
        facts = random.choice([0, Availability.AVAILABLE, Availability.RESERVED | Availability.ON_HOLD, Availability.ON_HOLD])
        withdrawn = status == Status.PLANNED and random.random() < 0.3
        if facts & Availability.ON_HOLD and not withdrawn:
            fields["hold"] = random.choice(["Wet boxes", "wet Boxes", "50% ölig", "Recall 7"])
        return Serial(
            id=unit_id,
            outermost_id=unit_id,
            item=lot.item,
            number=number,
            key=canonical(number),
            sort_key=sort_key(canonical(number)),
            status=status,
            withdrawn=withdrawn,
            lot=lot,
            availability=facts,
            source=random.choice([lot.source, None]),
            received_on=random.choice([None, DAY, DAY + datetime.timedelta(days=random.randrange(60))]),
            last_entry=random.choice(self.entries),
            version=1,
            **fields,
        )


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day of a moment in the company's time zone, as lists filter by it."""
    return timezone.localtime(moment).date()
