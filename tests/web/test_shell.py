"""The frame round every page: the theme, the search, and the pages that say no."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client, RequestFactory

from nameplate.models import User
from nameplate.refusals import Busy, Cause, Conflict
from nameplate.web import errors
from nameplate.web.navigation import SECTIONS


@pytest.fixture
def page(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client


def test_every_page_of_the_rail_opens(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    for _, links in SECTIONS:
        for address, label, _ in links:
            text = client.get(address).content.decode()
            assert re.search(rf'<a href="{address}" aria-current="page">.*?{label}</a>', text), address


def test_the_theme_is_a_cookie_that_the_server_writes_into_the_page(page: Client) -> None:
    assert "data-bs-theme" not in page.get("/help/usage-tips").content.decode()
    answer = page.post("/theme", {"theme": "dark"}, headers={"referer": "http://testserver/items"})
    assert answer.status_code == 303
    assert answer["Location"] == "http://testserver/items"
    assert '<html lang="en" data-bs-theme="dark">' in page.get("/help/usage-tips").content.decode()
    page.post("/theme", {"theme": "system"})
    assert "data-bs-theme" not in page.get("/help/usage-tips").content.decode()


def test_the_theme_leads_nowhere_else_and_takes_nothing_else(page: Client) -> None:
    answer = page.post("/theme", {"theme": '"><script>'}, headers={"referer": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert "script>" not in answer.cookies["theme"].value


def test_nothing_there_is_said_inside_the_frame(page: Client) -> None:
    answer = page.get("/no-such-page")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is nothing here" in text
    assert 'id="rail"' in text


def test_somebody_who_is_not_signed_in_sees_the_same_outside_of_it(client: Client, db: None) -> None:
    text = client.get("/no-such-page").content.decode()
    assert "There is nothing here" in text
    assert 'id="rail"' not in text


def test_a_form_whose_token_does_not_fit_says_what_to_do(operator: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator)
    answer = strict.post("/theme", {"theme": "dark"})
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


def test_our_own_fault_asks_no_database_and_says_so(rf: RequestFactory) -> None:
    # Without the `db` fixture any statement fails the test: session, messages and user must be left alone.
    request = rf.get("/serials")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "some-session"
    for middleware in (SessionMiddleware, AuthenticationMiddleware, MessageMiddleware):
        middleware(errors.our_fault).process_request(request)
    answer = errors.our_fault(request)
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "Something went wrong on our side" in text
    assert 'href="/"' in text


def test_a_refusal_that_no_page_caught_has_its_status_cause_and_way_out(rf: RequestFactory, manager: User) -> None:
    request = rf.get("/anything")
    request.user = manager
    answer = errors.RefusalMiddleware(lambda _: errors.our_fault(request)).process_exception(
        request, Conflict("later", "Something later stands in the way.", causes=[Cause("entries", 7, "PO00007")], way_out="Undo it first.")
    )
    assert answer is not None
    assert answer.status_code == 409
    text = answer.content.decode()
    for said in ("Something later stands in the way.", 'href="/entries/7"', "Open PO00007", "Undo it first."):
        assert said in text


def test_being_busy_says_when_to_come_back(rf: RequestFactory) -> None:
    request = rf.get("/serials")
    answer = errors.RefusalMiddleware(lambda _: errors.our_fault(request)).process_exception(
        request, Busy("busy", "Somebody else is writing.")
    )
    assert answer is not None
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert "Try again" in answer.content.decode()


def test_vendored_files_are_the_ones_that_are_written_down() -> None:
    folder = Path(settings.BASE_DIR) / "static" / "vendor"
    rows = re.findall(r"`([0-9a-f]{64})` \| `([^`]+)`", (folder / "VENDORED.md").read_text())
    assert {name for _, name in rows} == {
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and not file.name.startswith(("LICENSE", "VENDORED"))
    }
    for wanted, name in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted, name


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    base = Path(settings.BASE_DIR)
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (base / "static/vendor/tabler/icons.svg").read_text()))
    asked = {
        name
        for file in [*base.rglob("templates/**/*.html"), *base.rglob("templates/**/*.jinja")]
        for name in re.findall(r"""icon[ (]["']([a-z0-9-]+)["']""", file.read_text())
    }
    assert asked
    assert asked <= sprite
