"""No reply is refused for its length, whatever people have written into what it shows."""

from __future__ import annotations

from html.parser import HTMLParser

from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, SendPhoto
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.texts import Language, load_texts
from backend.notify.words import Words
from bot.fitting_replies import LONGEST_POP_UP, MOST_BUTTONS, fitted
from bot.senders.fitting import LONGEST_CAPTION, LONGEST_TEXT, shown_length

WORDS = Words(load_texts(), Language.CHINESE)
PIECE = st.text(st.sampled_from("字ab<>&\"'👵\n‮"), max_size=40)
LONG = st.builds(lambda piece, times: piece * times, PIECE, st.integers(0, 200))


class Balance(HTMLParser):
    """Counts the tags that are open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def screen(parts: list[str]) -> str:
    return "\n".join(
        WORDS("staff.place", unit=part, place=part) + "<b>" + WORDS("ask.never_mind") + "</b>" for part in parts
    )


@given(st.lists(LONG, max_size=6))
def test_a_screen_fits_and_its_tags_are_closed(parts: list[str]):
    html = screen(parts)

    for method, longest in (
        (SendMessage(chat_id=1, text=html), LONGEST_TEXT),
        (EditMessageText(chat_id=1, message_id=1, text=html), LONGEST_TEXT),
    ):
        shown = fitted(method).text
        assert shown_length(shown) <= longest
        assert Balance(shown).open == []
    caption = fitted(SendPhoto(chat_id=1, photo="x", caption=html)).caption
    assert shown_length(caption or "") <= LONGEST_CAPTION
    assert Balance(caption or "").open == []


@given(LONG)
def test_a_pop_up_fits(text: str):
    shown = fitted(AnswerCallbackQuery(callback_query_id="1", text=text)).text or ""

    assert len(shown.encode("utf-16-le")) <= LONGEST_POP_UP * 2
    assert text.startswith(shown)


@given(st.integers(0, 130), st.integers(1, 8))
def test_a_keyboard_has_no_more_buttons_than_telegram_shows(count: int, columns: int):
    flat = [InlineKeyboardButton(text=str(number), callback_data="x") for number in range(count)]
    rows = [flat[start : start + columns] for start in range(0, count, columns)]
    markup = InlineKeyboardMarkup(inline_keyboard=rows)

    shown = fitted(SendMessage(chat_id=1, text="x", reply_markup=markup)).reply_markup

    assert isinstance(shown, InlineKeyboardMarkup)
    assert [button for row in shown.inline_keyboard for button in row] == flat[:MOST_BUTTONS]


def test_what_fits_is_not_touched():
    method = SendMessage(chat_id=1, text="<b>短</b>")

    assert fitted(method) is method
