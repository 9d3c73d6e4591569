"""How numbers are said aloud."""

from __future__ import annotations


def spelled(number: str) -> str:
    """Digits one by one with a pause after each, so that a voice never reads them as thousands."""
    return "\uff0c".join(sign for sign in number if sign.isalnum())
