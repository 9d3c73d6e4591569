"""How calls and SMS went, as Twilio tells it: early, late, twice or in any order."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.receipt_models import ReceiptStatus
from backend.messaging.receipts import note_receipt
from backend.messaging.standings import FINAL
from backend.phone.reserving import note_landed
from backend.phone.twilio.answers import MACHINES, TEXT_STATES, call_status
from backend.phone.twilio.bridging import let_go
from backend.phone.twilio.guard import SignedForm
from backend.phone.twilio.line import Line, nothing
from backend.phone.twilio.settings import NAME

TRY_LATER = 503
LARGEST_ID = 2**62


def receipt_pages(line: Line) -> APIRouter:
    """The pages for status callbacks. What cannot be stored now is asked for again by the status code."""
    router = APIRouter()

    @router.post("/voice/{message_id}/{attempt_id}/status")
    async def call_went(message_id: int, attempt_id: int, request: Request) -> Response:
        form = await line.form(request)
        status = call_status(form.get("CallStatus"), form.get("SipResponseCode"))
        if status in FINAL:
            await let_go(line, form.get("CallSid", 64))
        return await _note(line, message_id, attempt_id, form.get("CallSid", 64), status, form)

    @router.post("/voice/{message_id}/{attempt_id}/machine")
    async def answered_by(message_id: int, attempt_id: int, request: Request) -> Response:
        form = await line.form(request)
        if form.get("AnsweredBy") not in MACHINES:
            return nothing()
        call_id = form.get("CallSid", 64)
        response = await _note(line, message_id, attempt_id, call_id, ReceiptStatus.VOICEMAIL, form)
        await line.carrier.hang_up(call_id)
        return response

    @router.post("/sms/{message_id}/{attempt_id}/status")
    async def text_went(message_id: int, attempt_id: int, request: Request) -> Response:
        form = await line.form(request)
        status = TEXT_STATES.get(form.get("MessageStatus"))
        return await _note(line, message_id, attempt_id, form.get("MessageSid", 64), status, form)

    return router


async def _note(
    line: Line, message_id: int, attempt_id: int, provider_id: str, status: ReceiptStatus | None, form: SignedForm
) -> Response:
    if status is None or not provider_id or not 0 < attempt_id < LARGEST_ID:
        return nothing()  # a state that we do not know yet says nothing

    async def write(uow: UnitOfWork) -> bool:
        await note_landed(uow, attempt_id=attempt_id, carrier=NAME, provider_id=provider_id)
        digits = form.get("SequenceNumber", 6)
        sequence = int(digits) if digits.isascii() and digits.isdigit() else None
        await note_receipt(
            uow, provider=NAME, provider_id=provider_id, status=status, message_id=message_id, sequence=sequence
        )
        return True

    stored = await line.in_time(write)
    return nothing() if stored else Response(status_code=TRY_LATER)
