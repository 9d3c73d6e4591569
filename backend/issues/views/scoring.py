"""How well a worker, grid or category does: rates from facts only, never from opinions of staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

SATISFIED_STARS = 4
"""From so many of five stars a rating counts as satisfied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFacts:
    """What the clocks and the reporter said about one issue; None where it has not happened (yet)."""

    claim_due_at: datetime | None = None
    claimed_at: datetime | None = None
    resolve_due_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened: int = 0
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many. An empty rate has no share: nothing done is neither good nor bad."""

    good: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1, or None when there is nothing to judge."""
        return self.good / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Score:
    """The four rates. Reopening is counted as it is: a high rate is bad."""

    response: Rate
    on_time: Rate
    reopened: Rate
    satisfied: Rate


def score(issues: Iterable[IssueFacts], now: datetime) -> Score:
    """Count the rates. What is still within its limit is not judged yet; what is late counts even if unfinished."""
    facts = tuple(issues)
    finished = [issue for issue in facts if issue.resolved_at is not None]
    rated = [issue.stars for issue in facts if issue.stars is not None]
    return Score(
        response=_in_time(((issue.claim_due_at, issue.claimed_at) for issue in facts), now),
        on_time=_in_time(((issue.resolve_due_at, issue.resolved_at) for issue in facts), now),
        reopened=Rate(sum(issue.reopened > 0 for issue in finished), len(finished)),
        satisfied=Rate(sum(stars >= SATISFIED_STARS for stars in rated), len(rated)),
    )


def _in_time(pairs: Iterable[tuple[datetime | None, datetime | None]], now: datetime) -> Rate:
    verdicts = [
        done is not None and done <= due for due, done in pairs if due is not None and (done is not None or due < now)
    ]
    return Rate(sum(verdicts), len(verdicts))
