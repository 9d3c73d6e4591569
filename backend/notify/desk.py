"""The staff's desk: a card for every report that waits to be accepted, and for work that nobody has any more."""

from __future__ import annotations

from collections.abc import Mapping

from backend.issues.events import IssueMerged, IssueMoved, ReportReceived
from backend.issues.models import HistoryEntry, Issue
from backend.issues.reports.media import media_of_issue
from backend.issues.states import IssueAction, IssueStatus
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.cards import close_card, open_cards, post_card
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.heads import Head, head_of
from backend.notify.people import Hearer, office_of
from backend.notify.presses import StaffButton, StaffPress
from backend.notify.words import Voice, Words

ROWS: Mapping[IssueStatus, tuple[tuple[StaffButton, ...], ...]] = {
    IssueStatus.REPORTED: (
        (StaffButton.ACCEPT, StaffButton.REJECT),
        (StaffButton.DISPATCH, StaffButton.MERGE),
        (StaffButton.VIEW,),
    ),
    IssueStatus.ACCEPTED: ((StaffButton.DISPATCH, StaffButton.REJECT), (StaffButton.VIEW,)),
}
"""What staff decide, by the status that waits for them."""

_GIVEN_BACK = frozenset({IssueAction.RETURN, IssueAction.TRANSFER})


async def hear_report(uow: UnitOfWork, voice: Voice, event: ReportReceived) -> None:
    """A report that does not go to work by itself lies on the desk."""
    if event.is_new_issue:
        await _refresh(uow, voice, event.issue_id, said="")


async def hear_move(uow: UnitOfWork, voice: Voice, event: IssueMoved) -> None:
    """Work came back, or what lay on the desk was seen to."""
    if not {event.from_status, event.to_status} & ROWS.keys():
        return
    said = ""
    if event.action in _GIVEN_BACK:
        said = (await uow.session.get_one(HistoryEntry, event.entry_id)).words
    await _refresh(uow, voice, event.issue_id, said=said)


async def hear_merge(uow: UnitOfWork, voice: Voice, event: IssueMerged) -> None:
    """What was merged needs no desk any more."""
    await _refresh(uow, voice, event.issue_id, said="")


async def _refresh(uow: UnitOfWork, voice: Voice, issue_id: int, *, said: str) -> None:
    if any(isinstance(later, IssueMoved) and later.issue_id == issue_id for later in uow.events):
        return  # it does not stay where it is: the last step of this transaction counts
    issue = await uow.session.get_one(Issue, issue_id)
    hanging = await open_cards(uow, f"desk:{issue_id}")
    if issue.status not in ROWS and not hanging:
        return
    head = await head_of(uow, issue_id)
    places = await _places(uow, head)
    for key, hearer in places.items():
        if key not in {card.key for card in hanging}:
            content = await _waiting(uow, voice.words(hearer.language), head, said)
            await post_card(uow, key=key, to=hearer.to, content=content, lane=head.lane)
    for card in hanging:
        if card.key not in places:
            words = voice.words(_language_of(card.key))
            await close_card(uow, key=card.key, lane=Lane.NORMAL, content=_seen_to(words, head))


async def _places(uow: UnitOfWork, head: Head) -> dict[str, Hearer]:
    """Where the card is to hang, by key; every time that the issue comes to wait it is a new card, with a sound."""
    issue = head.issue
    if issue.status not in ROWS:
        return {}
    since = int(issue.status_entered_at.timestamp())
    hearers = await office_of(uow, issue.org_unit_id)
    return {f"desk:{issue.id}:{since}:{hearer.language}:{hearer.key}": hearer for hearer in hearers}


def _language_of(key: str) -> str:
    return key.split(":")[3]


async def _waiting(uow: UnitOfWork, words: Words, head: Head, said: str) -> Content:
    issue = head.issue
    photos = sum(media.kind == "photo" for media in await media_of_issue(uow, issue.id))
    lines = (
        words(f"desk.{issue.status}"),
        head.said(words),
        words("desk.summary", words=head.quoted(issue.summary)) if issue.summary else "",
        words("desk.photos", count=photos) if photos else "",
        words("desk.said", words=head.quoted(said)) if said else "",
    )
    rows = [
        [button(words, f"desk.button.{pressed}", StaffPress(pressed, issue.id)) for pressed in row]
        for row in ROWS[issue.status]
    ]
    return Content("\n".join(line for line in lines if line), buttons=in_rows(*rows))


def _seen_to(words: Words, head: Head) -> Content:
    status = words.plain(f"issue.status.{head.issue.status}")
    return Content("\n".join((head.said(words), words("desk.seen_to", status=status))))
