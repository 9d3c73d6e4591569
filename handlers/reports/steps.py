"""The steps as states of the conversation, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import TelegramObject

from backend.issues.categories.choices import QuestionWords, questions_of, reportable_category
from backend.issues.models import Category
from backend.issues.reports.duplicates import NearbyIssue, nearby_open_issues
from backend.issues.states import ReportSource
from backend.kernel.access import Actor, Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.words import Words
from backend.registry.models import Account
from backend.registry.queries import home_community
from handlers.common.replies import Reply
from handlers.common.showing import Event
from handlers.reports import screens
from handlers.reports.draft import Draft, Step, next_step, open_question


class Writing(StatesGroup):
    """Where a reporter stands. At every step further words, photos and places are taken, in any order."""

    category = State()
    question = State()
    words = State()
    place = State()
    nearby = State()
    confirm = State()
    on_behalf = State()


STATES = {step: getattr(Writing, step.value) for step in Step}


@dataclass
class Desk:
    """All that a step of this conversation needs: whose report, what is known of it, and where to say something."""

    uow: UnitOfWork
    actor: Actor
    account: Account
    words: Words
    state: FSMContext
    event: Event
    draft: Draft

    async def keep(self, step: State) -> None:
        """Store the draft and the step."""
        await self.state.set_state(step)
        await self.state.set_data(self.draft.notes())


async def open_desk(
    uow: UnitOfWork, actor: Actor, account: Account, words: Words, state: FSMContext, event: Event
) -> Desk:
    """The person's draft as it stands, or an empty one in their community."""
    draft = Draft.from_notes(await state.get_data())
    if draft.community_id is None:
        await _settle_community(uow, actor, account, draft)
    return Desk(uow, actor, account, words, state, event, draft)


SOURCES = (
    (ReportSource.SUPERIOR, (Role.SUBDISTRICT, Role.DISTRICT)),
    (ReportSource.STAFF, (Role.STAFF, Role.ADMIN)),
    (ReportSource.PATROL, (Role.GRID_WORKER, Role.GRID_LEADER)),
)
"""As what somebody with these roles reports; the first that fits counts."""


def source_of(actor: Actor, community_path: str) -> ReportSource:
    """A worker's grid lies below the community, an office's unit is it or lies above."""
    held = {
        grant.role
        for grant in actor.grants
        if community_path.startswith(grant.org_path) or grant.org_path.startswith(community_path)
    }
    return next((source for source, roles in SOURCES if held.intersection(roles)), ReportSource.RESIDENT)


class DeskMiddleware(BaseMiddleware):
    """Gives the handlers of this conversation `desk`; it runs only for those that fit."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        known = {name: data[name] for name in ("uow", "actor", "account", "words", "state")}
        data["desk"] = await open_desk(event=cast(Event, event), **known)
        return await handler(event, data)


async def _settle_community(uow: UnitOfWork, actor: Actor, account: Account, draft: Draft) -> None:
    community = await home_community(uow, account)
    if community is not None:
        draft.community_id = community.id
        draft.source = source_of(actor, community.path).value


async def go_on(desk: Desk) -> Reply:
    """Keep the draft and ask for what is missing next."""
    draft = desk.draft
    if draft.community_id is None:
        await desk.keep(Writing.category)
        return await screens.communities(desk.uow, desk.words, desk.event)
    category = await _category(desk)
    questions = questions_of(category, desk.words.language) if category else ()
    step = next_step(draft, questions)
    nearby = await _nearby(desk, category) if step is Step.NEARBY else []
    if step is Step.NEARBY and not nearby:
        draft.has_seen_nearby = True
        step = Step.CONFIRM
    await desk.keep(STATES[step])
    return await _screen(desk, step, category, questions, nearby)


async def _category(desk: Desk) -> Category | None:
    draft = desk.draft
    if draft.category_id is None or draft.community_id is None:
        return None
    return await reportable_category(desk.uow, draft.community_id, draft.category_id)


async def asked_now(desk: Desk) -> QuestionWords | None:
    """The question that waits for its answer; None when the category asks nothing more."""
    category = await _category(desk)
    return open_question(desk.draft, questions_of(category, desk.words.language)) if category else None


async def _nearby(desk: Desk, category: Category | None) -> list[NearbyIssue]:
    if category is None:
        return []
    return await nearby_open_issues(desk.uow, category, desk.draft.point, desk.draft.building_id)


async def _screen(
    desk: Desk, step: Step, category: Category | None, questions: tuple[QuestionWords, ...], nearby: list[NearbyIssue]
) -> Reply:
    words, event, draft = desk.words, desk.event, desk.draft
    if step is Step.CATEGORY or category is None:
        return await screens.category_groups(desk.uow, words, event, draft)
    if step is Step.QUESTION:
        question = open_question(draft, questions)
        assert question is not None
        return screens.question(words, event, question)
    if step is Step.NEARBY:
        return screens.nearby(words, event, nearby)
    plain = {Step.WORDS: screens.ask_words, Step.PLACE: screens.ask_place}
    if step in plain:
        return plain[step](words, event)
    return await screens.summary(desk.uow, words, event, draft, category)
