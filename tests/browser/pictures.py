"""Takes the pictures of the guide: `python -m tests.browser.pictures` serves a demo company of its own and writes docs/guide/*.png."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser import chromium
from tests.serving import ROOT, answers, free_port

GUIDE = ROOT / "docs" / "guide"
LARGEST = 300_000
"""Bytes of a picture: they are loaded with the README."""
DELIVERY = "Z1F01A22\nZ1F02001..Z1F02070\nZ1F03B10\nZ1F03B10\nZ1F0\u20114K2\nZ1F05C31"
FRAME = ViewportSize(width=1440, height=860)


def main() -> None:
    """Take them all."""
    with _demo_company() as url, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        page = browser.new_page(base_url=url, viewport=FRAME, color_scheme="light", reduced_motion="reduce", locale="en-GB")
        _sign_in(page)
        page.goto("/serials?serial=W*&status=received")
        expect(page.locator("#list-rows tr").first).to_be_visible()
        _take(page, "serial-numbers")
        page.goto("/purchase-orders?status=ordered&sort=-number")
        page.locator("#list-rows a").first.click()
        page.locator("#content").get_by_role("link", name="Receive", exact=True).click()
        page.get_by_role("textbox", name="Serial numbers").first.fill(DELIVERY)
        expect(page.locator(".np-tally").first).to_contain_text("73")
        _take(page, "receiving")
        browser.close()


def _sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill("nameplate-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Serial numbers", level=1)).to_be_visible()


def _take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready.then(() => undefined)")
    page.screenshot(path=GUIDE / f"{name}.png", caret="initial")
    size = (GUIDE / f"{name}.png").stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{name}.png has {size:,} bytes; {LARGEST:,} is the most.")


@contextmanager
def _demo_company() -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="nameplate-pictures-") as folder:
        environment = {**os.environ, "NAMEPLATE_DATA": folder, "DATABASE_URL": "", "PORT": str(port), "NAMEPLATE_LOG_LEVEL": "warning"}
        for command in ("migrate", "demo"):
            subprocess.run([sys.executable, "-m", "nameplate", command], cwd=ROOT, env=environment, check=True, capture_output=True)
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "nameplate", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                _wait_for(f"http://127.0.0.1:{port}", process)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait(60)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    while not answers(url):
        try:
            raise SystemExit(f"The product ended with status {process.wait(0.1)}.")
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    main()
