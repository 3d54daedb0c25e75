"""Help pages are printed from the code, so they cannot lag behind it."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

import nameplate
from nameplate import refusals
from nameplate.ledger.kinds import PUBLISHED
from nameplate.models import Status, User


def test_the_table_of_transitions_is_printed_row_by_row(client: Client, db: None, viewer: User) -> None:
    client.force_login(viewer)
    page = client.get("/help/statuses").content.decode()
    table = page.split('id="transitions"')[1].split("</table>")[0]
    assert re.findall(r'<th scope="row">([^<]+)</th>', table) == [rule.label for rule in PUBLISHED]
    for status in Status:
        assert status.label in page


def test_every_rule_that_refuses_something_has_its_place(client: Client, db: None, viewer: User) -> None:
    product = Path(nameplate.__file__).parent
    kinds = "|".join(kind.__name__ for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, refusals.Refused))
    raised = re.compile(rf'(?:\b(?:{kinds}|_refuse)\(|form_lost\(\s*request,|_refusal\(request, \d+,)\s*"([a-z-]+)"')
    statuses = re.compile(r'^ +\d{3}: \(\s*"([a-z-]+)"', re.MULTILINE)
    rules = {rule for path in product.rglob("*.py") for rule in raised.findall(path.read_text(encoding="utf-8"))}
    rules |= set(statuses.findall((product / "api" / "problems.py").read_text(encoding="utf-8")))
    assert {"not-allowed", "key-reused", "file-encrypted", "our-fault", "signed-out"} <= rules
    client.force_login(viewer)
    page = client.get("/help/refusals").content.decode()
    assert rules - set(re.findall(r'<tr id="([^"]+)">', page)) == set()
