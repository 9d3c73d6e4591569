"""How requests for help look."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from backend.notify.points_presses import HelpButton, HelpPress
from backend.notify.words import Words
from backend.points.help.models import HelpKind, HelpStatus
from backend.points.help.reading import HelpCard
from handlers.common.keyboards import Row, in_columns, keyboard


def home_keyboard(
    words: Words, mine: Sequence[HelpCard], *, for_others: bool, for_oneself: bool
) -> InlineKeyboardMarkup:
    """What one can do, and what is under way; a worker who is no resident here asks for others only."""

    def button(which: HelpButton) -> Row:
        return [(words.plain(f"help.button.{which.value}"), HelpPress(which))]

    others = [button(HelpButton.FOR_OTHER)] if for_others else []
    running: list[Row] = [[(label(words, card), HelpPress(HelpButton.VIEW, card.id))] for card in mine]
    own = [button(HelpButton.ASK)] if for_oneself else []
    doing = [button(which) for which in (HelpButton.OPEN, HelpButton.OFFER, HelpButton.PATROL)] if for_oneself else []
    return keyboard(*own, *others, *doing, *running)


def kinds_keyboard(words: Words, person_id: int) -> InlineKeyboardMarkup:
    """With what help is needed."""
    buttons = [
        (words.plain(f"help.kind.{kind.value}"), HelpPress(HelpButton.KIND, person_id, kind.value))
        for kind in HelpKind
        if kind is not HelpKind.MEAL_DELIVERY  # that is asked for where the meal is
    ]
    return keyboard(*in_columns(buttons, 2))


def offer_keyboard(words: Words, chosen: frozenset[HelpKind]) -> InlineKeyboardMarkup:
    """With what somebody is glad to help; a tick for each."""
    buttons = [
        (
            ("✅ " if kind in chosen else "") + words.plain(f"help.kind.{kind.value}"),
            HelpPress(HelpButton.TOGGLE, 0, kind.value),
        )
        for kind in HelpKind
    ]
    return keyboard(*in_columns(buttons, 2))


def open_keyboard(words: Words, cards: Sequence[HelpCard]) -> InlineKeyboardMarkup:
    """What neighbours need."""
    rows: list[Row] = [[(label(words, card), HelpPress(HelpButton.VIEW, card.id))] for card in cards]
    return keyboard(*rows)


def label(words: Words, card: HelpCard) -> str:
    """A request on one line."""
    return f"{words.plain(f'help.kind.{card.kind.value}')} {card.words}"[:48]


def card_text(words: Words, card: HelpCard) -> str:
    """A request as its reader may see it."""
    parts = [
        words("help.card", kind=words.plain(f"help.kind.{card.kind.value}"), words=card.words),
        words("help.card.name", name=card.name, grid=card.grid),
        words("help.card.place", place=card.place) if card.place else "",
        words("help.card.helper", name=card.helper) if card.helper else "",
        words(f"help.status.{card.status.value}"),
    ]
    return "\n".join(part for part in parts if part)


def card_keyboard(words: Words, card: HelpCard) -> InlineKeyboardMarkup:
    """What this reader may do now."""

    def button(which: HelpButton, key: str | None = None) -> Row:
        return [(words.plain(f"help.button.{key or which.value}"), HelpPress(which, card.id))]

    rows: list[Row] = []
    if card.status is HelpStatus.OPEN and not card.is_mine:
        rows.append(button(HelpButton.TAKE))
    if card.status in (HelpStatus.TAKEN, HelpStatus.DONE) and (card.is_mine or card.is_helper) and not card.have_said:
        rows.append(button(HelpButton.DONE))
    if card.status is HelpStatus.TAKEN and card.is_helper:
        rows.append(button(HelpButton.GIVE_BACK))
    if card.status in (HelpStatus.OPEN, HelpStatus.TAKEN) and card.is_mine:
        rows.append(button(HelpButton.CANCEL))
    return keyboard(*rows)
