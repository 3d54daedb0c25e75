"""Pictures that people send: decoded, turned upright, made small, and written anew, so that nothing but pixels is kept."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps

from nameplate.refusals import Invalid, TooLarge

FORMATS = ("PNG", "JPEG")
LARGEST = 10 * 1024 * 1024
"""Bytes of what is sent."""
MOST_PIXELS = 40_000_000
"""Of what is sent, decoded: a small file can unpack to far more."""


def read_picture(data: bytes, *, field: str, width: int, height: int) -> bytes:
    """The picture as a PNG that fits into `width` × `height`. Refused: no PNG or JPEG whatever its name says, too large, damaged."""
    if len(data) > LARGEST:
        message = f"The picture has {len(data) / 1_048_576:,.1f} MB; {LARGEST // 1_048_576} MB are the most."
        raise TooLarge("picture-too-large", message, fields={field: message}, way_out="Make it smaller first.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _too_many(field, f"{opened.width:,} × {opened.height:,} pixels")
            return _written(opened, width, height)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many(field, "more pixels than can be read") from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, struct.error, zlib.error) as error:
        message = "This is no PNG or JPEG picture, or it is damaged."
        raise Invalid("not-a-picture", message, fields={field: message}, way_out="Choose a PNG or JPEG file.") from error


def _written(opened: Image.Image, width: int, height: int) -> bytes:
    upright = ImageOps.exif_transpose(opened)
    picture = upright.convert("RGBA" if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info else "RGB")
    picture.thumbnail((width, height), Image.Resampling.LANCZOS)
    bare = Image.new(picture.mode, picture.size)  # without the text, profiles and comments that came along
    bare.paste(picture)
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()


def _too_many(field: str, what: str) -> TooLarge:
    message = f"The picture has {what}; {MOST_PIXELS // 1_000_000} million are the most."
    return TooLarge("picture-too-large", message, fields={field: message}, way_out="Make it smaller first.")
