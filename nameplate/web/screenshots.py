"""The pictures in the help: screenshots of the demo company, light and dark, that `make screenshots` takes in the tests' browser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static

FOLDER = Path(__file__).resolve().parent.parent / "static" / "help"
SHARP = 1.5
"""Pixels of the file for each pixel of the page that is in it; shown somewhat smaller, none looks soft."""
_WIDTH, _HEIGHT = slice(16, 20), slice(20, 24)
"""Where a PNG says how large it is."""


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A picture in the theme of its reader. `dark` is another one for when the system decides and is dark; empty: the theme is chosen."""

    src: str
    dark: str
    alt: str
    width: int
    height: int


def screenshot(name: str, alt: str, theme: str) -> Screenshot:
    """The picture of that name, with its size, so that nothing moves when it comes."""
    width, height = _size_of(name)
    light, dark = static(f"help/{name}.png"), static(f"help/{name}-dark.png")
    return Screenshot(dark if theme == "dark" else light, dark if theme == "system" else "", alt, width, height)


@cache
def _size_of(name: str) -> tuple[int, int]:
    with (FOLDER / f"{name}.png").open("rb") as file:
        head = file.read(24)
    width, height = (int.from_bytes(head[part]) for part in (_WIDTH, _HEIGHT))
    return round(width / SHARP), round(height / SHARP)
