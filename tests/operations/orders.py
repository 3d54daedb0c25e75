"""What tests of purchase orders do again and again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.posting import post
from nameplate.models import (
    Document,
    Entry,
    Line,
    Location,
    Lot,
    LotStatus,
    User,
)
from nameplate.operations import purchasing
from nameplate.refusals import Refused


def line_of(order: Document, position: int) -> Line:
    return order.lines.get(position=position)


def receive_screws(actor: User, order: Document, shelf: Location, quantity: int) -> Entry:
    """Screws arrive; the target lot is Received whole, a new one is Planned for what is still to come."""
    line = line_of(order, 2)
    lot = Lot.objects.get(line=line, status=LotStatus.PLANNED)
    return post(
        actor=actor,
        act="received",
        document=order,
        goods=[Goods(lot.pk, shelf.pk, quantity, line.pk)],
        lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
    )


def plan(actor: User, order: Document, numbers: list[str]) -> Entry:
    return purchasing.plan_numbers(actor=actor, line=line_of(order, 1), numbers=numbers)


def refused(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value
