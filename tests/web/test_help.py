"""Help pages are printed from the code, so they cannot lag behind it."""

from __future__ import annotations

import re

from django.test import Client

from nameplate.ledger.kinds import PUBLISHED
from nameplate.models import Status, User


def test_the_table_of_transitions_is_printed_row_by_row(client: Client, db: None, viewer: User) -> None:
    client.force_login(viewer)
    page = client.get("/help/statuses").content.decode()
    table = page.split('id="transitions"')[1].split("</table>")[0]
    assert re.findall(r'<th scope="row">([^<]+)</th>', table) == [rule.label for rule in PUBLISHED]
    for status in Status:
        assert status.label in page
