"""Ground for tests of the ledger itself: items, places, papers and lots for every status, and units that stand as a test needs them.

Units begin by “brought from an old system”, the one kind that leads a new unit to any placement.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from nameplate.ledger import Goods, Group, Kind, Newcomers, Step, open_lot, post
from nameplate.models import Document, Entry, Item, Line, Location, Lot, LotStatus, Movement, Party, Serial, Status, Tracking, User
from nameplate.serial_text import prepare
from tests import world

P, R, C, S, W, X, B = (Status(number) for number in range(1, 8))

LOT_FOR = {P: LotStatus.PLANNED, R: LotStatus.RECEIVED, X: LotStatus.REJECTED, B: LotStatus.RMA_RETURNED}
"""Which lot a unit of each status lies in here; the others came from a Received one."""

_numbers = itertools.count(1)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever the block writes is rolled back."""
    with transaction.atomic():
        mark = transaction.savepoint()
        yield
        transaction.savepoint_rollback(mark)


@dataclass
class Ground:
    """Everything an entry may refer to. Made anew for each test."""

    actor: User = field(default_factory=world.user)
    item: Item = field(default_factory=world.item)
    screws: Item = field(default_factory=lambda: world.item(tracking=Tracking.NONE))
    vendor: Party = field(default_factory=world.vendor)
    customer: Party = field(default_factory=world.customer)
    other_customer: Party = field(default_factory=lambda: world.customer(name="Rook Storage"))

    def __post_init__(self) -> None:
        self.shelf = world.location()
        self.bin = world.location(name="A-02", of=self.shelf.site)
        self.far = world.location()
        self.transit = Location.objects.get(site=self.shelf.site, purpose=Location.Purpose.TRANSIT)
        self.papers = {kind: self.document(kind) for kind in ("PO", "MO", "CO", "S", "TO", "WO", "RMA", "RO", "RTV")}
        self.line = self.order_line(self.papers["CO"])
        self.other_line = self.order_line(self.document("CO"))
        self.lots = {status: open_lot(item=self.item, status=status) for status in LotStatus}
        Lot.objects.filter(status=LotStatus.ON_HOLD).update(hold="because the test says so")
        self.reason = "because the test says so"

    def document(self, kind: str, party: Party | None = None) -> Document:
        """A paper of this kind."""
        number = f"{kind}-{next(_numbers)}"
        party = party or {"PO": self.vendor, "RTV": self.vendor}.get(kind, self.customer)
        return Document.objects.create(
            kind=kind, number=number, number_key=number.lower(), sort_key=number.lower(), party=party, created_by=self.actor
        )

    def order_line(self, document: Document, quantity: int = 10**12) -> Line:
        """One more line of the document, for the item."""
        return Line.objects.create(document=document, position=document.lines.count() + 1, item=self.item, quantity=quantity)

    def lot(self, status: LotStatus = LotStatus.RECEIVED, item: Item | None = None) -> Lot:
        """A new lot."""
        return open_lot(item=item or self.item, status=status)

    def newcomers(self, count: int = 1, prefix: str = "", item: Item | None = None) -> Newcomers:
        """So many new numbers, ready to be posted."""
        prefix = prefix or f"N{next(_numbers)}-"
        prepared = prepare([f"{prefix}{number:04d}" for number in range(1, count + 1)])
        return Newcomers((item or self.item).pk, prepared.numbers, prepared.keys, prepared.sort_keys)

    def standing(self, status: Status, **facts: Any) -> dict[str, Any]:
        """The placement columns of a unit of this status; `facts` come on top."""
        columns: dict[str, Any] = {"status": int(status), "lot_id": self.lots[LOT_FOR.get(status, LotStatus.RECEIVED)].pk}
        if status in {R, X, B}:
            columns["location_id"] = self.shelf.pk
        if status in {S, B}:
            columns["customer_id"] = self.customer.pk
        if status == C and "parent_id" not in facts:
            columns["used_by_id"] = self.papers["MO"].pk
        if facts.get("transfer_id"):
            columns["location_id"] = self.transit.pk
        return columns | facts

    def brought(self, status: Status, count: int = 1, **facts: Any) -> list[int]:
        """New units that stand so; their ids in order."""
        new = self.newcomers(count)
        self.do(Kind.OPENED, new=new, to=self.standing(status, **facts))
        return self.named(new.keys)

    def named(self, keys: Sequence[str]) -> list[int]:
        """The units that bear these keys now, in the order in which they came."""
        return list(Serial.objects.filter(key__in=keys, withdrawn=False).order_by("pk").values_list("pk", flat=True))

    def unit(self, status: Status, **facts: Any) -> int:
        """One new unit that stands so."""
        return self.brought(status, **facts)[0]

    def do(
        self,
        kind: Kind,
        units: Sequence[int] = (),
        *,
        new: Newcomers | None = None,
        to: dict[str, Any] | None = None,
        document: Document | None = None,
        reason: str = "",
        goods: Sequence[Goods] = (),
        **step: Any,
    ) -> Entry:
        """Post one kind for these units."""
        return post(
            actor=self.actor,
            act=kind.name.lower()[:20],
            groups=[Group([Step(kind, to or {}, **step)], units=units, new=new)],
            goods=goods,
            document=document,
            reason=reason,
        )

    def receive(self, count: int = 1, prefix: str = "", lot: Lot | None = None) -> Entry:
        """New units received by hand."""
        to = {"location_id": self.shelf.pk, "lot_id": (lot or self.lots[LotStatus.RECEIVED]).pk}
        return self.do(Kind.RECEIVED, new=self.newcomers(count, prefix), to=to)

    def ids(self, entry: Entry) -> list[int]:
        """The units of an entry, by id."""
        return sorted(set(Movement.objects.filter(entry=entry).values_list("serial_id", flat=True)))
