"""SMS to our number at Twilio."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from twilio.twiml.messaging_response import MessagingResponse

from backend.phone.menus.inbound_text import InboundText, hear_text
from backend.phone.sms_text import fitted
from backend.phone.twilio.line import Line
from backend.phone.twilio.settings import NAME
from backend.registry.errors import PhoneUnreadable
from backend.registry.phones import normalised_phone

TRY_LATER = 503
LONGEST_BODY = 2_000


def inbound_sms_pages(line: Line) -> APIRouter:
    """The page for SMS that come in; it answers in the same breath."""
    router = APIRouter()

    @router.post("/sms/incoming")
    async def came(request: Request) -> Response:
        form = await line.form(request)
        try:
            number = normalised_phone(form.get("From", 40))
        except PhoneUnreadable:
            return _said("", "")  # a short code or a name: nobody to answer
        sms = InboundText(NAME, form.get("MessageSid", 64), number, form.get("Body", LONGEST_BODY))
        reply = await line.in_time(lambda uow: hear_text(uow, line.texts, sms, home_code=line.home_code))
        if reply is None:
            return Response(status_code=TRY_LATER)
        return _said(reply, number)

    return router


def _said(reply: str, number: str) -> Response:
    twiml = MessagingResponse()
    if reply:
        twiml.message(fitted(reply, country="86" if number.startswith("+86") else ""))
    return Response(str(twiml), media_type="application/xml")
