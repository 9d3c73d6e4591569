"""Private messages to whoever has a task in hand: it was given to them, taken from them, checked, answered."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.events import IssueMoved, TaskMoved
from backend.issues.models import HistoryEntry, Task
from backend.issues.movers import HELD
from backend.issues.naming import name_of
from backend.issues.states import IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.issues.views.cards import task_card
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.heads import head_of
from backend.notify.messages import tell
from backend.notify.people import Hearer, person
from backend.notify.presses import TaskButton, TaskPress
from backend.notify.words import Voice, Words

KEYS = {
    TaskAction.CLAIM: "worker.given",
    TaskAction.FAIL: "worker.failed",
    TaskAction.PASS: "worker.passed",
    TaskAction.TRANSFER: "worker.taken",
    TaskAction.CANCEL: "worker.cancelled",
}
"""What a move of a task by somebody else means for whoever has it."""

_TO_DO = frozenset({TaskAction.CLAIM, TaskAction.FAIL})


async def hear_task(uow: UnitOfWork, voice: Voice, event: TaskMoved) -> None:
    """Tell the one who has the task, or had it, what somebody else did to it."""
    key = KEYS.get(event.action)
    if key is None:
        return
    task = await uow.session.get_one(Task, event.task_id)
    hearers = await person(uow, task.assignee_id, but=event.actor_account_id)
    if hearers:
        await _tell(uow, voice, hearers, task, event, key)


async def _tell(uow: UnitOfWork, voice: Voice, hearers: list[Hearer], task: Task, event: TaskMoved, key: str) -> None:
    head = await head_of(uow, task.issue_id)
    entry = await _entry(uow, task, event.action)
    name = await name_of(uow, event.actor_account_id)
    explained = (await task_card(uow, task.id)).explained if event.action is TaskAction.CLAIM else ""
    said = next((head.quoted(said) for said in (_words_of(entry), task.instructions, explained) if said), "")

    def say(words: Words) -> Content:
        lines = (words(key, name=name), head.said(words), words("worker.said", words=said) if said else "")
        pressed = (TaskButton.EN_ROUTE, TaskButton.SUBMIT, TaskButton.RETURN) if event.action in _TO_DO else ()
        row = [button(words, f"card.button.{each.name.lower()}", TaskPress(each, task.id)) for each in pressed]
        return Content("\n".join(line for line in lines if line), buttons=in_rows(row))

    step = entry.id if entry is not None else event.action.value
    lane = Lane.URGENT if event.action in _TO_DO else Lane.NORMAL
    await tell(uow, voice, hearers, say, key=f"task:{task.id}:{step}:{event.action}", lane=lane)


def _words_of(entry: HistoryEntry | None) -> str:
    return entry.words if entry is not None else ""


async def _entry(uow: UnitOfWork, task: Task, action: TaskAction) -> HistoryEntry | None:
    return await uow.session.scalar(
        select(HistoryEntry)
        .where(HistoryEntry.task_id == task.id, HistoryEntry.action == action.value)
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    )


async def hear_issue(uow: UnitOfWork, voice: Voice, event: IssueMoved) -> None:
    """The reporter answered, or a suspended issue goes on: whoever works on it hears."""
    is_answer = event.action is IssueAction.ANSWER
    if not is_answer and (event.action, event.from_status) != (IssueAction.RESUME, IssueStatus.SUSPENDED):
        return
    head = await head_of(uow, event.issue_id)
    entry = await uow.session.get_one(HistoryEntry, event.entry_id)
    said = head.quoted(entry.words)

    def say(words: Words) -> Content:
        lines = (
            words("worker.answered" if is_answer else "worker.resumed"),
            head.said(words),
            words("worker.said", words=said) if said else "",
        )
        return Content("\n".join(line for line in lines if line))

    hearers = await hands_of(uow, event.issue_id, but=event.actor_account_id)
    await tell(uow, voice, hearers, say, key=f"issue:{event.issue_id}:hands:{entry.id}", lane=Lane.URGENT)


async def tasks_in_work(uow: UnitOfWork, issue_id: int) -> list[Task]:
    """The tasks of an issue that somebody has in hand or submitted, oldest first."""
    found = await uow.session.scalars(
        select(Task)
        .where(Task.issue_id == issue_id, Task.status.in_((*HELD, TaskStatus.PENDING_CHECK)))
        .order_by(Task.id)
    )
    return list(found)


async def hands_of(uow: UnitOfWork, issue_id: int, *, but: int | None = None) -> list[Hearer]:
    """Whoever has work of the issue in hand, each once."""
    hearers: dict[str, Hearer] = {}
    for task in await tasks_in_work(uow, issue_id):
        hearers |= {hearer.key: hearer for hearer in await person(uow, task.assignee_id, but=but)}
    return list(hearers.values())
