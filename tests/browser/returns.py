"""A return to look at."""

from __future__ import annotations

import uuid

from nameplate.models import Tracking
from nameplate.operations import returning
from nameplate.operations.returning import GoodsPart, GoodsSaid, Said
from tests import world
from tests.browser.shop import Shop


def return_page(shop: Shop) -> str:
    """One with two units that were sold before the books, one of them in repair, and with goods, of which a part is rejected."""
    numbers = [f"{uuid.uuid4().hex[:5]}-{number}" for number in (1, 2)]
    item = world.item(number=f"{numbers[0]}-item")
    units = list(world.receipt(numbers=numbers, of=item, at=shop.shelf).movements.values_list("serial_id", flat=True))
    actor = shop.people["manager"]
    entry = returning.take_back(
        actor=actor,
        customer=world.customer(name=f"{numbers[0]} Records"),
        unit_ids=units,
        goods=[GoodsSaid(5, item=world.item(number=f"{numbers[0]}-screw", tracking=Tracking.NONE))],
        location_id=shop.shelf.pk,
        said=Said(complaint="They click.", contradiction="Sold before the books."),
    )
    assert entry.document is not None
    returning.begin_repair(actor=actor, paper=entry.document, unit_ids=units[:1], fault="Bearing")
    part = GoodsPart(entry.document.returned_goods.get().pk, 2)
    returning.reject(actor=actor, paper=entry.document, goods=[part], reason="Bent")
    return f"/returns/{entry.document.pk}"
