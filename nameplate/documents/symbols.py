"""Bar codes: which text each kind can carry, and its modules, written by zint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import zint


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of bar code. Lengths in millimetres: the smallest module that hand scanners and printers of 203 dpi are still sure of."""

    name: str
    label: str
    symbology: zint.Symbology
    smallest: float
    quiet: int
    """Modules that stay white on each side."""
    linear: bool = False

    def carries(self, text: str) -> bool:
        """Whether the kind can hold this text: Code 128 holds ASCII, at most as much as a symbol has characters for."""
        return (not self.linear or (text.isascii() and text.isprintable())) and _symbol(self.name, text) is not None


CODES: Mapping[str, Code] = {
    code.name: code
    for code in (
        Code("code128", "Code 128", zint.Symbology.CODE128, 0.19, 10, linear=True),
        Code("qr", "QR code", zint.Symbology.QRCODE, 0.25, 4),
        Code("datamatrix", "DataMatrix", zint.Symbology.DATAMATRIX, 0.25, 1),
    )
}
USUAL = "datamatrix"
UTF8 = 26
"""The ECI by which a reader knows how to read what is not ASCII."""


@dataclass(frozen=True, slots=True)
class Modules:
    """A symbol without its quiet zone: the dark runs of each row, as (row, first, how many)."""

    columns: int
    rows: int
    runs: tuple[tuple[int, int, int], ...]


def modules_of(code: Code, text: str) -> Modules:
    """The symbol of a text that the kind carries."""
    found = _symbol(code.name, text)
    if found is None:
        raise ValueError(f"{code.label} does not carry “{text}”.")
    return found


@lru_cache(maxsize=10_000)
def _symbol(name: str, text: str) -> Modules | None:
    code = CODES[name]
    symbol = zint.Symbol()
    symbol.symbology = code.symbology
    symbol.input_mode = zint.InputMode.UNICODE
    if code.name == "datamatrix":
        symbol.option_3 = int(zint.DataMatrixOptions.SQUARE)
    if not text.isascii():
        symbol.eci = UTF8
    try:
        symbol.encode(text)
    except RuntimeError:  # too long for the kind
        return None
    data = symbol.encoded_data
    rows = [[bool(data[row, column // 8] >> column % 8 & 1) for column in range(symbol.width)] for row in range(symbol.rows)]
    return Modules(symbol.width, symbol.rows, tuple(run for row, dark in enumerate(rows) for run in _runs(row, dark)))


def _runs(row: int, dark: list[bool]) -> list[tuple[int, int, int]]:
    runs, first = [], None
    for column, module in enumerate([*dark, False]):
        if module and first is None:
            first = column
        elif not module and first is not None:
            runs.append((row, first, column - first))
            first = None
    return runs
