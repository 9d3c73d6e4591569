"""THE TABLE: what a fact of one domain changes in another, in the same transaction."""

from __future__ import annotations

from backend.alerts import NewAlert, Outcome, clear_alert, note_outcome, raise_alert
from backend.alerts.outcomes import OF_RECEIPT
from backend.devices import events as devices
from backend.issues.following import forget_follower
from backend.kernel.events import ReactionTable
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging import events as messaging
from backend.messaging.contents import ChannelName
from backend.messaging.outbox import move_chat
from backend.registry import events as registry
from backend.registry.accounts import note_blocked
from backend.registry.chats import lose_chat, migrate_chat


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


async def _raise_alert(uow: UnitOfWork, event: devices.AlarmSeen) -> None:
    """A rule says that a human must hear of it: the first step is taken in the same transaction."""
    detail = {"value": event.value, "unit": event.unit, "label": event.label, "trace": event.trace_id}
    await raise_alert(
        uow,
        NewAlert(
            community_id=event.community_id,
            grid_id=event.grid_id,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            subject_name=event.subject_name,
            kind=event.alarm,
            severity=event.severity,
            certainty=event.certainty,
            dedup_key=event.dedup_key,
            occurred_at=event.occurred_at,
            received_at=event.received_at,
            detail=detail,
            device_id=event.device_id,
            gateway_key=event.gateway_key,
            place=event.place,
            status=event.status,
        ),
    )


async def _clear_alert(uow: UnitOfWork, event: devices.AlarmCleared) -> None:
    await clear_alert(uow, device_id=event.device_id, dedup_key=event.dedup_key, at=event.at)


async def _note_receipt(uow: UnitOfWork, event: messaging.ReceiptNoted) -> None:
    """What a carrier says of a call or an SMS: a bad end calls the next rung."""
    outcome = OF_RECEIPT.get(event.status)
    if outcome is not None:
        await note_outcome(uow, key=event.dedup_key, outcome=outcome)


async def _note_failure(uow: UnitOfWork, event: messaging.MessageFailed) -> None:
    await note_outcome(uow, key=event.dedup_key, outcome=Outcome.FAILED)


async def _note_delay(uow: UnitOfWork, event: messaging.MessageDelayed) -> None:
    """It is tried on, but whoever is next should not wait for it."""
    await note_outcome(uow, key=event.dedup_key, outcome=Outcome.DELAYED)


REACTIONS: ReactionTable = {
    devices.AlarmSeen: (_raise_alert,),
    devices.AlarmCleared: (_clear_alert,),
    messaging.ReceiptNoted: (_note_receipt,),
    messaging.MessageFailed: (_note_failure,),
    messaging.MessageDelayed: (_note_delay,),
    messaging.ChatMigrated: (_follow_chat,),
    registry.ChatMigrated: (_move_messages,),
    messaging.ContactBlocked: (_note_refusal,),
    registry.AccountForgotten: (_forget,),
}
"""Event -> services of other domains. Whoever is to be told stands in `backend.notify.table`."""
