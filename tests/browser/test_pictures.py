"""The pictures that the documentation and the help show are there, light, and said in words too."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.pictures import HELP_FOLDER, LARGEST, LARGEST_HELP
from tests.browser.scenes import GUIDE, HELP
from tests.serving import ROOT

PNG = b"\x89PNG\r\n\x1a\n"


def test_every_picture_that_is_shown_exists_and_is_light() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in (ROOT / "README.md", *(ROOT / "docs" / "guide").glob("*.md"))
        for name in re.findall(r"!\[[^\]]{10,}\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    }
    assert {picture.stem for picture in shown} == set(GUIDE) == {picture.stem for picture in (ROOT / "docs" / "guide").glob("*.png")}
    for picture in map(Path, shown):
        assert picture.read_bytes().startswith(PNG), picture
        assert picture.stat().st_size <= LARGEST, picture


def test_the_help_has_each_of_its_pictures_light_and_dark() -> None:
    files = {file.stem: file.stat().st_size for file in HELP_FOLDER.glob("*")}
    assert set(files) == {f"{name}{theme}" for name in HELP for theme in ("", "-dark")}
    assert max(files.values()) <= LARGEST_HELP
