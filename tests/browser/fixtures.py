"""The browser, and a shop to visit with it. Each test has a context of its own and fails on whatever its `Watch` saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from nameplate.models import ListLayout, SavedSearch
from tests import databases
from tests.browser import chromium
from tests.browser.shop import Shop, open_shop
from tests.browser.watching import Watch

PATIENCE = 15_000
"""Milliseconds. A busy machine is slow; nothing is ever waited for that long when it works."""
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
ON_A_PHONE = {"viewport": PHONE, "is_mobile": True, "has_touch": True}

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file. Not for all: while it runs, this thread has an event loop that other tests would meet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the loop is Playwright's own; nothing else here is asynchronous
        with sync_playwright() as playwright:
            try:
                running = chromium.launch(playwright)
            except chromium.NoChromiumError as missing:
                pytest.fail(str(missing), pytrace=False)
            expect.set_options(timeout=PATIENCE)
            yield running
            running.close()


@pytest.fixture(scope="session")
def _open_shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    with open_shop(django_db_blocker) as shop:
        yield shop


@pytest.fixture(scope="module")
def _known_shop(_open_shop: Shop, django_db_blocker: DjangoDbBlocker) -> Shop:
    """The shop, of which PostgreSQL knows how much is in it: what its server does by itself; in tests nothing does. SQLite never does."""
    with django_db_blocker.unblock(), databases.pointed_at(_open_shop.database), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    return _open_shop


@pytest.fixture
def shop(_known_shop: Shop, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    """The served shop; Django here looks at its database too. Nobody has arranged a list of it."""
    with django_db_blocker.unblock(), databases.pointed_at(_known_shop.database):
        ListLayout.objects.all().delete()
        SavedSearch.objects.all().delete()
        yield _known_shop


def context_of(browser: Browser, shop: Shop, *, as_: str, **options: Any) -> BrowserContext:
    """Windows of somebody who is signed in, at a desk unless told otherwise; of a stranger if nobody is named."""
    shape: dict[str, Any] = {"viewport": DESKTOP, **options}
    context = browser.new_context(base_url=shop.url, locale="en-GB", reduced_motion="reduce", **shape)
    context.set_default_timeout(PATIENCE)
    if as_:
        context.add_cookies([{"name": "sessionid", "value": shop.session_of(as_), "url": shop.url}])
    return context


class Desk:
    """A manager's window, kept over the tests of a file: Chromium shows a page in half the time in a window that showed one before.

    What a test leaves in it is cleared up: more windows, what was stored, how it was looked at, what the `Watch` saw.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._context: BrowserContext | None = None
        self._watch: Watch

    def sit_down(self, shop: Shop) -> Page:
        """The window, as if it were new."""
        if self._context is None:
            self._context = context_of(self._browser, shop, as_="manager")
            self._watch = Watch(self._context)
        page = self._context.pages[0] if self._context.pages else self._context.new_page()
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        return page

    def clear_up(self) -> None:
        """Leave it as it was found; fail with what went wrong in it."""
        assert self._context is not None
        for page in self._context.pages[1:]:
            page.close()
        for page in self._context.pages:
            page.unroute_all()
            if page.url.startswith("http"):  # an empty page and one that was not answered keep nothing
                page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self._watch.assert_quiet()

    def leave(self) -> None:
        """Close everything."""
        if self._context is not None:
            self._context.close()


@pytest.fixture
def new_context(browser: Browser, shop: Shop) -> Iterator[NewContext]:
    """Makes browser contexts: `new_context(as_="operator", phone=True, java_script_enabled=False, …)`. `as_=""` is a stranger."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def new(*, as_: str = "manager", phone: bool = False, **options: object) -> BrowserContext:
        context = context_of(browser, shop, as_=as_, **({**ON_A_PHONE, **options} if phone else options))
        opened.append((context, Watch(context)))
        return context

    yield new
    for context, watch in opened:
        context.close()
        watch.assert_quiet()


@pytest.fixture(scope="module")
def _desk(browser: Browser) -> Iterator[Desk]:
    desk = Desk(browser)
    yield desk
    desk.leave()


@pytest.fixture
def page(_desk: Desk, shop: Shop) -> Iterator[Page]:
    """A manager's page on a desktop."""
    page = _desk.sit_down(shop)
    yield page
    _desk.clear_up()


@pytest.fixture
def stranger(new_context: NewContext) -> Page:
    """The page of somebody who has not signed in."""
    return new_context(as_="").new_page()
