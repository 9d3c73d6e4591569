"""Alerts shown to one person who asked: the card in private, a line of a list, whom to telephone."""

from __future__ import annotations

from dataclasses import fields

from backend.alerts.access import hand_of
from backend.alerts.callees import Callee
from backend.alerts.models import Alert
from backend.alerts.resolving import family_of
from backend.alerts.states import OPEN_STATES, TargetKind
from backend.alerts.views import alert_for
from backend.kernel.access import Actor
from backend.kernel.alarms import SubjectKind
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, telegram_chat
from backend.notify.alerts_facts import DOTS, alert_facts, kind_said
from backend.notify.alerts_words import card_content, message_content
from backend.notify.words import Voice, Words
from backend.registry.contacts_models import ContactScope
from backend.registry.household_cards import CareNotes, household_card

LONGEST_LABEL = 60


async def private_alert(uow: UnitOfWork, voice: Voice, words: Words, *, actor: Actor, alert_id: int) -> Content:
    """The alert as it stands, with its buttons; a contact sees what the elder lets them see."""
    alert = await alert_for(uow, actor=actor, alert_id=alert_id)
    hand = await hand_of(uow, actor, alert)
    facts = await alert_facts(uow, alert, video_base_url=voice.video_base_url)
    if alert.state not in OPEN_STATES:
        return card_content(words, facts)
    scopes = next((rung.scopes for rung in await family_of(uow, alert) if rung.contact_id == hand.contact_id), None)
    reader = Callee(
        target=TargetKind.CONTACT if scopes is not None else TargetKind.DUTY_WORKER,
        to=telegram_chat(0, account_id=actor.account_id),
        language=words.language,
        sees_health=scopes is not None and ContactScope.HEALTH in scopes,
        sees_place=scopes is None or ContactScope.PLACE in scopes,
    )
    return message_content(words, facts, reader)


def alert_label(words: Words, alert: Alert) -> str:
    """One line of a list: how grave, which, who, what."""
    dot = words.plain(f"card.dot.{DOTS[alert.severity]}")
    state = words.plain(f"alert.state.{alert.state.value}")
    what = kind_said(words, alert.kind, sees_place=True)
    return f"{dot} {alert.id} {alert.subject_name} · {what} · {state}"[:LONGEST_LABEL]


async def help_text(uow: UnitOfWork, words: Words, alert: Alert, *, actor: Actor | None) -> str:
    """The emergency numbers with what to say there; with `actor` the household card, which writes down who looked."""
    facts = await alert_facts(uow, alert, video_base_url="")
    lines = [words("alerts.help.title", who=facts.who(words))]
    if actor is not None and alert.subject_kind is SubjectKind.PERSON and alert.subject_id is not None:
        card = await household_card(uow, actor=actor, person_id=alert.subject_id)
        if card.telephone is not None:
            lines.append(words("alerts.help.call", phone=card.telephone))
        notes = [getattr(card.notes, field.name) for field in fields(CareNotes)]
        said = words.plain("list.separator").join(note for note in notes if note)
        if said:
            lines.append(words("alerts.help.care", notes=said))
    what = facts.what(words, is_private=True)
    lines.append(words("alerts.help.emergency", where=facts.where or facts.community, who=facts.who(words), what=what))
    return "\n".join(lines)
