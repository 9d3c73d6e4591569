"""What the REST API may be asked, as tables, and the reading of values; an unknown name is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .names import is_number
from .records import Hook
from .refusals import Refused, bad_value, unknown_parameter

Form = Mapping[str, list[str]]

PAGING = "PageSize Page PageToken"
CALL_CREATE = (
    "To From Method FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent StatusCallbackMethod Timeout "
    "MachineDetection MachineDetectionTimeout MachineDetectionSpeechThreshold MachineDetectionSpeechEndThreshold "
    "MachineDetectionSilenceTimeout AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod CallReason TimeLimit "
    "Url Twiml Trim CallerId"
)
CALL_UPDATE = "Url Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod Twiml TimeLimit"
MESSAGE_CREATE = (
    "To From Body StatusCallback ValidityPeriod ProvideFeedback Attempt MaxPrice ForceDelivery ContentRetention "
    "AddressRetention SmartEncoded TrafficType RiskCheck"
)
KNOWN: dict[str, frozenset[str]] = {
    name: frozenset(names.split())
    for name, names in {
        "calls.create": CALL_CREATE,
        "calls.update": CALL_UPDATE,
        "calls.list": f"To From ParentCallSid Status StartTime StartTime< StartTime> {PAGING}",
        "messages.create": MESSAGE_CREATE,
        "messages.update": "Body Status",
        "messages.list": f"To From DateSent DateSent< DateSent> {PAGING}",
        "conferences.list": f"FriendlyName Status DateCreated DateCreated< DateCreated> DateUpdated {PAGING}",
        "conferences.update": "Status AnnounceUrl AnnounceMethod",
        "participants.list": f"Muted Hold Coaching {PAGING}",
        "participants.update": "Muted Hold EndConferenceOnExit BeepOnExit",
        "recordings.list": f"CallSid ConferenceSid DateCreated DateCreated< DateCreated> IncludeSoftDeleted {PAGING}",
    }.items()
}
METHODS = frozenset({"GET", "POST"})
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


def check_known(operation: str, form: Form) -> None:
    """Refuse the first parameter that Twilio's specification does not name for this operation."""
    known = KNOWN.get(operation, frozenset())
    for name in form:
        if name not in known:
            raise unknown_parameter(name)


def value(form: Form, name: str, default: str = "") -> str:
    """The last value of a parameter."""
    return form[name][-1] if form.get(name) else default


def whole(form: Form, name: str, default: int, low: int, high: int) -> int:
    text = value(form, name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise bad_value(name, text)
    return int(text)


def hook(form: Form, name: str, code: int, method_name: str | None = None) -> Hook | None:
    """An address of the program's with its method; None where none is given. `code` is Twilio's for a bad address."""
    url = value(form, name)
    if not url:
        return None
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise Refused(400, code, f"{name} is not a valid URL: {url[:100]}")
    method = value(form, method_name or f"{name}Method", "POST").upper()
    if method not in METHODS:
        raise bad_value(method_name or f"{name}Method", method)
    return Hook(url, method)


def callee(form: Form, missing: int, invalid: int) -> str:
    to = value(form, "To")
    if not to:
        raise Refused(400, missing, "A 'To' phone number is required.")
    if not is_number(to):
        raise Refused(400, invalid, f"The 'To' number {to[:30]} is not a valid phone number.")
    return to


def moment(form: Form, name: str) -> datetime | None:
    """A moment or a day, in UTC."""
    text = value(form, name)
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise bad_value(name, text) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
