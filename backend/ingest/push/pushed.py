"""What one pushed body turned into: the shape that every sender's module gives."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass

from backend.devices.observations import Observation
from backend.ingest.codecs import MAX_PAYLOAD, Uplink
from backend.ingest.errors import Reason, TooLarge, Undecodable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Observations that are ready, uplinks that need the codec of their device's model, and what was left out.

    `reply` is the body with which this sender wants to be answered; None means that the status is enough.
    """

    observations: tuple[Observation, ...] = ()
    uplinks: tuple[Uplink, ...] = ()
    skipped: tuple[Reason, ...] = ()
    reply: bytes | None = None


def joined(parts: Iterable[Pushed]) -> Pushed:
    """Several in one, in their order; the replies of single records are none."""
    kept = list(parts)
    if len(kept) == 1 and kept[0].reply is None:
        return kept[0]
    return Pushed(
        observations=tuple(one for part in kept for one in part.observations),
        uplinks=tuple(one for part in kept for one in part.uplinks),
        skipped=tuple(one for part in kept for one in part.skipped),
    )


def payload_bytes(encoded: object) -> bytes | None:
    """The bytes of a base64 text; None where there is none. Raises Undecodable or TooLarge for what is no payload."""
    if encoded is None or encoded == "":
        return None
    if not isinstance(encoded, str) or not encoded.isascii():
        raise Undecodable(Reason.BAD_PAYLOAD)
    if len(encoded) > MAX_PAYLOAD * 2:
        raise TooLarge
    try:
        return b64decode(encoded, validate=True)
    except Error:
        raise Undecodable(Reason.BAD_PAYLOAD) from None
