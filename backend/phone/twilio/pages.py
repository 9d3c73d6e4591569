"""All pages for Twilio, under /phone/twilio."""

from __future__ import annotations

from fastapi import APIRouter

from backend.phone.twilio.bridging import bridging_pages, room_pages
from backend.phone.twilio.inbound_call import inbound_call_pages
from backend.phone.twilio.inbound_sms import inbound_sms_pages
from backend.phone.twilio.line import Line
from backend.phone.twilio.outgoing import outgoing_pages
from backend.phone.twilio.receipts import receipt_pages


def twilio_pages(line: Line) -> APIRouter:
    """The router that the web application mounts; every page checks the signature before it reads a word."""
    router = APIRouter(prefix="/phone/twilio", include_in_schema=False)
    # Inbound first: its addresses are plain words, the others' are numbers.
    for pages in (
        inbound_call_pages,
        inbound_sms_pages,
        outgoing_pages,
        bridging_pages,
        room_pages,
        receipt_pages,
    ):
        router.include_router(pages(line))
    return router
