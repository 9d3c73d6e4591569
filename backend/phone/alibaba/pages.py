"""What Alibaba Cloud posts: receipts and answers of SMS, keys and ends of calls, in lists, again if unanswered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from backend.alerts.states import Via
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.contents import CallScript, ChannelName, Content, Lane
from backend.messaging.models import Message
from backend.messaging.outbox import enqueue
from backend.messaging.receipt_models import ReceiptStatus
from backend.messaging.receipts import note_receipt
from backend.messaging.written import read_content
from backend.phone.alibaba.answers import CALL_STATES, KEY_PRESSED
from backend.phone.alibaba.guard import posted_items, text_in
from backend.phone.alibaba.settings import NAME, AlibabaAccount
from backend.phone.answering import Heard, Said, answer
from backend.phone.menus.inbound_text import InboundText, hear_text
from backend.phone.models import CarrierAttempt
from backend.phone.patience import in_time
from backend.registry.errors import PhoneUnreadable
from backend.registry.phones import normalised_phone
from backend.registry.telephones import telephone_of, telephone_recipient

KEYS = {"1": Said.YES, "2": Said.NO}
LARGEST_ID = 2**62
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AlibabaLine:
    """What the pages have at hand."""

    work: Work
    texts: Texts
    account: AlibabaAccount
    home_code: str | None = None


def alibaba_pages(line: AlibabaLine) -> APIRouter:
    """The pages; their addresses, secret included, are entered in Alibaba Cloud's console."""
    router = APIRouter(prefix="/phone/alibaba", include_in_schema=False)
    hearers: dict[str, Callable[[UnitOfWork, AlibabaLine, Item], Awaitable[None]]] = {
        "sms-report": _hear_text_report,
        "sms-up": _hear_text,
        "voice-report": _hear_call_end,
        "voice-call-report": _hear_call,
    }

    @router.post("/{secret}/{kind}")
    async def posted(secret: str, kind: str, request: Request) -> Response:
        items = await posted_items(request, line.account, secret)
        hear = hearers.get(kind)
        if hear is None:
            return Response(status_code=404)
        for item in items:  # each by itself, so that a strange one keeps no other from being heard
            done = await in_time(line.work, lambda uow, item=item: _heard(hear(uow, line, item)))  # type: ignore[misc]
            if done is None:
                return JSONResponse({"code": 1, "msg": "later"}, 503)
        return JSONResponse({"code": 0, "msg": "OK"})

    return router


async def _heard(hearing: Awaitable[None]) -> bool:
    await hearing
    return True


async def _hear_text_report(uow: UnitOfWork, _line: AlibabaLine, item: Item) -> None:
    attempt = await _attempt(uow, item)
    status = ReceiptStatus.DELIVERED if item.get("success") is True else ReceiptStatus.UNDELIVERED
    provider_id = text_in(item, "biz_id")
    if provider_id:
        await _note(uow, attempt, provider_id, status)


async def _hear_call_end(uow: UnitOfWork, line: AlibabaLine, item: Item) -> None:
    """The record of a call that is over; keys may stand in it, and count if they were not heard before."""
    attempt = await _attempt(uow, item)
    call_id = text_in(item, "call_id")
    status = CALL_STATES.get(text_in(item, "status_code"))
    if call_id and status is not None:
        await _note(uow, attempt, call_id, status)
    await _hear_key(uow, line, attempt, call_id, text_in(item, "dtmf"))


async def _hear_call(uow: UnitOfWork, line: AlibabaLine, item: Item) -> None:
    """What happens while a call goes on: a key."""
    if text_in(item, "status_code") == KEY_PRESSED:
        attempt = await _attempt(uow, item)
        await _hear_key(uow, line, attempt, text_in(item, "call_id"), text_in(item, "dtmf"))


async def _hear_text(uow: UnitOfWork, line: AlibabaLine, item: Item) -> None:
    try:
        number = normalised_phone(text_in(item, "phone_number", 40))
    except PhoneUnreadable:
        return
    provider_id = text_in(item, "sequence_id")
    if not provider_id:
        return
    sms = InboundText(NAME, provider_id, number, text_in(item, "content", 2_000))
    reply = await hear_text(uow, line.texts, sms, home_code=line.home_code)
    await _say_back(uow, line, number, reply, f"{NAME}:{provider_id}")


async def _hear_key(
    uow: UnitOfWork, line: AlibabaLine, attempt: CarrierAttempt | None, call_id: str, keys: str
) -> None:
    """The last key counts; in a call that we did not make none does."""
    said = KEYS.get(keys[-1:])
    script = await _script(uow, attempt)
    if said is None or script is None or attempt is None or not call_id:
        return
    heard: Heard = await answer(uow, script, said, Via.VOICE, f"{NAME}:{call_id}:{keys[-1:]}")
    if line.account.template("answer.sms") is not None:
        # What the carrier said after the key promised nothing: this says what came of it.
        content = Content(
            "", template="answer", params={"text": line.texts.say("zh_Hans", heard.words, **heard.params)}
        )
        to = telephone_recipient(ChannelName.SMS, attempt.telephone_id)
        key = f"answer:{NAME}:{call_id}:{keys[-1:]}"
        await enqueue(uow, to=to, content=content, lane=Lane.REPLY, dedup_key=key)


async def _say_back(uow: UnitOfWork, line: AlibabaLine, number: str, reply: str, key: str) -> None:
    if reply and line.account.template("answer.sms") is not None:
        telephone = await telephone_of(uow, number)
        content = Content(reply, template="answer", params={"text": reply})
        to = telephone_recipient(ChannelName.SMS, telephone.id)
        await enqueue(uow, to=to, content=content, lane=Lane.REPLY, dedup_key=f"answer:{key}")


async def _attempt(uow: UnitOfWork, item: Item) -> CarrierAttempt | None:
    """The attempt that our OutId names, if it is one of this carrier's."""
    digits = text_in(item, "out_id")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
    attempt = await uow.session.get(CarrierAttempt, number) if 0 < number < LARGEST_ID else None
    return attempt if attempt is not None and attempt.carrier == NAME else None


async def _script(uow: UnitOfWork, attempt: CarrierAttempt | None) -> CallScript | None:
    message = await uow.session.get(Message, attempt.message_id) if attempt and attempt.message_id else None
    return read_content(message.content).call if message is not None else None


async def _note(uow: UnitOfWork, attempt: CarrierAttempt | None, provider_id: str, status: ReceiptStatus) -> None:
    if attempt is not None and attempt.provider_id is None:
        attempt.provider_id = provider_id
    message_id = attempt.message_id if attempt is not None else None
    await note_receipt(uow, provider=NAME, provider_id=provider_id, status=status, message_id=message_id)
