"""The machine's Chromium, found where `.ci/find-chromium` finds it, and kept away from every network but this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "The browser tests need Chromium: install the package “chromium”, or set NAMEPLATE_CHROMIUM to its path, and run this again."
ALONE = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
)


class NoChromiumError(Exception):
    """There is none on this machine; the message says what to do."""


def find(own: str = "") -> str:
    """The path of a Chromium: the one that NAMEPLATE_CHROMIUM names, else the system's, else `own`, Playwright's download."""
    for name in (os.environ.get("NAMEPLATE_CHROMIUM", ""), *NAMES):
        path = shutil.which(name) if name else None
        if path:
            return path
    if own and os.access(own, os.X_OK):
        return own
    raise NoChromiumError(MISSING)


def launch(playwright: Playwright) -> Browser:
    """Start it without a window."""
    arguments = [*ALONE, "--no-sandbox"] if os.geteuid() == 0 else [*ALONE]
    path = find(playwright.chromium.executable_path)
    return playwright.chromium.launch(executable_path=str(Path(path)), headless=True, args=arguments)
