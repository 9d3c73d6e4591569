"""Rates from facts."""

from datetime import UTC, datetime, timedelta

from backend.issues.views.scoring import IssueFacts, Rate, score

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(hours=5), NOW + timedelta(hours=5)
LONG_AGO = NOW - timedelta(days=1)


def test_what_is_late_counts_even_when_nobody_has_finished_it():
    result = score(
        [
            IssueFacts(resolve_due_at=EARLIER, resolved_at=LONG_AGO),
            IssueFacts(resolve_due_at=EARLIER, resolved_at=NOW),
            IssueFacts(resolve_due_at=EARLIER),
            IssueFacts(resolve_due_at=LATER),
        ],
        NOW,
    )

    assert result.on_time == Rate(1, 3)


def test_response_is_told_by_the_claim():
    result = score([IssueFacts(claim_due_at=EARLIER, claimed_at=EARLIER), IssueFacts(claim_due_at=EARLIER)], NOW)

    assert result.response == Rate(1, 2)


def test_an_issue_reopened_twice_is_one_reopened_issue():
    result = score([IssueFacts(resolved_at=NOW, reopened=2), IssueFacts(resolved_at=NOW), IssueFacts()], NOW)

    assert result.reopened == Rate(1, 2)


def test_four_stars_of_five_are_satisfied():
    result = score([IssueFacts(stars=stars) for stars in (5, 4, 3, None)], NOW)

    assert result.satisfied == Rate(2, 3)


def test_nothing_to_judge_has_no_share():
    result = score([], NOW)

    assert result.satisfied.share is None
    assert Rate(1, 4).share == 0.25
