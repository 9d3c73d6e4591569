"""Who told a problem by telephone hears by SMS how it ended: they have no chat in which to look."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from backend.issues.events import IssueMerged, IssueMoved
from backend.issues.models import Issue
from backend.issues.states import IssueStatus
from backend.kernel.events import Reaction
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Content, Lane
from backend.messaging.outbox import enqueue
from backend.phone.models import TelephoneReport
from backend.registry.telephones import telephone_recipient

TOLD = (IssueStatus.RESOLVED, IssueStatus.REJECTED)
KEPT = timedelta(days=1)


def telling_callers(texts: Texts) -> Reaction:
    """The reaction, speaking with these words."""

    async def tell(uow: UnitOfWork, event: IssueMoved) -> None:
        if event.to_status in TOLD and event.to_status is not event.from_status:
            await _tell(uow, texts, event.issue_id, event.to_status)

    return tell


async def follow_merge(uow: UnitOfWork, event: IssueMerged) -> None:
    """What was told by telephone goes on in the issue that takes its place."""
    await uow.session.execute(
        update(TelephoneReport)
        .where(TelephoneReport.issue_id == event.issue_id)
        .values(issue_id=event.into_issue_id)
        .execution_options(synchronize_session=False)
    )


async def _tell(uow: UnitOfWork, texts: Texts, issue_id: int, status: IssueStatus) -> None:
    telephones = await uow.session.scalars(
        select(TelephoneReport.telephone_id).where(TelephoneReport.issue_id == issue_id).distinct()
    )
    found = telephones.all()
    if not found:
        return
    issue = await uow.session.get_one(Issue, issue_id)
    # Nobody has said in which language they read; the community's is a safe guess.
    language = Language.CHINESE.value
    said = texts.say(language, f"issue.status.{status}")
    for telephone_id in found:
        await enqueue(
            uow,
            to=telephone_recipient(ChannelName.SMS, telephone_id),
            content=Content(
                texts.say(language, "phone.sms.ended", number=issue.number, status=said),
                template="issue",
                params={"number": issue.number, "status": said},
                language=language,
            ),
            lane=Lane.NORMAL,
            dedup_key=f"told:{issue_id}:{issue.reopened_count}:{status}:{telephone_id}",
            expires_at=uow.now + KEPT,
        )
