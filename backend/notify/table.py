"""THE TABLE: which event is heard by whom. A new notice is one row here, its words and its test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from backend.alerts import events as alerts
from backend.issues import events as issues
from backend.kernel.events import Event, Reaction, ReactionTable
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging import events as messaging
from backend.notify import (
    alerts_calls,
    alerts_cards,
    alerts_status,
    cards,
    chats,
    climbing,
    contacts,
    decisions,
    desk,
    emergencies,
    failures,
    followers,
    joining,
    orders,
    ratings,
    workers,
)
from backend.notify.words import Voice
from backend.registry import contacts_events
from backend.registry import events as registry

Notice = Callable[[UnitOfWork, Voice, Any], Awaitable[None]]

NOTICES: Mapping[type[Event], tuple[Notice, ...]] = {
    issues.ReportReceived: (desk.hear_report, emergencies.hear_report),
    issues.IssueMoved: (followers.hear_move, desk.hear_move, workers.hear_issue, climbing.hear_call),
    issues.IssueMerged: (followers.hear_merge, desk.hear_merge),
    issues.IssueRated: (ratings.hear_rating,),
    issues.TaskMoved: (followers.hear_arrival, workers.hear_task),
    issues.RequestMade: (decisions.hear_request,),
    issues.RequestDecided: (decisions.hear_decision,),
    issues.ClockWarned: (climbing.hear_warning,),
    issues.ClockClimbed: (climbing.hear_climb,),
    issues.SupervisionIssued: (orders.hear_supervision,),
    issues.SupervisionReplied: (orders.hear_reply,),
    issues.SupervisionOverdue: (orders.hear_silence,),
    issues.SentBetweenUnits: (orders.hear_dispatch,),
    issues.AnsweredBetweenUnits: (orders.hear_answer,),
    registry.ChatBound: (chats.hear_bound,),
    registry.ChatMigrated: (chats.hear_moved,),
    registry.ChatUnbound: (chats.hear_unbound,),
    registry.JoiningUndecided: (joining.hear_undecided,),
    registry.ResidentJoined: (joining.hear_joined,),
    contacts_events.ProofAsked: (contacts.hear_proof,),
    contacts_events.ContactOptedOut: (contacts.hear_opt_out,),
    contacts_events.ContactOptedIn: (contacts.hear_opt_in,),
    contacts_events.MethodFailing: (contacts.hear_failing,),
    messaging.MessageFailed: (failures.hear_failure,),
    alerts.StepFired: (alerts_calls.hear_step,),
    alerts.AlertAcknowledged: (alerts_status.hear_acknowledged,),
    alerts.AlertEnded: (alerts_status.hear_ended,),
}
"""Who hears what, beside the cards, which are refreshed after every event of `REFRESHED`."""

REFRESHED: Mapping[type[Event], Notice] = {
    **dict.fromkeys(cards.CARD_EVENTS, cards.refresh_after),
    **dict.fromkeys(alerts_cards.ALERT_CARD_EVENTS, alerts_cards.refresh_after_alert),
}
"""Which cards show something else after an event."""


def notifications(texts: Texts, *, video_base_url: str) -> ReactionTable:
    """The table, speaking with these words: merge it behind the reactions of the domains."""
    voice = Voice(texts, video_base_url)
    rows = {event: NOTICES.get(event, ()) for event in (*NOTICES, *REFRESHED)}
    return {event: tuple(_spoken(notice, voice) for notice in _all(event, rows[event])) for event in rows}


def _all(event: type[Event], notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return (REFRESHED[event], *notices) if event in REFRESHED else notices


def _spoken(notice: Notice, voice: Voice) -> Reaction:
    async def hear(uow: UnitOfWork, event: Event) -> None:
        await notice(uow, voice, event)

    return hear
