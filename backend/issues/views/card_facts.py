"""What a card says beside its task: by which way the issue came, its last steps, and the names it must not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import BindParameter, bindparam, select

from backend.issues.categories.choices import questions_of
from backend.issues.models import Category, HistoryEntry, Issue, Report
from backend.issues.movers import REPORTER_ROLE, SYSTEM_ROLE
from backend.issues.reports.on_behalf import opened_on_behalf_of
from backend.issues.states import IssueAction, ReportSource, TaskAction
from backend.kernel.access import Role
from backend.kernel.redaction import MASK, redact
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, Person

LAST_STEPS = 3
SHOWN_STEPS = tuple(
    action.value
    for action in (
        TaskAction.CLAIM,
        TaskAction.TRANSFER,
        TaskAction.RETURN,
        TaskAction.ARRIVE,
        TaskAction.SUBMIT,
        TaskAction.PASS,
        TaskAction.FAIL,
        TaskAction.RELEASE,
        IssueAction.ASK_REPORTER,
        IssueAction.ANSWER,
        IssueAction.SUSPEND,
        IssueAction.RESUME,
        IssueAction.REOPEN,
        IssueAction.COMMENT,
    )
)
"""The steps that tell a group something that its card does not say elsewhere."""

# Cards are drawn anew with every step of every task, so these are put together once.
_ISSUE: BindParameter[int] = bindparam("issue_id")
_ORIGINS = (
    select(
        Report.source,
        Report.is_anonymous,
        Report.answers,
        Report.on_behalf_of_sealed,
        Account.display_name,
        Person.name,
    )
    .outerjoin(Account, Account.id == Report.account_id)
    .outerjoin(Person, Person.id == Account.person_id)
    .where(Report.issue_id == _ISSUE)
    .order_by(Report.id)
)
_LAST_STEPS = (
    select(
        HistoryEntry.at,
        HistoryEntry.action,
        HistoryEntry.actor_role,
        HistoryEntry.words,
        Account.display_name,
    )
    .outerjoin(Account, Account.id == HistoryEntry.account_id)
    .where(HistoryEntry.issue_id == _ISSUE, HistoryEntry.action.in_(SHOWN_STEPS))
    .order_by(HistoryEntry.id.desc())
    .limit(bindparam("most"))
)

_NAMELESS = frozenset({REPORTER_ROLE, SYSTEM_ROLE, Role.RESIDENT.value})
SHORTEST_NAME = 2
"""A name of one character would take that character out of every sentence."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How the issue came to us: the way of the first report, how many said the same, whose names stay hidden."""

    source: ReportSource = ReportSource.RESIDENT
    is_anonymous: bool = False
    reports: int = 0
    private_names: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    """What the first report answered to its category's questions, by their keys."""

    def masked(self, words: str) -> str:
        """Words of people as groups may read them: without numbers and without the names of those who reported."""
        shown = redact(words)
        for name in self.private_names:
            shown = shown.replace(name, MASK)
        return shown


Answers: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a question and what was answered."""


@dataclass(frozen=True, slots=True)
class CardStep:
    """One of the last things that happened; `name` is empty for whoever is not named in groups."""

    at: datetime
    action: str
    role: str
    name: str
    words: str


async def origin_of(uow: UnitOfWork, issue_id: int) -> Origin:
    """The origin of an issue, told from its reports; those of issues merged into it stay with them."""
    rows = (await uow.session.execute(_ORIGINS, {"issue_id": issue_id})).all()
    if not rows:
        return Origin()
    names: set[str] = set()
    for _, _, _, sealed, *known in rows:
        behalf = opened_on_behalf_of(uow, sealed).name if sealed else ""
        names |= {name.strip() for name in (behalf, *known) if name and len(name.strip()) >= SHORTEST_NAME}
    first = rows[0]
    return Origin(
        first.source, first.is_anonymous, len(rows), tuple(sorted(names, key=len, reverse=True)), first.answers
    )


async def answers_of(uow: UnitOfWork, issue: Issue, origin: Origin) -> Mapping[str, Answers]:
    """What the first report answered to its category's questions, in each language, in the order of the questions."""
    if not origin.answers:
        return {}
    category = await uow.session.get_one(Category, issue.category_id)
    return {language: tuple(_answered(category, language, origin.answers)) for language in Language}


def _answered(category: Category, language: Language, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for question in questions_of(category, language):
        if (answer := given.get(question.key)) is not None:
            yield question.words, dict(question.choices).get(answer, answer)


async def last_steps(uow: UnitOfWork, issue_id: int, most: int = LAST_STEPS) -> list[CardStep]:
    """The newest steps worth telling, oldest first. Colleagues are named, reporters and residents are not."""
    rows = await uow.session.execute(_LAST_STEPS, {"issue_id": issue_id, "most": most})
    steps = [
        CardStep(at, action, role, "" if role in _NAMELESS else name or "", words)
        for at, action, role, words, name in rows
    ]
    return steps[::-1]
