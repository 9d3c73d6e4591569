"""The JSON of Twilio's REST API."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from .records import Call, CallStatus, Conference, Message, Recording

Json = dict[str, Any]
API = "/2010-04-01/Accounts"
SHOWN = {CallStatus.INITIATED: CallStatus.QUEUED}
"""The steps of a call that only callbacks name."""


def when(moment: datetime | None) -> str | None:
    """RFC 2822, as the 2010 API writes moments."""
    return format_datetime(moment) if moment else None


def call_json(account: str, call: Call) -> Json:
    uri = f"{API}/{account}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "direction": call.direction.value,
        "status": SHOWN.get(call.status, call.status).value,
        "answered_by": call.answered_by if call.machine_check else None,
        "parent_call_sid": call.parent.sid if call.parent else None,
        "date_created": when(call.created_at),
        "date_updated": when(call.updated_at or call.created_at),
        "start_time": when(call.started_at or call.created_at),
        "end_time": when(call.ended_at),
        "duration": str(call.seconds) if call.ended_at else None,
        "price": None,
        "price_unit": "USD",
        "caller_name": "",
        "forwarded_from": "",
        "group_sid": None,
        "phone_number_sid": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def message_json(account: str, message: Message) -> Json:
    return {
        "sid": message.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "to": message.to,
        "from": message.from_,
        "body": message.body,
        "status": message.status.value,
        "direction": message.direction,
        "num_segments": str(message.segments),
        "num_media": "0",
        "date_created": when(message.created_at),
        "date_updated": when(message.updated_at or message.created_at),
        "date_sent": when(message.sent_at),
        "error_code": message.error_code,
        "error_message": None,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "uri": f"{API}/{account}/Messages/{message.sid}.json",
        "subresource_uris": {"media": f"{API}/{account}/Messages/{message.sid}/Media.json"},
    }


def recording_json(account: str, recording: Recording, url: str) -> Json:
    return {
        "sid": recording.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "call_sid": recording.call.sid,
        "conference_sid": None,
        "date_created": when(recording.created_at),
        "date_updated": when(recording.created_at),
        "start_time": when(recording.created_at),
        "duration": str(recording.seconds),
        "status": "completed",
        "channels": 1,
        "source": "RecordVerb",
        "error_code": None,
        "price": None,
        "price_unit": "USD",
        "encryption_details": None,
        "media_url": url,
        "uri": f"{API}/{account}/Recordings/{recording.sid}.json",
        "subresource_uris": {},
    }


def conference_json(account: str, room: Conference) -> Json:
    uri = f"{API}/{account}/Conferences/{room.sid}"
    return {
        "sid": room.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "friendly_name": room.name,
        "status": room.status,
        "region": "us1",
        "date_created": when(room.created_at),
        "date_updated": when(room.created_at),
        "reason_conference_ended": None,
        "call_sid_ending_conference": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
    }


def participant_json(account: str, room: Conference, call: Call) -> Json:
    return {
        "account_sid": account,
        "call_sid": call.sid,
        "conference_sid": room.sid,
        "label": None,
        "call_sid_to_coach": None,
        "coaching": False,
        "date_created": when(call.created_at),
        "date_updated": when(call.updated_at or call.created_at),
        "end_conference_on_exit": False,
        "start_conference_on_enter": True,
        "muted": False,
        "hold": False,
        "status": "connected",
        "queue_time": "0",
        "uri": f"{API}/{account}/Conferences/{room.sid}/Participants/{call.sid}.json",
    }


def page_json(key: str, items: list[Json], *, page: int, size: int, path: str, query: str) -> Json:
    """One page of a list; the names of the pages carry the filters along."""
    shown = items[page * size : (page + 1) * size]

    def uri(number: int) -> str:
        return f"{path}?{query}{'&' if query else ''}PageSize={size}&Page={number}"

    return {
        key: shown,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(shown) - 1, 0),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if len(items) > (page + 1) * size else None,
        "previous_page_uri": uri(page - 1) if page else None,
    }
