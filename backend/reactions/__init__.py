"""THE TABLE: what a fact of one domain changes in another, in the same transaction."""

from __future__ import annotations

from backend.bookings import events as bookings
from backend.bookings.forgetting import forget_account as forget_bookings_of
from backend.devices import refresh_subject_names
from backend.issues import events as issues
from backend.issues.reports.following import forget_follower
from backend.issues.tasks.releasing import release_tasks_of
from backend.kernel.events import ReactionTable, merged
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging import events as messaging
from backend.messaging.contents import ChannelName
from backend.messaging.outbox import move_chat
from backend.reactions.alarms import ALARMS, speaking_reactions
from backend.reactions.hazards import pay_for_hazard
from backend.reactions.seats import pay_for_seat, reward_attendance, reward_opinion, reward_provider
from backend.registry import events as registry
from backend.registry.accounts import note_blocked
from backend.registry.chats import lose_chat, migrate_chat
from backend.registry.contacts_editing import forget_account_of_contacts


async def _follow_chat(uow: UnitOfWork, event: messaging.ChatMigrated) -> None:
    """The outbox noticed that a group has a new id: its binding follows."""
    await migrate_chat(uow, from_chat_id=event.old_chat_id, to_chat_id=event.new_chat_id)


async def _move_messages(uow: UnitOfWork, event: registry.ChatMigrated) -> None:
    """The chat itself told us of its new id: what waits for it, and its cards, follow."""
    await move_chat(uow, old_chat_id=event.from_chat_id, new_chat_id=event.to_chat_id)


async def _note_refusal(uow: UnitOfWork, event: messaging.ContactBlocked) -> None:
    """Somebody blocked the bot, or a group put it out: the first is written down, the second serves nobody now."""
    if event.account_id is not None:
        await note_blocked(uow, account_id=event.account_id)
    elif event.channel == ChannelName.TELEGRAM.value and event.address.startswith("-"):
        await lose_chat(uow, chat_id=int(event.address))


async def _forget(uow: UnitOfWork, event: registry.AccountForgotten) -> None:
    await forget_follower(uow, account_id=event.account_id)
    await forget_account_of_contacts(uow, account_id=event.account_id)
    await forget_bookings_of(uow, account_id=event.account_id)


async def _release_work(uow: UnitOfWork, event: registry.RoleEnded) -> None:
    """What somebody has in hand outlives no role: it goes back to its group."""
    await release_tasks_of(uow, account_id=event.account_id)


async def _rename_devices(uow: UnitOfWork, event: registry.RecordsLoaded) -> None:
    """An alarm names people and things as the registry does now."""
    await refresh_subject_names(uow, community_id=event.community_id)


_ROWS: ReactionTable = {
    bookings.BookingMoved: (pay_for_seat, reward_attendance),
    bookings.SessionTaught: (reward_provider,),
    bookings.SurveyGiven: (reward_opinion,),
    issues.IssueMoved: (pay_for_hazard,),
    messaging.ChatMigrated: (_follow_chat,),
    registry.ChatMigrated: (_move_messages,),
    messaging.ContactBlocked: (_note_refusal,),
    registry.AccountForgotten: (_forget,),
    registry.RoleEnded: (_release_work,),
    registry.RecordsLoaded: (_rename_devices,),
}

REACTIONS = merged(ALARMS, _ROWS)
"""Event -> services of other domains. Whoever is to be told stands in `backend.notify.table`."""

__all__ = ["REACTIONS", "speaking_reactions"]
