"""LoRaWAN devices behind The Things Stack v3: its webhooks and its MQTT topic `.../up`, both in the same JSON.

Source: The Things Stack's documentation, "Data Formats". Fields that are empty, nought or false are left out.
"""

from __future__ import annotations

from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.codecs import Uplink
from backend.ingest.errors import Reason
from backend.ingest.push.pushed import Pushed, payload_bytes
from backend.ingest.reading import device_id, mapping, member, moment_of_text, read_json, sequence


def read_things_stack(body: bytes) -> Pushed:
    """Read an uplink, or a join, which is a sign of life. Raises Undecodable for what is no message of this stack."""
    message = mapping(read_json(body))
    device = device_id(member(message, "end_device_ids", "dev_eui") or member(message, "end_device_ids", "device_id"))
    received = message.get("received_at")
    moment, key = moment_of_text(received), sequence(received)
    if "join_accept" in message:
        alive = Observation(
            device=device.lower(), protocol=Protocol.THINGS_STACK, kind=Kind.ALIVE, device_time=moment, sequence=key
        )
        return Pushed(observations=(alive,))
    if "uplink_message" not in message:
        return Pushed(skipped=(Reason.UNKNOWN_MESSAGE,))
    values = member(message, "uplink_message", "decoded_payload")
    uplink = Uplink(
        device=device.lower(),
        protocol=Protocol.THINGS_STACK,
        device_time=moment,
        sequence=key,
        raw=payload_bytes(member(message, "uplink_message", "frm_payload")),
        values=mapping(values) if values is not None else None,
    )
    return Pushed(uplinks=(uplink,))
