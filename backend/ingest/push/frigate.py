"""Things that Frigate recognised in a camera's picture: its MQTT topic `frigate/events`.

Source: Frigate's documentation, "MQTT". One thing gives many updates, which share the `id`: all of them while it is
seen are one packet here, and its end another.
"""

from __future__ import annotations

from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.pushed import Pushed
from backend.ingest.reading import device_id, label, mapping, moment_of_epoch, number, read_json, sequence

_STATES = {"new": 1.0, "update": 1.0, "end": 0.0}


def read_frigate(body: bytes) -> Pushed:
    """Read one event: 1 while the thing is seen, 0 at its end; what Frigate took back says nothing.

    Raises Undecodable for what is no event.
    """
    event = mapping(read_json(body))
    thing, state = mapping(event.get("after")), event.get("type")
    value = _STATES.get(state) if isinstance(state, str) else None
    key, name = sequence(thing.get("id")), label(thing.get("label"))
    if value is None or key is None or name is None:
        raise Undecodable(Reason.WRONG_SHAPE)
    if thing.get("false_positive") is True:
        return Pushed()
    said = Observation(
        device=device_id(thing.get("camera")),
        protocol=Protocol.FRIGATE,
        kind=Kind.CAMERA_EVENT,
        value=value,
        label=name,
        device_time=moment_of_epoch(number(thing.get("start_time" if value else "end_time"))),
        sequence=sequence(f"{key}:{value:.0f}"),
    )
    return Pushed(observations=(said,))
