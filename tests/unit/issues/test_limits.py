"""Evidence, the reopen window and merges."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.issues.errors import EvidenceMissing, MergeIntoItself, ReopenedTooOften, ReopenTooLate
from backend.issues.limits import REOPEN_LIMIT, REOPEN_WINDOW, check_evidence, check_merge, check_reopen
from backend.issues.states import EvidenceKind

ENDED = datetime(2026, 11, 1, tzinfo=UTC)


def test_all_missing_evidence_is_named_at_once():
    with pytest.raises(EvidenceMissing) as refusal:
        check_evidence({EvidenceKind.PHOTO_AFTER, EvidenceKind.NOTE, EvidenceKind.LOCATION}, {EvidenceKind.LOCATION})

    assert refusal.value.params["kinds"] == ("note", "photo_after")


def test_more_evidence_than_asked_is_welcome():
    check_evidence({EvidenceKind.NOTE}, {EvidenceKind.NOTE, EvidenceKind.VIDEO})


def test_the_last_moment_of_the_window_still_counts():
    check_reopen(ENDED, ENDED + REOPEN_WINDOW, reopened=0)

    with pytest.raises(ReopenTooLate):
        check_reopen(ENDED, ENDED + REOPEN_WINDOW + timedelta(seconds=1), reopened=0)


def test_reopening_has_a_limit():
    with pytest.raises(ReopenedTooOften):
        check_reopen(ENDED, ENDED, reopened=REOPEN_LIMIT)


@pytest.mark.parametrize("merged_into", [{2: 1}, {2: 3, 3: 1}])
def test_a_merge_in_a_circle_is_refused(merged_into):
    with pytest.raises(MergeIntoItself):
        check_merge(1, 2, merged_into)


def test_nothing_is_merged_into_itself_and_chains_are_fine():
    check_merge(1, 2, {2: 3, 3: 4})

    with pytest.raises(MergeIntoItself):
        check_merge(1, 1, {})
