"""The code with which somebody checks in: 128 random bits in a QR code, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

CODE_BYTES = 16
"""22 characters of base64url: a deep link takes 64."""


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    digest: str


def new_code() -> Code:
    """A code that nobody guesses."""
    text = secrets.token_urlsafe(CODE_BYTES)
    return Code(text, digest_of(text))


def digest_of(text: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(text.encode()).hexdigest()
