"""NB-IoT devices behind China Mobile's OneNET: the proof of the address, signed messages, and their streams.

Source: OneNET's developer manual, "HTTP push". Over which exact text of `msg` a pushed message is signed is unverified:
the text as it was sent and the same without blanks are both tried, and either proves the token. The encrypted mode is
refused. OneNET sends again what is not answered with 200.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import md5
from hmac import compare_digest

from backend.devices.observations import Kind, Observation, Protocol
from backend.ingest.codecs import Uplink
from backend.ingest.errors import NotProven, Reason, Undecodable
from backend.ingest.push.pushed import Pushed, joined
from backend.ingest.reading import device_id, mapping, moment_of_milliseconds, read_json, records, sequence, whole

_MESSAGE = re.compile(r'"msg"\s*:\s*')
_DATA, _LIFE = 1, 2


def prove_address(token: str, *, message: str, nonce: str, signature: str) -> bytes:
    """The answer to the request by which OneNET proves an address. Raises NotProven where another token signed it."""
    if not _is_signed(token, nonce, message, signature):
        raise NotProven
    return message.encode("utf-8", "replace")


def read_onenet(token: str, body: bytes) -> Pushed:
    """Read one push. Raises NotProven before anything is read of it, Undecodable for what is no push."""
    envelope = mapping(read_json(body))
    if "enc_msg" in envelope:
        raise Undecodable(Reason.ENCRYPTED)
    nonce, signature = envelope.get("nonce"), envelope.get("msg_signature")
    if not isinstance(nonce, str) or not isinstance(signature, str):
        raise NotProven
    if not any(_is_signed(token, nonce, text, signature) for text in _signable(body, envelope.get("msg"))):
        raise NotProven
    return joined(_read(mapping(message)) for message in records(envelope.get("msg")))


def _is_signed(token: str, nonce: str, message: str, signature: str) -> bool:
    signed = f"{token}{nonce}{message}".encode("utf-8", "replace")
    expected = b64encode(md5(signed).digest())  # noqa: S324 - OneNET's choice, not ours
    return compare_digest(expected, signature.encode("utf-8", "replace"))


def _signable(body: bytes, message: object) -> Iterator[str]:
    text = body.decode("utf-8", "replace")
    try:
        yield message if isinstance(message, str) else json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        if found := _MESSAGE.search(text):
            _, end = json.JSONDecoder().raw_decode(text, found.end())
            yield text[found.end() : end]
    except (ValueError, RecursionError):
        return


def _read(message: Mapping[str, object]) -> Pushed:
    device = device_id(message.get("dev_id"))
    moment, key = moment_of_milliseconds(message.get("at")), sequence(message.get("at"))
    kind, stream = whole(message.get("type")), message.get("ds_id")
    if kind == _DATA and isinstance(stream, str):
        uplink = Uplink(
            device=device,
            protocol=Protocol.ONENET,
            device_time=moment,
            sequence=sequence(f"{key}:{stream}"),
            values={stream: message.get("value")},
        )
        return Pushed(uplinks=(uplink,))
    state = whole(message.get("status"))
    if kind == _LIFE and state in (0, 1):
        said = Observation(
            device=device,
            protocol=Protocol.ONENET,
            kind=Kind.ONLINE,
            value=float(state),
            device_time=moment,
            sequence=key,
        )
        return Pushed(observations=(said,))
    return Pushed(skipped=(Reason.UNKNOWN_MESSAGE,))
