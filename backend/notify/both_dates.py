"""A day as residents read it: solar and lunar beside each other, for both are meant by a tenth."""

from __future__ import annotations

from datetime import date, datetime

from backend.bookings.lunar import lunar_day
from backend.notify.words import Words


def day_said(words: Words, day: date) -> str:
    """Such as 11月30日 星期一（农历十月廿二）."""
    lunar = lunar_day(day)
    leap = words.plain("lunar.leap") if lunar.is_leap else ""
    return words.plain(
        "calendar.both_dates",
        month=day.month,
        day=day.day,
        weekday=words.plain(f"calendar.weekday.{day.isoweekday()}"),
        lunar_month=leap + words.plain(f"lunar.month.{lunar.month}"),
        lunar_day=words.plain(f"lunar.day.{lunar.day}"),
    )


def short_day_said(words: Words, day: date) -> str:
    """For the label of a button: 11月30日 星期一."""
    weekday = words.plain(f"calendar.weekday.{day.isoweekday()}")
    return words.plain("calendar.short_date", month=day.month, day=day.day, weekday=weekday)


def time_said(words: Words, moment: datetime) -> str:
    """The local time of day."""
    return f"{moment.astimezone(words.zone):%H:%M}"


def when_said(words: Words, moment: datetime) -> str:
    """The day in both calendars and the time."""
    local = moment.astimezone(words.zone)
    return f"{day_said(words, local.date())} {local:%H:%M}"
