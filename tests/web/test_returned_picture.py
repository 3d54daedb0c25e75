"""The picture over what came back: a bar for each reason, and each leads to as many lines as it says."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from nameplate.models import ReasonKind, Role
from nameplate.operations import reasons, returning
from nameplate.operations.returning import Said
from tests import world
from tests.operations.returning import counter
from tests.operations.selling import ids


def test_each_bar_leads_to_the_lines_of_its_reason(client: Client, db: None) -> None:
    desk = counter()
    wrong = reasons.create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind=ReasonKind.RETURN, name="Wrong, “new” item")
    desk.receive(desk.announced("D1", "D2", "D3"))
    said = Said(reason=wrong.pk)
    returning.create_return(actor=desk.shop.actor, customer=desk.shop.customer, unit_ids=ids("D4"), said=said)
    returning.create_return(actor=desk.shop.actor, customer=desk.other, unit_ids=ids("D6"), said=said)
    client.force_login(desk.shop.actor)

    def bars(query: str = "") -> list[tuple[str, str]]:
        text = client.get(f"/reports/returned{query}").content.decode()
        found = re.findall(r'<a href="([^"]+)" tabindex="-1" aria-label="([^"]+)"><rect class="np-bar np-returned"', text)
        return [(unescape(words), unescape(href)) for href, words in found]

    drawn = bars()
    assert [words for words, _ in drawn] == ["Failed in use: 3 units", "Wrong, “new” item: 2 units"]
    for words, href in drawn:
        rows = client.get(href).content.decode().count("data-own")
        assert f": {rows} unit" in words
    assert [words for words, _ in bars(f"?customer={desk.other.name}")] == ["Wrong, “new” item: 1 unit"]
    assert bars("?customer=nobody") == []
