"""Labels drawn: all of them on their sheets or rolls as PDF, or one of them as a picture for the page that asks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from nameplate.documents.label_layout import POINT, Layout
from nameplate.documents.label_stock import Stock
from nameplate.documents.typesetting import write


def drawn(layouts: Sequence[Layout], stock: Stock, *, start: int = 1, title: str = "Labels") -> bytes:
    """The PDF. The first label goes to place `start` of the first sheet, so that one begun can be used up."""
    content = io.BytesIO()
    wide, high = stock.page
    canvas = Canvas(content, pagesize=(wide * mm, high * mm), invariant=1)
    canvas.setTitle(title)
    skipped = 0 if stock.is_roll else start - 1
    for number, layout in enumerate(layouts, skipped):
        if number > skipped and number % stock.per_page == 0:
            canvas.showPage()
        left, top = stock.place(number % stock.per_page)
        _draw(canvas, layout, left, high - top)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


def _draw(canvas: Canvas, layout: Layout, left: float, top: float) -> None:
    path = canvas.beginPath()
    for x, y, wide, high in layout.bars:
        path.rect((left + x) * mm, (top - y - high) * mm, wide * mm, high * mm)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
    for one in layout.types:
        write(canvas, (left + one.x) * mm, (top - one.y) * mm, one.text, one.face, one.size)


def picture(layout: Layout, stock: Stock) -> str:
    """One label as SVG, in the label's own proportions."""
    bars = "".join(f"M{x:.3f} {y:.3f}h{wide:.3f}v{high:.3f}h-{wide:.3f}z" for x, y, wide, high in layout.bars)
    types = "".join(
        f'<text x="{one.x:.3f}" y="{one.y:.3f}" font-size="{one.size * POINT:.3f}" font-family="{_FAMILIES[one.face]}" '
        f'textLength="{one.width:.3f}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(one.text)}</text>'
        for one in layout.types
        if one.text.strip()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {stock.width:g} {stock.height:g}" width="{stock.width:g}mm" '
        f'height="{stock.height:g}mm"><rect width="100%" height="100%" fill="#fff"/><path d="{bars}" fill="#000" '
        f'shape-rendering="crispEdges"/>{types}</svg>'
    )


_FAMILIES = {"text": "Inter, Arial, sans-serif", "strong": "Inter, Arial, sans-serif", "number": "'JetBrains Mono', monospace"}
