"""The texts of alerts, one for each way: message, SMS, call, card. Short, plain, who first."""

from __future__ import annotations

from backend.alerts.callees import Callee
from backend.alerts.states import AlertState, Ladder
from backend.kernel.alarms import SubjectKind
from backend.messaging.contents import Button, CallKind, CallScript, Content
from backend.notify.alerts_facts import ABOUT_FIRE, ABOUT_LIFE, DOTS, AlertFacts, spoken
from backend.notify.buttons import Rows, button, in_rows
from backend.notify.presses import AlertButton, AlertPress
from backend.notify.times import moment_said
from backend.notify.words import Words

TEMPLATE = "alert"
"""The name of the registered text for carriers that only say registered ones."""
SMS_LENGTH = 66
"""UCS-2 characters that leave room in one segment of 70 for the carrier's signature mark."""

CARD_ROWS = (
    (AlertButton.CLAIM, AlertButton.DECLINE),
    (AlertButton.CONTACT, AlertButton.ON_SCENE),
    (AlertButton.RESOLVE, AlertButton.FALSE_ALARM),
    (AlertButton.CALL, AlertButton.TIMELINE),
)
OF_PERSONS = frozenset({AlertButton.CONTACT})
"""Only where there is somebody to be reached."""


def card_content(words: Words, facts: AlertFacts) -> Content:
    """The card in a group: with buttons while the alert is open."""
    is_open = facts.alert.state in (AlertState.TRIGGERED, AlertState.ACKNOWLEDGED)
    return Content(card_text(words, facts), buttons=buttons_of(words, facts) if is_open else ())


def card_text(words: Words, facts: AlertFacts) -> str:
    """Who, what, where, who has it, what to mind. Neither health values nor whereabouts."""
    alert = facts.alert
    lines = (
        _title(words, facts, facts.what(words, is_private=False)),
        words("alert.card.where", where=facts.where) if facts.where else "",
        words("alert.card.at", at=moment_said(words, alert.first_at, facts.now, facts.zone)),
        words("alert.card.count", count=alert.count) if alert.count > 1 else "",
        words("alert.card.incident", count=facts.incident_count) if facts.incident_count > 1 else "",
        *_standing(words, facts, in_group=True),
        _advice(words, facts),
    )
    return "\n".join(line for line in lines if line)


def message_content(words: Words, facts: AlertFacts, callee: Callee) -> Content:
    """A message in somebody's private chat, with what this person may know."""
    what = facts.what(words, is_private=True, sees_health=callee.sees_health, sees_place=callee.sees_place)
    lines = (
        _title(words, facts, what),
        _value(words, facts, callee),
        words("alert.card.where", where=facts.where) if facts.where else "",
        *_standing(words, facts, in_group=False),
        _advice(words, facts),
        words("alert.message.ask"),
    )
    return Content("\n".join(line for line in lines if line), buttons=buttons_of(words, facts))


def sms_content(words: Words, facts: AlertFacts, callee: Callee, reply_code: int | None) -> Content:
    """One segment where possible, no links, no values."""
    what = facts.what(words, is_private=False)
    reply = words.plain("alert.sms.reply", code=reply_code) if reply_code is not None else ""
    text = words.plain("alert.sms", who=facts.who(words), what=what, where=facts.where, reply=reply)
    over = len(text) - SMS_LENGTH
    if over > 0:
        where = facts.where[: max(len(facts.where) - over, 0)]
        text = words.plain("alert.sms", who=facts.who(words), what=what, where=where, reply=reply)
    code = {"code": str(reply_code)} if reply_code is not None else {}
    return Content(
        text.strip(),
        call=script_of(facts, callee),
        template=TEMPLATE,
        params=_params(words, facts, what) | code,
        language=words.language,
    )


