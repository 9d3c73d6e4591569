"""A report as it comes in at any door, its bounds, and the rule that says which reports go straight to work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.issues.reports.errors import OnBehalfInvalid, PlaceInvalid, ReportEmpty, TooManyMedia
from backend.issues.states import Acceptance, ReportSource
from backend.issues.words import clean
from backend.kernel.geo import Point, SourceCrs, is_on_earth, to_wgs84
from backend.registry.phones import normalised_phone

MOST_MEDIA = 20
"""Two albums of Telegram's ten."""
LONGEST_PLACE = 300
LONGEST_NAME = 60
LONGEST_FILE_ID = 255
LONGEST_UNIQUE_ID = 64
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
    """What one source says. `join_issue_id` adds it to an open issue that was offered instead of opening another.

    `grid_id` is for machines that know their grid but not their place.
    """

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
    grid_id: int | None = None
    external_id: str | None = None


def goes_straight_to_work(source: ReportSource, acceptance: Acceptance, *, is_emergency: bool, is_known: bool) -> bool:
    """Whether nobody needs to look first. An emergency never waits; otherwise the category's setting decides."""
    if is_emergency or source in TRUSTED_SOURCES:
        return True
    return acceptance is Acceptance.AT_ONCE or (acceptance is Acceptance.KNOWN and is_known)


def check_media(media: tuple[MediaItem, ...]) -> None:
    """Raise TooManyMedia; what Telegram itself could not have written raises ReportEmpty."""
    if len(media) > MOST_MEDIA:
        raise TooManyMedia(MOST_MEDIA)
    if not all(_is_file_of_telegram(item) for item in media):
        raise ReportEmpty


def _is_file_of_telegram(item: MediaItem) -> bool:
    return (
        item.kind in MEDIA_KINDS
        and _is_token(item.file_id, LONGEST_FILE_ID)
        and _is_token(item.file_unique_id, LONGEST_UNIQUE_ID)
        and (item.media_group_id is None or _is_token(item.media_group_id, LONGEST_UNIQUE_ID))
    )


def _is_token(token: str, longest: int) -> bool:
    return 0 < len(token) <= longest and token.isascii() and token.isprintable()


def wgs84_point(report: NewReport) -> Point | None:
    """The report's point in WGS-84; raises PlaceInvalid for what is not on the earth."""
    if report.point is None:
        return None
    if not is_on_earth(report.point):
        raise PlaceInvalid
    return to_wgs84(report.point, report.source_crs)


def checked_on_behalf_of(person: OnBehalfOf | None) -> OnBehalfOf | None:
    """The person with a clean name and the phone in E.164, or None; raises OnBehalfInvalid or PhoneUnreadable."""
    if person is None:
        return None
    name = clean(person.name, LONGEST_NAME)
    if not name:
        raise OnBehalfInvalid
    return OnBehalfOf(name, normalised_phone(person.phone) if person.phone.strip() else "")
