"""Anything at all as TwiML: understood, or refused with one of Twilio's codes; never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.telephone.grammar import Use
from playground.telephone.twiml import LARGEST, Unreadable, read_twiml

CODES = {11750, 12100, 12200, 13520}
PIECES = st.sampled_from(
    (
        "<Response>",
        "</Response>",
        "<Say>",
        "</Say>",
        "<Gather numDigits='1'>",
        "</Gather>",
        "<Dial/>",
        "<x>",
        "&amp;",
        "<!DOCTYPE x>",
        "<?xml version='1.0'?>",
        "]]>",
        "text",
        "<Redirect/>",
        "\x00",
        "<",
        "&b;",
    )
)


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=8).map(lambda pieces: "".join(pieces).encode())))
def test_anything_is_understood_or_refused(document: bytes) -> None:
    assert {verdict(document, use) for use in Use} <= CODES | {None}


def verdict(document: bytes, use: Use) -> int | None:
    """The code of the refusal; None when it is understood."""
    try:
        read_twiml(document, use)
    except Unreadable as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    "document",
    [
        "<Response>" + "<Hangup/>" * 300 + "</Response>",
        "<Response><Say>" + "喂" * 5000 + "</Say></Response>",
        "<Response><Say>" + "x" * LARGEST + "</Say></Response>",
        "<Response>" + "<Gather>" * 60 + "</Gather>" * 60 + "</Response>",
        "<Response><Dial><Number></Number></Dial></Response>",
        "<Response>words</Response>",
    ],
)
def test_what_is_too_much_or_empty_is_refused(document: str) -> None:
    with pytest.raises(Unreadable):
        read_twiml(document, Use.VOICE)
