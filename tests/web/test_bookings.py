"""The page of bookings: parts without serial numbers proposed, booked by lot and freed, with what is wrong beside its field."""

from __future__ import annotations

import re

from django.test import Client

from nameplate.models import User
from tests.pods import line_of, pod_shop


def test_lots_are_proposed_booked_and_freed(client: Client, manager: User) -> None:
    shop = pod_shop(manager)
    order = shop.order(2)
    at, part = f"/manufacturing-orders/{order.pk}", line_of(order, shop.backplane).pk
    client.force_login(manager)

    def send(address: str, **typed: object) -> tuple[int, str]:
        key = re.search(r'name="idempotency_key" value="([^"]+)"', client.get(f"{at}/bookings").content.decode())
        assert key
        answer = client.post(f"{at}/{address}", {"idempotency_key": key[1], **typed})
        page = client.get(answer["Location"]) if answer.status_code == 303 else answer
        return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))

    assert f"{at}/bookings?propose={part}" in client.get(at).content.decode()
    assert "Book 2 pcs" in client.get(f"{at}/bookings?propose={part}").content.decode()
    status, page = send("bookings/by-lot", part=part, lot="nowhere", quantity="1")
    assert (status, page.count("There is no lot nowhere.")) == (409, 1)
    status, page = send("bookings/by-lot", part=part, lot=shop.backplanes, quantity="3")
    assert (status, "3 pcs are more BACKPLANE than the 2 still to be booked." in page) == (409, True)
    status, page = send("bookings/by-lot", part=part, lot=shop.backplanes, quantity="1")
    assert (status, f"1 of lot {shop.backplanes} booked." in page) == (303, True)
    status, page = send("bookings/proposed", line=part)
    assert (status, "1 lot booked." in page) == (303, True)
    spot = f"{part}-{shop.backplane.lots.get().pk}-{shop.shelf.pk}"
    status, page = send("freed-bookings", lot=spot)
    assert (status, "1 lot freed." in page) == (303, True)
    assert shop.backplane.lots.get().stock.get().reserved == 0
