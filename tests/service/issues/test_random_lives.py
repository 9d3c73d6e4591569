"""Whatever people press in whatever order, an issue and its tasks, history and clocks agree after every step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.issues.demands.between_units import escalate_issue
from backend.issues.demands.requests import decide_request, request_suspension, resume_due_suspensions, resume_issue
from backend.issues.demands.supervision import supervise_issue
from backend.issues.models import HistoryEntry, Issue, IssueClock, IssueRequest, RequestKind, Task
from backend.issues.movers import HELD, LIVE
from backend.issues.moves import status_from_tasks
from backend.issues.moving import move_issue
from backend.issues.states import ClockTarget, EvidenceKind, IssueAction, IssueStatus, TaskStatus
from backend.issues.stepping import OVER, PAUSED
from backend.issues.tasks.dispatching import accept_issue, cancel_issue, dispatch_issue, reject_issue
from backend.issues.tasks.doing import (
    arrive,
    ask_reporter,
    claim_task,
    fail_task,
    pass_task,
    return_task,
    set_out,
    submit_task,
    transfer_task,
)
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from backend.issues.tasks.hands import WorkTarget
from backend.issues.timing.clock_rows import is_paused
from backend.issues.timing.overdue import look_at_clocks
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import UnitOfWork
from tests.service.issues.scenes import reported
from tests.service.world import World

PEOPLE = ("worker Li", "worker Zhao", "leader Tang", "staff Chen", "Wang Fang", "plumber Guo", "foreign staff Bai")


@dataclass
class Life:
    """One issue, and who presses what at this moment; `pick` chooses among its tasks."""

    world: World
    issue_id: int
    actor: Actor = field(default_factory=lambda: CLOCK_ACTOR)
    pick: int = 0
    dues: dict[int, datetime] = field(default_factory=dict)

    async def issue(self, uow: UnitOfWork) -> Issue:
        return await uow.session.get_one(Issue, self.issue_id)

    async def task(self, uow: UnitOfWork) -> int:
        """One of the issue's tasks, the newest most often; 0 while there is none."""
        tasks = (await uow.session.scalars(select(Task.id).where(Task.issue_id == self.issue_id))).all()
        return sorted(tasks)[-1 - self.pick % min(len(tasks), 3)] if tasks else 0

    async def move(self, uow: UnitOfWork, action: IssueAction, actor: Actor | None = None) -> None:
        await move_issue(uow, await self.issue(uow), action, actor=actor or self.actor, reason="because")


Step = Callable[[UnitOfWork, Life], Awaitable[object]]


async def photo(uow: UnitOfWork, life: Life) -> None:
    name = f"{uow.now.timestamp()}-{life.pick}"
    given = GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id=name, file_unique_id=name)
    await give_evidence(uow, actor=life.actor, task_id=await life.task(uow), given=given)


async def hand_on(uow: UnitOfWork, life: Life) -> None:
    targets = (
        WorkTarget(partner_id=life.world.partners["property"].id),
        WorkTarget(account_id=life.world.account_id("worker Zhao")),
        WorkTarget(org_unit_id=life.world.units["grid-1"].id),
    )
    to = targets[life.pick % 3]
    await transfer_task(uow, actor=life.actor, task_id=await life.task(uow), to=to, reason="because")


async def dispatch(uow: UnitOfWork, life: Life) -> None:
    grid = WorkTarget(org_unit_id=life.world.units["grid-1"].id)
    partner = WorkTarget(partner_id=life.world.partners["property"].id)
    targets = [grid, partner][: 1 + life.pick % 2]
    await dispatch_issue(uow, actor=life.actor, issue_id=life.issue_id, targets=targets)


async def ask_to_reopen(uow: UnitOfWork, life: Life) -> None:
    await life.move(uow, IssueAction.REQUEST_REOPEN)
    uow.session.add(
        IssueRequest(
            issue_id=life.issue_id, kind=RequestKind.REOPEN, asked_by_id=life.actor.account_id, asked_at=uow.now
        )
    )


async def decide(uow: UnitOfWork, life: Life) -> None:
    requests = (await uow.session.scalars(select(IssueRequest.id).where(IssueRequest.issue_id == life.issue_id))).all()
    await decide_request(
        uow, actor=life.actor, request_id=max(requests, default=0), is_granted=life.pick % 3 > 0, reason="because"
    )


