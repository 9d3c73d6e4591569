"""THE TABLE of what may be told to a watch and with which arguments; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from backend.devices.errors import CommandUnfit
from backend.devices.kinds import CommandKind

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
LONGEST_MESSAGE = 90
"""UTF-16 units that a watch shows."""


def _shown(text: str) -> str:
    if not text.strip() or len(text.encode("utf-16-be", "surrogatepass")) // 2 > LONGEST_MESSAGE:
        raise ValueError("too long for a watch, or empty")
    return text


def _stretch(clocks: tuple[str, str]) -> tuple[str, str]:
    if not all(_CLOCK.fullmatch(clock) for clock in clocks) or clocks[0] == clocks[1]:
        raise ValueError("not a stretch of the day")
    return clocks


def _quarters(hours: float) -> float:
    if (hours * 4) % 1:
        raise ValueError("zones differ by quarters of an hour")
    return hours


Number = Annotated[str, Field(pattern=r"^\+?[0-9]{2,19}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(_Closed):
    """No arguments."""


class UploadInterval(_Closed):
    seconds: Annotated[int, Field(ge=60, le=65_535)]


class SosNumbers(_Closed):
    numbers: Annotated[tuple[Number, ...], Field(min_length=1, max_length=3)]


class Contact(_Closed):
    number: Number
    name: Annotated[str, Field(min_length=1, max_length=40)]


class Contacts(_Closed):
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1, max_length=10)]


class HeartRatePeriod(_Closed):
    """None measures once, 0 never again, else each so many seconds: shorter periods drain the battery."""

    seconds: Literal[0] | Annotated[int, Field(ge=300, le=65_535)] | None = None


class Message(_Closed):
    text: Annotated[str, AfterValidator(_shown)]


class QuietTimes(_Closed):
    stretches: Annotated[
        tuple[Annotated[tuple[str, str], AfterValidator(_stretch)], ...], Field(min_length=1, max_length=4)
    ]


class LanguageZone(_Closed):
    language: Literal["zh_Hans", "en"]
    hours_east: Annotated[float, Field(ge=-12, le=14), AfterValidator(_quarters)]


ARGUMENTS: Mapping[CommandKind, type[_Closed]] = {
    CommandKind.LOCATE_NOW: Nothing,
    CommandKind.UPLOAD_INTERVAL: UploadInterval,
    CommandKind.SOS_NUMBERS: SosNumbers,
    CommandKind.CONTACTS: Contacts,
    CommandKind.HEART_RATE_PERIOD: HeartRatePeriod,
    CommandKind.FIND: Nothing,
    CommandKind.MESSAGE: Message,
    CommandKind.QUIET_TIMES: QuietTimes,
    CommandKind.LANGUAGE_ZONE: LanguageZone,
}


def checked_arguments(kind: CommandKind, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as plain values. Raises CommandUnfit; the refusal quotes nothing, for they are people's numbers."""
    try:
        return ARGUMENTS[kind].model_validate(dict(arguments)).model_dump(mode="json")
    except ValidationError:
        raise CommandUnfit from None
