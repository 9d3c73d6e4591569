"""Who hears how it goes on: those who were called learn that somebody has it, and the family hears the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from backend.alerts.events import AlertAcknowledged, AlertEnded
from backend.alerts.models import Acknowledgement, Alert
from backend.alerts.queries import Told, told_so_far
from backend.alerts.states import AckKind, AlertState
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Content, Lane
from backend.messaging.outbox import enqueue
from backend.messaging.reply_codes import close_reply_codes
from backend.notify.alerts_facts import AlertFacts, alert_facts
from backend.notify.alerts_words import holder_said
from backend.notify.words import Voice, Words

KEPT = timedelta(hours=2)
TOLD_ON: dict[AckKind, str] = {AckKind.CONTACT_MADE: "alert.told.reached", AckKind.ON_SCENE: "alert.told.on_scene"}
"""Further steps that the family wants to hear at once, beside that somebody has it."""


async def hear_acknowledged(uow: UnitOfWork, voice: Voice, event: AlertAcknowledged) -> None:
    """With the first claim everybody else who was called hears who has it; the family hears when contact was made."""
    key = "alert.told.taken" if event.took_over else TOLD_ON.get(event.kind)
    if key is None:
        return
    alert = await uow.session.get_one(Alert, event.alert_id)
    acknowledgement = await uow.session.get_one(Acknowledgement, event.acknowledgement_id)
    told = await told_so_far(uow, alert.id)
    hearers = [one for one in told if not _is(one, event.account_id, event.contact_id)]
    if not event.took_over:
        hearers = [one for one in hearers if one.contact_id is not None]
    await _say(uow, voice, alert, hearers, key, f"{acknowledgement.id}")


async def hear_ended(uow: UnitOfWork, voice: Voice, event: AlertEnded) -> None:
    """Everybody who was called in private hears how it ended; codes of SMS answer to nothing any more."""
    alert = await uow.session.get_one(Alert, event.alert_id)
    await close_reply_codes(uow, ref=f"alert:{alert.id}")
    key = f"alert.told.{'device' if event.by_device else event.state.value}"
    told = await told_so_far(uow, alert.id)
    # Whoever ended it was answered already.
    hearers = [one for one in told if not _is(one, event.by_account_id, event.by_contact_id)]
    if event.state is not AlertState.EXPIRED:
        await _say(uow, voice, alert, hearers, key, "end")


def _is(one: Told, account_id: int | None, contact_id: int | None) -> bool:
    return (account_id is not None and one.account_id == account_id) or (
        contact_id is not None and one.contact_id == contact_id
    )


async def _say(uow: UnitOfWork, voice: Voice, alert: Alert, hearers: Iterable[Told], key: str, what: str) -> None:
    facts = await alert_facts(uow, alert, video_base_url=voice.video_base_url)
    for one in hearers:
        words = voice.words(one.language)
        is_chat = one.to.channel is ChannelName.TELEGRAM
        await enqueue(
            uow,
            to=one.to,
            content=Content(_text(words, facts, key, is_chat=is_chat)),
            lane=Lane.URGENT,
            dedup_key=f"told:alert-{alert.id}:{what}:{one.to.channel.value}-{one.to.address}",
            expires_at=uow.now + KEPT,
        )


def _text(words: Words, facts: AlertFacts, key: str, *, is_chat: bool) -> str:
    say = words if is_chat else words.plain
    name = holder_said(words, facts, in_group=not is_chat)
    return say(key, who=facts.who(words), name=name)