STEPS: dict[str, Step] = {
    "accept": lambda uow, life: accept_issue(uow, actor=life.actor, issue_id=life.issue_id),
    "dispatch": dispatch,
    "claim": lambda uow, life: _on_task(claim_task, uow, life),
    "set_out": lambda uow, life: _on_task(set_out, uow, life),
    "arrive": lambda uow, life: _on_task(arrive, uow, life),
    "photo": photo,
    "submit": lambda uow, life: _on_task(submit_task, uow, life),
    "pass": lambda uow, life: _on_task(pass_task, uow, life),
    "fail": lambda uow, life: _on_task(fail_task, uow, life, reason="because"),
    "return": lambda uow, life: _on_task(return_task, uow, life, reason="because"),
    "transfer": hand_on,
    "ask": lambda uow, life: ask_reporter(uow, actor=life.actor, issue_id=life.issue_id, question="where?"),
    "answer": lambda uow, life: life.move(uow, IssueAction.ANSWER),
    "request suspension": lambda uow, life: request_suspension(
        uow, actor=life.actor, issue_id=life.issue_id, reason="crane", until_at=uow.now + timedelta(hours=10)
    ),
    "decide": decide,
    "resume": lambda uow, life: resume_issue(uow, actor=life.actor, issue_id=life.issue_id),
    "comment": lambda uow, life: life.move(uow, IssueAction.COMMENT),
    "supervise": lambda uow, life: supervise_issue(uow, actor=life.actor, issue_id=life.issue_id, words="hurry"),
    "escalate": lambda uow, life: escalate_issue(uow, actor=life.actor, issue_id=life.issue_id, reason="because"),
    "reject": lambda uow, life: reject_issue(uow, actor=life.actor, issue_id=life.issue_id, reason="because"),
    "cancel": lambda uow, life: cancel_issue(uow, actor=life.actor, issue_id=life.issue_id, reason="because"),
    "merge": lambda uow, life: life.move(uow, IssueAction.MERGE),
    "rate": lambda uow, life: life.move(uow, IssueAction.RATE),
    "close": lambda uow, life: life.move(uow, IssueAction.CLOSE, CLOCK_ACTOR),
    "ask to reopen": ask_to_reopen,
    "clocks": lambda uow, life: look_at_clocks(uow),
    "suspensions": lambda uow, life: resume_due_suspensions(uow),
}


async def _on_task(press: Callable[..., Awaitable[object]], uow: UnitOfWork, life: Life, **words: str) -> None:
    await press(uow, actor=life.actor, task_id=await life.task(uow), **words)


NATURAL: dict[str, str] = {
    **dict.fromkeys(("accept", "dispatch", "pass", "fail", "cancel", "resume", "reject", "merge"), "staff Chen"),
    **dict.fromkeys(("set_out", "arrive", "photo", "submit", "return", "transfer"), "the doer"),
    **dict.fromkeys(("ask", "request suspension", "escalate"), "the doer"),
    **dict.fromkeys(("answer", "rate", "ask to reopen", "comment"), "Wang Fang"),
    **dict.fromkeys(("decide", "supervise"), "staff Chen"),
    "claim": "worker Li",
}
"""Who would press it; others press it too, and are refused."""

RUNS: tuple[tuple[str, ...], ...] = (
    ("accept", "dispatch", "claim"),
    ("claim", "arrive", "photo", "submit", "pass"),
    ("photo", "submit", "fail"),
    ("transfer", "claim"),
    ("ask", "answer"),
    ("request suspension", "decide", "suspensions"),
    ("return", "dispatch", "claim", "photo", "submit"),
    ("claim", "photo", "submit", "pass", "ask to reopen", "decide", "claim"),
    ("rate", "ask to reopen", "decide"),
    ("request suspension", "decide", "resume"),
    ("close",),
)
ENDS = ("reject", "cancel", "merge")

presses = st.tuples(
    st.sampled_from([name for name in STEPS if name not in ENDS]),
    st.sampled_from((*PEOPLE, *["whoever would"] * 7)),
    st.integers(0, 5),
    st.sampled_from((0, 1, 7, 30)),
)


def _run(names: Sequence[str]) -> list[tuple[str, str, int, int]]:
    return [(name, "whoever would", 0, 1) for name in names]


