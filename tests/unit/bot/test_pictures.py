"""What is left of a photo after it has been cleaned."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.pictures import JPEG, NotAPicture, without_metadata


def photo(*, orientation: int = 1, **more: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Huawei"
    exif.get_ifd(0x8825)[2] = (29.0, 34.0, 30.0)
    buffer = BytesIO()
    Image.new("RGB", (40, 20), "red").save(buffer, "JPEG", exif=exif, comment=b"flat 3-2", **more)
    return buffer.getvalue()


@pytest.mark.parametrize(("orientation", "size"), [(1, (40, 20)), (3, (40, 20)), (6, (20, 40)), (8, (20, 40))])
def test_a_photo_loses_its_notes_and_keeps_its_way_up(orientation: int, size: tuple[int, int]) -> None:
    cleaned = without_metadata(photo(orientation=orientation))

    with Image.open(BytesIO(cleaned)) as image:
        assert image.size == size
        assert not image.getexif()
        assert "comment" not in image.info
    assert b"Huawei" not in cleaned
    assert b"flat 3-2" not in cleaned


def test_colour_profiles_and_previews_go_too() -> None:
    assert b"my profile" not in without_metadata(photo(icc_profile=b"my profile"))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"OggS voice", b"\x89PNG"])
def test_other_files_stay_as_they_are(content: bytes) -> None:
    assert without_metadata(content) == content


@given(rest=st.binary(max_size=200))
def test_what_only_pretends_to_be_a_photo_is_refused(rest: bytes) -> None:
    with pytest.raises(NotAPicture):
        without_metadata(JPEG + rest)


@given(cut=st.integers(4, 600))
def test_a_photo_that_was_cut_off_is_refused_or_cleaned(cut: int) -> None:
    try:
        cleaned = without_metadata(photo()[:cut])
    except NotAPicture:
        return
    assert b"Huawei" not in cleaned


def test_a_picture_larger_than_any_camera_makes_is_refused() -> None:
    claimed = bytearray(photo())
    at = claimed.index(b"\xff\xc0") + 5
    claimed[at : at + 4] = b"\xff\xff\xff\xff"

    with pytest.raises(NotAPicture):
        without_metadata(bytes(claimed))
