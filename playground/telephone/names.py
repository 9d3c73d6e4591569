"""Names of things in the form of Twilio's, and telephone numbers in E.164."""

from __future__ import annotations

import re
import secrets

E164 = re.compile(r"^\+[1-9]\d{6,14}$")


def sid(kind: str) -> str:
    """A name of one thing: two letters and 32 hexadecimal digits."""
    return kind + secrets.token_hex(16)


def is_number(text: str) -> bool:
    return E164.match(text) is not None
