"""Requests that somebody must decide, and what was decided: to suspend an issue, to reopen one."""

from __future__ import annotations

from backend.issues.events import RequestDecided, RequestMade
from backend.issues.models import IssueRequest, RequestKind
from backend.issues.naming import name_of
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.cards import close_card, open_cards, post_card
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.heads import Head, head_of
from backend.notify.messages import tell
from backend.notify.people import leaders_of, office_of, person
from backend.notify.presses import DecisionButton, RequestPress, StaffButton, StaffPress
from backend.notify.times import moment_said
from backend.notify.words import GROUP_LANGUAGE, Voice, Words


async def hear_request(uow: UnitOfWork, voice: Voice, event: RequestMade) -> None:
    """Whoever may decide gets a card with two buttons: the leader for a suspension, the office for both."""
    request = await uow.session.get_one(IssueRequest, event.request_id)
    head = await head_of(uow, request.issue_id)
    unit_id = head.issue.org_unit_id
    hearers = {hearer.key: hearer for hearer in await office_of(uow, unit_id, but=request.asked_by_id)}
    if request.kind is RequestKind.SUSPEND:
        leaders = await leaders_of(uow, unit_id)
        hearers |= {hearer.key: hearer for hearer in leaders if hearer.account_id != request.asked_by_id}
    name = await _asker(uow, request)
    for hearer in hearers.values():
        content = _asked(uow, voice.words(hearer.language), head, request, name)
        await post_card(uow, key=f"request:{request.id}:{hearer.key}", to=hearer.to, content=content, lane=Lane.URGENT)


async def hear_decision(uow: UnitOfWork, voice: Voice, event: RequestDecided) -> None:
    """The cards show who decided what; a colleague who asked to suspend hears it (a reporter hears by the move)."""
    request = await uow.session.get_one(IssueRequest, event.request_id)
    head = await head_of(uow, request.issue_id)
    decider = await name_of(uow, request.decided_by_id)
    verdict = "granted" if request.is_granted else "refused"
    words = voice.words(GROUP_LANGUAGE)
    last = Content("\n".join((head.said(words), words(f"request.{request.kind}.{verdict}", name=decider))))
    for card in await open_cards(uow, f"request:{request.id}"):
        await close_card(uow, key=card.key, lane=Lane.NORMAL, content=last)
    if request.kind is RequestKind.SUSPEND:
        await tell(
            uow,
            voice,
            await person(uow, request.asked_by_id, but=request.decided_by_id),
            lambda words: Content(
                "\n".join((words(f"request.{request.kind}.{verdict}", name=decider), head.said(words)))
            ),
            key=f"request:{request.id}:decided",
        )


async def _asker(uow: UnitOfWork, request: IssueRequest) -> str:
    """A colleague's name; a reporter's stays out of groups."""
    return await name_of(uow, request.asked_by_id) if request.kind is RequestKind.SUSPEND else ""


def _asked(uow: UnitOfWork, words: Words, head: Head, request: IssueRequest, name: str) -> Content:
    until = ""
    if request.until_at is not None:
        until = words("request.until", until=moment_said(words, request.until_at, uow.now, head.zone))
    lines = (
        words(f"request.{request.kind}.asked", name=name),
        head.said(words),
        words("request.reason", words=head.quoted(request.reason)),
        until,
    )
    decide = [
        button(words, f"request.button.{decision}", RequestPress(decision, request.id)) for decision in DecisionButton
    ]
    view = [button(words, "desk.button.view", StaffPress(StaffButton.VIEW, request.issue_id))]
    return Content("\n".join(line for line in lines if line), buttons=in_rows(decide, view))
