"""Reports: units by status over time, units and value, ageing in stock; what was consumed, rejected, written off, shipped and returned."""

from __future__ import annotations

from ninja import Router

from nameplate import listings
from nameplate.api.lists import add_list

router = Router(tags=["Reports"])
ROUTERS = (router,)

add_list(router, "/reports/status-over-time", listings.ALL["reports/status-over-time"], "status_over_time")
add_list(router, "/reports/stock-value", listings.ALL["reports/stock-value"], "stock_value")
add_list(router, "/reports/ageing", listings.ALL["reports/ageing"], "ageing")
add_list(router, "/reports/consumed", listings.ALL["reports/consumed"], "consumed")
add_list(router, "/reports/rejected", listings.ALL["reports/rejected"], "rejected")
add_list(router, "/reports/written-off", listings.ALL["reports/written-off"], "written_off")
add_list(router, "/reports/goods", listings.ALL["reports/goods"], "goods_spent")
add_list(router, "/reports/shipped", listings.ALL["reports/shipped"], "shipped")
add_list(router, "/reports/returned", listings.ALL["reports/returned"], "returned")
