"""The change log."""

from __future__ import annotations

from ninja import Router

from nameplate import listings
from nameplate.api.lists import add_list

router = Router(tags=["Journal"])
ROUTERS = (router,)

add_list(router, "/changes", listings.ALL["changes"], "changes")
