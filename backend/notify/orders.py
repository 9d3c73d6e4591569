"""Orders to hurry and matters between org units: who is told, who is asked to answer, where the answer goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backend.issues.events import (
    AnsweredBetweenUnits,
    SentBetweenUnits,
    SupervisionIssued,
    SupervisionOverdue,
    SupervisionReplied,
)
from backend.issues.models import Direction, OrgDispatch, Supervision
from backend.issues.naming import name_of
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import Rows, button, in_rows
from backend.notify.heads import Head, head_of
from backend.notify.messages import tell
from backend.notify.people import Hearer, office_of, person, unit_people
from backend.notify.presses import BetweenPress, StaffButton, StaffPress, SupervisionPress
from backend.notify.times import moment_said
from backend.notify.words import Voice, Words
from backend.notify.workers import hands_of
from backend.registry.models import OrgUnit


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about an issue: the words for `key`, the issue's head, what somebody said, and buttons."""

    key: str
    head: Head
    blanks: Callable[[Words], dict[str, object]]
    said: str = ""
    buttons: Callable[[Words], Rows] = lambda _: ()

    def __call__(self, words: Words) -> Content:
        said = self.head.quoted(self.said)
        lines = (
            words(self.key, **self.blanks(words)),
            self.head.said(words),
            words("worker.said", words=said) if said else "",
        )
        return Content("\n".join(line for line in lines if line), buttons=self.buttons(words))


async def hear_supervision(uow: UnitOfWork, voice: Voice, event: SupervisionIssued) -> None:
    """Whoever has the work is told to hurry and asked for a reply; if nobody has it, those who answer for the unit."""
    order = await uow.session.get_one(Supervision, event.supervision_id)
    head = await head_of(uow, order.issue_id)
    hands = await hands_of(uow, order.issue_id, but=order.issued_by_id)
    hearers = hands or await unit_people(uow, head.issue.org_unit_id, but=order.issued_by_id)
    name = await name_of(uow, order.issued_by_id)
    notice = Notice(
        "order.issued",
        head,
        lambda words: {
            "name": name,
            "level": order.level,
            "due": moment_said(words, order.reply_due_at, uow.now, head.zone),
        },
        order.words,
        lambda words: in_rows([button(words, "order.button.reply", SupervisionPress(order.id))]),
    )
    await tell(uow, voice, hearers, notice, key=f"supervision:{order.id}", lane=Lane.URGENT)


async def hear_reply(uow: UnitOfWork, voice: Voice, event: SupervisionReplied) -> None:
    """The reply goes to whoever gave the order."""
    order = await uow.session.get_one(Supervision, event.supervision_id)
    head = await head_of(uow, order.issue_id)
    name = await name_of(uow, order.replied_by_id)
    notice = Notice("order.replied", head, lambda _: {"name": name}, order.reply, lambda words: _view(words, head))
    await tell(
        uow,
        voice,
        await person(uow, order.issued_by_id, but=order.replied_by_id),
        notice,
        key=f"supervision:{order.id}:reply",
    )


async def hear_silence(uow: UnitOfWork, voice: Voice, event: SupervisionOverdue) -> None:
    """Nobody replied: whoever gave the order hears, and the office that answers for the issue."""
    order = await uow.session.get_one(Supervision, event.supervision_id)
    head = await head_of(uow, order.issue_id)
    notice = Notice("order.silence", head, lambda _: {}, order.words, lambda words: _view(words, head))
    hearers = [*await person(uow, order.issued_by_id), *await office_of(uow, head.issue.org_unit_id)]
    await tell(uow, voice, _each_once(hearers), notice, key=f"supervision:{order.id}:silence", lane=Lane.URGENT)


async def hear_dispatch(uow: UnitOfWork, voice: Voice, event: SentBetweenUnits) -> None:
    """A matter came down or went up: the unit's people hear and are asked to answer."""
    matter = await uow.session.get_one(OrgDispatch, event.dispatch_id)
    head = await head_of(uow, matter.issue_id)
    sender = (await uow.session.get_one(OrgUnit, matter.from_unit_id)).name
    key = "between.down" if matter.direction is Direction.DOWN else "between.up"
    notice = Notice(
        key,
        head,
        lambda words: {"unit": sender, "due": _due(uow, words, matter, head)},
        matter.words,
        lambda words: in_rows([button(words, "between.button.answer", BetweenPress(matter.id))], *_view(words, head)),
    )
    hearers = await unit_people(uow, matter.to_unit_id, but=matter.sent_by_id)
    await tell(uow, voice, hearers, notice, key=f"between:{matter.id}", lane=Lane.URGENT)


async def hear_answer(uow: UnitOfWork, voice: Voice, event: AnsweredBetweenUnits) -> None:
    """The answer goes back to whoever sent the matter, else to the office of that unit."""
    matter = await uow.session.get_one(OrgDispatch, event.dispatch_id)
    head = await head_of(uow, matter.issue_id)
    unit = (await uow.session.get_one(OrgUnit, matter.to_unit_id)).name
    key = "between.answered" if matter.answer else "between.ended"
    notice = Notice(
        key,
        head,
        lambda words: {"unit": unit, "status": words.plain(f"issue.status.{head.issue.status}")},
        matter.answer,
        lambda words: _view(words, head),
    )
    sender = await person(uow, matter.sent_by_id, but=matter.answered_by_id)
    hearers = sender or await unit_people(uow, matter.from_unit_id, but=matter.answered_by_id)
    await tell(uow, voice, hearers, notice, key=f"between:{matter.id}:answer")


def _due(uow: UnitOfWork, words: Words, matter: OrgDispatch, head: Head) -> str:
    if matter.answer_due_at is None:
        return words.plain("between.no_due")
    return moment_said(words, matter.answer_due_at, uow.now, head.zone)


def _view(words: Words, head: Head) -> Rows:
    return in_rows([button(words, "desk.button.view", StaffPress(StaffButton.VIEW, head.issue.id))])


def _each_once(hearers: list[Hearer]) -> list[Hearer]:
    return list({hearer.key: hearer for hearer in hearers}.values())
