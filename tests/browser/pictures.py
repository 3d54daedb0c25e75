"""Takes the pictures of the help and the guide: `make screenshots` serves a demo company and looks at it in the tests' browser."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, expect, sync_playwright

from nameplate.web.screenshots import SHARP
from tests.browser import chromium
from tests.browser.scenes import GUIDE, HELP, Scene
from tests.serving import ROOT, answers, free_port

GUIDE_FOLDER = ROOT / "docs" / "guide"
HELP_FOLDER = ROOT / "nameplate" / "static" / "help"
LARGEST = 300_000
"""Bytes of a picture of the guide: the first is loaded with the README."""
LARGEST_HELP = 120_000
COLOURS = 256
"""As many are kept of a picture: no eye finds those that are gone, and the file is a third."""
MARGIN, BELOW = 12, 4
"""Around what is in a picture; below it little, where the page goes on."""
WIDE = ViewportSize(width=1440, height=860)
NARROW = ViewportSize(width=1160, height=1500)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Take them all, or those that are named."""
    wanted = sys.argv[1:]
    with _demo_company() as url, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for theme in THEMES:
            page = _window(browser, url, NARROW, theme, SHARP)
            for name, scene in HELP.items():
                if not wanted or name in wanted:
                    _take(page, scene, HELP_FOLDER / f"{name}{'-dark' if theme == 'dark' else ''}.png", LARGEST_HELP, NARROW)
        page = _window(browser, url, WIDE, "light", 1)
        for name, scene in GUIDE.items():
            if not wanted or name in wanted:
                _take(page, scene, GUIDE_FOLDER / f"{name}.png", LARGEST, WIDE)
        browser.close()


def _window(browser: Browser, url: str, size: ViewportSize, theme: Literal["light", "dark"], scale: float) -> Page:
    """A window of the manager's."""
    page = browser.new_page(
        base_url=url, viewport=size, color_scheme=theme, device_scale_factor=scale, reduced_motion="reduce", locale="en-GB"
    )
    page.goto("/account/login/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill("nameplate-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Serial numbers", level=1)).to_be_visible()
    return page


def _take(page: Page, scene: Scene, file: Path, most: int, size: ViewportSize) -> None:
    """Nothing that a pointer happens to be over, no cursor, no letter in a font that is still on its way."""
    page.mouse.move(0, 0)
    page.set_viewport_size(size)
    parts = scene(page)
    page.evaluate("document.fonts.ready.then(() => undefined)")
    taken = page.screenshot(clip=_around(parts), caret="hide") if parts else page.screenshot(caret="hide")
    picture = (
        Image.open(io.BytesIO(taken))
        .convert("RGB")
        .quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    )
    file.parent.mkdir(exist_ok=True)
    picture.save(file, optimize=True)
    weight = file.stat().st_size
    if weight > most:
        raise SystemExit(f"{file.name} has {weight:,} bytes; {most:,} is the most.")


def _around(parts: Sequence[Locator]) -> FloatRect:
    """All of these with a margin, in pixels of the page."""
    boxes = [box for part in parts if (box := part.bounding_box())]
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right, bottom = max(box["x"] + box["width"] for box in boxes), max(box["y"] + box["height"] for box in boxes)
    return {"x": left - MARGIN, "y": top - MARGIN, "width": right - left + 2 * MARGIN, "height": bottom - top + MARGIN + BELOW}


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
