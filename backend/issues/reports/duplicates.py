"""Open issues of the same category nearby, offered before a report opens another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians

from sqlalchemy import ColumnElement, and_, func, or_, select

from backend.issues.models import Category, Issue, IssueFollower, Report, ReportMedia
from backend.issues.states import IssueStatus
from backend.issues.views.card_facts import origin_of
from backend.kernel.geo import Point, distance_m
from backend.kernel.unit_of_work import UnitOfWork

MOST_OFFERED = 5
MOST_COMPARED = 100
"""More open issues of one category in one small circle than anybody has seen."""
METRES_PER_DEGREE = 111_000.0

OPEN = frozenset(IssueStatus) - {
    IssueStatus.RESOLVED,
    IssueStatus.CLOSED,
    IssueStatus.REJECTED,
    IssueStatus.MERGED,
    IssueStatus.CANCELLED,
}
"""What somebody still works on. A resolved issue is not joined: that it is back again is news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyIssue:
    """Enough for a person to say "yes, that one". `distance` is in metres; `photo_file_id` is Telegram's.

    Place and summary are read by strangers: the names of those who reported are taken out.
    """

    issue_id: int
    number: str
    place: str
    summary: str
    status: IssueStatus
    opened_at: datetime
    distance: int | None
    followers: int
    photo_file_id: str | None


async def nearby_open_issues(
    uow: UnitOfWork, category: Category, point: Point | None, building_id: int | None = None
) -> list[NearbyIssue]:
    """The nearest open issues within the category's radius and days, at most five; none if the radius is 0."""
    near = await _near(uow, category, point, building_id)
    if not near:
        return []
    ids = [issue.id for issue, _ in near]
    photos, followers = await _photos(uow, ids), await _follower_counts(uow, ids)
    origins = {issue_id: await origin_of(uow, issue_id) for issue_id in ids}
    return [
        NearbyIssue(
            issue_id=issue.id,
            number=issue.number,
            place=origins[issue.id].masked(issue.place),
            summary=origins[issue.id].masked(issue.summary),
            status=issue.status,
            opened_at=issue.opened_at,
            distance=distance,
            followers=followers.get(issue.id, 0),
            photo_file_id=photos.get(issue.id),
        )
        for issue, distance in near
    ]


async def is_nearby(
    uow: UnitOfWork, category: Category, point: Point | None, building_id: int | None, issue_id: int
) -> bool:
    """Whether the issue would be offered for this place: a pressed button is only a claim of the client's."""
    return any(issue.id == issue_id for issue, _ in await _near(uow, category, point, building_id))


async def _near(
    uow: UnitOfWork, category: Category, point: Point | None, building_id: int | None
) -> list[tuple[Issue, int | None]]:
    places = _places(point, category.duplicate_radius, building_id)
    if category.duplicate_radius <= 0 or not places:
        return []
    found = await uow.session.scalars(
        select(Issue)
        .where(
            Issue.community_id == category.community_id,
            Issue.category_id == category.id,
            Issue.status.in_(sorted(OPEN)),
            Issue.opened_at >= uow.now - timedelta(days=category.duplicate_days),
            or_(*places),
        )
        .order_by(Issue.opened_at.desc())
        .limit(MOST_COMPARED)
    )
    measured = [(issue, _distance(point, issue)) for issue in found]
    near = [
        (issue, distance)
        for issue, distance in measured
        if (distance is not None and distance <= category.duplicate_radius)
        or (building_id is not None and issue.building_id == building_id)
    ]
    near.sort(key=lambda row: (row[1] is None, row[1] or 0, -row[0].opened_at.timestamp()))
    return near[:MOST_OFFERED]


def _places(point: Point | None, radius: int, building_id: int | None) -> list[ColumnElement[bool]]:
    places: list[ColumnElement[bool]] = []
    if point is not None:
        north = radius / METRES_PER_DEGREE
        east = north / max(cos(radians(point.latitude)), 0.01)
        places.append(
            and_(
                Issue.latitude.between(point.latitude - north, point.latitude + north),
                Issue.longitude.between(point.longitude - east, point.longitude + east),
            )
        )
    if building_id is not None:
        places.append(Issue.building_id == building_id)
    return places


def _distance(point: Point | None, issue: Issue) -> int | None:
    if point is None or issue.latitude is None or issue.longitude is None:
        return None
    return round(distance_m(point, Point(issue.latitude, issue.longitude)))


async def _photos(uow: UnitOfWork, issue_ids: list[int]) -> dict[int, str]:
    rows = await uow.session.execute(
        select(Report.issue_id, ReportMedia.file_id)
        .join(ReportMedia, ReportMedia.report_id == Report.id)
        .where(Report.issue_id.in_(issue_ids), ReportMedia.kind == "photo")
        .order_by(ReportMedia.id.desc())
    )
    return dict(rows.all())  # the first photo is read last and stays


async def _follower_counts(uow: UnitOfWork, issue_ids: list[int]) -> dict[int, int]:
    rows = await uow.session.execute(
        select(IssueFollower.issue_id, func.count())
        .where(IssueFollower.issue_id.in_(issue_ids))
        .group_by(IssueFollower.issue_id)
    )
    return dict(rows.all())
