"""The half-written report: what was said so far, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from backend.issues.categories.choices import QuestionWords
from backend.issues.reports.errors import TextTooLong
from backend.issues.reports.new_report import LONGEST_PLACE, MediaItem, NewReport, OnBehalfOf
from backend.issues.states import ReportSource
from backend.issues.words import LONGEST_TEXT
from backend.kernel.geo import Point


class Step(StrEnum):
    """What is asked next; the order of the members is the order of the questions."""

    CATEGORY = "category"
    QUESTION = "question"
    WORDS = "words"
    PLACE = "place"
    NEARBY = "nearby"
    CONFIRM = "confirm"


@dataclass
class Draft:
    """Stored as the notes of the conversation. `words` are by message id, so that an edited message edits its part."""

    community_id: int | None = None
    source: str = ReportSource.RESIDENT.value
    category_id: int | None = None
    is_emergency: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    media: list[dict[str, Any]] = field(default_factory=list)
    latitude: float | None = None
    longitude: float | None = None
    building_id: int | None = None
    place: str = ""
    has_seen_nearby: bool = False
    join_issue_id: int | None = None
    is_anonymous: bool = False
    on_behalf_name: str = ""
    on_behalf_phone: str = ""

    @classmethod
    def from_notes(cls, notes: dict[str, Any]) -> Self:
        """Read what `notes` wrote; fields of another version of the program are dropped."""
        known = cls.__dataclass_fields__.keys()
        return cls(**{name: value for name, value in notes.items() if name in known})

    def notes(self) -> dict[str, Any]:
        """The draft as JSON. Raises TextTooLong before more is kept than a report holds: at its end it is too late."""
        if len(self.text) > LONGEST_TEXT:
            raise TextTooLong(LONGEST_TEXT)
        return vars(self) | {"place": self.place[:LONGEST_PLACE]}

    @property
    def text(self) -> str:
        """All that was written, in the order of the messages."""
        return "\n".join(self.words[number] for number in sorted(self.words, key=int))

    @property
    def has_content(self) -> bool:
        return bool(self.words or self.media)

    @property
    def has_place(self) -> bool:
        return self.point is not None or self.building_id is not None or bool(self.place)

    @property
    def point(self) -> Point | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    def add_media(self, item: MediaItem) -> None:
        """Keep a file once, however often it comes."""
        if all(known["file_unique_id"] != item.file_unique_id for known in self.media):
            self.media.append(asdict(item))

    def knows_album(self, media_group_id: str | None) -> bool:
        """Whether an earlier photo of this album is here already: the others then need no answer of their own."""
        return media_group_id is not None and any(item["media_group_id"] == media_group_id for item in self.media)

    def choose_category(self, category_id: int, *, is_emergency: bool) -> None:
        """Set the category; answers to another category's questions are dropped, offers are made anew."""
        self.category_id = category_id
        self.is_emergency = is_emergency
        self.answers, self.skipped = {}, []
        self.has_seen_nearby, self.join_issue_id = False, None

    def forget_place(self) -> None:
        """Ask for the place again, and for what is near it."""
        self.latitude = self.longitude = self.building_id = self.join_issue_id = None
        self.place, self.has_seen_nearby = "", False

    def report(self) -> NewReport:
        """The finished report; call it only at CONFIRM, when category and community are known."""
        assert self.category_id is not None
        assert self.community_id is not None
        return NewReport(
            community_id=self.community_id,
            source=ReportSource(self.source),
            category_id=self.category_id,
            text=self.text,
            answers=dict(self.answers),
            media=tuple(MediaItem(**item) for item in self.media),
            point=self.point,
            building_id=self.building_id,
            place=self.place,
            on_behalf_of=OnBehalfOf(self.on_behalf_name, self.on_behalf_phone) if self.on_behalf_name else None,
            is_anonymous=self.is_anonymous,
            join_issue_id=self.join_issue_id,
        )


def open_question(draft: Draft, questions: Sequence[QuestionWords]) -> QuestionWords | None:
    """The next question without answer; in an emergency nobody is asked."""
    if draft.is_emergency:
        return None
    done = {*draft.answers, *draft.skipped}
    return next((question for question in questions if question.key not in done), None)


def next_step(draft: Draft, questions: Sequence[QuestionWords]) -> Step:
    """What to ask next."""
    missing = (
        (Step.CATEGORY, draft.category_id is None),
        (Step.QUESTION, open_question(draft, questions) is not None),
        (Step.WORDS, not draft.has_content),
        (Step.PLACE, not draft.has_place),
        (Step.NEARBY, not draft.has_seen_nearby),
    )
    return next((step for step, is_missing in missing if is_missing), Step.CONFIRM)
