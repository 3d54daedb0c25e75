"""Label sheets and rolls, as data: the size of a label, how many stand side by side and below each other, and what is between them.

Sheets are cut so that the labels stand in the middle of the page; the margins follow from that. Millimetres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

A4 = (210.0, 297.0)
LETTER = (215.9, 279.4)


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of labels. A roll is a page of one label."""

    name: str
    label: str
    width: float
    height: float
    page: tuple[float, float]
    columns: int = 1
    rows: int = 1
    gap_across: float = 0.0
    gap_down: float = 0.0

    @property
    def per_page(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        """Whether each label is a page of its own."""
        return self.per_page == 1

    def place(self, index: int) -> tuple[float, float]:
        """Where the label at this place of a page begins, from the page's upper left corner; places run along the rows."""
        row, column = divmod(index, self.columns)
        left = (self.page[0] - self.columns * self.width - (self.columns - 1) * self.gap_across) / 2
        top = (self.page[1] - self.rows * self.height - (self.rows - 1) * self.gap_down) / 2
        return left + column * (self.width + self.gap_across), top + row * (self.height + self.gap_down)


def _sheet(name: str, size: tuple[float, float], grid: tuple[int, int], gaps: tuple[float, float], page: tuple[float, float]) -> Stock:
    columns, rows = grid
    paper = "A4" if page == A4 else "Letter"
    label = f"{name}: {size[0]:g} × {size[1]:g} mm, {columns * rows} on {paper}"
    return Stock(name, label, *size, page, columns, rows, *gaps)


def _roll(name: str, width: float, height: float, kind: str = "") -> Stock:
    return Stock(name, f"Roll {width:g} × {height:g} mm{f' ({kind})' if kind else ''}", width, height, (width, height))


STOCKS: Mapping[str, Stock] = {
    stock.name: stock
    for stock in (
        _sheet("L7160", (63.5, 38.1), (3, 7), (2.54, 0), A4),
        _sheet("L7159", (63.5, 33.9), (3, 8), (2.54, 0), A4),
        _sheet("L7161", (63.5, 46.6), (3, 6), (2.54, 0), A4),
        _sheet("L7162", (99.1, 33.9), (2, 8), (2.54, 0), A4),
        _sheet("L7163", (99.1, 38.1), (2, 7), (2.54, 0), A4),
        _sheet("L7651", (38.1, 21.2), (5, 13), (2.54, 0), A4),
        _sheet("L4732", (35.6, 16.9), (5, 16), (2.5, 0), A4),
        _sheet("L4731", (25.4, 10.0), (7, 27), (2.5, 0), A4),
        _sheet("5160", (66.675, 25.4), (3, 10), (3.175, 0), LETTER),
        _sheet("5163", (101.6, 50.8), (2, 5), (4.7625, 0), LETTER),
        _sheet("5167", (44.45, 12.7), (4, 20), (7.9375, 0), LETTER),
        _roll("roll-50x25", 50, 25),
        _roll("roll-57x32", 57, 32),
        _roll("roll-62x29", 62, 29),
        _roll("roll-89x36", 89, 36),
        _roll("roll-100x50", 100, 50),
    )
}
USUAL = "L7160"
