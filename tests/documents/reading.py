"""A PDF read back by a reader that had no part in making it."""

from __future__ import annotations

import pypdfium2
from PIL.Image import Image


def texts_of(content: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded() for page in document]


def pictures_of(content: bytes, *, dpi: int = 300) -> list[Image]:
    """Each page as a printer would put it down."""
    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(content)]
