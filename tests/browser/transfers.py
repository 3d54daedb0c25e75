"""Transfer orders to look at."""

from __future__ import annotations

import uuid

from nameplate.operations import transferring
from tests.browser.shop import Shop
from tests.operations.transfers import units, yard


def transfer_page(shop: Shop, *, sent: bool = True) -> str:
    """An order that is not sent yet; or one of which a unit came, one did not, and another number was met."""
    found = yard(shop.people["manager"], prefix=f"{uuid.uuid4().hex[:5]}-")
    first, second = found.lot.serials.order_by("pk").values_list("number", flat=True)[:2]
    goods = [transferring.GoodsToSend(found.cable, 4)]
    order = found.sent(first, second, goods=goods) if sent else found.order(first, second, goods=goods)
    if sent:
        noted = [transferring.Noted("Z-9", "no unit bears this number")]
        transferring.receive_transfer(actor=found.actor, order=order, unit_ids=units(first), noted=noted, finished=True)
    return f"/transfer-orders/{order.pk}"
