"""Service days, sessions, bookings and waiting lists; courses and the wishes that they answer."""

from backend.bookings.attendance import Attender, attenders, check_in, check_in_by_code
from backend.bookings.beneficiaries import Beneficiary, my_child, myself, somebody
from backend.bookings.booking import Booked, book, claim_key, wait
from backend.bookings.calendar_files import calendar_of
from backend.bookings.changes import accept_offer, assure, cancel_booking, change_session
from backend.bookings.children import CONSENT_VERSION, add_child, is_child, my_children, remove_child
from backend.bookings.day_rule import CalendarKind, DayRule, LeapMonth, MissingDay, OnHoliday, planned_days
from backend.bookings.days import (
    add_day,
    cancel_day,
    day_rule_of,
    days_ahead,
    make_all_days,
    make_days,
    note_day,
    open_due_days,
    set_day_rule,
)
from backend.bookings.due import end_waiting, finish_sessions, lapse_offers, note_absences, remind
from backend.bookings.ending import end_provider
from backend.bookings.feeds import feed_token, read_feed, renew_feed
from backend.bookings.lunar import LunarDay, lunar_day
from backend.bookings.offerings import (
    Listed,
    OnDay,
    courses_ahead,
    edit_offering,
    offerings_of,
    one_session,
    seed_offerings,
    services_on,
    times_of,
)
from backend.bookings.own import MyBooking, access_booking, meetings_of, my_bookings, one_booking, renew_code
from backend.bookings.providers import TEACHING, apply_as_provider, decide_provider, providers_of, providers_to_decide
from backend.bookings.seats import lock_session
from backend.bookings.sessions import CoursePlan, DayHours, cancel_session, open_course, open_day, sessions_of_provider
from backend.bookings.statistics import BookingCounts, booking_counts, wishes_by_grid
from backend.bookings.surveys import Satisfaction, add_survey_words, answer_survey, satisfaction_of_provider
from backend.bookings.wishes import (
    Topic,
    WishGroup,
    answer_wishes,
    groups_of_wishes,
    make_wish,
    my_wishes,
    topics,
    withdraw_wish,
)

__all__ = [
    "CONSENT_VERSION",
    "TEACHING",
    "Attender",
    "Beneficiary",
    "Booked",
    "BookingCounts",
    "CalendarKind",
    "CoursePlan",
    "DayHours",
    "DayRule",
    "LeapMonth",
    "Listed",
    "LunarDay",
    "MissingDay",
    "MyBooking",
    "OnDay",
    "OnHoliday",
    "Satisfaction",
    "Topic",
    "WishGroup",
    "accept_offer",
    "access_booking",
    "add_child",
    "add_day",
    "add_survey_words",
    "answer_survey",
    "answer_wishes",
    "apply_as_provider",
    "assure",
    "attenders",
    "book",
    "booking_counts",
    "calendar_of",
    "cancel_booking",
    "cancel_day",
    "cancel_session",
    "change_session",
    "check_in",
    "check_in_by_code",
    "claim_key",
    "courses_ahead",
    "day_rule_of",
    "days_ahead",
    "decide_provider",
    "edit_offering",
    "end_provider",
    "end_waiting",
    "feed_token",
    "finish_sessions",
    "groups_of_wishes",
    "is_child",
    "lapse_offers",
    "lock_session",
    "lunar_day",
    "make_all_days",
    "make_days",
    "make_wish",
    "meetings_of",
    "my_bookings",
    "my_child",
    "my_children",
    "my_wishes",
    "myself",
    "note_absences",
    "note_day",
    "offerings_of",
    "one_booking",
    "one_session",
    "open_course",
    "open_day",
    "open_due_days",
    "planned_days",
    "providers_of",
    "providers_to_decide",
    "read_feed",
    "remind",
    "remove_child",
    "renew_code",
    "renew_feed",
    "satisfaction_of_provider",
    "seed_offerings",
    "services_on",
    "sessions_of_provider",
    "set_day_rule",
    "somebody",
    "times_of",
    "topics",
    "wait",
    "wishes_by_grid",
    "withdraw_wish",
]
