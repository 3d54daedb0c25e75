"""A paper of the workshop drawn on A4: its head with a code to scan, its blocks over as many pages as they need, page x of y."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from nameplate.documents.sheets import Block, Grid, Head, Sheet, Table, Title, Words
from nameplate.documents.symbols import CODES, USUAL, modules_of
from nameplate.documents.typesetting import GREY, INK, LINE, Face, broken, width, wrapped, write

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 18 * mm, PAGE_WIDTH - 18 * mm
TOP, BOTTOM = PAGE_HEIGHT - 16 * mm, 21 * mm
ROOM = RIGHT - LEFT
SIZE, SMALL, LEADING = 9.0, 7.8, 11.5
CODE = 15 * mm
"""How large the code to scan is."""
GUTTER = 10.0
LABEL = 38 * mm
"""How much room the label of a fact has."""
MOST_COLUMNS = 5
STRETCH = 20
"""Lines of a grid that are read downwards in one go, and stand on one page."""

Draw = Callable[[Canvas, float], None]
"""Draws with its baseline at this height."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Something drawn across the page. `with_next` is how much of what follows has to stand on the same page."""

    height: float
    draw: Draw
    with_next: float = 0.0
    title: bool = False
    """Whether it stands on the page of what comes next, as far as that may not be parted either."""
    head: _Row | None = None
    """What is repeated over it where it begins a page."""


def drawn(sheet: Sheet) -> bytes:
    """The PDF. The same sheet makes the same bytes."""
    facts, below = _facts(sheet)
    pages = list(_pages(_kept(list(_rows(sheet.blocks))), below))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=A4, invariant=1)
    canvas.setTitle(f"{sheet.title} {sheet.number}")
    canvas.setAuthor(sheet.company)
    for index, rows in enumerate(pages):
        y = _first_head(canvas, sheet, facts) if index == 0 else _next_head(canvas, sheet)
        for row in rows:
            y -= row.height
            row.draw(canvas, y)
        _foot(canvas, sheet, index + 1, len(pages))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _pages(rows: Sequence[_Row], below: float) -> Iterator[list[_Row]]:
    page: list[_Row] = []
    room = below - BOTTOM
    for row in rows:
        if page and row.height + row.with_next > room:
            yield page
            page, room = [], TOP - 20 - BOTTOM
            if row.head is not None:
                page, room = [row.head], room - row.head.height
        page.append(row)
        room -= row.height
    yield page


def _kept(rows: Sequence[_Row]) -> list[_Row]:
    """The rows, each title with as much as has to stay with it."""
    found: list[_Row] = []
    for row in reversed(rows):
        after = found[-1].height + found[-1].with_next if found else 0.0
        found.append(replace(row, with_next=after) if row.title else row)
    return found[::-1]


def _rows(blocks: Sequence[Block]) -> Iterator[_Row]:
    grids = [block for block in blocks if isinstance(block, Grid)]
    label, text = _widest(grids)
    for block in blocks:
        if isinstance(block, Title):
            yield _title(block)
        elif isinstance(block, Table):
            yield from _table(block)
        elif isinstance(block, Grid):
            yield from _grid(block, label, text)
        else:
            yield from _words(block)


def _title(title: Title) -> _Row:
    size = SIZE + (2 if title.level == 1 else 0.5)

    def draw(canvas: Canvas, y: float) -> None:
        _color(canvas, INK)
        x = LEFT
        pieces: tuple[tuple[str, Face], ...] = ((title.text, "strong"), (title.number, "number"))
        most = ROOM * (0.4 if title.text and title.number else 0.62)
        for text, face in pieces:
            if text:
                shown = _cut(text, face, size, most)
                write(canvas, x, y, shown, face, size)
                x += width(shown, face, size) + 6
        _color(canvas, GREY)
        aside = _cut(title.aside, "text", SMALL + 0.5, ROOM * 0.35) if title.aside else ""
        left = RIGHT - width(aside, "text", SMALL + 0.5) - 8 - x
        if title.small and left > 20:
            write(canvas, x, y, _cut(title.small, "text", SMALL + 0.5, left), "text", SMALL + 0.5)
        write(canvas, RIGHT, y, aside, "text", SMALL + 0.5, right=True)
        if title.level == 1:
            _rule(canvas, y - 4, 0.6)

    return _Row(25 if title.level == 1 else 18, draw, title=True)


