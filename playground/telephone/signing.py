"""Signs what the exchange sends, as Twilio does, so that the program can tell it from a forgery."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


@dataclass(frozen=True)
class SharedKey:
    """A key made for webhooks only; with it the signatures are SHA-256 and say so in a header."""

    id: str
    secret: str


def signed_headers(url: str, form: Mapping[str, str], token: str, key: SharedKey | None = None) -> dict[str, str]:
    """Give the headers for a request to `url` (as the program knows it) with the fields `form`."""
    if key is None:
        return {SIGNATURE: signature(url, form, token, "sha1")}
    settings = f"key={key.id},algorithm=HMAC_SHA256"
    return {SIGNATURE: signature(url, form, key.secret, "sha256"), SETTINGS: settings}


def signature(url: str, form: Mapping[str, str], secret: str, algorithm: str) -> str:
    """Sign the address followed by every field's name and value, sorted by name."""
    words = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(secret.encode(), words.encode(), getattr(hashlib, algorithm)).digest()
    return base64.b64encode(digest).decode()
