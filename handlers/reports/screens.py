"""What the reporter sees at each step."""

from __future__ import annotations

from collections.abc import Iterator

from aiogram.methods import SendPhoto
from aiogram.types import InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from backend.issues.categories.choices import (
    YES_NO,
    CategoryChoice,
    QuestionWords,
    category_choices,
    in_language,
    questions_of,
)
from backend.issues.categories.offers import offered_categories
from backend.issues.models import Category
from backend.issues.reports.duplicates import NearbyIssue
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.words import Words
from backend.registry.models import Building
from backend.registry.queries import communities as all_communities
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.replies import Reply
from handlers.common.showing import Event, chat_of, say, show
from handlers.reports.draft import Draft
from handlers.reports.presses import ReportButton, ReportPress

LONGEST_SHOWN = 600
"""Of the reporter's own words in the summary; the report itself keeps all of them."""


async def communities(uow: UnitOfWork, words: Words, event: Event) -> Reply:
    """Where several communities share the bot, a stranger says which one."""
    buttons = [(unit.name, ReportPress(ReportButton.TOP, unit.id)) for unit in await all_communities(uow)]
    return show(event, words("report.which_community"), keyboard(*in_columns(buttons, 1)))


async def category_groups(
    uow: UnitOfWork, words: Words, event: Event, draft: Draft, *, shows_all: bool = False
) -> Reply:
    """The first question; whoever has sent something already reads that it has come, and what it may be.

    A few groups first: seventeen buttons are too many for old eyes.
    """
    assert draft.community_id is not None
    offers = await offered_categories(uow, draft.community_id, words.language, text=draft.text, shows_all=shows_all)
    suggested = [(_labelled(one, "👉 "), ReportPress(ReportButton.CATEGORY, one.id)) for one in offers.suggested]
    groups = [(_labelled(one), ReportPress(ReportButton.GROUP, one.id)) for one in offers.groups]
    more = [(words.plain("report.button.more"), ReportPress(ReportButton.MORE))] if offers.has_more else []
    asked = words("report.got_it_which_group" if draft.has_content else "report.which_group")
    return show(event, asked, keyboard(*in_columns(suggested, 1), *in_columns(groups, 2), more, _discard_row(words)))


def _labelled(choice: CategoryChoice, before: str = "") -> str:
    return f"{before}{choice.emoji} {choice.name}".strip()


async def categories(uow: UnitOfWork, words: Words, event: Event, community_id: int, group_id: int) -> Reply:
    choices = await category_choices(uow, community_id, words.language, parent_id=group_id)
    buttons = [(_labelled(choice), ReportPress(ReportButton.CATEGORY, choice.id)) for choice in choices]
    back = [(words.plain("report.button.back"), ReportPress(ReportButton.NEW_CATEGORY))]
    return show(event, words("report.which_category"), keyboard(*in_columns(buttons, 1), back))


def question(words: Words, event: Event, asked: QuestionWords) -> Reply:
    """One question of the category; the choices as buttons, yes and no too."""
    choices = asked.choices
    if asked.kind == "yes_no":
        choices = (("yes", words.plain("report.button.yes")), ("no", words.plain("report.button.no")))
    buttons = [(label, ReportPress(ReportButton.ANSWER, choice=key)) for key, label in choices]
    skip = [(words.plain("report.button.skip"), ReportPress(ReportButton.SKIP))]
    key = "report.question" if choices else "report.question_in_words"
    return show(event, words(key, question=asked.words), keyboard(*in_columns(buttons, 2), skip))


def ask_words(words: Words, event: Event) -> Reply:
    return show(event, words("report.ask_words"), keyboard(_discard_row(words)))


def ask_place(words: Words, event: Event) -> Reply:
    """A large key for the phone's own place; whoever cannot use it types a building or an address."""
    key = KeyboardButton(text=words.plain("report.button.send_place"), request_location=True)
    markup = ReplyKeyboardMarkup(keyboard=[[key]], resize_keyboard=True, one_time_keyboard=True)
    return say(event, words("report.ask_place"), markup)


