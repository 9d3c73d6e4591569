"""The task's card as it reads: every line from facts, nobody's private data among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.issues.categories.choices import YES_NO, in_language
from backend.issues.movers import LIVE
from backend.issues.states import EvidenceKind, IssueAction, IssueStatus, ReportSource, TaskAction, TaskStatus
from backend.issues.stepping import PAUSED
from backend.issues.views.card_facts import Answers, CardStep, Origin
from backend.issues.views.cards import Button as Action
from backend.issues.views.cards import TaskCard
from backend.issues.words import shortened
from backend.messaging.contents import Button, Content
from backend.notify.buttons import Rows, button, in_rows
from backend.notify.presses import StaffButton, StaffPress, TaskButton, TaskPress
from backend.notify.times import length_said, moment_said
from backend.notify.words import Words

LONGEST_INSTRUCTIONS = 300
LONGEST_STEP = 60

PRESSED: Mapping[Action, TaskButton] = {
    TaskAction.CLAIM: TaskButton.CLAIM,
    TaskAction.TRANSFER: TaskButton.TRANSFER,
    TaskAction.RETURN: TaskButton.RETURN,
    TaskAction.EN_ROUTE: TaskButton.EN_ROUTE,
    TaskAction.ARRIVE: TaskButton.ARRIVE,
    TaskAction.SUBMIT: TaskButton.SUBMIT,
    TaskAction.PASS: TaskButton.PASS,
    TaskAction.FAIL: TaskButton.FAIL,
    IssueAction.ASK_REPORTER: TaskButton.ASK,
    IssueAction.REQUEST_SUSPEND: TaskButton.SUSPEND,
}
ROWS: tuple[tuple[Action, ...], ...] = (
    (TaskAction.CLAIM,),
    (TaskAction.EN_ROUTE, TaskAction.ARRIVE),
    (TaskAction.SUBMIT,),
    (TaskAction.PASS, TaskAction.FAIL),
    (TaskAction.TRANSFER, TaskAction.RETURN),
    (IssueAction.ASK_REPORTER, IssueAction.REQUEST_SUSPEND),
)
CHECKS = frozenset({TaskAction.PASS, TaskAction.FAIL})
_OWN_WAYS = frozenset(ReportSource) - {ReportSource.RESIDENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """All that the words need; `missing` is the evidence still asked for, `video` the address of the video room."""

    card: TaskCard
    origin: Origin
    steps: tuple[CardStep, ...]
    answers: Mapping[str, Answers]
    missing: frozenset[EvidenceKind]
    since: datetime
    building: str
    video: str | None
    now: datetime
    zone: ZoneInfo


def card_content(words: Words, facts: CardFacts, *, may_check: bool = True) -> Content:
    """The card of a live task with its buttons, or of one that is over without."""
    is_live = facts.card.status in LIVE and facts.card.issue_status is not IssueStatus.MERGED
    return Content(card_text(words, facts), buttons=card_buttons(words, facts, may_check=may_check) if is_live else ())


def card_text(words: Words, facts: CardFacts) -> str:
    """The lines of the card; what has nothing to say is left out."""
    lines = (
        _title(words, facts),
        *_marks(words, facts.card),
        _place(words, facts),
        _said(words, "card.summary", facts.origin.masked(facts.card.summary)),
        *_answers(words, facts),
        _origin(words, facts),
        _said(words, "card.instructions", _short(facts, facts.card.instructions)),
        _said(words, "card.explained", _short(facts, _explained(facts))),
        _status(words, facts),
        *(_limits(words, facts) if facts.card.status in LIVE else ()),
        _missing(words, facts),
        *(_step(words, facts, step) for step in facts.steps),
    )
    return "\n".join(line for line in lines if line)


def card_buttons(words: Words, facts: CardFacts, *, may_check: bool) -> Rows:
    """What the state allows, in the order of `ROWS`; a suspended issue only offers to take it up again."""
    card = facts.card
    offered = {action for action in card.buttons if may_check or action not in CHECKS}
    rows = [[_press(words, action, card.task_id) for action in row if action in offered] for row in ROWS]
    if card.issue_status is IssueStatus.SUSPENDED:
        rows.append([button(words, "card.button.resume", StaffPress(StaffButton.RESUME, card.issue_id))])
    return in_rows(*rows, _more(words, facts))


def _press(words: Words, action: Action, task_id: int) -> Button:
    pressed = PRESSED[action]
    return button(words, f"card.button.{pressed.name.lower()}", TaskPress(pressed, task_id))


def _more(words: Words, facts: CardFacts) -> list[Button]:
    more = []
    if facts.card.latitude is not None:
        more.append(button(words, "card.button.place", TaskPress(TaskButton.PLACE, facts.card.task_id)))
    if facts.card.photos:
        more.append(button(words, "card.button.photos", TaskPress(TaskButton.PHOTOS, facts.card.task_id)))
    more.append(button(words, "card.button.comment", TaskPress(TaskButton.COMMENT, facts.card.task_id)))
    if facts.video is not None:
        more.append(Button(words.plain("card.button.video"), url=facts.video))
    return more


def _title(words: Words, facts: CardFacts) -> str:
    card = facts.card
    return words(
        "card.title",
        dot=words.plain(f"card.dot.{card.colour}"),
        number=card.number,
        category=f"{card.emoji} {in_language(card.category_names, words.language)}".strip(),
        grade=words.plain(f"card.grade.{card.grade}"),
    )


def _marks(words: Words, card: TaskCard) -> list[str]:
    marks = []
    if card.supervision_level:
        marks.append(words("card.supervised", level=card.supervision_level))
    if card.reopened_count:
        marks.append(words("card.reopened", count=card.reopened_count))
    return marks


def _place(words: Words, facts: CardFacts) -> str:
    place = facts.origin.masked(facts.card.place)
    if facts.building and facts.building not in place:
        place = words.plain("card.place_in_building", place=place, building=facts.building) if place else facts.building
    return words("card.place", place=place or words.plain("card.place_unknown"), unit=facts.card.unit_name)


def _answers(words: Words, facts: CardFacts) -> list[str]:
    return [
        words("card.answer", question=question, answer=_answer(words, facts, answer))
        for question, answer in facts.answers.get(words.language, ())
    ]


def _answer(words: Words, facts: CardFacts, answer: str) -> str:
    if answer in YES_NO:
        return words.plain(f"card.answer.{answer}")
    return shortened(facts.origin.masked(answer), LONGEST_STEP)


def _origin(words: Words, facts: CardFacts) -> str:
    origin, photos = facts.origin, len(facts.card.photos)
    if origin.source in _OWN_WAYS:
        said = words.plain(f"card.origin.{origin.source}")
    else:
        said = words.plain("card.origin.anonymous" if origin.is_anonymous else "card.origin.resident")
    if origin.reports > 1:
        said += words.plain("card.origin.more", count=origin.reports)
    if photos:
        said += words.plain("card.origin.photos", count=photos)
    return words("card.origin", origin=said)


def _status(words: Words, facts: CardFacts) -> str:
    card = facts.card
    status = words.plain(f"task.status.{card.status}")
    since = moment_said(words, facts.since, facts.now, facts.zone)
    if card.assignee_name and card.status is not TaskStatus.OPEN:
        return words("card.status_with", status=status, name=card.assignee_name, since=since)
    return words("card.status", status=status, who=card.partner_name or card.unit_name, since=since)


def _limits(words: Words, facts: CardFacts) -> list[str]:
    card = facts.card
    lines = []
    if card.issue_status in PAUSED:
        lines.append(words("card.paused", status=words.plain(f"card.paused.{card.issue_status}")))
    elif card.due_at is not None and card.left is not None and card.status is not TaskStatus.PENDING_CHECK:
        lines.append(_limit(words, facts, "card.limit", card.due_at, card.left))
    if card.claim_due_at is not None:
        lines.insert(0, _limit(words, facts, "card.claim_limit", card.claim_due_at, card.claim_due_at - facts.now))
    return lines


def _limit(words: Words, facts: CardFacts, key: str, due_at: datetime, left: timedelta) -> str:
    is_over = left <= timedelta(0)
    due = moment_said(words, due_at, facts.now, facts.zone)
    return words(f"{key}_over" if is_over else key, due=due, left=length_said(words, left))


def _missing(words: Words, facts: CardFacts) -> str:
    kinds = sorted(facts.missing, key=list(EvidenceKind).index)
    joined = words.plain("card.and").join(words.plain(f"card.evidence.{kind}") for kind in kinds)
    return words("card.missing", kinds=joined) if kinds else ""


def _step(words: Words, facts: CardFacts, step: CardStep) -> str:
    at = moment_said(words, step.at, facts.now, facts.zone)
    who = step.name or words.plain(f"card.role.{step.role}")
    said = shortened(facts.origin.masked(step.words).replace("\n", " "), LONGEST_STEP)
    line = words("card.step", at=at, who=who, step=words.plain(f"card.step.{step.action}"))
    return line + _said(words, "card.words", said)


def _explained(facts: CardFacts) -> str:
    """Why the work lies here, unless the last steps say it already."""
    explained = facts.card.explained
    return "" if any(step.words == explained for step in facts.steps) else explained


def _short(facts: CardFacts, said: str) -> str:
    return shortened(facts.origin.masked(said), LONGEST_INSTRUCTIONS)


def _said(words: Words, key: str, said: str) -> str:
    return words(key, words=said) if said else ""
