"""What the REST API does, operation by operation; each takes the path's names and the form, and gives a body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from .exchange import Exchange
from .handsets import Handset
from .parameters import CALL_EVENTS, Form, callee, check_known, hook, moment, value, whole
from .records import Call, CallStatus, Conference, MachineCheck, Message, Recording, Script, Watch
from .refusals import Refused, bad_value, not_found
from .shapes import (
    API,
    Json,
    call_json,
    conference_json,
    message_json,
    page_json,
    participant_json,
    recording_json,
)
from .texting import LONGEST

MOST_ON_A_PAGE = 1000
PUT_DOWN = {"completed": CallStatus.COMPLETED, "canceled": CallStatus.CANCELED}
Thing = TypeVar("Thing")
NAMES_OF_PAGING = frozenset({"PageSize", "Page", "PageToken"})


class Operations:
    """The operations of one account."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.account = exchange.account_sid

    # -- calls ----------------------------------------------------------------------------------------------------

    def create_call(self, form: Form) -> Json:
        check_known("calls.create", form)
        to, from_ = callee(form, 21201, 21211), self._own_number(form, 21213, 21212)
        script = self._script(form)
        if script is None:
            raise Refused(400, 21205, "Url or Twiml is required.")
        call = self.exchange.calling.order(
            to=to,
            from_=from_,
            script=script,
            watch=_watch(form),
            ring_seconds=whole(form, "Timeout", 60, 1, 600),
            time_limit=whole(form, "TimeLimit", 14_400, 1, 86_400),
            machine_check=_machine_check(form),
        )
        return call_json(self.account, call)

    def fetch_call(self, form: Form, call: str) -> Json:
        return call_json(self.account, self._call(call))

    def update_call(self, form: Form, call: str) -> Json:
        """Redirect a call or put it down; one that is over can be neither."""
        check_known("calls.update", form)
        updated, status = self._call(call), value(form, "Status")
        if status and status not in PUT_DOWN:
            raise bad_value("Status", status)
        if updated.is_over:
            raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
        script = self._script(form)
        if status:
            ringing = updated.started_at is None
            updated.end(CallStatus.CANCELED if ringing else CallStatus.COMPLETED)
        elif script is not None:
            self.exchange.calling.redirect(updated, script)
        return call_json(self.account, updated)

    def list_calls(self, form: Form) -> Json:
        check_known("calls.list", form)
        begun = span(form, "StartTime")
        chosen = [
            call
            for call in reversed(self.exchange.calls.values())
            if _fits(form, To=call.to, From=call.from_, Status=call.status.value) and begun.holds(call.created_at)
        ]
        return self._page("calls", form, "Calls", (call_json(self.account, call) for call in chosen))

    def _script(self, form: Form) -> Script | None:
        url, twiml = hook(form, "Url", 21205, "Method"), value(form, "Twiml")
        if url is None and not twiml:
            return None
        if len(twiml) > 4000:
            raise Refused(400, 21205, "Twiml is longer than 4000 characters")
        return Script(url, twiml or None, hook(form, "FallbackUrl", 21205, "FallbackMethod"))

    # -- messages -------------------------------------------------------------------------------------------------

    def create_message(self, form: Form) -> Json:
        check_known("messages.create", form)
        to, from_ = callee(form, 21604, 21211), self._own_number(form, 21603, 21606)
        body = value(form, "Body")
        if not body:
            raise Refused(400, 21602, "Message body is required.")
        if len(body) > LONGEST:
            raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        seconds = whole(form, "ValidityPeriod", 36_000, 1, 36_000)
        self._check_reachable(self.exchange.handset(to), from_)
        callback = hook(form, "StatusCallback", 21609)
        message = self.exchange.texting.order(to=to, from_=from_, body=body, hook=callback, valid_seconds=seconds)
        return message_json(self.account, message) | {"status": "queued", "error_code": None, "date_sent": None}

    def _check_reachable(self, handset: Handset, from_: str) -> None:
        if handset.landline:
            raise Refused(400, 21614, "'To' number is not a valid mobile number")
        if from_ in handset.refuses_from:
            raise Refused(400, 21610, "Attempt to send to unsubscribed recipient")

    def fetch_message(self, form: Form, message: str) -> Json:
        return message_json(self.account, self._message(message))

    def list_messages(self, form: Form) -> Json:
        check_known("messages.list", form)
        sent = span(form, "DateSent")
        chosen = [
            message
            for message in reversed(self.exchange.messages.values())
            if _fits(form, To=message.to, From=message.from_) and sent.holds(message.sent_at or message.created_at)
        ]
        return self._page("messages", form, "Messages", (message_json(self.account, one) for one in chosen))

    # -- conferences and recordings -------------------------------------------------------------------------------

    def list_conferences(self, form: Form) -> Json:
        check_known("conferences.list", form)
        rooms = reversed(self.exchange.conferences.all.values())
        chosen = [room for room in rooms if _fits(form, FriendlyName=room.name, Status=room.status)]
        return self._page("conferences", form, "Conferences", (conference_json(self.account, one) for one in chosen))

    def fetch_conference(self, form: Form, room: str) -> Json:
        return conference_json(self.account, self._room(room))

    def update_conference(self, form: Form, room: str) -> Json:
        check_known("conferences.update", form)
        if value(form, "Status") != "completed":
            raise bad_value("Status", value(form, "Status"))
        self.exchange.conferences.end(self._room(room))
        return conference_json(self.account, self._room(room))

    def list_participants(self, form: Form, room: str) -> Json:
        check_known("participants.list", form)
        found = self._room(room)
        shown = (participant_json(self.account, found, call) for call in found.calls)
        return self._page("participants", form, f"Conferences/{room}/Participants", shown)

    def fetch_participant(self, form: Form, room: str, call: str) -> Json:
        return participant_json(self.account, self._room(room), self._participant(room, call))

    def remove_participant(self, form: Form, room: str, call: str) -> None:
        self.exchange.conferences.remove(self._room(room), self._participant(room, call))

    def list_recordings(self, form: Form) -> Json:
        check_known("recordings.list", form)
        kept = reversed(self.exchange.recordings.values())
        chosen = (self._recording_json(one) for one in kept if _fits(form, CallSid=one.call.sid))
        return self._page("recordings", form, "Recordings", chosen)

    def fetch_recording(self, form: Form, recording: str) -> Json:
        return self._recording_json(self.recording(recording))

    def delete_recording(self, form: Form, recording: str) -> None:
        del self.exchange.recordings[self.recording(recording).sid]

    def _recording_json(self, recording: Recording) -> Json:
        return recording_json(self.account, recording, self.exchange.recording_url(recording))

    # -- finding --------------------------------------------------------------------------------------------------

    def _own_number(self, form: Form, missing: int, foreign: int) -> str:
        from_ = value(form, "From")
        if not from_:
            raise Refused(400, missing, "A 'From' phone number is required.")
        if from_ not in self.exchange.numbers:
            raise Refused(400, foreign, f"The 'From' number {from_[:30]} is not a number of this account.")
        return from_

    def _call(self, name: str) -> Call:
        return _found(self.exchange.calls.get(name), f"/Calls/{name}")

    def _message(self, name: str) -> Message:
        return _found(self.exchange.messages.get(name), f"/Messages/{name}")

    def _room(self, name: str) -> Conference:
        return _found(self.exchange.conferences.all.get(name), f"/Conferences/{name}")

    def _participant(self, room: str, name: str) -> Call:
        call = next((one for one in self._room(room).calls if one.sid == name), None)
        return _found(call, f"/Conferences/{room}/Participants/{name}")

    def recording(self, name: str) -> Recording:
        return _found(self.exchange.recordings.get(name), f"/Recordings/{name}")

    def _page(self, key: str, form: Form, path: str, items: Iterable[Json]) -> Json:
        size = min(whole(form, "PageSize", 50, 1, 100_000), MOST_ON_A_PAGE)
        page = whole(form, "Page", 0, 0, 1_000_000)
        query = urlencode({name: values for name, values in form.items() if name not in NAMES_OF_PAGING}, doseq=True)
        where = f"{API}/{self.account}/{path}.json"
        return page_json(key, list(items), page=page, size=size, path=where, query=query)


