"""THE TABLE of MQTT topics that are listened to, and what is said under each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.chirpstack import read_chirpstack
from backend.ingest.push.frigate import read_frigate
from backend.ingest.push.native import read_native_json
from backend.ingest.push.pushed import Pushed
from backend.ingest.push.things_stack import read_things_stack
from backend.ingest.reading import device_id, label, member, read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One message read. A message of our own devices names its community and shows the device's token."""

    pushed: Pushed
    community_code: str | None = None
    token: str | None = None


class Topic(NamedTuple):
    """A filter to subscribe to, and its reader: the levels of a topic that fits, and the payload."""

    filter: str
    read: Callable[[list[str], bytes], Published]

    def fits(self, levels: list[str]) -> bool:
        """Whether a topic of these levels is meant; `+` stands for any one level."""
        wanted = self.filter.split("/")
        pairs = zip(wanted, levels, strict=False)
        return len(wanted) == len(levels) and all(want in ("+", level) for want, level in pairs)


def _chirpstack(levels: list[str], payload: bytes) -> Published:
    """`application/<id>/device/<eui>/event/<event>`."""
    return Published(pushed=read_chirpstack(levels[5], payload))


def _things_stack(_: list[str], payload: bytes) -> Published:
    return Published(pushed=read_things_stack(payload))


def _frigate(_: list[str], payload: bytes) -> Published:
    return Published(pushed=read_frigate(payload))


def _own(levels: list[str], payload: bytes) -> Published:
    """`youlin/<community>/<device>/up`, with `token` beside `values`: the broker's word for who it is is not enough."""
    content = read_json(payload)
    token = label(member(content, "token"))
    if token is None:
        raise Undecodable(Reason.BAD_SIGNATURE)
    pushed = read_native_json(device_id(levels[2]), content)
    return Published(pushed=pushed, community_code=levels[1][:32], token=token)


TOPICS: tuple[Topic, ...] = (
    Topic("application/+/device/+/event/+", _chirpstack),
    Topic("v3/+/devices/+/up", _things_stack),
    Topic("v3/+/devices/+/join", _things_stack),
    Topic("frigate/events", _frigate),
    Topic("youlin/+/+/up", _own),
)
"""What a broker carries besides is not subscribed to. The first level of each is a word."""


def _by_shape() -> dict[tuple[str, int], list[Topic]]:
    found: dict[tuple[str, int], list[Topic]] = {}
    for row in TOPICS:
        first, *others = row.filter.split("/")
        found.setdefault((first, 1 + len(others)), []).append(row)
    return found


_BY_SHAPE = _by_shape()


def read_published(topic: str, payload: bytes) -> Published:
    """What was said. Raises Undecodable."""
    levels = topic.split("/")
    for row in _BY_SHAPE.get((levels[0], len(levels)), ()):
        if row.fits(levels):
            return row.read(levels, payload)
    raise Undecodable(Reason.UNKNOWN_MESSAGE)
