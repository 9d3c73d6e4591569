"""Texts that are too long: cut and split by what is shown, tags kept whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.senders.fitting import cut_html, plain_text, shown_length, split_html

PIECES = st.sampled_from(
    ["<b>fire</b>", "water\n", "<i>a &lt; b</i>", "灯", "🚒", '<a href="https://e.org/?a=1&amp;b">map</a>']
)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert split_html("<b>a</b> &amp; b", 5) == ["<b>a</b> &amp; b"]


def test_pages_end_at_the_end_of_a_line() -> None:
    assert split_html("<b>one</b>\ntwo\nthree", 8) == ["<b>one</b>\ntwo", "three"]


def test_a_tag_that_is_broken_up_is_closed_and_opened_again() -> None:
    assert split_html('<a href="x">abcdef</a>', 4) == ['<a href="x">abcd</a>', '<a href="x">ef</a>']


def test_what_is_cut_says_so() -> None:
    assert cut_html("<b>abcdef</b>", 4) == "<b>abc</b>…"


@given(st.lists(PIECES, min_size=1, max_size=60), st.integers(3, 50))
def test_however_a_text_is_split_every_page_fits_and_no_word_is_lost(pieces: list[str], longest: int) -> None:
    html = "".join(pieces)

    pages = split_html(html, longest)

    assert all(shown_length(page) <= longest for page in pages)
    assert "".join(plain_text(page) for page in pages).replace("\n", "") == plain_text(html).replace("\n", "")
    assert shown_length(cut_html(html, longest)) <= longest