def _table(table: Table) -> Iterator[_Row]:
    def heads(canvas: Canvas, y: float) -> None:
        _color(canvas, GREY)
        for head, x in _placed(table):
            write(canvas, x, y, head.text, "strong", SMALL, right=head.right)
        _rule(canvas, y - 4, 0.4)

    head = _Row(LEADING + 5, heads, with_next=2 * LEADING)
    yield head
    for number, cells in enumerate(table.rows):
        parts = [
            wrapped(text, "strong" if at == 0 else "text", SIZE, one.wide * mm - 6)
            for at, (text, one) in enumerate(zip(cells, table.heads, strict=True))
        ]
        for line in range(max(map(len, parts))):
            texts = [part[line] if line < len(part) else "" for part in parts]
            height = LEADING + (4 if line == 0 else 0)
            yield _Row(height, _table_row(table, texts, ruled=number > 0 and line == 0), head=head)


def _table_row(table: Table, texts: Sequence[str], *, ruled: bool) -> Draw:
    def draw(canvas: Canvas, y: float) -> None:
        if ruled:
            _rule(canvas, y + LEADING, 0.3)
        _color(canvas, INK)
        for at, (text, (head, x)) in enumerate(zip(texts, _placed(table), strict=True)):
            write(canvas, x, y, text, "strong" if at == 0 else "text", SIZE, right=head.right)

    return draw


def _placed(table: Table) -> Iterator[tuple[Head, float]]:
    """Each head with where its column begins, or ends where it is set right."""
    x = LEFT
    for head in table.heads:
        x += head.wide * mm
        yield head, x - 6 if head.right else x - head.wide * mm


def _widest(grids: Sequence[Grid]) -> tuple[float, float]:
    """How wide the labels and the texts of all grids are, so that they stand under one another on the whole paper."""
    cells = [cell for grid in grids for cell in grid.cells]
    label = max((width(cell.label, "text", SMALL) for cell in cells if cell.label), default=0.0)
    text = max((width(cell.text, "number", SMALL) for cell in cells), default=0.0)
    return min(label, 45 * mm), min(text, 90 * mm)


