"""An inspection's report drawn on A4: the head of our papers, then headings, rows and lists of numbers that flow over the pages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from nameplate.documents.order_pages import BOTTOM, LEADING, LEFT, RIGHT, SIZE, SMALL, TOP, below_head, first_head, foot, next_head, rule
from nameplate.documents.paper import OrderPaper
from nameplate.documents.typesetting import GREY, INK, Face, width, wrapped, write

SECOND = LEFT + 52 * mm
FIGURES = 20 * mm
"""How wide a column of figures is; the last one ends at the right edge."""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands below each other: a heading, a row with what belongs to it, a list of numbers."""

    cells: Sequence[str]
    face: Face = "text"
    title: bool = False
    below: str = ""
    item: str = ""
    listed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of type: pieces of text with where each begins (or ends, where it is set right)."""

    pieces: Sequence[tuple[float, str, Face, float, bool, bool]]
    """(x, text, face, size, set right, in grey)"""
    height: float
    ruled: bool = False
    kept: bool = False
    """Not the last line of a page."""


def heading(*cells: str) -> Row:
    """The title of a section; further cells are the heads of figures."""
    return Row(cells, "strong", title=True)


def row(*cells: str, below: str = "", item: str = "", face: Face = "text") -> Row:
    """What it is about, words, and figures; what is below is set small."""
    return Row(cells, face, below=below, item=item)


def numbers(listed: Sequence[str]) -> Row:
    """Serial numbers, as many on a line as fit."""
    return Row((), "number", listed=listed)


def drawn(paper: OrderPaper, rows: Sequence[Row]) -> bytes:
    """The PDF. The same rows make the same bytes."""
    lines = [line for one in rows for line in _lines(one)]
    pages = list(_pages(lines, below_head(paper) - BOTTOM))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=A4, invariant=1)
    canvas.setTitle(f"{paper.title} {paper.number}")
    canvas.setAuthor(paper.head.name)
    for index, page in enumerate(pages):
        y = first_head(canvas, paper) if index == 0 else next_head(canvas, paper)
        for line in page:
            y -= line.height
            for x, text, face, size, right, grey in line.pieces:
                canvas.setFillColorRGB(*(GREY if grey else INK))
                write(canvas, x, y, text, face, size, right=right)
            if line.ruled:
                rule(canvas, y - 4, 0.6)
        foot(canvas, paper, index + 1, len(pages))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _pages(lines: Sequence[_Line], room: float) -> Iterator[list[_Line]]:
    """The lines of each page; one that is kept goes on with what follows it."""
    page: list[_Line] = []
    left = room
    for index, line in enumerate(lines):
        needed = line.height + (lines[index + 1].height if line.kept and index + 1 < len(lines) else 0)
        if page and needed > left:
            yield page
            page, left = [], TOP - 22 - BOTTOM
        page.append(line)
        left -= line.height
    yield page


def _lines(one: Row) -> Iterator[_Line]:
    if one.title:
        yield _title(one)
    elif one.listed:
        for index, text in enumerate(wrapped("  ".join(one.listed), "number", SMALL, RIGHT - LEFT)):
            yield _Line([(LEFT, text, "number", SMALL, False, False)], LEADING + (4 if index == 0 else -2))
    else:
        yield from _row(one)


def _title(one: Row) -> _Line:
    first, *heads = one.cells
    pieces: list[tuple[float, str, Face, float, bool, bool]] = [(LEFT, first, "strong", SIZE + 1, False, False)]
    pieces += _figures(heads[1:], "text", SMALL, grey=True)
    return _Line(pieces, LEADING + 14, ruled=True, kept=True)


def _figures(texts: Sequence[str], face: Face, size: float, *, grey: bool) -> list[tuple[float, str, Face, float, bool, bool]]:
    return [(RIGHT - (len(texts) - 1 - index) * FIGURES, text, face, size, True, grey) for index, text in enumerate(texts)]


def _row(one: Row) -> Iterator[_Line]:
    """A number and the words on it side by side where both fit; else each on lines of its own."""
    first, second, *figures = (*one.cells, "", "")[: max(len(one.cells), 2)]
    words = f"{one.item}  {second}".strip() if one.item else second
    pieces: list[tuple[float, str, Face, float, bool, bool]] = []
    small = wrapped(one.below, "text", SMALL, RIGHT - SECOND) if one.below else []
    begins = SECOND if width(first, one.face, SIZE) <= SECOND - LEFT - 8 else LEFT + width(first, one.face, SIZE) + 12
    ends = RIGHT - len(figures) * FIGURES
    if not words or begins + width(words, "text", SIZE) > ends:
        heads, beside = wrapped(first, one.face, SIZE, ends - LEFT), [""]
        under = [*wrapped(words, "text", SIZE, RIGHT - SECOND)] if words else []
    else:
        heads, beside, under = [first], [words], []
    # What is measured stands beside the number where nothing else does.
    aside = small.pop(0) if small and not words and begins == SECOND else ""
    for index, text in enumerate(heads):
        pieces = [(LEFT, text, one.face, SIZE, False, False)]
        if index == 0:
            pieces += [(SECOND, aside, "text", SMALL, False, True)] if aside else []
            pieces += [(begins, beside[0], "text", SIZE, False, bool(figures))] if beside[0] else []
            pieces += _figures(figures, "text", SIZE, grey=False)
        yield _Line(pieces, LEADING + (4 if index == 0 else 0), kept=index == 0 and bool(under or small))
    for text in under:
        yield _Line([(SECOND, text, "text", SIZE, False, False)], LEADING)
    for text in small:
        yield _Line([(SECOND, text, "text", SMALL, False, True)], LEADING - 2)