def choose_building(words: Words, event: Event, typed: str, buildings: list[Building]) -> Reply:
    """What was typed may be one of these; or it is taken as it stands."""
    buttons = [(building.name, ReportPress(ReportButton.BUILDING, building.id)) for building in buildings]
    own = [(words.plain("report.button.own_words"), ReportPress(ReportButton.OWN_WORDS))]
    return say(event, words("report.which_building", typed=typed), keyboard(*in_columns(buttons, 2), own))


def place_noted(words: Words, event: Event, place: str) -> Reply:
    """Take the large key away again; a message can carry only one kind of keyboard, so this is one of its own."""
    noted = words("report.place_noted_at", place=place) if place else words("report.place_noted")
    return say(event, noted, ReplyKeyboardRemove())


def nearby(words: Words, event: Event, issues: list[NearbyIssue]) -> Reply:
    """Open issues of the same kind close by, each with its photo and a button to join."""
    offers = [_offer(words, event, issue) for issue in issues]
    none = keyboard([(words.plain("report.button.other"), ReportPress(ReportButton.OTHER))])
    return [
        say(event, words("report.nearby", count=len(issues))),
        *offers,
        say(event, words("report.nearby_none"), none),
    ]


def _offer(words: Words, event: Event, issue: NearbyIssue) -> Reply:
    text = words(
        "report.nearby_issue",
        number=issue.number,
        place=issue.place or words.plain("report.place_unknown"),
        summary=issue.summary[:200],
        status=words.plain(f"issue.status.{issue.status}"),
        distance=words.plain("report.distance", metres=issue.distance or 0),
    )
    markup = keyboard([(words.plain("report.button.same"), ReportPress(ReportButton.SAME, issue.issue_id))])
    if issue.photo_file_id is None:
        return say(event, text, markup)
    return SendPhoto(chat_id=chat_of(event), photo=issue.photo_file_id, caption=text, reply_markup=markup)


async def summary(uow: UnitOfWork, words: Words, event: Event, draft: Draft, category: Category) -> Reply:
    """All that will be sent, with the buttons to change it and the one to send it."""
    lines = [
        words("report.summary.title"),
        words("report.summary.category", name=in_language(category.names, words.language), emoji=category.emoji),
        *_answers(words, draft, category),
        words("report.summary.place", place=draft.place or words.plain("report.place_by_phone")),
        *([words("report.summary.words", text=_shortened(draft.text))] if draft.words else []),
        *([words("report.summary.media", count=len(draft.media))] if draft.media else []),
        *([words("report.summary.anonymous")] if draft.is_anonymous else []),
        *([words("report.summary.on_behalf", name=draft.on_behalf_name)] if draft.on_behalf_name else []),
        *([words("report.summary.joins")] if draft.join_issue_id else []),
        "",
        words("report.summary.check"),
    ]
    return show(event, "\n".join(lines), _summary_keyboard(words, draft))


def _answers(words: Words, draft: Draft, category: Category) -> Iterator[str]:
    """What was answered to the questions of the category; skipped ones are left out."""
    for asked in questions_of(category, words.language):
        if answer := draft.answers.get(asked.key):
            choices = dict(asked.choices) or {key: words.plain(f"report.button.{key}") for key in YES_NO}
            said = choices.get(answer, answer) if asked.kind != "text" else _shortened(answer)
            yield words("report.summary.answer", question=asked.words, answer=said)


def _summary_keyboard(words: Words, draft: Draft) -> InlineKeyboardMarkup:
    def button(key: str, kind: ReportButton) -> tuple[str, ReportPress]:
        return words.plain(f"report.button.{key}"), ReportPress(kind)

    return keyboard(
        [button("submit", ReportButton.SUBMIT)],
        [
            button("named" if draft.is_anonymous else "anonymous", ReportButton.ANONYMOUS),
            button("on_behalf", ReportButton.ON_BEHALF),
        ],
        [button("new_category", ReportButton.NEW_CATEGORY), button("new_place", ReportButton.NEW_PLACE)],
        _discard_row(words),
    )


def _discard_row(words: Words) -> list[tuple[str, ReportPress]]:
    return [(words.plain("report.button.discard"), ReportPress(ReportButton.DISCARD))]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
