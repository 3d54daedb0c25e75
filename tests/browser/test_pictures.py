"""The pictures that the documentation shows are there and light."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.pictures import LARGEST
from tests.serving import ROOT

PNG = b"\x89PNG\r\n\x1a\n"


def test_every_picture_that_is_shown_exists_and_is_light() -> None:
    shown = [
        page.parent / name
        for page in (ROOT / "README.md", *(ROOT / "docs" / "guide").glob("*.md"))
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    ]
    assert shown
    for picture in map(Path, shown):
        assert picture.read_bytes().startswith(PNG), picture
        assert picture.stat().st_size <= LARGEST, picture
