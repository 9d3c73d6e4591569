"""What the telephone does because something happened: dead numbers are noticed, callers hear how it ended."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.events import IssueMerged, IssueMoved
from backend.kernel.events import ReactionTable
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName
from backend.messaging.events import ReceiptNoted
from backend.messaging.models import Message
from backend.messaging.receipt_models import MessageStanding, ReceiptStatus
from backend.phone.telling_callers import follow_merge, telling_callers
from backend.registry.contacts_events import MethodFailing
from backend.registry.contacts_models import ContactMethod
from backend.registry.contacts_proving import note_failing
from backend.registry.telephones import telephone_id_in

DEAD = (ReceiptStatus.FAILED, ReceiptStatus.UNDELIVERED)
"""The network says that there is no such telephone, or that it takes nothing. Busy or unanswered says nothing."""
IN_A_ROW = 2


async def _watch_ways(uow: UnitOfWork, event: ReceiptNoted) -> None:
    if event.status not in DEAD:
        return
    message = await uow.session.get_one(Message, event.message_id)
    telephone_id = telephone_id_in(message.address)
    if telephone_id is None or not await _keeps_failing(uow, message):
        return
    ways = await uow.session.scalars(
        select(ContactMethod).where(
            ContactMethod.telephone_id == telephone_id,
            ContactMethod.channel == message.channel,
            ContactMethod.ended_at.is_(None),
        )
    )
    for way in ways.all():
        if await note_failing(uow, way.id):
            uow.record(MethodFailing(way.id, way.contact_id))


async def _keeps_failing(uow: UnitOfWork, message: Message) -> bool:
    await uow.session.flush()
    last = await uow.session.scalars(
        select(MessageStanding.status)
        .join(Message, Message.id == MessageStanding.message_id)
        .where(Message.channel == ChannelName(message.channel).value, Message.address == message.address)
        .order_by(Message.id.desc())
        .limit(IN_A_ROW)
    )
    statuses = list(last)
    return len(statuses) == IN_A_ROW and all(status in DEAD for status in statuses)


def telephone_reactions(texts: Texts) -> ReactionTable:
    """The table, joined to the others by the composition root."""
    return {ReceiptNoted: (_watch_ways,), IssueMoved: (telling_callers(texts),), IssueMerged: (follow_merge,)}
