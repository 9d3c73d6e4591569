"""What stops a move besides role and status: evidence not given, a reopen window that closed, a merge in a circle."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from backend.issues.errors import EvidenceMissing, MergeIntoItself, ReopenedTooOften, ReopenTooLate
from backend.issues.states import EvidenceKind

RATING_WINDOW = timedelta(hours=72)
"""Silence of the reporter for so long closes a resolved issue."""
REOPEN_WINDOW = timedelta(days=10)
REOPEN_LIMIT = 3


def check_evidence(required: Collection[EvidenceKind], given: Collection[EvidenceKind]) -> None:
    """Raise EvidenceMissing, naming all that the category still asks for."""
    if missing := set(required) - set(given):
        raise EvidenceMissing(missing)


def check_reopen(
    ended_at: datetime,
    now: datetime,
    reopened: int,
    *,
    window: timedelta = REOPEN_WINDOW,
    limit: int = REOPEN_LIMIT,
) -> None:
    """Raise ReopenTooLate or ReopenedTooOften; `ended_at` comes from the stored issue, never from the request."""
    if now > ended_at + window:
        raise ReopenTooLate(ended_at + window)
    if reopened >= limit:
        raise ReopenedTooOften(limit)


def check_merge(issue_id: int, into_id: int, merged_into: Mapping[int, int]) -> None:
    """Raise MergeIntoItself if following the merges from `into_id` leads back to `issue_id`."""
    seen: set[int] = set()
    current: int | None = into_id
    while current is not None and current not in seen:
        if current == issue_id:
            raise MergeIntoItself
        seen.add(current)
        current = merged_into.get(current)
