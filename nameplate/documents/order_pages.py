"""An order drawn on A4: a head, the vendor, the lines with a table's head on each page, the total, page x of y."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from nameplate.documents.paper import OrderPaper, PaperLine
from nameplate.documents.typesetting import GREY, INK, LINE, width, wrapped, write

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 20 * mm, PAGE_WIDTH - 20 * mm
TOP, BOTTOM = PAGE_HEIGHT - 18 * mm, 24 * mm
LOGO = (52 * mm, 20 * mm)
"""The most room that a logo takes."""
SIZE, SMALL, LEADING = 9.5, 8.0, 13.0
ITEM = LEFT + 11 * mm
QUANTITY, PRICE, AMOUNT = RIGHT - 62 * mm, RIGHT - 31 * mm, RIGHT
"""Where these columns end: numbers are set right."""
ITEM_ROOM = QUANTITY - 26 * mm - ITEM
NUMBERS_ROOM = RIGHT - ITEM
BOX = 27 * mm
"""How high a box to write into is, with its label and the room below."""
SIGNATURE = 26 * mm
"""How much room the lines for signatures take."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of type in the table. The first of an order's line also bears its figures."""

    text: str
    face: str
    of: PaperLine | None = None
    height: float = LEADING


def drawn(paper: OrderPaper) -> bytes:
    """The PDF. The same paper makes the same bytes."""
    pages = list(_pages(paper))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=A4, invariant=1)
    canvas.setTitle(f"{paper.title} {paper.number}")
    canvas.setAuthor(paper.head.name)
    for index, rows in enumerate(pages):
        y = first_head(canvas, paper) if index == 0 else next_head(canvas, paper)
        y = _rows(canvas, _table_head(canvas, paper, y), rows)
        if index == len(pages) - 1:
            _total(canvas, paper, y)
        foot(canvas, paper, index + 1, len(pages))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _pages(paper: OrderPaper) -> Iterator[list[_Row]]:
    """The rows of each page. A line begins on a new page rather than leave its first two rows alone at the foot."""
    room = _first_room(paper)
    page: list[_Row] = []
    for line in paper.lines:
        rows = _rows_of(line)
        if page and sum(row.height for row in rows[:2]) > room:
            yield page
            page, room = [], _next_room()
        for row in rows:
            if row.height > room:
                yield page
                page, room = [], _next_room()
            page.append(row)
            room -= row.height
    if page and room < _total_height(paper):
        yield page
        page = []
    yield page


def _rows_of(line: PaperLine) -> list[_Row]:
    first, *more = wrapped(line.item, "strong", SIZE, ITEM_ROOM)
    rows = [_Row(first, "strong", line, LEADING + 9), *(_Row(text, "strong") for text in more)]
    for text in (line.description, line.remark):
        rows += [_Row(part, "text") for part in wrapped(text, "text", SMALL + 0.5, ITEM_ROOM)] if text else []
    numbers = wrapped("  ".join(line.numbers), "number", SMALL, NUMBERS_ROOM) if line.numbers else []
    return [*rows, *(_Row(text, "number", None, LEADING - 2) for text in numbers)]


def _first_room(paper: OrderPaper) -> float:
    return below_head(paper) - 26 - BOTTOM


def _next_room() -> float:
    return TOP - 22 - 26 - BOTTOM


def _total_height(paper: OrderPaper) -> float:
    return (30 if paper.total else 0) + (LEADING if paper.note else 0) + (BOX if paper.boxes else 0) + (SIGNATURE if paper.signed else 0)


def below_head(paper: OrderPaper) -> float:
    """Where the table begins on the first page."""
    sender = LOGO[1] / LEADING if paper.head.logo else 1
    high = max(sender, len(paper.head.lines) + (1 if paper.head.logo else 0))
    block = max(len(_addressee(paper)), len(paper.facts), 3)
    return TOP - high * LEADING - 52 - block * LEADING - 26


def _addressee(paper: OrderPaper) -> list[str]:
    """Its lines. An empty one parts two addresses, of which each begins strong."""
    return [part for text in paper.addressee[:14] for part in (wrapped(text, "text", SIZE, 85 * mm) if text else [""])]


def first_head(canvas: Canvas, paper: OrderPaper) -> float:
    """The sender, the title and the facts of a first page; where what comes below may begin."""
    y = TOP
    canvas.setFillColorRGB(*INK)
    if paper.head.logo:
        picture = ImageReader(io.BytesIO(paper.head.logo))
        wide, high = picture.getSize()
        scale = min(LOGO[0] / wide, LOGO[1] / high)
        canvas.drawImage(picture, LEFT, TOP + 8 - high * scale, wide * scale, high * scale, mask="auto")
    else:
        write(canvas, LEFT, y, wrapped(paper.head.name, "strong", 14, 95 * mm)[0], "strong", 14)
    canvas.setFillColorRGB(*GREY)
    lines = [paper.head.name, *paper.head.lines] if paper.head.logo else paper.head.lines
    for number, text in enumerate(lines):
        write(canvas, RIGHT, y - number * LEADING, wrapped(text, "text", SMALL + 0.5, 75 * mm)[0], "text", SMALL + 0.5, right=True)
    table = below_head(paper)
    block = max(len(_addressee(paper)), len(paper.facts), 3) * LEADING
    y = table + 26 + block
    canvas.setFillColorRGB(*INK)
    title = f"{paper.title} "
    write(canvas, LEFT, y + 22, title, "strong", 17)
    write(canvas, LEFT + width(title, "strong", 17), y + 22, paper.number, "number", 16)
    if paper.mark:
        write(canvas, RIGHT, y + 22, paper.mark.upper(), "strong", 11, right=True)
    above = ""
    for number, text in enumerate(_addressee(paper)):
        write(canvas, LEFT, y - number * LEADING, text, "text" if above else "strong", SIZE)
        above = text
    for number, (label, value) in enumerate(paper.facts):
        canvas.setFillColorRGB(*GREY)
        write(canvas, RIGHT - 72 * mm, y - number * LEADING, label, "text", SIZE)
        canvas.setFillColorRGB(*INK)
        write(canvas, RIGHT, y - number * LEADING, wrapped(value, "text", SIZE, 42 * mm)[0], "text", SIZE, right=True)
    return table


