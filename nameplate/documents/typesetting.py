"""Text on paper: which font has which sign, how wide a text is, where its lines break, and drawing it.

A sign is taken from the first font of its face that has it, so that any text can be shown without a crash; Chinese, Japanese and Korean
come from the reader's own fonts, as PDF foresees.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

Face = Literal["text", "strong", "number"]
FOLDER = Path(__file__).parent / "fonts"
FILES = {
    "text": "inter-regular.ttf",
    "strong": "inter-semibold.ttf",
    "number": "jetbrains-mono-medium.ttf",
    "other": "dejavu-sans.ttf",
}
ELSEWHERE = (
    ("HeiseiMin-W3", 0x3040, 0x30FF),
    ("HYSMyeongJo-Medium", 0x1100, 0x11FF),
    ("HYSMyeongJo-Medium", 0xAC00, 0xD7AF),
    ("STSong-Light", 0x2E80, 0xFFEF),
)
"""Fonts that every PDF reader brings along, each with the signs that it is asked for."""
INK, GREY, LINE = (0.08, 0.13, 0.18), (0.36, 0.42, 0.48), (0.80, 0.84, 0.88)
_MISSING = "\ufffd"
_registering = Lock()


@lru_cache(maxsize=1)
def _signs() -> dict[str, frozenset[int]]:
    """The signs that each font of ours has. Registers them all, once."""
    with _registering:
        found = {}
        for name, file in FILES.items():
            font = TTFont(name, FOLDER / file)
            pdfmetrics.registerFont(font)
            found[name] = frozenset(font.face.charToGlyph)
        for name in {name for name, _, _ in ELSEWHERE}:
            pdfmetrics.registerFont(UnicodeCIDFont(name))
        return found


@lru_cache(maxsize=20_000)
def _font_of(sign: str, face: Face) -> tuple[str, str]:
    """The font that has the sign, and what is drawn for it."""
    signs, code = _signs(), ord(sign)
    for font in (face, "other"):
        if code in signs[font]:
            return font, sign
    elsewhere = next((name for name, first, last in ELSEWHERE if first <= code <= last), None)
    return (elsewhere, sign) if elsewhere else ("other", _MISSING)


@lru_cache(maxsize=5_000)
def _runs(text: str, face: Face) -> tuple[tuple[str, str], ...]:
    """The text as it stands on the line, in pieces of one font each."""
    signs = [_font_of(sign, face) for sign in _as_seen(text)]
    return tuple((font, "".join(sign for _, sign in run)) for font, run in groupby(signs, key=lambda one: one[0]))


def _as_seen(text: str) -> str:
    """What is written from right to left, turned round: PDF draws every sign to the right of the one before."""
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    if text.isascii():
        return text
    kinds = [unicodedata.bidirectional(sign) for sign in text]
    if not {"R", "AL"} & set(kinds):
        return text
    seen, held = "", ""
    for sign, kind in zip(text, kinds, strict=True):
        if kind in {"R", "AL", "NSM"} or (held and kind in {"WS", "ON", "CS"}):
            held = sign + held
        else:
            seen, held = seen + _turned(held) + sign, ""
    return seen + _turned(held)


def _turned(held: str) -> str:
    """A turned piece, the spaces that came behind it put behind it again, brackets facing the other way."""
    inner = held.lstrip()
    pairs = str.maketrans("()[]{}<>«»", ")(][}{><»«")
    return inner.translate(pairs) + held[: len(held) - len(inner)]


@lru_cache(maxsize=5_000)
def width(text: str, face: Face, size: float) -> float:
    """How wide a line of text is, in points."""
    return sum(pdfmetrics.stringWidth(run, font, size) for font, run in _runs(text, face))


def wrapped(text: str, face: Face, size: float, room: float) -> list[str]:
    """The text in lines that are no wider than `room`: broken at spaces, within a word only where the word alone is too wide."""
    lines: list[str] = []
    space = width(" ", face, size)
    for paragraph in text.splitlines() or [""]:
        line, taken = "", 0.0
        for word in paragraph.split():
            wide = width(word, face, size)
            if line and taken + space + wide <= room:
                line, taken = f"{line} {word}", taken + space + wide
                continue
            if line:
                lines.append(line)
            *full, line = [word] if wide <= room else broken(word, face, size, room)
            lines += full
            taken = width(line, face, size)
        lines.append(line)
    return lines


def broken(text: str, face: Face, size: float, room: float) -> list[str]:
    """A text in pieces that fit, broken between any two signs; the last one has room behind it."""
    pieces, piece, taken = [], "", 0.0
    for sign in text:
        wide = width(sign, face, size)
        if piece and taken + wide > room:
            pieces.append(piece)
            piece, taken = "", 0.0
        piece, taken = piece + sign, taken + wide
    return [*pieces, piece]


def write(canvas: Canvas, x: float, y: float, text: str, face: Face, size: float, *, right: bool = False) -> None:
    """Draw a line of text with its baseline at `y`, from `x` on, or up to it."""
    at = x - width(text, face, size) if right else x
    for font, run in _runs(text, face):
        canvas.setFont(font, size)
        canvas.drawString(at, y, run)
        at += pdfmetrics.stringWidth(run, font, size)
