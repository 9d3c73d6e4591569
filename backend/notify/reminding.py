"""Words to somebody who has not gone on: with a half-written report, or with a rating; each said once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from backend.issues.categories.choices import in_language
from backend.issues.models import Category, Issue
from backend.kernel.conversations import Conversation, notes_of
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button, in_rows, star_row
from backend.notify.messages import tell
from backend.notify.people import person, persons
from backend.notify.presses import IssueButton, IssuePress, MenuButton, MenuPress
from backend.notify.words import Voice, Words
from backend.registry.models import Account

DRAFT_KEPT = timedelta(hours=12)
RATING_KEPT = timedelta(hours=24)


async def remind_of_draft(uow: UnitOfWork, voice: Voice, conversation: Conversation) -> bool:
    """Ask whether a half-written report shall go on, and note that it was asked. False when nobody is to be asked.

    The button opens the conversation where it stood, which offers to go on or to start anew.
    """
    conversation.reminded_at = uow.now
    if not holds_words(uow, conversation):
        return False
    account = await uow.session.scalar(select(Account).where(Account.telegram_id == conversation.user_id))
    hearers = persons([account]) if account is not None else []
    key = f"draft:{conversation.bot_id}:{conversation.user_id}:{int(conversation.updated_at.timestamp())}"

    def say(words: Words) -> Content:
        go_on = button(words, "remind.button.go_on", MenuPress(MenuButton.REPORT))
        return Content(words("remind.draft"), buttons=in_rows([go_on]), silent=True)

    await tell(uow, voice, hearers, say, key=key, kept=DRAFT_KEPT)
    return bool(hearers)


def holds_words(uow: UnitOfWork, conversation: Conversation) -> bool:
    """Whether something would be lost: who only opened the conversation and went away is left alone."""
    is_private = conversation.chat_id == conversation.user_id
    notes = notes_of(uow, conversation) if is_private else {}
    return bool(notes.get("words") or notes.get("media"))


async def ask_for_rating(uow: UnitOfWork, voice: Voice, *, issue_id: int, account_id: int) -> bool:
    """Ask a reporter once for each time that the issue was resolved. False when they cannot be reached."""
    issue = await uow.session.get_one(Issue, issue_id)
    category = await uow.session.get_one(Category, issue.category_id)
    hearers = await person(uow, account_id)
    for hearer in hearers:
        words = await voice.announcing(uow, issue.community_id, hearer.language)
        content = _rating(words, issue, category)
        # The life of the issue, not the day: a reminder that was said yesterday is not said again today.
        key = f"rate:{issue_id}:{issue.reopened_count}"
        await tell(uow, voice, [hearer], lambda _, content=content: content, key=key, kept=RATING_KEPT)  # type: ignore[misc]
    return bool(hearers)


def _rating(words: Words, issue: Issue, category: Category) -> Content:
    text = words(
        "remind.rating",
        number=issue.number,
        category=in_language(category.names, words.language),
        place=issue.place or words.plain("card.place_unknown"),
    )
    not_solved = button(words, "notify.button.reopen", IssuePress(IssueButton.REOPEN, issue.id))
    return Content(text, buttons=in_rows(star_row(words, issue.id), [not_solved]), silent=True)