def next_head(canvas: Canvas, paper: OrderPaper) -> float:
    """The line over every further page; where what comes below may begin."""
    canvas.setFillColorRGB(*GREY)
    write(canvas, LEFT, TOP, f"{paper.title} {paper.number}", "text", SMALL + 0.5)
    write(canvas, RIGHT, TOP, wrapped(paper.head.name, "text", SMALL + 0.5, 80 * mm)[0], "text", SMALL + 0.5, right=True)
    return TOP - 22


def _table_head(canvas: Canvas, paper: OrderPaper, y: float) -> float:
    canvas.setFillColorRGB(*GREY)
    write(canvas, LEFT, y, "Line", "strong", SMALL)
    write(canvas, ITEM, y, "Item", "strong", SMALL)
    write(canvas, QUANTITY, y, "Quantity", "strong", SMALL, right=True)
    if paper.total:
        write(canvas, PRICE, y, "Price of one", "strong", SMALL, right=True)
        write(canvas, AMOUNT, y, f"Amount in {paper.currency}", "strong", SMALL, right=True)
    rule(canvas, y - 6, 0.8)
    return y - 2


def _rows(canvas: Canvas, y: float, rows: list[_Row]) -> float:
    for number, row in enumerate(rows):
        if row.of is not None and number:
            rule(canvas, y - 7, 0.4)
        y -= row.height
        canvas.setFillColorRGB(*(INK if row.face == "strong" else GREY))
        size = SIZE if row.face == "strong" else SMALL if row.face == "number" else SMALL + 0.5
        write(canvas, ITEM, y, row.text, row.face, size)  # type: ignore[arg-type]  # the faces above
        if row.of is not None:
            _figures(canvas, y, row.of)
    return y - 8


def _figures(canvas: Canvas, y: float, line: PaperLine) -> None:
    canvas.setFillColorRGB(*GREY)
    write(canvas, LEFT, y, line.position, "text", SIZE)
    canvas.setFillColorRGB(*INK)
    for right, text in ((QUANTITY, line.quantity), (PRICE, line.price), (AMOUNT, line.amount)):
        # A figure that is wider than its column is set smaller, never into its neighbour.
        size = min(SIZE, SIZE * 29 * mm / max(width(text, "text", SIZE), 1))
        write(canvas, right, y, text, "text", size, right=True)


def _total(canvas: Canvas, paper: OrderPaper, y: float) -> None:
    rule(canvas, y, 0.8)
    if paper.total:
        canvas.setFillColorRGB(*INK)
        y -= 18
        write(canvas, ITEM, y, "Total", "strong", SIZE + 1.5)
        write(canvas, RIGHT, y, f"{paper.total} {paper.currency}", "strong", SIZE + 1.5, right=True)
    if paper.note:
        canvas.setFillColorRGB(*GREY)
        y -= LEADING
        write(canvas, ITEM, y, paper.note, "text", SMALL)
    if paper.boxes:
        _boxes(canvas, paper, y - 4 * mm)
        y -= BOX
    _signatures(canvas, paper, y - SIGNATURE + 4 * mm)


def _boxes(canvas: Canvas, paper: OrderPaper, y: float) -> None:
    """A box to write into for each, side by side, with what it is for in its corner."""
    room = (RIGHT - LEFT + 6 * mm) / len(paper.boxes)
    high = BOX - 7 * mm
    for number, label in enumerate(paper.boxes):
        left = LEFT + number * room
        canvas.setStrokeColorRGB(*LINE)
        canvas.setLineWidth(0.8)
        canvas.rect(left, y - high, room - 6 * mm, high)
        canvas.setFillColorRGB(*GREY)
        write(canvas, left + 5, y - 10, label, "text", SMALL)


def _signatures(canvas: Canvas, paper: OrderPaper, y: float) -> None:
    """A line for each who signs, side by side, with what it is for below it."""
    room = (RIGHT - LEFT + 6 * mm) / max(len(paper.signed), 1)
    for number, label in enumerate(paper.signed):
        left = LEFT + number * room
        canvas.setStrokeColorRGB(*LINE)
        canvas.setLineWidth(0.8)
        canvas.line(left, y, left + room - 6 * mm, y)
        canvas.setFillColorRGB(*GREY)
        write(canvas, left, y - 10, f"{label}: name, date, signature", "text", SMALL)


def foot(canvas: Canvas, paper: OrderPaper, page: int, pages: int) -> None:
    """The number, and page x of y."""
    canvas.setFillColorRGB(*GREY)
    write(canvas, LEFT, 13 * mm, paper.number, "number", SMALL)
    write(canvas, RIGHT, 13 * mm, f"Page {page} of {pages}", "text", SMALL, right=True)


def rule(canvas: Canvas, y: float, thickness: float) -> None:
    """A line across the page."""
    canvas.setStrokeColorRGB(*LINE)
    canvas.setLineWidth(thickness)
    canvas.line(LEFT, y, RIGHT, y)
