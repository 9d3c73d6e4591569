"""Pictures for tests: real, small JPEGs."""

from __future__ import annotations

import io

from PIL import Image

from .files import Upload


def photo(colour: str = "grey", *, width: int = 64, height: int = 48) -> bytes:
    """Return a small JPEG; different colours are different photos."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def picture(content: bytes | None) -> Upload:
    return Upload("photo.jpg", "image/jpeg", photo() if content is None else content)
