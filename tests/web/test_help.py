"""Help pages are printed from the code, so they cannot lag behind it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

import nameplate
from nameplate import functions, refusals
from nameplate.ledger.kinds import PUBLISHED
from nameplate.listings.usage_tips import TIPS
from nameplate.models import Status, Switch, User
from nameplate.web.guide import TOPICS
from nameplate.web.screenshots import FOLDER, SHARP


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
        if link.startswith("/static/"):
            assert (Path(nameplate.__file__).parent / link[1:]).is_file(), link
            continue
        href, _, anchor = link.partition("#")
        answer = client.get(href.replace("&amp;", "&")) if href else None
        assert answer is None or answer.status_code == 200, link
        shown = page if answer is None else (answer.content.decode() if anchor else "")
        assert not anchor or f'id="{anchor}"' in shown, link


def test_no_link_of_the_help_is_dead_while_functions_are_off(client: Client, db: None, manager: User) -> None:
    Switch.objects.bulk_create([Switch(name=name, on=False) for name in functions.ALL if name != functions.SERIAL_NUMBERS])
    test_no_link_of_the_help_is_dead(client, None, manager, "/help/serial-numbers")


def test_each_heading_of_the_help_is_there_and_the_list_leads_to_it(client: Client, db: None, viewer: User) -> None:
    client.force_login(viewer)
    page = client.get("/help/serial-numbers").content.decode()
    headings = re.findall(r'<h2 id="([^"]+)">', page.split('id="content"')[1])
    assert headings == [anchor for anchor, _ in TOPICS]
    assert 'href="/help/serial-numbers"' in client.get("/serials").content.decode()


def test_each_heading_has_a_picture_of_its_own_that_moves_nothing(client: Client, db: None, viewer: User) -> None:
    client.force_login(viewer)
    page = client.get("/help/serial-numbers").content.decode().split('id="content"')[1]
    sections = dict(zip([anchor for anchor, _ in TOPICS], re.split(r"<h2 id=", page)[1:], strict=True))
    alts = set()
    for anchor, section in sections.items():
        (img,) = re.findall(r"<img ([^>]+)>", section)
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', img))
        alts.add(told["alt"])
        assert (told["src"], told["loading"]) == (f"/static/help/{anchor}.png", "lazy")
        assert f'srcset="/static/help/{anchor}-dark.png" media="(prefers-color-scheme: dark)"' in section
        for name in (anchor, f"{anchor}-dark"):
            with Image.open(FOLDER / f"{name}.png") as picture:
                assert tuple(round(side / SHARP) for side in picture.size) == (int(told["width"]), int(told["height"])), name
    assert len({alt for alt in alts if len(alt) > 40}) == len(TOPICS)
    client.cookies["theme"] = "dark"
    dark = client.get("/help/serial-numbers").content.decode()
    assert 'src="/static/help/tips-dark.png"' in dark
    assert "<source" not in dark


def test_every_example_of_the_usage_tips_runs(client: Client, db: None, viewer: User) -> None:
    client.force_login(viewer)
    page = client.get("/help/usage-tips").content.decode()
    examples = re.findall(r'<th scope="row"><a href="([^"]+)"><code>', page)
    assert len(examples) == len(TIPS)
    for example in examples:
        assert "aria-invalid" not in client.get(example.replace("&amp;", "&")).content.decode(), example
