"""A random past of some months, and how the units stood at the end of any day of it: folded from the ledger in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from nameplate.ledger import Goods, Group, Kind, Step, post, undo
from nameplate.ledger.state import STATE
from nameplate.models import Availability, Document, Entry, Lot, LotStatus, Movement, Serial, Status, StockMovement
from nameplate.models.serials import IN_STOCK
from nameplate.refusals import Refused
from tests import world
from tests.ledger.ground import LOT_FOR, Ground, R, W, X

Place = tuple[int, int, int, str | None]
"""Item, site, status and the vendor's name."""


@dataclass
class Past:
    """Acts of every sort, each later than the one before; some of them undone since, wholly or for some units."""

    ground: Ground
    random: Random
    days: int = 120
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.items = [self.ground.item, world.item()]
        self.places = [self.ground.shelf, self.ground.bin, self.ground.far]
        vendors = [self.ground.vendor, world.vendor(name="Øster Parts")]
        self.sources = [self.ground.document("PO", party).pk for party in (*vendors, vendors[0])]
        self.screws = [open_goods(self.ground, cost, self.random.choice([None, *self.sources])) for cost in (1_333_333, 77, None)]

    def live(self, acts: int) -> None:
        """So many acts, as far as the rules let them be."""
        minutes = sorted(self.random.sample(range(1, 60 * 24 * self.days), k=acts), reverse=True)
        for ago in minutes:
            moment = timezone.now() - timedelta(minutes=ago)
            units = list(Serial.objects.filter(withdrawn=False).order_by("pk").values_list("pk", flat=True))
            if len(units) < 8 or self.random.random() < 0.15:
                self._open(moment)
            elif self.random.random() < 0.1:
                self._goods(moment)
            else:
                self._act(self.random.sample(units, k=self.random.choice([1, 1, 2, 3])), units, moment)
            if self.random.random() < 0.2:
                self._undo(self.random.choice(self.entries[-12:]))

    def _post(self, moment: datetime, groups: list[Group], **more: Any) -> None:
        try:
            self.entries.append(
                post(
                    actor=self.ground.actor,
                    act="so",
                    groups=groups,
                    reason="so",
                    happened_at=moment,
                    document=self.ground.papers["S"],
                    **more,
                )
            )
        except Refused:
            return

    def _open(self, moment: datetime) -> None:
        item, status = self.random.choice(self.items), self.random.choice((R, R, R, W, X))
        lot = self.ground.lot(LOT_FOR.get(status, LotStatus.RECEIVED), item)
        Lot.objects.filter(pk=lot.pk).update(cost=self.random.choice([None, 2_500_000, 99_000_000]))
        to = self.ground.standing(status, lot_id=lot.pk, source_id=self.random.choice([None, *self.sources]))
        new = self.ground.newcomers(self.random.randrange(1, 5), item=item)
        self._post(moment, [Group([Step(Kind.OPENED, to)], new=new)])

    def _goods(self, moment: datetime) -> None:
        change = self.random.choice([5_500_000, 12_000_000, -3_250_000])
        self._post(moment, [], goods=[Goods(self.random.choice(self.screws), self.random.choice(self.places).pk, change)])

    def _act(self, chosen: list[int], units: list[int], moment: datetime) -> None:
        ground, random = self.ground, self.random
        place = {"location_id": random.choice(self.places).pk}
        until = (timezone.localdate(moment) + timedelta(days=random.choice([100, 700]))).isoformat()
        sold = {"customer_id": ground.customer.pk, "customer_order_id": ground.papers["CO"].pk, "warranty_until": until}
        back = {**place, "return_doc_id": ground.papers["RMA"].pk, "lot_id": self._lot(chosen[0], LotStatus.RMA_RETURNED)}
        steps = [
            Step(Kind.MOVED, place),
            Step(Kind.HELD, {"hold": "scratched"}),
            Step(Kind.FREED),
            Step(Kind.RESERVED, {"reserved_line_id": ground.line.pk}),
            Step(Kind.SHIPPED, sold),
            Step(Kind.RETURNED, back),
            Step(Kind.CONSUMED, {"parent_id": random.choice(units), "place": "bay 1"}),
            Step(Kind.CONSUMED, {"parent_id": random.choice(units)}),
            Step(Kind.REMOVED, {"status": int(W)}),
            Step(Kind.EDITED, edits=[{"warranty_until": until} for _ in chosen]),
            Step(Kind.WRITTEN_OFF),
        ]
        step = random.choice(steps)
        single = step.kind in {Kind.RETURNED, Kind.RESERVED}
        self._post(moment, [Group([step], units=chosen[:1] if single else chosen)])

    def _lot(self, unit: int, status: LotStatus) -> int:
        item = Serial.objects.select_related("item").get(pk=unit).item
        return self.ground.lot(status, item).pk

    def _undo(self, entry: Entry) -> None:
        units = sorted(set(Movement.objects.filter(entry=entry).exclude(kind=Kind.REFITTED).values_list("serial_id", flat=True)))
        some = self.random.sample(units, k=1) if units and self.random.random() < 0.4 else None
        try:
            undo(actor=self.ground.actor, entry=entry, unit_ids=some)
        except Refused:
            return

    def some_days(self, count: int) -> list[date]:
        """Random days of it, and today."""
        today = timezone.localdate()
        return [today, *(today - timedelta(days=self.random.randrange(1, self.days + 5)) for _ in range(count))]


