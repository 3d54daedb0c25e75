"""Help pages are printed from the code, so they cannot lag behind it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import nameplate
from nameplate import refusals
from nameplate.ledger.kinds import PUBLISHED
from nameplate.models import Status, User
from nameplate.web.guide import TOPICS


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


@pytest.mark.parametrize("address", ["/help/serial-numbers", "/help/usage-tips", "/help/statuses", "/help/refusals"])
def test_no_link_of_the_help_is_dead(client: Client, db: None, manager: User, address: str) -> None:
    client.force_login(manager)
    page = client.get(address).content.decode().split('id="content"')[1].split("</main>")[0]
    for link in sorted(set(re.findall(r'<a [^>]*href="([^"]+)"', page))):
        href, _, anchor = link.partition("#")
        answer = client.get(href.replace("&amp;", "&")) if href else None
        assert answer is None or answer.status_code == 200, link
        shown = page if answer is None else (answer.content.decode() if anchor else "")
        assert not anchor or f'id="{anchor}"' in shown, link


def test_each_heading_of_the_help_is_there_and_the_list_leads_to_it(client: Client, db: None, viewer: User) -> None:
    client.force_login(viewer)
    page = client.get("/help/serial-numbers").content.decode()
    headings = re.findall(r'<h2 id="([^"]+)">', page.split('id="content"')[1])
    assert headings == [anchor for anchor, _ in TOPICS]
    assert 'href="/help/serial-numbers"' in client.get("/serials").content.decode()
