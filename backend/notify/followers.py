"""Messages to those who reported or follow an issue: few, in their language, nobody told of their own act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from backend.issues.categories.choices import in_language
from backend.issues.events import IssueMerged, IssueMoved, TaskMoved
from backend.issues.models import Category, HistoryEntry, Issue, IssueFollower, Task
from backend.issues.reports.following import followers_who_hear, on_behalf_targets
from backend.issues.states import EvidenceKind, TaskAction, TaskStatus
from backend.issues.tasks.evidence import valid_evidence
from backend.issues.views.card_facts import Origin, origin_of
from backend.issues.words import shortened
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Media, MediaKind
from backend.messaging.outbox import enqueue
from backend.notify.buttons import Rows, button, in_rows, star_row
from backend.notify.people import Hearer, persons
from backend.notify.presses import IssuePress
from backend.notify.pushes import ARRIVED, CLAIMED, MERGED, RESOLVED, Push, push_of
from backend.notify.words import Voice, Words
from backend.registry.models import Account, Partner

MOST_PHOTOS = 6
LONGEST_SAID = 300


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell about an issue. `step` tells it from all others; `said` are a colleague's words."""

    push: Push
    issue: Issue
    step: str
    said: str = ""
    task: Task | None = None
    media: tuple[Media, ...] = ()
    blanks: Mapping[str, object] = field(default_factory=dict)


async def hear_move(uow: UnitOfWork, voice: Voice, event: IssueMoved) -> None:
    """Tell the followers what the table of pushes says about this move."""
    push = push_of(event)
    if push is None:
        return
    issue = await uow.session.get_one(Issue, event.issue_id)
    if push.is_first_life and issue.reopened_count:
        return
    entry = await uow.session.get_one(HistoryEntry, event.entry_id)
    task = await uow.session.get(Task, entry.task_id) if entry.task_id is not None else None
    said, media = (await _result(uow, issue)) if push is RESOLVED else (entry.words, ())
    await _tell(uow, voice, News(push, issue, str(entry.id), said, task, media), but=event.actor_account_id)


async def hear_arrival(uow: UnitOfWork, voice: Voice, event: TaskMoved) -> None:
    """Somebody is there: the one step of a task that followers wait for."""
    if event.action is not TaskAction.ARRIVE:
        return
    task = await uow.session.get_one(Task, event.task_id)
    issue = await uow.session.get_one(Issue, task.issue_id)
    await _tell(uow, voice, News(ARRIVED, issue, f"arrive{task.id}", task=task), but=event.actor_account_id)


async def hear_merge(uow: UnitOfWork, voice: Voice, event: IssueMerged) -> None:
    """Those who followed the issue that ended hear the number that counts from now on."""
    issue = await uow.session.get_one(Issue, event.issue_id)
    into = await uow.session.get_one(Issue, event.into_issue_id)
    followers = await uow.session.scalars(
        select(Account)
        .join(IssueFollower, IssueFollower.account_id == Account.id)
        .where(IssueFollower.issue_id == event.issue_id)
        .order_by(Account.id)
    )
    news = News(MERGED, into, f"merged{issue.id}", blanks={"old_number": issue.number})
    await _send(uow, voice, news, persons(followers.all()))


async def _tell(uow: UnitOfWork, voice: Voice, news: News, *, but: int | None) -> None:
    issue, push = news.issue, news.push
    ids = await followers_who_hear(uow, issue.id, reporters_only=push.reporters_only)
    silent = await _doers(uow, issue) | {but}
    await _send(uow, voice, news, persons(await _accounts(uow, [each for each in ids if each not in silent])))
    if push.is_end:
        await _send(uow, voice, news, await _reported_for(uow, issue, without={*ids, *silent}), with_buttons=False)


