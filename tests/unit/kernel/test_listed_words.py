"""A refusal that names several things names each in the reader's language."""

from __future__ import annotations

import pytest

from backend.issues.errors import EvidenceMissing
from backend.issues.states import EvidenceKind
from backend.kernel.texts import load_texts

TEXTS = load_texts()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_Hans", "还差：现场位置、处理后照片。补齐了才能提交。"),
        ("en", "Still missing: the place, photo after. Add it, then submit."),
    ],
)
def test_missing_evidence_is_named_in_words(language: str, words: str):
    error = EvidenceMissing([EvidenceKind.PHOTO_AFTER, EvidenceKind.LOCATION])

    assert TEXTS.say(language, error.key, **error.params) == words
    assert TEXTS.html(language, error.key, **error.params) == words


@pytest.mark.parametrize("kind", EvidenceKind)
def test_every_kind_of_evidence_has_words(kind: EvidenceKind):
    assert TEXTS.say("zh_Hans", "issue.error.evidence_missing", **EvidenceMissing([kind]).params)
