"""Manufacturing orders: made, edited, and led from one status to the next."""

from __future__ import annotations

from ninja import Router

from nameplate import listings
from nameplate.api.lists import add_list

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)
MANUFACTURING_ORDERS = listings.ALL["manufacturing-orders"]

add_list(router, "/manufacturing-orders", MANUFACTURING_ORDERS, "manufacturing_orders")
