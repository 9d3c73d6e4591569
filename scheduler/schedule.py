"""THE TABLE of jobs: when each runs. A new job is one row here, its function in `jobs/`, and its test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduler.jobs import alerts, bookings, climbing, devices, digests, points, reminders, retention, upkeep
from scheduler.slots import At, Every, SlotRule
from scheduler.turn import Job

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One job. Its name is its key in the ledger: a new name is a new job, which runs for slots already done."""

    name: str
    when: SlotRule
    job: Job


SCHEDULE: tuple[Row, ...] = (
    # Whoever waits for help must not wait for us: steps are taken within a second of their time (promise P8).
    Row("climb_alerts", Every(SECOND / 4), alerts.climb_alerts),
    Row("ask_check_ins", Every(5 * SECOND), alerts.ask_check_ins),
    Row("end_live_places", Every(15 * SECOND), alerts.end_live_places),
    Row("sweep_devices", Every(SECOND), devices.sweep_devices),
    Row("expire_commands", Every(MINUTE), devices.expire_commands),
    Row("make_months", Every(HOUR), devices.make_months),
    # What is due is told within a second or two of its time.
    Row("look_at_clocks", Every(SECOND), climbing.look_at_clocks),
    Row("resume_suspended", Every(15 * SECOND), climbing.resume_suspended),
    Row("tell_unanswered_orders", Every(15 * SECOND), climbing.tell_unanswered_orders),
    Row("close_unrated", Every(MINUTE), climbing.close_unrated),
    Row("refresh_cards", Every(5 * MINUTE), upkeep.refresh_cards),
    Row("remind_of_drafts", Every(MINUTE), reminders.remind_of_drafts),
    Row("free_points", Every(15 * SECOND), points.free_points),
    Row("look_after_help", Every(5 * MINUTE), points.look_after_help),
    # A morning's greeting makes sense until ten, a question for stars until evening.
    Row("greet_workers", At(hour=7, minute=30, catch_up=2 * HOUR + 30 * MINUTE), digests.greet_workers),
    Row("close_day_of_groups", At(hour=18, catch_up=3 * HOUR), digests.close_day_of_groups),
    Row("ask_for_ratings", At(hour=10, catch_up=9 * HOUR), reminders.ask_for_ratings),
    Row("warn_of_calendar", At(hour=9, minute=30, month=12, catch_up=8 * HOUR), reminders.warn_of_calendar),
    Row("lapse_offers", Every(15 * SECOND), bookings.lapse_offers),
    Row("end_waiting", Every(15 * MINUTE), bookings.end_waiting),
    Row("remind_of_bookings", Every(MINUTE), bookings.remind_of_bookings),
    Row("finish_sessions", Every(MINUTE), bookings.finish_sessions),
    Row("note_absences", Every(HOUR), bookings.note_absences),
    Row("make_service_days", At(hour=2, minute=10, catch_up=DAY), bookings.make_service_days),
    Row("open_service_days", At(hour=9, catch_up=10 * HOUR), bookings.open_service_days),
    # At an hour at which a call disturbs nobody; what was missed by evening waits for next month.
    Row("drill_contacts", At(hour=10, minute=30, catch_up=7 * HOUR), alerts.drill_contacts),
    Row("report_unreachable", At(hour=11, catch_up=7 * HOUR), alerts.report_unreachable),
    Row("seal_audit_trail", Every(MINUTE), upkeep.seal_audit_trail),
    Row("seal_points", Every(MINUTE), points.seal_points),
    Row("settle_months", At(hour=0, minute=10, catch_up=DAY), points.settle_months),
    Row("lapse_points", At(hour=9, minute=5, catch_up=10 * HOUR), points.lapse_points),
    Row("prove_the_books", At(hour=3, minute=45, catch_up=DAY), points.prove_the_books),
    # Whenever it comes, it is in time.
    Row("forget_the_old", At(hour=3, minute=15, catch_up=DAY), retention.forget_the_old),
)
