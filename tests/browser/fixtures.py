"""The browser, and a shop to visit with it. Each test has a context of its own and fails on whatever its `Watch` saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.browser import chromium
from tests.browser.shop import Shop, open_shop
from tests.browser.watching import Watch

PATIENCE = 15_000
"""Milliseconds. A busy machine is slow; nothing is ever waited for that long when it works."""
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)

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


@pytest.fixture
def shop(_open_shop: Shop, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    """The served shop; Django here looks at its database too."""
    with django_db_blocker.unblock(), databases.pointed_at(_open_shop.database):
        yield _open_shop


@pytest.fixture
def new_context(browser: Browser, shop: Shop) -> Iterator[NewContext]:
    """Makes browser contexts: `new_context(as_="operator", phone=True, java_script_enabled=False, …)`. `as_=""` is a stranger."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def new(*, as_: str = "manager", phone: bool = False, **options: object) -> BrowserContext:
        shape = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if phone else {"viewport": DESKTOP}
        context = browser.new_context(base_url=shop.url, locale="en-GB", reduced_motion="reduce", **{**shape, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        if as_:
            context.add_cookies([{"name": "sessionid", "value": shop.session_of(as_), "url": shop.url}])
        opened.append((context, Watch(context)))
        return context

    yield new
    for context, watch in opened:
        context.close()
        watch.assert_quiet()


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A manager's page on a desktop."""
    return new_context().new_page()


@pytest.fixture
def stranger(new_context: NewContext) -> Page:
    """The page of somebody who has not signed in."""
    return new_context(as_="").new_page()
