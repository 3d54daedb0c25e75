"""A workshop in which products stand as a test needs them: pods with drives at their bays and a power module that is nested.

Products are put together through the ledger, in one act with their parts; what happens to them afterwards is the test's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from nameplate.ledger import Goods, Group, Kind, LotChange, Newcomers, Step, open_lot, post, transacting, units
from nameplate.models import Document, DocumentStatus, Entry, Item, Location, Lot, LotStatus, Party, Role, Serial, Tracking, User
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.cataloguing.items import create_item
from nameplate.operations.lots import Contents, create_lot
from nameplate.serial_text import prepare
from tests import world


@dataclass
class Workshop:
    """Its people, places and items. A pod has three bays for drives and one slot for a power module, which has a fan."""

    manager: User = field(default_factory=lambda: world.user(role=Role.MANAGER))
    shelf: Location = field(default_factory=lambda: world.location(name="Bench"))
    prefix: str = ""
    """Before the numbers of its items, where other workshops share the database."""

    def __post_init__(self) -> None:
        self.drive, self.fan, self.stranger = (world.item(number=self.prefix + number) for number in ("DRIVE", "FAN", "LAMP"))
        self.module = self._made("MODULE", [Part(self.fan, 1)])
        self.pod = self._made("POD", [Part(self.drive, 3, "bay 1..bay 3"), Part(self.module, 1, "slot A")])
        self.customer: Party = world.customer()
        self.order = self.paper("MO")

    def _made(self, number: str, parts: Sequence[Part]) -> Item:
        item = create_item(actor=self.manager, number=self.prefix + number, description="", tracking=Tracking.SERIAL, made=True)
        set_bill(actor=self.manager, item=item, version=item.version, parts=parts)
        return item

    def paper(self, kind: str) -> Document:
        """A document of this kind."""
        number = f"{kind}-{Document.objects.count() + 1}"
        return Document.objects.create(
            kind=kind,
            number=number,
            number_key=number.lower(),
            sort_key=number.lower(),
            status=DocumentStatus.DONE,
            created_by=self.manager,
        )

    def stock(self, item: Item, *numbers: str, on: date | None = None) -> list[int]:
        """New units on the shelf; their ids."""
        contents = Contents(list(numbers), keep=frozenset({"other-item"}))
        lot, _ = create_lot(
            actor=self.manager, item=item, contents=contents, location_id=self.shelf.pk, reason="Opening stock", received_on=on
        )
        ids = dict(lot.serials.values_list("number", "pk"))
        return [ids[number] for number in numbers]

    def unit(self, number: str) -> Serial:
        """The unit that bears the number now."""
        return Serial.objects.select_related("lot", "item").get(number=number, withdrawn=False)

    def build(self, item: Item, number: str, parts: Sequence[tuple[int, str]] = (), *, on: date | None = None) -> int:
        """A new product with these units inside, each at its place."""
        return self.build_many(item, [number], [(unit, 0, place) for unit, place in parts], on=on)[0]

    def build_many(
        self, item: Item, numbers: Sequence[str], parts: Sequence[tuple[int, int, str]] = (), *, on: date | None = None
    ) -> Sequence[int]:
        """New products with these units inside: unit, which of the products, place."""
        with transacting():
            ids = units.reserve(len(numbers))
            prepared = prepare(numbers)
            new = Newcomers(item.pk, prepared.numbers, prepared.keys, prepared.sort_keys, ids=ids)
            lot = open_lot(item=item, status=LotStatus.RECEIVED, source=self.order)
            to = {"location_id": self.shelf.pk, "lot_id": lot.pk, "made_by_id": self.order.pk}
            groups = [Group([Step(Kind.PRODUCED, to)], new=new)]
            if parts:
                each: dict[str, list[Any]] = {"parent_id": [ids[index] for _, index, _ in parts], "place": [place for *_, place in parts]}
                consumed = Step(Kind.CONSUMED, {"used_by_id": self.order.pk}, each)
                groups.append(Group([consumed], units=[unit for unit, *_ in parts]))
            post(
                actor=self.manager,
                act="built",
                document=self.order,
                groups=groups,
                lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
                happened_at=noon(on),
            )
        return ids

    def use(self, *unit_ids: int) -> Entry:
        """Used by the order, unit unknown."""
        step = Step(Kind.CONSUMED, {"used_by_id": self.order.pk})
        return post(actor=self.manager, act="consumed", document=self.order, groups=[Group([step], units=unit_ids)])

    @staticmethod
    def other_customer() -> Party:
        """Somebody else."""
        return world.customer(name="Rook Storage")

    def ship(self, *unit_ids: int, to: Party | None = None) -> Entry:
        """To the customer."""
        paper = self.paper("S")
        step = Step(Kind.SHIPPED, {"customer_id": (to or self.customer).pk, "shipment_id": paper.pk})
        return post(actor=self.manager, act="shipped", document=paper, groups=[Group([step], units=unit_ids)])

    def bring_back(self, *unit_ids: int) -> Entry:
        """Back from the customer."""
        paper = self.paper("RMA")
        step = Step(Kind.RETURNED, {"location_id": self.shelf.pk, "return_doc_id": paper.pk})
        return post(actor=self.manager, act="returned", document=paper, groups=[Group([step], units=unit_ids)])

    def put(self, item: Item, quantity: int) -> Lot:
        """So much of an item without serial numbers on the bench; its lot."""
        contents = Contents(quantity=quantity)
        return create_lot(actor=self.manager, item=item, contents=contents, location_id=self.shelf.pk, reason="Opening stock")[0]

    def screws_on_shelf(self, quantity: int) -> Lot:
        """Goods followed by lot, so many, on the bench; their lot."""
        known = Item.objects.filter(number=self.prefix + "SCREW").first()
        return self.put(known or world.item(number=self.prefix + "SCREW", tracking=Tracking.LOT), quantity)

    def screws_into(self, product: int, quantity: int) -> Lot:
        """The same, into the product; their lot."""
        lot = self.screws_on_shelf(quantity)
        goods = [Goods(lot.pk, self.shelf.pk, -quantity * 1_000_000, parent_id=product)]
        post(actor=self.manager, act="built", document=self.order, goods=goods)
        return lot

    def full_pod(self, number: str = "POD-1") -> int:
        """A pod with three drives D1 to D3 at its bays and module M1, with fan F1, in its slot; the numbers follow the pod's."""
        tail = number.rpartition("-")[2]
        drives = self.stock(self.drive, *(f"D{index}-{tail}" for index in (1, 2, 3)))
        module = self.build(self.module, f"M1-{tail}", [(self.stock(self.fan, f"F1-{tail}")[0], "")])
        return self.build(self.pod, number, [*((unit, f"bay {n}") for n, unit in enumerate(drives, 1)), (module, "slot A")])


def noon(on: date | None) -> datetime | None:
    """Of that day in the company's time zone."""
    return timezone.make_aware(datetime.combine(on, time(12))) if on else None
