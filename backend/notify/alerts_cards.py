"""The one card of an alert in each group that was called: edited in place, closed at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.alerts import events
from backend.alerts.callees import Callee
from backend.alerts.models import Alert
from backend.kernel.events import Event
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.cards import close_card, hold_cards, post_card
from backend.messaging.contents import Lane
from backend.notify.alerts_facts import AlertFacts, alert_facts
from backend.notify.alerts_words import card_content, looking_back
from backend.notify.words import GROUP_LANGUAGE, Voice

ALERT_CARD_EVENTS: frozenset[type[Event]] = frozenset(
    {events.AlertChanged, events.AlertAcknowledged, events.AlertEscalated, events.AlertEnded, events.IncidentOpened}
)
"""What changes something that a card shows."""

_TOUCHED = "alert cards to refresh"


@dataclass(slots=True)
class _Touched:
    alert_ids: set[int] = field(default_factory=set)


def card_key(alert_id: int) -> str:
    """The family of an alert's cards; one of them in each chat continues it after a colon."""
    return f"alert:{alert_id}"


async def refresh_alert_card(uow: UnitOfWork, voice: Voice, facts: AlertFacts, callee: Callee) -> None:
    """Hang the card where a step calls a group, or let it show how things stand."""
    key = f"{card_key(facts.alert.id)}:{callee.to.address}"
    await post_card(
        uow, key=key, to=callee.to, content=card_content(voice.words(GROUP_LANGUAGE), facts), lane=facts.lane
    )


async def refresh_alert_cards(uow: UnitOfWork, voice: Voice, alert_id: int) -> None:
    """Let all cards of an alert show how it stands; those of one that is over keep only its timeline."""
    alert = await uow.session.get_one(Alert, alert_id)
    hanging = [card for card in await hold_cards(uow, card_key(alert_id)) if card.is_open]
    if not hanging:
        return
    facts = await alert_facts(uow, alert, video_base_url=voice.video_base_url)
    words = voice.words(GROUP_LANGUAGE)
    content, keeps = card_content(words, facts), looking_back(words, facts)
    lane = min(facts.lane, Lane.URGENT)
    for card in hanging:
        if content.buttons:
            await post_card(uow, key=card.key, to=card.to, content=content, lane=lane)
        else:
            await close_card(uow, key=card.key, content=content, lane=lane, keeps=keeps)


async def refresh_after_alert(uow: UnitOfWork, voice: Voice, event: Event) -> None:
    """Refresh the cards of the alerts that this transaction touched, once, after the last event about any."""
    touched: _Touched = uow.session.info.setdefault(_TOUCHED, _Touched())
    alert_id = getattr(event, "alert_id", None) or getattr(event, "lead_id", None)
    if alert_id is not None:
        touched.alert_ids.add(alert_id)
    if any(type(later) in ALERT_CARD_EVENTS for later in uow.events):
        return
    del uow.session.info[_TOUCHED]
    for each in sorted(touched.alert_ids):
        await refresh_alert_cards(uow, voice, each)
