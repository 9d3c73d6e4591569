"""A report as it comes in at any door, its bounds, and the rule that says which reports go straight to work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers

from backend.issues.errors import OnBehalfInvalid, PlaceInvalid, ReportEmpty, TooManyMedia
from backend.issues.states import Acceptance, ReportSource
from backend.issues.words import clean
from backend.kernel.geo import Point, SourceCrs, is_on_earth, to_wgs84

MOST_MEDIA = 20
"""Two albums of Telegram's ten."""
LONGEST_PLACE = 300
LONGEST_NAME = 60
LONGEST_FILE_ID = 255
MEDIA_KINDS = frozenset({"photo", "video", "voice", "document"})

TRUSTED_SOURCES = frozenset(
    {
        ReportSource.PATROL,
        ReportSource.STAFF,
        ReportSource.SUPERIOR,
        ReportSource.HOTLINE,
        ReportSource.SENSOR,
        ReportSource.CAMERA,
    }
)
"""Somebody of the community, or a machine of its own, stands behind these."""


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A file that Telegram holds: `photo`, `video`, `voice` or `document`."""

    kind: str
    file_id: str
    file_unique_id: str
    media_group_id: str | None = None


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """The person for whom somebody else reports; the phone as it was said, any way of writing it."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What one source says. `join_issue_id` adds it to an open issue that was offered instead of opening another."""

    community_id: int
    source: ReportSource
    category_id: int
    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    media: tuple[MediaItem, ...] = ()
    point: Point | None = None
    source_crs: SourceCrs = SourceCrs.WGS84
    building_id: int | None = None
    place: str = ""
    on_behalf_of: OnBehalfOf | None = None
    is_anonymous: bool = False
    join_issue_id: int | None = None
    external_id: str | None = None


def goes_straight_to_work(
    source: ReportSource, acceptance: Acceptance, *, is_emergency: bool, is_known: bool
) -> bool:
    """Whether nobody needs to look first. An emergency never waits; otherwise the category's setting decides."""
    if is_emergency or source in TRUSTED_SOURCES:
        return True
    return acceptance is Acceptance.AT_ONCE or (acceptance is Acceptance.KNOWN and is_known)


def check_media(media: tuple[MediaItem, ...]) -> None:
    """Raise TooManyMedia; what Telegram itself could not have written raises ReportEmpty."""
    if len(media) > MOST_MEDIA:
        raise TooManyMedia(MOST_MEDIA)
    for item in media:
        if item.kind not in MEDIA_KINDS or not 0 < len(item.file_id) <= LONGEST_FILE_ID or not item.file_unique_id:
            raise ReportEmpty


def wgs84_point(report: NewReport) -> Point | None:
    """The report's point in WGS-84; raises PlaceInvalid for what is not on the earth."""
    if report.point is None:
        return None
    if not is_on_earth(report.point):
        raise PlaceInvalid
    return to_wgs84(report.point, report.source_crs)


def checked_on_behalf_of(person: OnBehalfOf | None, region: str = "CN") -> OnBehalfOf | None:
    """The person with a clean name and the phone in E.164, or None; raises OnBehalfInvalid."""
    if person is None:
        return None
    name = clean(person.name, LONGEST_NAME)
    if not name:
        raise OnBehalfInvalid
    return OnBehalfOf(name, _e164(person.phone, region))


def _e164(phone: str, region: str) -> str:
    typed = unicodedata.normalize("NFKC", phone).strip()
    if not typed:
        return ""
    if not re.fullmatch(r"[+\d\s().\-]{3,30}", typed):
        raise OnBehalfInvalid
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise OnBehalfInvalid from error
    if not phonenumbers.is_possible_number(number):
        raise OnBehalfInvalid
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
