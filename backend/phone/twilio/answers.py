"""What Twilio's errors and states mean for us; tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import requests
from twilio.base.exceptions import TwilioRestException

from backend.messaging.receipt_models import ReceiptStatus
from backend.phone.carrier import Busy, CarrierAnswer, Doubtful, Down, Refused
from backend.phone.connections import never_connected

CALL_STATES: Mapping[str, ReceiptStatus] = {
    "queued": ReceiptStatus.ACCEPTED,
    "initiated": ReceiptStatus.ACCEPTED,
    "ringing": ReceiptStatus.RINGING,
    "in-progress": ReceiptStatus.ANSWERED,
    "answered": ReceiptStatus.ANSWERED,
    "completed": ReceiptStatus.ENDED,
    "busy": ReceiptStatus.BUSY,
    "no-answer": ReceiptStatus.NO_ANSWER,
    "canceled": ReceiptStatus.CANCELLED,
    "failed": ReceiptStatus.FAILED,
}
TEXT_STATES: Mapping[str, ReceiptStatus] = {
    "accepted": ReceiptStatus.ACCEPTED,
    "scheduled": ReceiptStatus.ACCEPTED,
    "queued": ReceiptStatus.ACCEPTED,
    "sending": ReceiptStatus.ACCEPTED,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.CANCELLED,
}
UNAVAILABLE_SIP = "480"
"""The telephone is switched off or without a network: Twilio calls that failed, for us nobody answered."""
MACHINES = frozenset({"machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax"})
OPTED_OUT = 21610
NO_CREDENTIALS = frozenset({401, 403})
GEO_FORBIDDEN = frozenset({21215, 21408, 13227})
"""The account may not reach this country; the credentials are good."""
TOO_FAST = 429


def answer_to(error: Exception) -> CarrierAnswer:
    """Whether a failed request may have been carried. What we cannot tell is in doubt."""
    if isinstance(error, TwilioRestException):
        return _answer_to_refusal(error)
    if never_connected(error):
        return Down(type(error).__name__)
    return Doubtful(type(error).__name__)


def call_status(state: str, sip_code: str | None = None) -> ReceiptStatus | None:
    """Our word for a state of a call; None for one that we do not know."""
    if state == "failed" and sip_code == UNAVAILABLE_SIP:
        return ReceiptStatus.NO_ANSWER
    return CALL_STATES.get(state)


def _answer_to_refusal(error: TwilioRestException) -> CarrierAnswer:
    reason = f"HTTP {error.status}, code {error.code}"
    if error.status == TOO_FAST:
        return Busy(reason, timedelta(seconds=1))
    if error.status in NO_CREDENTIALS and error.code not in GEO_FORBIDDEN:
        return Down(reason)
    if error.status >= requests.codes.server_error:
        return Doubtful(reason)
    return Refused(reason, opted_out=error.code == OPTED_OUT)
