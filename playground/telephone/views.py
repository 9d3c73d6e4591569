"""What the page and tests see of the exchange: plain JSON, apart from Twilio's own shapes."""

from __future__ import annotations

from typing import Any, TypedDict

from .handsets import Handset
from .records import MOST_LINES, Call, Message


class LineView(TypedDict):
    """`kind`: said, played or spoken."""

    kind: str
    text: str
    language: str
    sound: str | None
    by: str | None


class CallView(TypedDict):
    """One call of one telephone; `incoming` is seen from the telephone. Times in Unix seconds."""

    sid: str
    number: str
    other: str
    incoming: bool
    status: str
    listening: list[str]
    lines: list[LineView]
    began: float
    answered: float | None
    ended: float | None
    with_others: list[str]


class SmsView(TypedDict):
    """`incoming` is seen from the telephone."""

    sid: str
    other: str
    incoming: bool
    body: str
    status: str
    at: float


class HandsetView(TypedDict):
    """One telephone with its call, if any, and the messages that came and went."""

    number: str
    name: str
    about: str
    landline: bool
    manner: str
    call: CallView | None
    messages: list[SmsView]


def call_view(call: Call) -> CallView:
    return CallView(
        sid=call.sid,
        number=call.number,
        other=call.other,
        incoming=call.number == call.to,
        status=call.status.value,
        listening=sorted(kind.value for kind in call.ear.open),
        lines=[
            LineView(kind=one.kind, text=one.text, language=one.language, sound=one.sound, by=one.by)
            for one in call.lines[-MOST_LINES:]
        ],
        began=call.created_at.timestamp(),
        answered=call.started_at.timestamp() if call.started_at else None,
        ended=call.ended_at.timestamp() if call.ended_at else None,
        with_others=[partner.number for partner in call.partners],
    )


def message_view(message: Message) -> SmsView:
    incoming = message.direction != "inbound"
    return SmsView(
        sid=message.sid,
        other=message.from_ if incoming else message.to,
        incoming=incoming,
        body=message.body,
        status=message.status.value,
        at=(message.sent_at or message.created_at).timestamp(),
    )


def handset_view(handset: Handset) -> HandsetView:
    return HandsetView(
        number=handset.number,
        name=handset.name,
        about=handset.about,
        landline=handset.landline,
        manner=handset.manner.value,
        call=call_view(handset.call) if handset.call else None,
        messages=[message_view(one) for one in handset.messages[-MOST_LINES:]],
    )


def debugger_view(complaints: Any) -> list[dict[str, Any]]:
    return [{"code": one.code, "reason": one.reason, "sid": one.sid} for one in complaints]