def _found(thing: Thing | None, path: str) -> Thing:
    if thing is None:
        raise not_found(path)
    return thing


def _fits(form: Form, **facts: str) -> bool:
    return all(value(form, name, fact) == fact for name, fact in facts.items())


@dataclass(frozen=True)
class Span:
    """The moments that a list was asked for; a day without a time is the whole day."""

    after: datetime | None
    before: datetime | None
    on: datetime | None

    def holds(self, at: datetime) -> bool:
        late_enough = self.after is None or at >= self.after
        early_enough = self.before is None or at <= self.before
        return late_enough and early_enough and (self.on is None or at.date() == self.on.date())


def span(form: Form, name: str) -> Span:
    return Span(moment(form, f"{name}>"), moment(form, f"{name}<"), moment(form, name))


def _watch(form: Form) -> Watch:
    events = [event for text in form.get("StatusCallbackEvent", ["completed"]) for event in text.split()]
    for event in events:
        if event not in CALL_EVENTS:
            raise bad_value("StatusCallbackEvent", event)
    return Watch(hook(form, "StatusCallback", 21609), frozenset(events))


def _machine_check(form: Form) -> MachineCheck | None:
    wished = value(form, "MachineDetection")
    if not wished:
        return None
    if wished not in {"Enable", "DetectMessageEnd"}:
        raise bad_value("MachineDetection", wished)
    beside = value(form, "AsyncAmd").lower() == "true"
    return MachineCheck(hook(form, "AsyncAmdStatusCallback", 21609), waits=not beside)