async def _send(uow: UnitOfWork, voice: Voice, news: News, hearers: list[Hearer], *, with_buttons: bool = True) -> None:
    category = await uow.session.get_one(Category, news.issue.category_id)
    origin = await origin_of(uow, news.issue.id) if hearers and not news.push.reporters_only else Origin()
    for hearer in hearers:
        words = await voice.announcing(uow, news.issue.community_id, hearer.language)
        blanks = await _blanks(uow, words, news, category, origin)
        content = Content(
            words(news.push.key, **blanks),
            buttons=_buttons(words, news) if with_buttons else (),
            media=news.media,
        )
        await enqueue(
            uow,
            to=hearer.to,
            content=content,
            lane=news.push.lane,
            dedup_key=f"issue:{news.issue.id}:{news.step}:{hearer.account_id}",
            expires_at=uow.now + news.push.kept,
            coalesce_key=f"progress:{news.issue.id}:{hearer.account_id}" if news.push.is_progress else None,
        )


async def _blanks(uow: UnitOfWork, words: Words, news: News, category: Category, origin: Origin) -> dict[str, object]:
    """What fills the words. Followers are neighbours: one does not read there who else reported."""
    said = shortened(origin.masked(news.said), LONGEST_SAID)
    return {
        "number": news.issue.number,
        "category": in_language(category.names, words.language),
        "place": origin.masked(news.issue.place) or words.plain("card.place_unknown"),
        "said": said or words.plain("notify.see_photos" if news.media else "notify.nothing_said"),
        "who": await _who(uow, words, news) if news.push in (CLAIMED, ARRIVED) else "",
        **news.blanks,
    }


async def _who(uow: UnitOfWork, words: Words, news: News) -> str:
    """The hands that have it: by role and name, a partner's by the partner's name."""
    task = news.task
    account = await uow.session.get(Account, task.assignee_id) if task is not None and task.assignee_id else None
    name = account.display_name if account is not None else ""
    if task is not None and task.partner_id is not None:
        of = (await uow.session.get_one(Partner, task.partner_id)).name
    else:
        of = words.plain("role.grid_worker")
    return words.plain("notify.who", of=of, name=name).strip()


def _buttons(words: Words, news: News) -> Rows:
    issue_id = news.issue.id
    stars = star_row(words, issue_id) if news.push.has_stars else ()
    others = [button(words, f"notify.button.{each}", IssuePress(each, issue_id)) for each in news.push.buttons]
    return in_rows(stars, others)


async def _result(uow: UnitOfWork, issue: Issue) -> tuple[str, tuple[Media, ...]]:
    """What the finished work shows: the last note, and the photos taken afterwards."""
    done = await uow.session.scalars(
        select(Task)
        .where(Task.issue_id == issue.id, Task.reopening == issue.reopened_count, Task.status == TaskStatus.DONE)
        .order_by(Task.id)
    )
    rows = [row for task in done.all() for row in await valid_evidence(uow, task)]
    notes = [row.note for row in rows if row.note]
    photos = [
        Media(MediaKind.PHOTO, row.file_id, row.store_key or None)
        for row in rows
        if row.kind is EvidenceKind.PHOTO_AFTER and row.file_id
    ]
    return (notes[-1] if notes else ""), tuple(photos[-MOST_PHOTOS:])


async def _doers(uow: UnitOfWork, issue: Issue) -> set[int | None]:
    """Who works on it now, or did the work, knows how it stands."""
    return set(
        await uow.session.scalars(
            select(Task.assignee_id).where(
                Task.issue_id == issue.id, Task.reopening == issue.reopened_count, Task.assignee_id.is_not(None)
            )
        )
    )


async def _accounts(uow: UnitOfWork, ids: list[int]) -> list[Account]:
    return list(await uow.session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id)))


async def _reported_for(uow: UnitOfWork, issue: Issue, *, without: set[int | None]) -> list[Hearer]:
    """The people for whom somebody else reported, if their telephone is that of an account."""
    ids = {target.account_id for target in await on_behalf_targets(uow, issue.id)} - without - {None}
    return persons(await _accounts(uow, [each for each in ids if each is not None]))
