"""A provider who teaches: what is wished for, and the course that answers it."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from backend.bookings import answer_wishes, groups_of_wishes, offerings_of, open_course, topics
from backend.bookings.providers import provider_by_id
from backend.bookings.states import SessionKind
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.booking_presses import ProviderButton, ProviderPress
from backend.notify.words import Words
from backend.registry.queries import org_unit
from handlers.bookings.plans import course_in
from handlers.common.asking import Asked, ask
from handlers.common.keyboards import Row, keyboard
from handlers.common.pressing import Pressing
from handlers.common.replies import Reply
from handlers.common.showing import say, show


async def wishes(call: CallbackQuery, press: ProviderPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """What is wished for, the most wished for first: each leads to a course for it."""
    provider = await provider_by_id(uow, _number(press.target))
    groups = await groups_of_wishes(uow, actor=actor, community=await org_unit(uow, provider.community_id))
    rows: list[Row] = [
        [
            (
                words.plain(
                    "provider.label.wish",
                    topic=topic_name(words, group.topic),
                    count=group.count,
                    ages=_ages(words, group.youngest, group.oldest),
                ),
                ProviderPress(ProviderButton.TEACH, provider.id, key=group.topic),
            )
        ]
        for group in groups
    ]
    rows.append([_button(words, "free_course", ProviderPress(ProviderButton.TEACH, provider.id))])
    return show(call, words("provider.wishes" if groups else "provider.no_wishes"), keyboard(*rows))


def _ages(words: Words, youngest: int | None, oldest: int | None) -> str:
    return words.plain("provider.ages", youngest=youngest, oldest=oldest) if youngest is not None else ""


def topic_name(words: Words, key: str) -> str:
    topic = topics()[key]
    return f"{topic.emoji} {topic.en if words.language == Language.ENGLISH else topic.zh}"


async def teach(on: Pressing[ProviderPress]) -> Reply:
    """The course in a few lines; `value` is the place of the topic in the list, so that the answer finds it."""
    order = list(topics())
    value = order.index(on.press.key) if on.press.key in order else None
    return await ask(on.call, on.state, on.words, "provider.course", _number(on.press.target), value)


async def course_planned(asked: Asked) -> Reply:
    """Open the course and tell all who wished for it."""
    provider = await provider_by_id(asked.uow, asked.target)
    plan = course_in(asked.text, asked.uow.now, asked.words.zone)
    kinds = await offerings_of(asked.uow, provider.community_id, kind=SessionKind.COURSE)
    if not kinds:
        raise BadInput("booking.error.not_approved")
    session = await open_course(
        asked.uow, actor=asked.actor, provider_id=provider.id, offering_id=kinds[0].id, plan=plan
    )
    told = 0
    if asked.value is not None:
        topic = list(topics())[asked.value]
        told = await answer_wishes(asked.uow, actor=asked.actor, session_id=session.id, topic=topic)
    text = asked.words("provider.course_opened", title=session.title, times=len(plan.starts), told=told)
    row = [_button(asked.words, "sessions", ProviderPress(ProviderButton.SESSIONS, provider.id))]
    return say(asked.event, text, keyboard(row))


def _button(words: Words, key: str, press: ProviderPress) -> tuple[str, ProviderPress]:
    return words.plain(f"provider.button.{key}"), press


def _number(value: int | None) -> int:
    if value is None:
        raise BadInput("error.old_button")
    return value