def _grid(grid: Grid, label: float, text: float) -> Iterator[_Row]:
    box = 12.0 if grid.boxes else 0.0
    lead = label + 6 if label and any(cell.label for cell in grid.cells) else 0.0
    columns = max(1, min(MOST_COLUMNS, int((ROOM + GUTTER) // (box + lead + text + GUTTER))))
    step = (ROOM + GUTTER) / columns
    for first in range(0, len(grid.cells), columns * STRETCH):
        part = Grid(grid.cells[first : first + columns * STRETCH], grid.boxes)
        high = -(-len(part.cells) // columns)
        for line in range(high):
            places = [(at * step, line + at * high) for at in range(columns)]
            height = LEADING + (5 if line == 0 else 0)
            after = LEADING * (high - 1) if line == 0 else 0.0
            yield _Row(height, _grid_row(part, places, box, lead, step - GUTTER), with_next=after)


def _grid_row(grid: Grid, places: Sequence[tuple[float, int]], box: float, lead: float, room: float) -> Draw:
    def draw(canvas: Canvas, y: float) -> None:
        for offset, index in places:
            if index >= len(grid.cells):
                continue
            cell, x = grid.cells[index], LEFT + offset
            if box:
                canvas.setStrokeColorRGB(*GREY)
                canvas.setLineWidth(0.6)
                canvas.rect(x + 0.5, y - 0.8, 6.6, 6.6)
            if lead:
                _color(canvas, GREY)
                write(canvas, x + box, y, _cut(cell.label, "text", SMALL, lead - 4), "text", SMALL)
            _color(canvas, INK)
            face: Face = "strong" if cell.missing else "number"
            write(canvas, x + box + lead, y, _cut(cell.text, face, SMALL, room - box - lead), face, SMALL)

    return draw


def _words(words: Words) -> Iterator[_Row]:
    for number, line in enumerate(wrapped(words.text, "text", SIZE, ROOM)):
        yield _Row(LEADING + (1 if number else 6), _line(line))


def _line(text: str) -> Draw:
    def draw(canvas: Canvas, y: float) -> None:
        _color(canvas, INK)
        write(canvas, LEFT, y, text, "text", SIZE)

    return draw


def _facts(sheet: Sheet) -> tuple[list[tuple[float, float, str, str, bool]], float]:
    """Facts in two columns, as (x, y, label, value, first line); and where they end."""
    found: list[tuple[float, float, str, str, bool]] = []
    y, half = TOP - 58, (ROOM - 12) / 2
    for index in range(0, len(sheet.facts), 2):
        lines = 1
        for at, (label, value) in enumerate(sheet.facts[index : index + 2]):
            parts = wrapped(value, "text", SIZE, half - LABEL)[:4]
            lines = max(lines, len(parts))
            found += [(LEFT + at * (half + 12), y - row * LEADING, label, part, row == 0) for row, part in enumerate(parts)]
        y -= lines * LEADING + 2
    return found, y - 2


def _first_head(canvas: Canvas, sheet: Sheet, facts: Sequence[tuple[float, float, str, str, bool]]) -> float:
    _color(canvas, GREY)
    write(canvas, LEFT, TOP, _cut(sheet.company, "text", SMALL + 0.5, ROOM - 60 * mm), "text", SMALL + 0.5)
    _color(canvas, INK)
    title = f"{sheet.title} "
    write(canvas, LEFT, TOP - 27, title, "strong", 17)
    x = LEFT + width(title, "strong", 17)
    write(canvas, x, TOP - 27, sheet.number, "number", 16)
    if sheet.mark:
        write(canvas, RIGHT - CODE - 10, TOP, sheet.mark.upper(), "strong", 10, right=True)
    _code(canvas, sheet.number)
    for left, y, label, value, first in facts:
        _color(canvas, GREY)
        if first:
            write(canvas, left, y, label, "text", SIZE)
        _color(canvas, INK)
        write(canvas, left + LABEL, y, value, "text", SIZE)
    return _facts(sheet)[1]


def _code(canvas: Canvas, number: str) -> None:
    """The order's number to scan, at the right of the head; none where no code carries it."""
    code = CODES[USUAL]
    if not code.carries(number):
        return
    modules = modules_of(code, number)
    size = CODE / modules.columns
    path = canvas.beginPath()
    for row, first, count in modules.runs:
        path.rect(RIGHT - CODE + first * size, TOP + 8 - (row + 1) * size, count * size, size)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _next_head(canvas: Canvas, sheet: Sheet) -> float:
    _color(canvas, GREY)
    write(canvas, LEFT, TOP, f"{sheet.title} {sheet.number}", "text", SMALL + 0.5)
    write(canvas, RIGHT, TOP, _cut(sheet.company, "text", SMALL + 0.5, 80 * mm), "text", SMALL + 0.5, right=True)
    return TOP - 10


def _foot(canvas: Canvas, sheet: Sheet, page: int, pages: int) -> None:
    _color(canvas, GREY)
    write(canvas, LEFT, 12 * mm, sheet.number, "number", SMALL)
    write(canvas, RIGHT, 12 * mm, f"Page {page} of {pages}", "text", SMALL, right=True)


def _cut(text: str, face: Face, size: float, room: float) -> str:
    """As much of the text as fits on one line, an ellipsis where it was longer."""
    if width(text, face, size) <= room:
        return text
    return broken(text, face, size, max(room - width("…", face, size), 1))[0] + "…"


def _color(canvas: Canvas, color: tuple[float, float, float]) -> None:
    canvas.setFillColorRGB(*color)


def _rule(canvas: Canvas, y: float, thickness: float) -> None:
    canvas.setStrokeColorRGB(*LINE)
    canvas.setLineWidth(thickness)
    canvas.line(LEFT, y, RIGHT, y)
