"""The one card per task: posted in its group, edited in place when anything about it changes, closed at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from backend.issues import events
from backend.issues.models import Issue, IssueClock, Supervision, Task
from backend.issues.movers import HELD, LIVE
from backend.issues.states import EvidenceKind, RiskGrade, TaskStatus
from backend.issues.tasks.evidence import missing_evidence
from backend.issues.tasks.video import video_link
from backend.issues.views.card_facts import answers_of, last_steps, origin_of
from backend.issues.views.cards import TaskCard, task_card
from backend.kernel.events import Event
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.cards import HangingCard, close_card, hold_cards, post_card, remove_card
from backend.messaging.contents import Lane
from backend.notify.card_words import CardFacts, card_content
from backend.notify.people import Hearer, group_of_task, people_of_task, unit_of_task
from backend.notify.words import GROUP_LANGUAGE, Voice
from backend.registry.accounts import language_of_account
from backend.registry.models import Account, BoundChat, Building, OrgUnit

MOST_REFRESHED = 50

CARD_EVENTS: frozenset[type[Event]] = frozenset(
    {
        events.ReportReceived,
        events.ReportMediaAdded,
        events.IssueMoved,
        events.IssueCommented,
        events.IssueMerged,
        events.TaskOpened,
        events.TaskMoved,
        events.EvidenceGiven,
        events.ClockWarned,
        events.ClockClimbed,
        events.SupervisionIssued,
    }
)
"""What changes something that a card shows."""

_TOUCHED = "cards to refresh"
_LIVE_TASKS = (
    select(Task.id)
    .where(Task.issue_id.in_(bindparam("issue_ids", expanding=True)), Task.status.in_(LIVE))
    .order_by(Task.id)
)


@dataclass(slots=True)
class _Touched:
    """What the events heard so far in this transaction were about."""

    task_ids: set[int] = field(default_factory=set)
    issue_ids: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Place:
    """One chat where a task's card hangs; `may_check` is false for partners, who do not check their own work."""

    key: str
    hearer: Hearer
    may_check: bool = True


def card_key(task_id: int) -> str:
    """The key of the card in the task's group; those in private chats and for checkers continue it after a colon."""
    return f"task:{task_id}"


def task_of_card(key: str) -> int | None:
    """The task whose card has this key, wherever it hangs; None for cards of other things. For replies to a card."""
    kind, _, rest = key.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "task" and number.isdecimal() else None


async def refresh_card(uow: UnitOfWork, voice: Voice, task_id: int, *, lane: Lane | None = None) -> None:
    """Let the card of a task show how things stand: post it where it is missing, edit it, close it when all is over.

    Without a group it goes to the group's people in private. What it shows already is not sent again.
    """
    task = await uow.session.get(Task, task_id)
    if task is None:
        return
    hanging = await hold_cards(uow, card_key(task_id))
    facts = await card_facts(uow, voice, task)  # of the task too: as it stands now that nobody else draws
    lane = lane if lane is not None else lane_of(facts.card)
    places = await _places(uow, task, hanging) if task.status in LIVE else []
    for place in places:
        content = card_content(voice.words(place.hearer.language), facts, may_check=place.may_check)
        await post_card(uow, key=place.key, to=place.hearer.to, content=content, lane=lane)
    wanted = {place.key for place in places}
    for card in hanging:
        if card.is_open and card.key not in wanted:
            await _end(uow, voice, card, facts, lane)


def lane_of(card: TaskCard) -> Lane:
    """Emergencies and the worst grade go before everything but alarms."""
    return Lane.URGENT if card.is_emergency or card.grade is RiskGrade.RED else Lane.NORMAL


async def refresh_open_cards(uow: UnitOfWork, voice: Voice, limit: int = MOST_REFRESHED, *, after: int = 0) -> int:
    """Let the time left move on, on the cards of the next `limit` live tasks behind the id `after`.

    Returns the last id, or 0 when the end was reached: the job begins anew there. In the lane of broadcasts, since
    nobody waits for it. It also posts what a group bound meanwhile has not seen.
    """
    ids = list(
        await uow.session.scalars(
            select(Task.id).where(Task.status.in_(LIVE), Task.id > after).order_by(Task.id).limit(limit)
        )
    )
    for task_id in ids:
        await refresh_card(uow, voice, task_id, lane=Lane.BULK)
    return ids[-1] if len(ids) == limit else 0


async def refresh_after(uow: UnitOfWork, voice: Voice, event: Event) -> None:
    """Refresh the cards that this transaction touched, once, when the last event that touches any is heard."""
    touched: _Touched = uow.session.info.setdefault(_TOUCHED, _Touched())
    await _note(uow, touched, event)
    if any(type(later) in CARD_EVENTS for later in uow.events):
        return
    del uow.session.info[_TOUCHED]
    for task_id in await _tasks_of(uow, touched):
        await refresh_card(uow, voice, task_id)


