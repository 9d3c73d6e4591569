"""A contact whom no way reaches is work on the one list: somebody finds a better number before it is needed."""

from __future__ import annotations

from sqlalchemy import select

from backend.alerts.events import ContactUnreachable
from backend.issues.models import Report
from backend.issues.sensors import Sighting, end_by_sensor, report_by_sensor
from backend.issues.states import ReportSource
from backend.kernel.events import ReactionTable
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts_events import ContactOptedIn, ContactOptedOut, MethodFailing
from backend.registry.contacts_models import FamilyContact
from backend.registry.homes import home_of

CATEGORIES = ("elder.help", "other.anything")
"""The best fitting first; a community that has neither only hears the notice."""


def contact_reactions(texts: Texts, language: str = Language.CHINESE) -> ReactionTable:
    """The rows; the words of the issues are in the language of the community. They name nobody: groups read them."""

    async def unreachable(uow: UnitOfWork, event: ContactUnreachable) -> None:
        words = texts.say(language, "contact.task.unreachable", contact=event.contact_id)
        await _open(uow, event.contact_id, f"drill:{event.month}", words)

    async def opted_out(uow: UnitOfWork, event: ContactOptedOut) -> None:
        for contact_id in event.contact_ids:
            words = texts.say(language, "contact.task.opted_out", contact=contact_id)
            await _open(uow, contact_id, f"stop:{int(uow.now.timestamp())}", words)

    async def failing(uow: UnitOfWork, event: MethodFailing) -> None:
        words = texts.say(language, "contact.task.failing", contact=event.contact_id)
        await _open(uow, event.contact_id, f"failing:{event.method_id}:{uow.now:%Y-%m}", words)

    async def opted_in(uow: UnitOfWork, event: ContactOptedIn) -> None:
        for contact_id in event.contact_ids:
            issue_id = await _former(uow, contact_id)
            if issue_id is not None:
                await end_by_sensor(uow, issue_id=issue_id, reason=texts.say(language, "contact.task.opted_in"))

    return {
        ContactUnreachable: (unreachable,),
        ContactOptedOut: (opted_out,),
        ContactOptedIn: (opted_in,),
        MethodFailing: (failing,),
    }


async def _open(uow: UnitOfWork, contact_id: int, why: str, words: str) -> None:
    """Open an issue, or join the one that is still open for this contact; twice for one reason is safe."""
    contact = await uow.session.get_one(FamilyContact, contact_id)
    if contact.ended_at is not None:
        return
    home = await home_of(uow, contact.person_id)
    sighting = Sighting(
        community_id=contact.community_id,
        grid_id=home.grid_id,
        categories=CATEGORIES,
        text=words,
        place="",
        external_id=f"contact:{contact_id}:{why}",
        joins=await _former(uow, contact_id),
    )
    await report_by_sensor(uow, sighting)


async def _former(uow: UnitOfWork, contact_id: int) -> int | None:
    """The issue that the last trouble with this contact opened."""
    return await uow.session.scalar(
        select(Report.issue_id)
        .where(
            Report.source == ReportSource.SENSOR,
            Report.external_id.startswith(f"contact:{contact_id}:", autoescape=True),
        )
        .order_by(Report.id.desc())
        .limit(1)
    )
