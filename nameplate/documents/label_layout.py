"""One label laid out: where its bars and its lines of type stand, in millimetres from its upper left corner. Nothing ever overflows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.documents.label_stock import Stock
from nameplate.documents.symbols import Code, Modules, modules_of
from nameplate.documents.typesetting import Face, broken, width

POINT = 25.4 / 72
LEADING = 1.22
NUMBER_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.5, 5.0, 4.5, 4.0)
EXTRA_SIZES = (7.0, 6.0, 5.0)
LARGEST_MODULE = 0.6
LOWEST_BARS = 4.0


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label: the number, in the code and in type, and further lines as far as there is room."""

    number: str
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Type:
    """A line of type: its baseline, its size in points, and how wide it is."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A label as it is drawn. `bars` are dark rectangles: x, y, width, height."""

    bars: Sequence[tuple[float, float, float, float]]
    types: Sequence[Type]


def margin_of(stock: Stock) -> float:
    """What stays white at the edge: printers and hands are not exact."""
    return 1.0 if stock.height <= 13 else 2.0


def laid_out(label: Label, stock: Stock, code: Code) -> Layout | None:
    """The label, or None when it is too small for the number: modules would be too fine for a reader, or type for an eye."""
    modules = modules_of(code, label.number)
    return _below(label, stock, code, modules) if code.linear else _beside(label, stock, code, modules)


def _below(label: Label, stock: Stock, code: Code, modules: Modules) -> Layout | None:
    """Bars over the whole width, type below them."""
    edge = margin_of(stock)
    room, high = stock.width - 2 * edge, stock.height - 2 * edge
    module = min(room / (modules.columns + 2 * code.quiet), LARGEST_MODULE)
    typed = _typed(label, room, high - LOWEST_BARS)
    if module < code.smallest or typed is None:
        return None
    taken = sum(size * POINT * LEADING for _, _, size in typed)
    tall = min(high - taken, 16.0)
    left = (stock.width - modules.columns * module) / 2
    bars = [(left + first * module, edge, count * module, tall - 0.6) for _, first, count in modules.runs]
    return Layout(bars, _set(typed, edge, edge + tall, room, centred=True))


def _beside(label: Label, stock: Stock, code: Code, modules: Modules) -> Layout | None:
    """The square at the left, type to its right; below it where the label is nearly square."""
    edge = margin_of(stock)
    room, high = stock.width - 2 * edge, stock.height - 2 * edge
    whole = modules.columns + 2 * code.quiet
    # The white edge of the label is part of the quiet zone already.
    for share in (0.42, 0.5, 0.6, 0.7):
        side = min(high + 2 * edge, room * share)
        module = min(side / whole, LARGEST_MODULE * 1.4)
        beside = room - module * (modules.columns + code.quiet)
        typed = _typed(label, beside, high)
        if module >= code.smallest and typed is not None:
            quiet = max(code.quiet * module - edge, 0)
            top = (stock.height - modules.rows * module) / 2
            left = edge + quiet
            bars = [(left + first * module, top + row * module, count * module, module) for row, first, count in modules.runs]
            x = left + modules.columns * module + max(code.quiet * module, 1.2)
            taken = sum(size * POINT * LEADING for _, _, size in typed)
            return Layout(bars, _set(typed, x, (stock.height - taken) / 2, beside, centred=False))
    return None


_Line = tuple[str, Face, float]


def _typed(label: Label, room: float, high: float) -> list[_Line] | None:
    """The number as large as it can be set, whole; below it the further lines, each cut where it is too long. None: there is no room."""
    if room <= 0 or high <= 0:
        return None
    wide, tall = (room - 0.6) / POINT, high / POINT
    wanted = min(len(label.lines), 3) * EXTRA_SIZES[-1] * LEADING
    for spare in (wanted, 0.0):
        for size in NUMBER_SIZES:
            lines = broken(label.number, "number", size, wide)
            if len(lines) * size * LEADING + spare <= tall and (len(lines) == 1 or size <= 8 or spare == 0):
                return [*((line, "number", size) for line in lines), *_extra(label, wide, tall - len(lines) * size * LEADING)]
    return None


def _extra(label: Label, wide: float, tall: float) -> list[_Line]:
    lines = [line for line in label.lines if line]
    size = next((size for size in EXTRA_SIZES if len(lines) * size * LEADING <= tall), EXTRA_SIZES[-1])
    fitting = int(tall // (size * LEADING))
    return [(_cut(line, size, wide), "text", size) for line in lines[:fitting]]


def _cut(text: str, size: float, wide: float) -> str:
    if width(text, "text", size) <= wide:
        return text
    while text and width(f"{text}…", "text", size) > wide:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _set(typed: Sequence[_Line], x: float, top: float, room: float, *, centred: bool) -> list[Type]:
    found, y = [], top
    for text, face, size in typed:
        y += size * POINT * LEADING
        wide = width(text, face, size) * POINT
        at = x + max(room - wide, 0) / 2 if centred else x
        found.append(Type(at, y - size * POINT * 0.24, text, face, size, wide))
    return found
