"""THE TABLE: which event is heard by whom. A new notice is one row here, its words and its test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from backend.alerts import events as alerts
from backend.bookings import events as bookings
from backend.issues import events as issues
from backend.kernel.events import Event, Reaction, ReactionTable
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging import events as messaging
from backend.notify import (
    alerts_calls,
    alerts_cards,
    alerts_care,
    alerts_status,
    cards,
    chats,
    checking,
    climbing,
    contacts,
    decisions,
    desk,
    duty,
    emergencies,
    failures,
    followers,
    joining,
    live_places,
    market,
    neighbours,
    orders,
    patrols,
    points,
    providers,
    ratings,
    settlements,
    workers,
)
from backend.notify import bookings as booking_notices
from backend.notify.words import Voice
from backend.points import events as points_events
from backend.registry import contacts_events
from backend.registry import events as registry

Notice = Callable[[UnitOfWork, Voice, Any], Awaitable[None]]

NOTICES: Mapping[type[Event], tuple[Notice, ...]] = {
    issues.ReportReceived: (desk.hear_report, emergencies.hear_report),
    issues.IssueMoved: (followers.hear_move, desk.hear_move, workers.hear_issue, climbing.hear_call),
    issues.IssueMerged: (followers.hear_merge, desk.hear_merge),
    issues.IssueRated: (ratings.hear_rating,),
    issues.TaskMoved: (followers.hear_arrival, workers.hear_task, checking.hear_task),
    issues.RequestMade: (decisions.hear_request,),
    issues.RequestDecided: (decisions.hear_decision,),
    issues.ClockWarned: (climbing.hear_warning,),
    issues.ClockClimbed: (climbing.hear_climb,),
    issues.SupervisionIssued: (orders.hear_supervision,),
    issues.SupervisionReplied: (orders.hear_reply,),
    issues.SupervisionOverdue: (orders.hear_silence,),
    issues.SentBetweenUnits: (orders.hear_dispatch,),
    issues.AnsweredBetweenUnits: (orders.hear_answer,),
    points_events.PointsEarned: (points.hear_earned,),
    points_events.EarningHeldBack: (points.hear_held_back,),
    points_events.EarningTakenBack: (points.hear_taken_back,),
    points_events.LedgerBroken: (points.hear_broken,),
    points_events.PointsLapseSoon: (points.hear_lapse,),
    points_events.HelpAsked: (neighbours.hear_asked,),
    points_events.HelpTaken: (neighbours.hear_taken,),
    points_events.HelpGivenBack: (neighbours.hear_given_back,),
    points_events.HelpDone: (neighbours.hear_done,),
    points_events.HelpConfirmed: (neighbours.hear_confirmed,),
    points_events.HelpUnconfirmed: (neighbours.hear_unconfirmed,),
    points_events.HelpEnded: (neighbours.hear_ended,),
    points_events.CouponRedeemed: (market.hear_redeemed,),
    points_events.CouponLeftWithMerchant: (market.hear_left,),
    points_events.CouponRefused: (market.hear_refused,),
    points_events.CouponRefunded: (market.hear_refunded,),
    points_events.CardUsed: (market.hear_card,),
    points_events.PatrolSaid: (patrols.hear_said,),
    points_events.PatrolDecided: (patrols.hear_decided,),
    points_events.MealReserved: (market.hear_meal,),
    points_events.SettlementDrawn: (settlements.hear_drawn,),
    points_events.SettlementAnswered: (settlements.hear_answered,),
    bookings.BookingMoved: (booking_notices.hear_move,),
    bookings.BookingDue: (booking_notices.hear_due,),
    bookings.SurveyDue: (booking_notices.hear_survey,),
    bookings.ServiceDayOpened: (booking_notices.hear_day_opened,),
    bookings.ProviderApplied: (providers.hear_applied,),
    bookings.ProviderDecided: (providers.hear_decided,),
    bookings.ProviderEnded: (providers.hear_ended,),
    bookings.WishAnswered: (booking_notices.hear_wish_answered,),
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
    alerts.CheckInDue: (alerts_care.hear_check_in,),
    alerts.ContactDrilled: (alerts_care.hear_drill,),
    alerts.ContactUnreachable: (alerts_care.hear_unreachable,),
    alerts.SilenceWanted: (alerts_care.hear_silence,),
    alerts.SwapAsked: (duty.hear_swap_asked,),
    alerts.SwapAnswered: (duty.hear_swap_answered,),
    alerts.AbsenceNoted: (duty.hear_absence,),
    alerts.PlaceAsked: (live_places.hear_asked,),
    alerts.PlaceShared: (live_places.hear_shared,),
    alerts.PlaceEnded: (live_places.hear_ended,),
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
