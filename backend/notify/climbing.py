"""Limits that are near or have passed: who hears at each rung, with number, place, how late, and who has it."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.events import ClockClimbed, ClockWarned, IssueMoved, SentBetweenUnits
from backend.issues.models import HistoryEntry, IssueClock, Task
from backend.issues.movers import LIVE
from backend.issues.naming import name_of
from backend.issues.states import ClockTarget, IssueAction, IssueStatus, TaskStatus
from backend.issues.timing.climbing import DEFAULT_LADDER
from backend.issues.timing.clock_rows import overdue_for
from backend.kernel.access import Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Button, Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.heads import Head, head_of
from backend.notify.messages import tell
from backend.notify.people import Hearer, leaders_of, office_of, people_of_task, person, superiors_of
from backend.notify.presses import StaffButton, StaffPress, TaskButton, TaskPress
from backend.notify.times import length_said, moment_said
from backend.notify.words import Voice, Words

_OFFICE = (StaffButton.DISPATCH, StaffButton.SUPERVISE, StaffButton.VIEW)


async def hear_warning(uow: UnitOfWork, voice: Voice, event: ClockWarned) -> None:
    """Before a limit runs out those hear who can still keep it: the hands, the group, or the desk."""
    clock = await uow.session.get_one(IssueClock, event.clock_id)
    head = await head_of(uow, clock.issue_id)
    tasks = await _tasks(uow, clock)
    hearers = await (
        office_of(uow, head.issue.org_unit_id) if clock.target is ClockTarget.ACCEPT else _hands(uow, tasks)
    )

    def say(words: Words) -> Content:
        due = moment_said(words, clock.due_at, uow.now, head.zone)
        left = length_said(words, clock.due_at - uow.now)
        text = words(f"climb.warning.{clock.target}", due=due, left=left)
        return Content("\n".join((text, head.said(words))), buttons=_claim_button(words, tasks))

    await tell(uow, voice, hearers, say, key=f"clock:{clock.id}:warning", lane=Lane.URGENT, kept=clock.due_at - uow.now)


async def hear_climb(uow: UnitOfWork, voice: Voice, event: ClockClimbed) -> None:
    """A limit has passed: the rung's role hears; who it is that has the work, or that nobody has, is said."""
    clock = await uow.session.get_one(IssueClock, event.clock_id)
    head = await head_of(uow, clock.issue_id)
    tasks = await _tasks(uow, clock)
    role = DEFAULT_LADDER[clock.target][event.rung].role
    hearers = await _on_rung(uow, role, head, tasks)
    late = overdue_for(clock, uow.now)
    names = [await name_of(uow, task.assignee_id) for task in tasks if task.assignee_id is not None]

    def say(words: Words) -> Content:
        who = words("climb.with", names=words.plain("card.and").join(names)) if names else words("climb.nobody")
        lines = (words(f"climb.late.{clock.target}", late=length_said(words, late)), head.said(words), who)
        below = role is Role.GRID_WORKER
        return Content("\n".join(lines), buttons=_claim_button(words, tasks) if below else _office(words, head))

    await tell(uow, voice, hearers, say, key=f"clock:{clock.id}:rung:{event.rung}", lane=Lane.URGENT)


async def hear_call(uow: UnitOfWork, voice: Voice, event: IssueMoved) -> None:
    """Somebody called for those above by hand: the office hears why."""
    if event.action is not IssueAction.ESCALATE or event.actor_account_id is None:
        return
    if any(isinstance(later, SentBetweenUnits) for later in uow.events):
        return  # it was reported up: those who are asked hear it in the sender's words
    head = await head_of(uow, event.issue_id)
    entry = await uow.session.get_one(HistoryEntry, event.entry_id)
    name = await name_of(uow, event.actor_account_id)

    def say(words: Words) -> Content:
        lines = (
            words("climb.called", name=name),
            head.said(words),
            words("worker.said", words=head.quoted(entry.words)),
        )
        return Content("\n".join(lines), buttons=_office(words, head))

    hearers = await office_of(uow, head.issue.org_unit_id, but=event.actor_account_id)
    await tell(uow, voice, hearers, say, key=f"issue:{event.issue_id}:called:{entry.id}", lane=Lane.URGENT)


async def _tasks(uow: UnitOfWork, clock: IssueClock) -> list[Task]:
    """The live tasks for which the clock runs: its own, or all of the issue."""
    which = Task.id == clock.task_id if clock.task_id is not None else Task.issue_id == clock.issue_id
    return list(await uow.session.scalars(select(Task).where(which, Task.status.in_(LIVE)).order_by(Task.id)))


async def _hands(uow: UnitOfWork, tasks: list[Task]) -> list[Hearer]:
    """Whoever has the tasks, privately; the group of those that nobody has."""
    hearers: dict[str, Hearer] = {}
    for task in tasks:
        found = await person(uow, task.assignee_id) or await people_of_task(uow, task)
        hearers |= {hearer.key: hearer for hearer in found}
    return list(hearers.values())


async def _on_rung(uow: UnitOfWork, role: Role, head: Head, tasks: list[Task]) -> list[Hearer]:
    unit_id = head.issue.org_unit_id
    if role is Role.GRID_WORKER:
        return await _hands(uow, tasks) or await leaders_of(uow, unit_id)
    if role is Role.GRID_LEADER:
        return await leaders_of(uow, unit_id)
    return await (superiors_of(uow, unit_id) if role is Role.SUBDISTRICT else office_of(uow, unit_id))


def _claim_button(words: Words, tasks: list[Task]) -> tuple[tuple[Button, ...], ...]:
    unclaimed = [task for task in tasks if task.status is TaskStatus.OPEN]
    if len(unclaimed) != 1:
        return ()
    return in_rows([button(words, "card.button.claim", TaskPress(TaskButton.CLAIM, unclaimed[0].id))])


def _office(words: Words, head: Head) -> tuple[tuple[Button, ...], ...]:
    can_dispatch = head.issue.status in (IssueStatus.REPORTED, IssueStatus.ACCEPTED)
    shown = _OFFICE if can_dispatch else _OFFICE[1:]
    return in_rows([button(words, f"desk.button.{each}", StaffPress(each, head.issue.id)) for each in shown])
