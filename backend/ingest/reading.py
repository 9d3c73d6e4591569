"""Numbers, texts, moments and JSON read from hostile bytes: bounded, and refused by one family of errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import cast

from backend.ingest.errors import Reason, TooLarge, Undecodable
from backend.kernel.geo import Point, is_on_earth

MAX_BODY = 256 * 1024
"""Bytes of one pushed text body; a page of a thousand SenML records is a third of it."""
MAX_LABEL = 64
MAX_RECORDS = 1000
"""Most observations that one packet may carry."""

_DEVICE_ID = re.compile(r"[!-~]{1,64}", re.ASCII)
_PLAIN_NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})", re.ASCII)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_NANOSECONDS = re.compile(r"(\.\d{6})\d+")


def read_json(body: bytes, limit: int = MAX_BODY) -> object:
    """The JSON in `body`.

    Raises TooLarge above `limit` bytes or for a nesting that no sender needs, Undecodable for anything else.
    """
    if len(body) > limit:
        raise TooLarge
    try:
        return _JSON.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except RecursionError:
        raise TooLarge from None
    except ValueError:
        raise Undecodable(Reason.NOT_JSON) from None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)


def mapping(value: object) -> Mapping[str, object]:
    """`value` as an object with members; refused when it is none."""
    if not isinstance(value, dict):
        raise Undecodable(Reason.WRONG_SHAPE)
    return cast("Mapping[str, object]", value)


def records(value: object) -> Sequence[object]:
    """`value` as a list of at most MAX_RECORDS; one thing alone is a list of one."""
    if not isinstance(value, list):
        return [value]
    if len(value) > MAX_RECORDS:
        raise TooLarge
    return cast("list[object]", value)


def member(value: object, *path: str) -> object | None:
    """What lies at the end of `path`, or None where the path breaks off."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def number(value: object) -> float | None:
    """A finite number given as number or as plain decimal text; None for anything else, and for yes or no."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        plain = value.strip(" ")
        return float(plain) if _PLAIN_NUMBER.fullmatch(plain) else None
    if isinstance(value, int):
        return float(value) if abs(value) < 10**18 else None
    return value if isinstance(value, float) and isfinite(value) else None


def whole(value: object) -> int | None:
    """A number without a fraction, or None."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def label(value: object) -> str | None:
    """A short text with its unprintable characters taken out, cut at MAX_LABEL; None for what is no text or empty."""
    if not isinstance(value, str):
        return None
    printable = "".join(sign for sign in value[: MAX_LABEL * 4] if sign.isprintable())
    return printable.strip()[:MAX_LABEL] or None


def device_id(value: object) -> str:
    """The external id of a device: 1 to 64 visible ASCII characters. Raises Undecodable for anything else."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18 else value
    if text is None or text == "":
        raise Undecodable(Reason.NO_DEVICE)
    if not isinstance(text, str) or not _DEVICE_ID.fullmatch(text):
        raise Undecodable(Reason.BAD_DEVICE)
    return text


def sequence(value: object) -> str | None:
    """The sender's id of a packet where it is usable as a key, else None."""
    try:
        return device_id(value)
    except Undecodable:
        return None


def moment_of_epoch(seconds: float | None) -> datetime | None:
    """Seconds since 1970 as a moment; None for none, and for what lies outside 1970 to 2199."""
    if seconds is None or not 0 <= seconds < _LATEST.timestamp():
        return None
    return _EARLIEST + timedelta(seconds=seconds)


def moment_of_milliseconds(value: object) -> datetime | None:
    """Milliseconds since 1970, as number or text, as a moment."""
    milliseconds = number(value)
    return None if milliseconds is None else moment_of_epoch(milliseconds / 1000)


def moment_of_text(value: object, zone: timedelta = timedelta(0)) -> datetime | None:
    """An ISO 8601 moment, nanoseconds cut; one without a zone is read as `zone` east of UTC. None for anything else."""
    if not isinstance(value, str) or len(value) > MAX_LABEL or not value.isascii():
        return None
    try:
        found = datetime.fromisoformat(_NANOSECONDS.sub(r"\1", value.strip()))
        return _within(found.replace(tzinfo=UTC) - zone if found.tzinfo is None else found.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def moment_of_digits(date: str, time: str, order: str) -> datetime | None:
    """A UTC moment of six digits each; `order` tells the date's, `%d%m%y` or `%y%m%d`. None where it is no date."""
    if not re.fullmatch(r"\d{12}", date + time, re.ASCII):
        return None
    try:
        return _within(datetime.strptime(date + time, order + "%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return None


def _within(found: datetime) -> datetime | None:
    return found if _EARLIEST <= found < _LATEST else None


def place(latitude: float | None, longitude: float | None) -> Point | None:
    """A point on earth; None where a number is missing or wild, and for 0,0, which means "I do not know"."""
    if latitude is None or longitude is None:
        return None
    point = Point(latitude, longitude)
    return point if is_on_earth(point) and point != Point(0, 0) else None
