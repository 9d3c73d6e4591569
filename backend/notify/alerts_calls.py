"""A step of an escalation becomes messages, calls and cards: one for each address that the planner named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.alerts.callees import Callee
from backend.alerts.events import StepFired
from backend.alerts.models import Alert
from backend.alerts.planning import ONE_NOTICE_IN
from backend.alerts.queries import folded_counts
from backend.kernel.alarms import SubjectKind
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Content, Lane
from backend.messaging.outbox import Outgoing, enqueue_all
from backend.messaging.reply_codes import allot_reply_code
from backend.notify.alerts_cards import refresh_alert_card
from backend.notify.alerts_facts import AlertFacts, alert_facts
from backend.notify.alerts_words import call_content, message_content, script_of, sms_content
from backend.notify.words import Voice, Words
from backend.registry.telephones import telephone_address, telephone_of_person

KEPT: Mapping[ChannelName, timedelta] = {
    # A call that comes late frightens people for nothing; a text explains itself by its time.
    ChannelName.VOICE: timedelta(minutes=3),
    ChannelName.SMS: timedelta(minutes=15),
    ChannelName.TELEGRAM: timedelta(hours=2),
}
ANSWERED_FOR = timedelta(hours=12)
"""So long a code of an SMS may be answered, if the alert is still open."""


@dataclass(frozen=True, slots=True)
class _Telling:
    uow: UnitOfWork
    words: Words
    facts: AlertFacts
    callee: Callee


_SUMMARIES = "summaries of alerts"


async def hear_step(uow: UnitOfWork, voice: Voice, event: StepFired) -> None:
    """Call everybody of the step, in the lane of its severity; those who heard something just now get a summary."""
    alert = await uow.session.get_one(Alert, event.alert_id)
    facts = await alert_facts(uow, alert, video_base_url=voice.video_base_url)
    messages = []
    for callee in event.callees:
        if callee.is_chat:
            await refresh_alert_card(uow, voice, facts, callee)
            if event.loop > 1:
                messages.append(_nudge(_Telling(uow, voice.words(callee.language), facts, callee)))
        else:
            messages.append(await _told(_Telling(uow, voice.words(callee.language), facts, callee)))
    await enqueue_all(uow, messages)
    for callee in event.folded:
        _sum_up(_Telling(uow, voice.words(callee.language), facts, callee))


async def _told(telling: _Telling) -> Outgoing:
    return Outgoing(
        to=telling.callee.to,
        content=await _CONTENTS[telling.callee.channel](telling),
        lane=telling.facts.lane,
        dedup_key=telling.callee.key,
        expires_at=telling.uow.now + KEPT[telling.callee.channel],
    )


async def _message(telling: _Telling) -> Content:
    return message_content(telling.words, telling.facts, telling.callee)


async def _sms(telling: _Telling) -> Content:
    code = await allot_reply_code(
        telling.uow,
        address=telling.callee.to.address,
        script=script_of(telling.facts, telling.callee),
        valid_until=telling.uow.now + ANSWERED_FOR,
    )
    return sms_content(telling.words, telling.facts, telling.callee, code)


async def _call(telling: _Telling) -> Content:
    return call_content(telling.words, telling.facts, telling.callee, await _bridge(telling.uow, telling.facts.alert))


_CONTENTS: Mapping[ChannelName, Callable[[_Telling], Awaitable[Content]]] = {
    ChannelName.TELEGRAM: _message,
    ChannelName.SMS: _sms,
    ChannelName.VOICE: _call,
}


async def _bridge(uow: UnitOfWork, alert: Alert) -> str | None:
    """The elder's own telephone, to which a key connects; none for facilities and whoever has no telephone."""
    if alert.subject_kind is not SubjectKind.PERSON or alert.subject_id is None:
        return None
    telephone = await telephone_of_person(uow, alert.subject_id)
    return telephone_address(telephone.id) if telephone is not None and telephone.opted_out_at is None else None


def _nudge(telling: _Telling) -> Outgoing:
    """An edited card makes no sound: when a round begins anew the group hears that still nobody has it."""
    facts, words = telling.facts, telling.words
    minutes = max(int((facts.now - facts.alert.first_at).total_seconds() // 60), 1)
    return Outgoing(
        to=telling.callee.to,
        content=Content(words("alert.nudge", number=facts.alert.id, who=facts.who(words), minutes=minutes)),
        lane=facts.lane,
        dedup_key=telling.callee.key,
        expires_at=facts.now + timedelta(minutes=10),
    )


def _sum_up(telling: _Telling) -> None:
    """Keep it for the summary of its address, which is written once for all alerts of this transaction."""
    if telling.callee.channel is not ChannelName.VOICE:  # a summary is read, not listened to
        telling.uow.session.info.setdefault(_SUMMARIES, {})[telling.callee.who] = telling
        telling.uow.before_commit(_write_summaries)


async def _write_summaries(uow: UnitOfWork) -> None:
    newest: dict[str, _Telling] = uow.session.info.pop(_SUMMARIES)
    counts = await folded_counts(uow, {telling.callee.to.address for telling in newest.values()})
    await enqueue_all(uow, [_summary(telling, counts.get(who, 0)) for who, telling in sorted(newest.items())])


def _summary(telling: _Telling, count: int) -> Outgoing:
    """One message for all that came meanwhile, two minutes after what this address heard last."""
    facts, callee, words = telling.facts, telling.callee, telling.words
    say = words if callee.channel is ChannelName.TELEGRAM else words.plain
    text = say("alert.summary", count=count, who=facts.who(words), what=facts.what(words, is_private=False))
    due_at, key = facts.now + ONE_NOTICE_IN, f"alerts:folded:{callee.who}"
    return Outgoing(
        to=callee.to,
        content=Content(text),
        lane=min(facts.lane, Lane.URGENT),
        dedup_key=f"{key}:{facts.alert.id}:{facts.alert.fired}",
        due_at=due_at,
        expires_at=due_at + timedelta(hours=1),
        coalesce_key=key,
    )