async def refresh_of_chat(uow: UnitOfWork, voice: Voice, bound_chat_id: int) -> None:
    """A group came or went: show the live tasks it serves where they are to be seen now."""
    bound = await uow.session.get_one(BoundChat, bound_chat_id)
    served = (
        Task.partner_id == bound.partner_id
        if bound.partner_id is not None
        else (Task.org_unit_id == bound.org_unit_id) & Task.partner_id.is_(None)
    )
    ids = await uow.session.scalars(
        select(Task.id).where(served, Task.status.in_(LIVE)).order_by(Task.id.desc()).limit(MOST_REFRESHED)
    )
    for task_id in ids.all():
        await refresh_card(uow, voice, task_id)


async def card_facts(uow: UnitOfWork, voice: Voice, task: Task) -> CardFacts:
    """Everything that the words of the card need."""
    await uow.session.flush()
    card = await task_card(uow, task.id)
    issue = await uow.session.get_one(Issue, task.issue_id)
    community = await uow.session.get_one(OrgUnit, task.community_id)
    building = await uow.session.get(Building, issue.building_id) if issue.building_id is not None else None
    origin = await origin_of(uow, issue.id)
    return CardFacts(
        card=card,
        origin=origin,
        steps=tuple(await last_steps(uow, issue.id)),
        answers=await answers_of(uow, issue, origin),
        missing=await _missing(uow, task, card),
        since=task.status_entered_at,
        building=building.name if building is not None else "",
        video=video_link(issue, voice.video_base_url),
        now=uow.now,
        zone=ZoneInfo(community.time_zone),
    )


async def _missing(uow: UnitOfWork, task: Task, card: TaskCard) -> frozenset[EvidenceKind]:
    if task.status is TaskStatus.OPEN:
        return frozenset(card.required) - card.evidence.keys()
    return await missing_evidence(uow, task) if card.required and task.status in HELD else frozenset()


async def _places(uow: UnitOfWork, task: Task, hanging: list[HangingCard]) -> list[Place]:
    """Where the card is to hang: with its people, and for a partner's submitted work with those who check it."""
    is_partners = task.partner_id is not None
    main = await _main_places(uow, task, hanging)
    if not is_partners or task.status is not TaskStatus.PENDING_CHECK:
        return main
    checkers = await unit_of_task(uow, task)
    return main + [Place(f"{card_key(task.id)}:check:{hearer.key}", hearer) for hearer in checkers]


async def _main_places(uow: UnitOfWork, task: Task, hanging: list[HangingCard]) -> list[Place]:
    key, may_check = card_key(task.id), task.partner_id is None
    group = await group_of_task(uow, task)
    if group is not None:
        hangs_at = next((card.to.address for card in hanging if card.key == key), group.to.address)
        # A card cannot move to another chat: the new group gets one of its own, the old one is closed.
        own_key = key if hangs_at == group.to.address else f"{key}:{group.key}"
        return [Place(own_key, group, may_check)]
    return [Place(f"{key}:{hearer.key}", hearer, may_check) for hearer in await people_of_task(uow, task)]


async def _end(uow: UnitOfWork, voice: Voice, card: HangingCard, facts: CardFacts, lane: Lane) -> None:
    """Show how it ended, without buttons; a checker's copy has done its duty and goes."""
    if f"{card_key(facts.card.task_id)}:check:" in card.key:
        await remove_card(uow, key=card.key, lane=lane)
        return
    content = card_content(voice.words(await _language_at(uow, card)), facts)
    await close_card(uow, key=card.key, lane=lane, content=content)


async def _language_at(uow: UnitOfWork, card: HangingCard) -> str:
    if card.to.is_group:
        return GROUP_LANGUAGE
    account = await uow.session.scalar(select(Account).where(Account.telegram_id == int(card.to.address)))
    return language_of_account(account) if account is not None else GROUP_LANGUAGE


async def _note(uow: UnitOfWork, touched: _Touched, event: Event) -> None:
    """Note the task or issue that the event is about, by what it names."""
    if (task_id := getattr(event, "task_id", None)) is not None:
        touched.task_ids.add(task_id)
        return
    for name in ("issue_id", "into_issue_id"):
        if (issue_id := getattr(event, name, None)) is not None:
            touched.issue_ids.add(issue_id)
    if (clock_id := getattr(event, "clock_id", None)) is not None:
        touched.issue_ids.add((await uow.session.get_one(IssueClock, clock_id)).issue_id)
    if (supervision_id := getattr(event, "supervision_id", None)) is not None:
        touched.issue_ids.add((await uow.session.get_one(Supervision, supervision_id)).issue_id)


async def _tasks_of(uow: UnitOfWork, touched: _Touched) -> list[int]:
    live = await uow.session.scalars(_LIVE_TASKS, {"issue_ids": sorted(touched.issue_ids)})
    return sorted(touched.task_ids | set(live))
