"""Sections of small tables drawn on A4 across: a title page's head, then table after table, heads repeated, page x of y."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from nameplate.documents.typesetting import GREY, INK, LINE, Face, wrapped, write

PAGE_WIDTH, PAGE_HEIGHT = landscape(A4)
LEFT, RIGHT = 14 * mm, PAGE_WIDTH - 14 * mm
TOP, BOTTOM = PAGE_HEIGHT - 16 * mm, 18 * mm
SIZE, LEADING, GAP = 7.5, 9.5, 6.0
MOST_LINES = 8
"""Lines of one cell; a longer text ends with an ellipsis."""


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A table with its title; `note` stands below it."""

    title: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SectionPaper:
    """A paper of sections."""

    title: str
    number: str
    author: str
    made: str
    sections: Sequence[PaperSection] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is drawn in one go: lines of cells at the columns' places, or a title, or a note."""

    cells: Sequence[Sequence[str]]
    at: Sequence[float]
    face: Face
    size: float
    height: float
    rule: bool = False
    grey: bool = False


def drawn(paper: SectionPaper) -> bytes:
    """The PDF. The same paper makes the same bytes."""
    pages = list(_pages(paper))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    canvas.setTitle(f"{paper.title} {paper.number}")
    canvas.setAuthor(paper.author)
    for index, pieces in enumerate(pages):
        _head(canvas, paper, first=index == 0)
        y = TOP - (34 if index == 0 else 20)
        for piece in pieces:
            _draw(canvas, piece, y)
            y -= piece.height
        _foot(canvas, paper, index + 1, len(pages))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _pages(paper: SectionPaper) -> Iterator[list[_Piece]]:
    """The pieces of each page. A table goes on behind its heads again, and no title stands alone at a foot."""
    page: list[_Piece] = []
    room = TOP - 34 - BOTTOM
    for section in paper.sections:
        title, heads, rows, note = _pieces(section)
        opening = [title, *([heads] if heads else [])]
        if page and room < sum(one.height for one in opening) + (rows[0].height if rows else LEADING):
            yield page
            page, room = [], TOP - 20 - BOTTOM
        page += opening
        room -= sum(one.height for one in opening)
        for row in rows:
            if row.height > room:
                yield page
                page, room = ([heads] if heads else []), TOP - 20 - BOTTOM - (heads.height if heads else 0)
            page.append(row)
            room -= row.height
        if note is not None:
            page.append(note)
            room -= note.height
    yield page


def _pieces(section: PaperSection) -> tuple[_Piece, _Piece | None, list[_Piece], _Piece | None]:
    at, rooms = _columns(section.widths)
    title = _Piece([[section.title]], [LEFT], "strong", 11, 30)
    rows = [_row(row, at, rooms, "text") for row in section.rows]
    heads = _row(section.columns, at, rooms, "strong", grey=True) if rows else None
    note = _Piece([[section.note]], [LEFT], "text", SIZE, LEADING + 6, grey=True) if section.note else None
    return title, heads, rows, note


def _columns(widths: Sequence[int]) -> tuple[list[float], list[float]]:
    """Where each column begins, and how much room it has."""
    share = (RIGHT - LEFT) / sum(widths)
    at, x = [], LEFT
    for width in widths:
        at.append(x)
        x += width * share
    return at, [width * share - GAP for width in widths]


def _row(cells: Sequence[str], at: Sequence[float], rooms: Sequence[float], face: Face, *, grey: bool = False) -> _Piece:
    lines = [_cut(wrapped(cell, face, SIZE, room) if cell else []) for cell, room in zip(cells, rooms, strict=True)]
    return _Piece(lines, at, face, SIZE, max(map(len, lines), default=1) * LEADING + 5, rule=True, grey=grey)


def _cut(lines: list[str]) -> list[str]:
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} …"]


def _draw(canvas: Canvas, piece: _Piece, y: float) -> None:
    canvas.setFillColorRGB(*(GREY if piece.grey else INK))
    base = y - (piece.height - 8 if piece.size > SIZE else LEADING)
    for lines, x in zip(piece.cells, piece.at, strict=True):
        for number, text in enumerate(lines):
            write(canvas, x, base - number * LEADING, text, piece.face, piece.size)
    if piece.rule:
        canvas.setStrokeColorRGB(*LINE)
        canvas.setLineWidth(0.4)
        canvas.line(LEFT, y - piece.height + 1, RIGHT, y - piece.height + 1)


def _head(canvas: Canvas, paper: SectionPaper, *, first: bool) -> None:
    canvas.setFillColorRGB(*INK)
    write(canvas, LEFT, TOP - (6 if first else 0), f"{paper.title} {paper.number}", "strong", 16 if first else 9)
    canvas.setFillColorRGB(*GREY)
    write(canvas, RIGHT, TOP, wrapped(paper.author, "text", 8.5, 90 * mm)[0], "text", 8.5, right=True)
    if first:
        write(canvas, RIGHT, TOP - 12, paper.made, "text", 8.5, right=True)


def _foot(canvas: Canvas, paper: SectionPaper, page: int, pages: int) -> None:
    canvas.setFillColorRGB(*GREY)
    write(canvas, LEFT, 9 * mm, paper.number, "number", 8)
    write(canvas, RIGHT, 9 * mm, f"Page {page} of {pages}", "text", 8, right=True)