def open_goods(ground: Ground, cost: int | None, source: int | None) -> int:
    """A lot of screws at this cost, that came with this paper."""
    lot = ground.lot(LotStatus.RECEIVED, ground.screws)
    Lot.objects.filter(pk=lot.pk).update(cost=cost, source=source)
    return lot.pk


@dataclass
class Told:
    """The whole ledger, read once."""

    def __post_init__(self) -> None:
        self.entries = Entry.objects.select_related("actor").in_bulk()
        self.movements: dict[int, list[Movement]] = {}
        self.undone: set[tuple[int | None, int, bool]] = set()
        for one in Movement.objects.order_by("serial_id", "seq"):
            self.movements.setdefault(one.serial_id, []).append(one)
            if (reverses := self.entries[one.entry_id].reverses_id) is not None:
                self.undone.add((reverses, one.serial_id, one.kind == Kind.REFITTED))
        self.units = Serial.objects.select_related("item").in_bulk()

    def _happened(self, one: Movement, day: date) -> bool:
        entry = self.entries[one.entry_id]
        if entry.reverses_id is not None or timezone.localdate(entry.happened_at) > day:
            return False
        taken = (one.entry_id, one.serial_id)
        return (*taken, False) not in self.undone and not (one.kind == Kind.REFITTED and (*taken, True) in self.undone)

    def units_of(self, day: date) -> dict[int, Serial]:
        """Each unit that was there at the end of the day, as its row would have been."""
        found: dict[int, Serial] = {}
        for unit, movements in self.movements.items():
            happened = [one for one in movements if self._happened(one, day)]
            placed = [one for one in happened if one.placed and one.kind != Kind.REFITTED]
            if placed:
                found[unit] = self._row(unit, placed[-1], happened)
        for serial in found.values():
            self._follow(serial, found)
        return {unit: serial for unit, serial in found.items() if not serial.withdrawn}

    def _row(self, unit: int, last: Movement, happened: list[Movement]) -> Serial:
        own = self.units[unit]
        serial = Serial(id=unit, item=own.item, number=own.number, key=own.key, sort_key=own.sort_key, outermost_id=unit)
        for name in STATE:
            setattr(serial, name, getattr(last, name))
        warranted = [one for one in happened if one.seq == 1 or "warranty_until" in (one.edits or {})]
        serial.warranty_until = warranted[-1].warranty_until if warranted else None
        serial.last_entry = self.entries[happened[-1].entry_id]
        facts = {2: last.reserved_line_id, 4: last.hold, 8: last.transfer_id, 16: last.work_id}
        bits = sum(bit for bit, fact in facts.items() if fact)
        serial.availability = bits or (int(Availability.AVAILABLE) if last.status == Status.RECEIVED else 0)
        return serial

    def _follow(self, serial: Serial, found: dict[int, Serial]) -> None:
        outer = serial
        while outer.parent_id is not None:
            outer = found[outer.parent_id]
        if outer is not serial:
            serial.outermost_id, serial.location_id = outer.pk, outer.location_id
            serial.customer_id = outer.customer_id or serial.customer_id

    def worth(self, day: date) -> dict[Place, tuple[int, int]]:
        """Quantity and value by item, site, status and vendor, in millionths."""
        found: dict[Place, tuple[int, int]] = {}
        lots = Lot.objects.select_related("item").in_bulk()
        parties = dict(Document.objects.values_list("pk", "party__name"))
        lying: dict[tuple[int, int, int, int, int, int | None], int] = {}
        for unit in self.units_of(day).values():
            if unit.status in IN_STOCK and unit.location is not None:
                key = (unit.item_id, unit.location.site_id, unit.status, unit.lot_id, unit.location.pk, unit.source_id)
                lying[key] = lying.get(key, 0) + 1_000_000
        whole = {entry.reverses_id for entry in self.entries.values() if not entry.partial}
        for one in StockMovement.objects.select_related("location", "lot__item").exclude(lot__item__tracking="serial"):
            entry = self.entries[one.entry_id]
            if entry.reverses_id is None and entry.pk not in whole and timezone.localdate(entry.happened_at) <= day:
                key = (one.lot.item_id, one.location.site_id, int(Status.RECEIVED), one.lot_id, one.location_id, one.lot.source_id)
                lying[key] = lying.get(key, 0) + one.change
        for (item, site, status, lot, _, source), quantity in lying.items():
            place = item, site, status, parties[source] if source else None
            known = found.get(place, (0, 0))
            found[place] = (known[0] + quantity, known[1] + quantity * (lots[lot].cost or 0) // 1_000_000)
        return {place: amounts for place, amounts in found.items() if amounts[0]}
