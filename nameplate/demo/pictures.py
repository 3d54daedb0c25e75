"""Pictures of what the demo company deals in, drawn in a few strokes: they need no photographer and look the same everywhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 640, 480
PAPER, INK, STEEL, DARK, GREEN, RED, COPPER = "#eef1f4", "#25303b", "#b9c3cc", "#3a4651", "#1f9d6b", "#c8402f", "#b9772f"
Pen = ImageDraw.ImageDraw


def picture_of(number: str) -> bytes:
    """The item's picture as PNG."""
    image = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), PAPER)
    pen = ImageDraw.Draw(image)
    _DRAWN[number.split("-", maxsplit=1)[0]](pen, number)
    return _png(image)


def label_of(number: str, *, torn: bool = False) -> bytes:
    """A unit's label with its number, as a photograph of it would show it: a little askew, and torn where that is what it shows."""
    random = Random(number)  # noqa: S311  # the same label every time
    image = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), "#8d8f8c")
    label = Image.new("RGB", (1000, 460), "#f7f5ee")
    pen = ImageDraw.Draw(label)
    at = 60
    while at < 930:
        wide = random.choice((4, 4, 8, 12))
        pen.rectangle((at, 60, at + wide, 250), fill=INK)
        at += wide + random.choice((5, 9, 13))
    pen.text((60, 290), f"S/N  {number}", fill=INK, font=ImageFont.load_default(64))
    if torn:
        edge = [(1000, 0), *((330 + random.randrange(-45, 45), y) for y in range(0, 461, 46)), (1000, 460)]
        pen.polygon(edge, fill="#8d8f8c")
    turned = label.rotate(random.uniform(-7, 7), expand=True, fillcolor="#8d8f8c", resample=Image.Resampling.BICUBIC)
    image.paste(turned, ((image.width - turned.width) // 2, (image.height - turned.height) // 2))
    return _png(image.filter(ImageFilter.GaussianBlur(1.6)))


def bay_of(*places: int) -> bytes:
    """A pod from above with these bays red: what a customer sends of drives that failed."""
    image = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), "#d8dade")
    _pod(ImageDraw.Draw(image), "", red=places)
    return _png(image.filter(ImageFilter.GaussianBlur(1.2)))


def _drive(pen: Pen, number: str) -> None:
    pen.rounded_rectangle((340, 90, 940, 870), 26, fill=STEEL, outline=INK, width=6)
    pen.ellipse((400, 130, 880, 610), fill="#cdd5db", outline="#98a4ae", width=6)
    pen.ellipse((590, 320, 690, 420), fill="#98a4ae", outline=INK, width=5)
    pen.rounded_rectangle((390, 640, 890, 830), 12, fill="white", outline="#98a4ae", width=4)
    size = number.split("-")[1].replace("T", " TB")
    pen.text((420, 660), f"{size}  {number[-1]}", fill=INK, font=ImageFont.load_default(76))
    for place in range(34):
        pen.rectangle((420 + place * 13, 766, 420 + place * 13 + (place * 7 % 3) * 3 + 2, 808), fill=INK)
    for x in (372, 908):
        for y in (122, 480, 838):
            pen.ellipse((x - 12, y - 12, x + 12, y + 12), fill=DARK)


def _pod(pen: Pen, number: str, red: Collection[int] = ()) -> None:
    pen.rounded_rectangle(
        (120, 130, 1160, 850), 20, fill=COPPER if number.endswith("45") else RED if number else DARK, outline=INK, width=6
    )
    for bay in range(45):
        column, row = bay % 15, bay // 15
        x, y = 158 + column * 65, 170 + row * 200
        pen.rectangle((x, y, x + 52, y + 176), fill=STEEL, outline=INK, width=3)
        failed = bay + 1 in red
        pen.ellipse((x + 17, y + 140, x + 35, y + 158), fill=RED if failed else GREEN)
        if failed:
            pen.rectangle((x - 5, y - 5, x + 57, y + 181), outline=RED, width=8)
    pen.rectangle((158, 778, 1122, 826), fill=DARK)


def _supply(pen: Pen, number: str) -> None:
    halves = (300, 660) if number.startswith("PM") else (380,)
    for left in halves:
        wide = 320 if len(halves) == 2 else 520
        pen.rounded_rectangle((left, 230, left + wide, 740), 16, fill=DARK, outline=INK, width=6)
        centre, round_ = (left + wide // 2, 430), 130
        for step in range(4):
            edge = round_ - step * 32
            pen.ellipse((centre[0] - edge, centre[1] - edge, centre[0] + edge, centre[1] + edge), outline=STEEL, width=7)
        pen.rounded_rectangle((left + 40, 620, left + wide - 40, 700), 10, fill="#11161b", outline=STEEL, width=4)


def _board(pen: Pen, number: str) -> None:
    pen.rounded_rectangle((160, 350, 1120, 640), 12, fill="#1d6b4f", outline=INK, width=6)
    for place in range(5):
        x = 210 + place * 182
        pen.rectangle((x, 400, x + 130, 450), fill="#15191d")
        pen.rectangle((x + 20, 520, x + 110, 590), fill=STEEL, outline=INK, width=3)
    for x in (186, 1094):
        for y in (376, 614):
            pen.ellipse((x - 12, y - 12, x + 12, y + 12), fill=PAPER, outline=INK, width=3)


def _fan(pen: Pen, number: str) -> None:
    pen.rounded_rectangle((330, 170, 950, 790), 40, fill="#22282e", outline=INK, width=6)
    pen.ellipse((370, 210, 910, 750), fill=PAPER)
    for blade in range(7):
        pen.pieslice((380, 220, 900, 740), blade * 51.4, blade * 51.4 + 32, fill=DARK)
    pen.ellipse((560, 400, 720, 560), fill="#22282e", outline=STEEL, width=5)


def _tube(pen: Pen, number: str) -> None:
    pen.rounded_rectangle((250, 410, 900, 550), 30, fill="#f4f4f2", outline=INK, width=6)
    pen.rectangle((430, 413, 700, 547), fill="#2f6fb0")
    pen.polygon(((900, 440), (1040, 468), (1040, 492), (900, 520)), fill=STEEL, outline=INK)
    pen.rectangle((180, 450, 250, 510), fill=DARK)


def _screws(pen: Pen, number: str) -> None:
    for place in range(12):
        x, y = 250 + (place % 4) * 230, 230 + (place // 4) * 220
        pen.ellipse((x - 62, y - 62, x + 62, y + 62), fill=STEEL, outline=INK, width=5)
        pen.line((x - 34, y - 34 + place * 5 % 20, x + 34, y + 34 - place * 5 % 20), fill=INK, width=12)
        pen.line((x + 34, y - 34 + place * 5 % 20, x - 34, y + 34 - place * 5 % 20), fill=INK, width=12)


def _cable(pen: Pen, number: str) -> None:
    pen.arc((300, 220, 980, 760), 205, 515, fill=RED, width=34)
    for y in (336, 558):
        pen.rounded_rectangle((236, y, 386, y + 86), 10, fill="#15191d", outline=INK, width=4)


_DRAWN: dict[str, Callable[[Pen, str], None]] = {
    "HDD": _drive,
    "POD": _pod,
    "PSU": _supply,
    "PM": _supply,
    "BP": _board,
    "FAN": _fan,
    "TIM": _tube,
    "SCR": _screws,
    "CBL": _cable,
}
"""By the beginning of the item's number."""


def _png(image: Image.Image) -> bytes:
    """Drawn at twice the size, so that its edges are smooth."""
    written = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()
