"""THE TABLE of platforms that push over HTTP: who reads their bodies, and how large these may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from backend.ingest.models import Platform
from backend.ingest.push import hikvision
from backend.ingest.push.chirpstack import read_chirpstack
from backend.ingest.push.ctwing import read_ctwing
from backend.ingest.push.frigate import read_frigate
from backend.ingest.push.gb28181 import read_gb28181
from backend.ingest.push.onenet import read_onenet
from backend.ingest.push.pushed import Pushed
from backend.ingest.push.senml import read_senml
from backend.ingest.push.things_stack import read_things_stack
from backend.ingest.push.watch_cloud import read_watch_cloud
from backend.ingest.reading import MAX_BODY
from backend.ingest.sources import signing_token

MOST_BYTES = hikvision.MAX_BODY
"""Of the largest body that any of them may send."""
PLAIN, XML = "application/json", "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One request of a sender that has shown its key."""

    key: str
    body: bytes
    content_type: str
    event: str
    now: datetime


class Sender(NamedTuple):
    """How a platform is read. `answers_in` is the type of the answer's body, where it wants one of its own."""

    read: Callable[[Push], Pushed]
    most_bytes: int = MAX_BODY
    answers_in: str = PLAIN


SENDERS: Mapping[Platform, Sender] = {
    Platform.CTWING: Sender(lambda push: read_ctwing(push.body)),
    Platform.ONENET: Sender(lambda push: read_onenet(signing_token(push.key), push.body)),
    Platform.CHIRPSTACK: Sender(lambda push: read_chirpstack(push.event, push.body)),
    Platform.THINGS_STACK: Sender(lambda push: read_things_stack(push.body)),
    Platform.HIKVISION: Sender(lambda push: hikvision.read_hikvision(push.content_type, push.body), MOST_BYTES),
    Platform.GB28181: Sender(lambda push: read_gb28181(push.body), answers_in=XML),
    Platform.FRIGATE: Sender(lambda push: read_frigate(push.body)),
    Platform.WATCH_CLOUD: Sender(lambda push: read_watch_cloud(push.body), answers_in="text/plain"),
    Platform.SENML: Sender(lambda push: read_senml(push.body, push.now)),
}
