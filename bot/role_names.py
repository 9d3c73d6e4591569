"""The names of the roles, apart from what plays them: the shell offers them without loading Telegram's libraries."""

from __future__ import annotations

from enum import StrEnum


class RoleName(StrEnum):
    BOT = "bot"
    WEB = "web"
    DELIVERY = "delivery"
    CLOCK = "clock"
    INGEST = "ingest"


class RoleDied(Exception):
    """A role ended by an error, which the log tells: the process ends too, and whoever watches it starts it anew."""