runs = st.sampled_from(RUNS).map(_run)
middle = st.lists(st.one_of(runs, runs, runs, presses.map(lambda press: [press])), min_size=8, max_size=20)
# Ends come last, so that lives are long.
endings = st.sampled_from(("comment", *ENDS)).map(lambda name: [_run([name])])
lives = st.tuples(st.sampled_from(([], [_run(RUNS[0])])), middle, endings).map(
    lambda parts: [*parts[0], *parts[1], *parts[2]]
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(life_of=lives)
async def test_issue_tasks_history_and_clocks_agree_after_every_press(
    world: World, life_of: Sequence[Sequence[tuple[str, str, int, int]]]
):
    async with world.work.begin() as uow:
        for name in PEOPLE:
            (await uow.session.merge(world.accounts[name])).task_cap = 10_000
        life = Life(world, (await reported(uow, world)).id)

    for name, person, pick, hours in chain.from_iterable(life_of):
        world.hours_pass(hours)
        life.pick = pick
        life.actor = world.actor(await who(life, name) if person == "whoever would" else person)
        before = await clocks_of(life)
        was_done = await done(life, STEPS[name])
        if name in {"comment", "supervise", "escalate"} and was_done:
            assert await clocks_of(life) == before
        await check_invariants(life)


async def who(life: Life, name: str) -> str:
    natural = NATURAL.get(name, "staff Chen")
    if natural != "the doer":
        return natural
    async with life.world.work.look() as uow:
        task = await uow.session.get(Task, await life.task(uow))
        doer = task.assignee_id if task is not None else None
    return next((each for each in PEOPLE if life.world.account_id(each) == doer), "worker Li")


async def done(life: Life, step: Step) -> bool:
    try:
        async with life.world.work.begin() as uow:
            await step(uow, life)
    except DomainError:
        return False
    return True


async def clocks_of(life: Life) -> list[tuple[object, ...]]:
    async with life.world.work.look() as uow:
        query = select(IssueClock).where(IssueClock.issue_id == life.issue_id).order_by(IssueClock.id)
        return [(clock.id, clock.due_at, clock.stopped_at, clock.pauses) for clock in await uow.session.scalars(query)]


async def check_invariants(life: Life) -> None:
    async with life.world.work.look() as uow:
        issue = await life.issue(uow)
        tasks = (await uow.session.scalars(select(Task).where(Task.issue_id == issue.id))).all()
        entries = (
            await uow.session.scalars(
                select(HistoryEntry).where(HistoryEntry.issue_id == issue.id).order_by(HistoryEntry.id)
            )
        ).all()
        clocks = (await uow.session.scalars(select(IssueClock).where(IssueClock.issue_id == issue.id))).all()
    check_tasks(issue, tasks)
    check_history(issue, tasks, entries)
    check_clocks(issue, tasks, clocks, life.dues)


def check_tasks(issue: Issue, tasks: Sequence[Task]) -> None:
    live = [task for task in tasks if task.status in LIVE]
    if issue.status in OVER | {IssueStatus.RESOLVED, IssueStatus.REOPEN_REQUESTED}:
        assert live == []
    assert all(task.reopening == issue.reopened_count for task in live)
    assert all(task.assignee_id is not None for task in tasks if task.status in (*HELD, TaskStatus.PENDING_CHECK))
    groups = [(task.org_unit_id, task.partner_id) for task in live]
    if issue.status in {IssueStatus.DISPATCHED, IssueStatus.IN_PROGRESS, IssueStatus.PENDING_CHECK}:
        present = [task.status for task in tasks if task.reopening == issue.reopened_count]
        assert status_from_tasks(present) is issue.status
        assert groups != []


def check_history(issue: Issue, tasks: Sequence[Task], entries: Sequence[HistoryEntry]) -> None:
    stood = [IssueStatus.REPORTED.value, *(entry.to_status for entry in entries)]
    assert [entry.from_status for entry in entries] == stood[:-1]
    assert stood[-1] == issue.status
    submitter = {task.id: task.submitted_by_id for task in tasks}
    assert not [
        entry for entry in entries if entry.action == "pass" and entry.account_id == submitter[entry.task_id or 0]
    ]


def check_clocks(issue: Issue, tasks: Sequence[Task], clocks: Sequence[IssueClock], dues: dict[int, datetime]) -> None:
    running = [clock for clock in clocks if clock.stopped_at is None]
    if issue.status in OVER:
        assert running == []
    assert all(is_paused(clock) is (issue.status in PAUSED) for clock in running)
    waited_for = {clock.task_id for clock in running if clock.target is ClockTarget.CLAIM}
    assert waited_for == {task.id for task in tasks if task.status is TaskStatus.OPEN}
    works = {IssueStatus.REPORTED, IssueStatus.ACCEPTED, IssueStatus.DISPATCHED, IssueStatus.IN_PROGRESS} | PAUSED
    resolving = [clock for clock in running if clock.target is ClockTarget.RESOLVE]
    assert len(resolving) == (issue.status in works)
    for clock in clocks:
        assert clock.due_at >= dues.get(clock.id, clock.due_at)
        dues[clock.id] = clock.due_at
        assert clock.next_look_at is None or clock in running
