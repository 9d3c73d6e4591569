"""What every notice to colleagues begins with: number, kind and place of the issue, fit for groups."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.issues.categories.choices import in_language
from backend.issues.models import Category, Issue
from backend.issues.states import RiskGrade
from backend.issues.views.card_facts import Origin, origin_of
from backend.issues.words import shortened
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Lane
from backend.notify.words import Words
from backend.registry.models import OrgUnit

LONGEST_SAID = 400


@dataclass(frozen=True, slots=True)
class Head:
    """An issue as colleagues hear of it: never with names or numbers of those who reported."""

    issue: Issue
    category: Category
    unit_name: str
    origin: Origin
    zone: ZoneInfo

    @property
    def lane(self) -> Lane:
        """How urgently its notices leave."""
        is_urgent = self.category.is_emergency or self.issue.risk_grade is RiskGrade.RED
        return Lane.URGENT if is_urgent else Lane.NORMAL

    def said(self, words: Words) -> str:
        """Two lines: what and where."""
        return words(
            "head",
            dot=words.plain(f"card.dot.{self.issue.risk_grade}"),
            number=self.issue.number,
            category=f"{self.category.emoji} {in_language(self.category.names, words.language)}".strip(),
            place=self.origin.masked(self.issue.place) or words.plain("card.place_unknown"),
            unit=self.unit_name,
        )

    def quoted(self, said: str) -> str:
        """Somebody's words, masked and cut."""
        return shortened(self.origin.masked(said), LONGEST_SAID)


async def head_of(uow: UnitOfWork, issue_id: int) -> Head:
    """The head of an issue as it stands now."""
    issue = await uow.session.get_one(Issue, issue_id)
    unit = await uow.session.get_one(OrgUnit, issue.org_unit_id)
    return Head(
        issue,
        await uow.session.get_one(Category, issue.category_id),
        unit.name,
        await origin_of(uow, issue.id),
        ZoneInfo(unit.time_zone),
    )
