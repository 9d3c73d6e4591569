"""What staff do with one issue: accept, reject, dispatch, supervise, merge, and decide what others asked for."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.issues.demands.between_units import answer_dispatch
from backend.issues.demands.requests import decide_request, resume_issue
from backend.issues.demands.supervision import reply_to_supervision, supervise_issue
from backend.issues.merging import merge_issues
from backend.issues.tasks.dispatching import accept_issue, cancel_issue, dispatch_issue, one_key_targets, reject_issue
from backend.issues.tasks.hands import WorkTarget
from backend.issues.views.find import IssueQuery, find_issues
from backend.issues.views.issue_view import view_issue
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import (
    BetweenPress,
    DecisionButton,
    RequestPress,
    StaffButton,
    StaffPress,
    SupervisionPress,
)
from backend.notify.words import Words
from backend.registry.models import OrgKind, PartnerKind
from backend.registry.queries import community_of, org_unit, partners_of, units_within
from handlers.common.asking import Asked, Purpose, Target, ask, asks
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.replies import Reply
from handlers.common.showing import say, say_privately
from handlers.staff import between, screens

ONE_KEY = (PartnerKind.PROPERTY, PartnerKind.POLICE)


def deciding_router() -> Router:
    router = Router(name="staff.deciding")
    router.callback_query.register(pressed, Pressed(StaffPress))
    router.callback_query.register(decided, Pressed(RequestPress))
    router.callback_query.register(reply_wanted, Pressed(SupervisionPress))
    router.callback_query.register(answer_wanted, Pressed(BetweenPress))
    return router


async def pressed(
    call: CallbackQuery, press: StaffPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    if press.button not in ACTS:
        raise BadInput("error.old_button")
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _view(on: Pressing[StaffPress]) -> Reply:
    """Who reported and in which words: never on the screen of a group, whose desk has this button too."""
    issue = await view_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    further = await between.further_buttons(on, issue)
    markup = screens.issue_keyboard(on.words, issue, further)
    return say_privately(on.call, on.words, screens.issue_text(on.words, issue), markup)


async def _accept(on: Pressing[StaffPress]) -> Reply:
    await accept_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    return [on.answer("staff.accepted"), await _offer_dispatch(on)]


async def _resume(on: Pressing[StaffPress]) -> Reply:
    await resume_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    return on.answer("staff.resumed")


async def _offer_dispatch(on: Pressing[StaffPress]) -> Reply:
    """The grids of the issue's community, then its partners; several may be pressed one after another."""
    issue = await view_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    community = await community_of(on.uow, await org_unit(on.uow, issue.unit_id))
    if community is None:
        raise NotFound
    grids = await units_within(on.uow, (community.path,), OrgKind.GRID)
    to_grid = [(unit.name, StaffPress(StaffButton.DISPATCH_GRID, issue.issue_id, unit.id)) for unit in grids]
    to_partner = [
        (f"🤝 {one.name}", StaffPress(StaffButton.DISPATCH_PARTNER, issue.issue_id, one.id))
        for one in await partners_of(on.uow, community.id)
    ]
    at_once = [(on.words.plain("staff.button.dall"), StaffPress(StaffButton.DISPATCH_ALL, issue.issue_id))]
    markup = keyboard(at_once, *in_columns(to_grid, 3), *in_columns(to_partner, 2))
    return say(on.call, on.words("staff.dispatch_to", number=issue.number), markup)


async def _dispatch_to_grid(on: Pressing[StaffPress]) -> Reply:
    return await _dispatch(on, WorkTarget(org_unit_id=on.press.value))


async def _dispatch_to_partner(on: Pressing[StaffPress]) -> Reply:
    return await _dispatch(on, WorkTarget(partner_id=on.press.value))


async def _dispatch_to_all(on: Pressing[StaffPress]) -> Reply:
    """One key: the grid, the property company and the police at once (M10)."""
    targets = await one_key_targets(on.uow, on.press.issue_id, ONE_KEY)
    return await _dispatch(on, *targets)


async def _dispatch(on: Pressing[StaffPress], *targets: WorkTarget) -> Reply:
    await dispatch_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id, targets=targets)
    return on.answer("staff.dispatched")


