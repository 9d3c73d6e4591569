"""The quiet summaries: a worker's morning, a group's evening. Nothing is sent when there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.issues.categories.choices import in_language
from backend.issues.timing.reminders import GroupDigest, WorkerDigest, group_digest, office_digest, worker_digest
from backend.issues.views.cards import TaskCard
from backend.issues.words import shortened
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button, in_rows
from backend.notify.heads import head_of
from backend.notify.messages import tell
from backend.notify.people import group_hearer, persons
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.times import length_said
from backend.notify.words import Voice, Words
from backend.registry.models import Account, BoundChat, OrgKind
from backend.registry.queries import org_unit

MOST_LINES = 5
LONGEST_PLACE = 40
DAY = timedelta(hours=24)


async def greet_worker(uow: UnitOfWork, voice: Voice, account_id: int, *, on: date, until: datetime) -> bool:
    """Tell a worker what the day `on` holds, once; not after `until`. False when there is nothing, and nothing said."""
    digest = await worker_digest(uow, account_id)
    account = await uow.session.get_one(Account, account_id)
    hearers = persons([account])
    if digest.is_empty or not hearers or until <= uow.now:
        return False
    places = await _places(uow, digest.in_hand)

    def say(words: Words) -> Content:
        tasks = button(words, "menu.tasks", MenuPress(MenuButton.TASKS))
        return Content(_morning(words, account, digest, places), buttons=in_rows([tasks]), silent=True)

    await tell(uow, voice, hearers, say, key=f"morning:{on.isoformat()}", kept=until - uow.now)
    return True


def _morning(words: Words, account: Account, digest: WorkerDigest, places: list[str]) -> str:
    lines = [
        words("digest.morning", name=account.display_name),
        *_counted(
            words,
            ("digest.in_hand", len(digest.in_hand)),
            ("digest.overdue", digest.overdue),
            ("digest.due_soon", digest.due_soon),
            ("digest.to_claim", digest.to_claim),
        ),
        *_lines(words, digest.in_hand, places),
    ]
    return "\n".join(lines)


async def close_day(uow: UnitOfWork, voice: Voice, bound: BoundChat, *, on: date, until: datetime) -> bool:
    """Tell a group how its day `on` went, once; not after `until`. False when there is nothing to say."""
    if until <= uow.now:
        return False
    digest = await _digest_of(uow, bound, since=uow.now - DAY)
    if digest is None or digest.is_empty:
        return False
    places = await _places(uow, digest.live)

    def say(words: Words) -> Content:
        return Content(_evening(words, digest, on, places), silent=True)

    await tell(uow, voice, [group_hearer(bound)], say, key=f"evening:{on.isoformat()}", kept=until - uow.now)
    return True


async def _digest_of(uow: UnitOfWork, bound: BoundChat, *, since: datetime) -> GroupDigest | None:
    """A partner's work or a grid's own, else all that goes on below the unit."""
    if bound.org_unit_id is None:
        return await group_digest(uow, org_unit_id=None, partner_id=bound.partner_id, since=since)
    unit = await org_unit(uow, bound.org_unit_id)
    if unit.kind is OrgKind.GRID:
        return await group_digest(uow, org_unit_id=unit.id, partner_id=None, since=since)
    return await office_digest(uow, org_path=unit.path, since=since)


def _evening(words: Words, digest: GroupDigest, on: date, places: list[str]) -> str:
    lines = [
        words("digest.evening", month=on.month, day=on.day),
        *_counted(
            words,
            ("digest.done", digest.done),
            ("digest.open", digest.open),
            ("digest.overdue", digest.overdue),
            ("digest.unclaimed", digest.unclaimed),
            ("digest.to_check", digest.to_check),
            ("digest.waiting", digest.waiting),
        ),
        *_lines(words, digest.live, places),
    ]
    return "\n".join(lines)


def _counted(words: Words, *counts: tuple[str, int]) -> list[str]:
    return [words(key, count=count) for key, count in counts if count]


async def _places(uow: UnitOfWork, cards: Iterable[TaskCard]) -> list[str]:
    """Where the first few are, as groups may read it: without the names of those who reported."""
    heads = [await head_of(uow, card.issue_id) for card in tuple(cards)[:MOST_LINES]]
    return [shortened(head.origin.masked(head.issue.place), LONGEST_PLACE) for head in heads]


def _lines(words: Words, cards: tuple[TaskCard, ...], places: list[str]) -> list[str]:
    shown = [_line(words, card, place) for card, place in zip(cards[:MOST_LINES], places, strict=True)]
    rest = len(cards) - len(shown)
    return ([""] if shown else []) + shown + ([words("digest.more", count=rest)] if rest > 0 else [])


def _line(words: Words, card: TaskCard, place: str) -> str:
    return words(
        "digest.line",
        dot=words.plain(f"card.dot.{card.colour}"),
        number=card.number,
        category=f"{card.emoji} {in_language(card.category_names, words.language)}".strip(),
        place=place or words.plain("card.place_unknown"),
        left=_left(words, card),
    )


def _left(words: Words, card: TaskCard) -> str:
    if card.is_paused or card.left is None:
        return words.plain("digest.paused" if card.is_paused else "digest.no_limit")
    key = "digest.late" if card.is_overdue else "digest.left"
    return words.plain(key, length=length_said(words, card.left))


def local_moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The full hour of a local day, for when a summary is stale."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)