def call_content(words: Words, facts: AlertFacts, callee: Callee, bridge: str | None) -> Content:
    """What a calm voice says between the greeting and the keys: who, what, where."""
    what = facts.what(words, is_private=False)
    where = spoken(words, facts.where) if facts.where else words.plain("alert.call.no_place")
    return Content(
        words.plain("alert.call", who=facts.who(words), what=what, where=where),
        call=script_of(facts, callee, bridge),
        template=TEMPLATE,
        params=_params(words, facts, what),
        language=words.language,
    )


def buttons_of(words: Words, facts: AlertFacts) -> Rows:
    """What can be said to an open alert, and the way into the video room."""
    is_person = facts.alert.subject_kind in (SubjectKind.PERSON, SubjectKind.HOUSEHOLD)
    rows = [[_press(words, each, facts) for each in row if is_person or each not in OF_PERSONS] for row in CARD_ROWS]
    return in_rows(*rows, [Button(words.plain("card.button.video"), url=facts.video)])


def looking_back(words: Words, facts: AlertFacts) -> Rows:
    """What is left on the card of an alert that is over: how it went, for whoever may read that."""
    return in_rows([_press(words, AlertButton.TIMELINE, facts)])


def _press(words: Words, pressed: AlertButton, facts: AlertFacts) -> Button:
    return button(words, f"alert.button.{pressed.name.lower()}", AlertPress(pressed, facts.alert.id))


def _title(words: Words, facts: AlertFacts, what: str) -> str:
    dot = words.plain(f"card.dot.{DOTS[facts.alert.severity]}")
    return words("alert.card.title", dot=dot, number=facts.alert.id, who=facts.who(words), what=what)


def _value(words: Words, facts: AlertFacts, callee: Callee) -> str:
    if facts.value is None or not callee.sees_health:
        return ""
    return words("alert.card.value", value=f"{facts.value:g}", unit=facts.unit)


def _standing(words: Words, facts: AlertFacts, *, in_group: bool) -> list[str]:
    alert = facts.alert
    if alert.state is AlertState.RESOLVED and alert.cleared_at is not None and not facts.holder:
        return [words("alert.standing.cleared_by_device")]
    if alert.state is not AlertState.TRIGGERED and alert.state is not AlertState.ACKNOWLEDGED:
        return [words(f"alert.standing.{alert.state.value}", name=holder_said(words, facts, in_group=in_group))]
    lines = []
    if alert.state is AlertState.ACKNOWLEDGED:
        lines.append(words("alert.standing.acknowledged", name=holder_said(words, facts, in_group=in_group)))
        if alert.is_reached:
            lines.append(words("alert.standing.reached"))
    elif alert.ladder is Ladder.HELD:
        lines.append(words("alert.standing.held"))
    else:
        lines.append(words("alert.standing.triggered"))
    if alert.cleared_at is not None:
        lines.append(words("alert.standing.cleared"))
    return lines


def holder_said(words: Words, facts: AlertFacts, *, in_group: bool) -> str:
    """Who has it: groups read how a contact is related, not what they are called."""
    if facts.holder_relation is None:
        return facts.holder or words.plain("alert.somebody")
    relation = words.plain(f"contact.relation.{facts.holder_relation.value}")
    return relation if in_group else words.plain("alert.holder", relation=relation, name=facts.holder)


def _advice(words: Words, facts: AlertFacts) -> str:
    kind = facts.alert.kind
    if kind in ABOUT_FIRE:
        return words(f"alert.advice.{kind.value}")
    if kind in ABOUT_LIFE:
        return words("alert.advice.life")
    key = f"alert.advice.{kind.value}"
    return words(key) if words.texts.has(key) else ""


def script_of(facts: AlertFacts, callee: Callee, bridge: str | None = None) -> CallScript:
    """What a key or a reply to this call or SMS is about."""
    return CallScript(
        kind=CallKind.ALERT,
        ref=f"alert:{facts.alert.id}",
        contact_id=callee.contact_id,
        method_id=callee.method_id,
        account_id=callee.account_id,
        bridge=bridge,
    )


def _params(words: Words, facts: AlertFacts, what: str) -> dict[str, str]:
    return {"who": facts.who(words), "what": what, "where": facts.where}
