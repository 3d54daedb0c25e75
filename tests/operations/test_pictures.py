"""Pictures: what is kept of them, and what is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from nameplate.operations import pictures
from nameplate.operations.pictures import read_picture
from nameplate.refusals import Invalid, Refused, TooLarge


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    information = PngImagePlugin.PngInfo()
    information.add_text("Comment", "<script>alert(1)</script>")
    Image.new(mode, (width, height), "red").save(written, kind, **({"pnginfo": information} if kind == "PNG" else {}))
    return written.getvalue()


def claimed(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds next to nothing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + b"\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK")])
def test_it_is_written_anew_small_and_bare(kind: str, mode: str) -> None:
    kept = read_picture(picture(2400, 600, kind, mode), field="logo", width=1200, height=600)
    with Image.open(io.BytesIO(kept)) as found:
        assert (found.format, found.size, found.info) == ("PNG", (1200, 300), {})
    assert b"script" not in kept


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"<html>", b"GIF89a", picture(9, 9)[:40], b"\x89PNG\r\n\x1a\n" + b"\0" * 60])
def test_what_is_no_picture_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_picture(data, field="logo", width=100, height=100)
    assert (refusal.value.rule, list(refusal.value.fields)) == ("not-a-picture", ["logo"])


@pytest.mark.parametrize("data", [claimed(7_000, 7_000), claimed(60_000, 60_000), b"\x89PNG" + bytes(pictures.LARGEST)])
def test_what_unpacks_to_too_much_is_refused_before_it_is(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_picture(data, field="logo", width=100, height=100)
    assert isinstance(refusal.value, TooLarge)
