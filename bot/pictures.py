"""Takes out of a photo what its camera wrote into it: where it was taken, when, and by which telephone."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

JPEG = b"\xff\xd8\xff"
MOST_PIXELS = 100_000_000
"""No telephone takes larger ones; what claims to be larger would only fill the memory."""
QUALITY = 90
_ORIENTATION = 0x0112


class NotAPicture(Exception):
    """It begins like a photo and is none, or is larger than any camera makes them."""


def without_metadata(content: bytes) -> bytes:
    """The same JPEG without EXIF and comments, turned the way it is looked at; other files come back unchanged.

    Raises NotAPicture. It decodes, which takes a while: call it in a thread.
    """
    if not content.startswith(JPEG):
        return content
    try:
        with Image.open(BytesIO(content), formats=("JPEG",)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPicture
            return _clean(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture from error


def _clean(image: Image.Image) -> bytes:
    cleaned = BytesIO()
    if image.getexif().get(_ORIENTATION, 1) == 1:
        # The same tables of the encoder: nothing is lost that can be seen.
        image.info.clear()
        image.save(cleaned, "JPEG", quality="keep")
    else:
        turned = ImageOps.exif_transpose(image)
        turned.info.clear()
        turned.save(cleaned, "JPEG", quality=QUALITY)
    return cleaned.getvalue()
