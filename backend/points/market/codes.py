"""Codes of the market: 128 random bits that nobody guesses, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import re
import secrets

BYTES = 16
"""22 characters of base64url: a deep link takes 64, a button beside its other fields as many."""
FORM = re.compile(r"[A-Za-z0-9_-]{22}")

COUPON, CARD, SHOP = "q-", "card-", "shop-"
"""What the payload of a deep link begins with: a coupon, an elder's paper card, an invitation to a shop."""


def new_token() -> str:
    """A token that is shown once."""
    return secrets.token_urlsafe(BYTES)


def digest_of(token: str) -> str:
    """What is stored of a token; anything that has not its form gives a digest that no token has."""
    return hashlib.sha256(token.encode() if FORM.fullmatch(token) else b"").hexdigest()
