"""Alarms and signs of life of cameras on a GB/T 28181 network, passed on by its SIP server as MANSCDP XML.

Source: GB/T 28181-2016, messages `Alarm` and `Keepalive`, as vendors' guides show them; mostly in GB 2312, with the
camera's local time, eight hours east, without its zone. Some write `cmdType`.
"""

from __future__ import annotations

import re
from datetime import timedelta

from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.pushed import Pushed
from backend.ingest.push.xml import read_xml
from backend.ingest.reading import moment_of_text, sequence

_CHINA = timedelta(hours=8)
_CAMERA = re.compile(r"\d{20}", re.ASCII)
_DIGITS = re.compile(r"\d{1,10}", re.ASCII)


def read_gb28181(body: bytes) -> Pushed:
    """Read one message; `reply` of an alarm is the response that the camera waits for.

    The label is `priority.method.type` in the standard's numbers, `1.5.2` for a first-class video alarm of type 2; the
    parts that are missing are `-`. Raises Undecodable.
    """
    found = read_xml(body)
    device = found.get("notify/deviceid", "")
    if not _CAMERA.fullmatch(device):
        raise Undecodable(Reason.BAD_DEVICE if device else Reason.NO_DEVICE)
    kind = found.get("notify/cmdtype", "").lower()
    if kind == "keepalive":
        alive = Observation(device=device, protocol=Protocol.GB28181, kind=Kind.ALIVE)
        return Pushed(observations=(alive,))
    if kind != "alarm":
        return Pushed(skipped=(Reason.UNKNOWN_MESSAGE,))
    said = Observation(
        device=device,
        protocol=Protocol.GB28181,
        kind=Kind.CAMERA_EVENT,
        value=1.0,
        label=".".join(
            _number(found.get(f"notify/{name}", "")) for name in ("alarmpriority", "alarmmethod", "info/alarmtype")
        ),
        device_time=moment_of_text(found.get("notify/alarmtime"), _CHINA),
        # The serial number begins anew at each start of the camera: only with the time it names one alarm.
        sequence=sequence(f"{found.get('notify/sn')}@{found.get('notify/alarmtime')}"),
    )
    return Pushed(observations=(said,), reply=_response(found.get("notify/sn", ""), device))


def _number(text: str) -> str:
    return text if _DIGITS.fullmatch(text) else "-"


def _response(number: str, device: str) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<Response>",
        "<CmdType>Alarm</CmdType>",
        f"<SN>{number if _DIGITS.fullmatch(number) else 0}</SN>",
        f"<DeviceID>{device}</DeviceID>",
        "<Result>OK</Result>",
        "</Response>",
    ]
    return "\r\n".join([*lines, ""]).encode("ascii")