async def _this(on: Pressing[StaffPress]) -> Target:
    return (await view_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)).issue_id, None


async def decided(
    call: CallbackQuery, press: RequestPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    """Granting takes one press; a refusal needs its reason."""
    if press.button is DecisionButton.REFUSE:
        return await ask(call, state, words, "staff.refuse", press.request_id)
    await decide_request(uow, actor=actor, request_id=press.request_id, is_granted=True)
    return call.answer(words.plain("staff.granted"))


async def reply_wanted(call: CallbackQuery, press: SupervisionPress, words: Words, state: FSMContext) -> Reply:
    return await ask(call, state, words, "staff.reply", press.supervision_id)


async def answer_wanted(call: CallbackQuery, press: BetweenPress, words: Words, state: FSMContext) -> Reply:
    return await ask(call, state, words, "staff.answer", press.dispatch_id)


async def _reject(asked: Asked) -> Reply:
    await reject_issue(asked.uow, actor=asked.actor, issue_id=asked.target, reason=asked.text)
    return say(asked.event, asked.words("staff.rejected"))


async def _cancel(asked: Asked) -> Reply:
    await cancel_issue(asked.uow, actor=asked.actor, issue_id=asked.target, reason=asked.text)
    return say(asked.event, asked.words("staff.cancelled"))


async def _supervise(asked: Asked) -> Reply:
    await supervise_issue(asked.uow, actor=asked.actor, issue_id=asked.target, words=asked.text)
    return say(asked.event, asked.words("staff.supervised"))


async def _merge(asked: Asked) -> Reply:
    """The words are the number of the issue that stays."""
    found = await find_issues(asked.uow, actor=asked.actor, query=IssueQuery(text=asked.text))
    into = next((issue for issue in found.issues if issue.number == asked.text.strip()), None)
    if into is None:
        raise NotFound
    await merge_issues(asked.uow, actor=asked.actor, issue_id=asked.target, into_issue_id=into.issue_id)
    return say(asked.event, asked.words("staff.merged", number=into.number))


async def _refuse(asked: Asked) -> Reply:
    await decide_request(asked.uow, actor=asked.actor, request_id=asked.target, is_granted=False, reason=asked.text)
    return say(asked.event, asked.words("staff.refused"))


async def _reply(asked: Asked) -> Reply:
    await reply_to_supervision(asked.uow, actor=asked.actor, supervision_id=asked.target, words=asked.text)
    return say(asked.event, asked.words("staff.replied"))


async def _answer(asked: Asked) -> Reply:
    await answer_dispatch(asked.uow, actor=asked.actor, dispatch_id=asked.target, words=asked.text)
    return say(asked.event, asked.words("staff.answered"))


ACTS: Mapping[StaffButton, Act[StaffPress]] = {
    StaffButton.VIEW: _view,
    StaffButton.ACCEPT: _accept,
    StaffButton.REJECT: asks("staff.reject", _this),
    StaffButton.DISPATCH: _offer_dispatch,
    StaffButton.DISPATCH_GRID: _dispatch_to_grid,
    StaffButton.DISPATCH_PARTNER: _dispatch_to_partner,
    StaffButton.DISPATCH_ALL: _dispatch_to_all,
    StaffButton.SUPERVISE: asks("staff.supervise", _this),
    StaffButton.MERGE: asks("staff.merge", _this),
    StaffButton.RESUME: _resume,
    StaffButton.CANCEL: asks("staff.cancel", _this),
    StaffButton.SEND_UP: between.send_up,
    StaffButton.SEND_DOWN: between.send_down,
    StaffButton.REPORTER: between.ask_who_reported,
}

PURPOSES: Mapping[str, Purpose] = {
    "staff.reject": _reject,
    "staff.cancel": _cancel,
    "staff.supervise": _supervise,
    "staff.merge": _merge,
    "staff.refuse": _refuse,
    "staff.reply": _reply,
    "staff.answer": _answer,
    "staff.send_up": between.sent_up,
    "staff.send_down": between.sent_down,
    "staff.reporter": between.reveal,
}
