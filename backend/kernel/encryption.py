"""Sealing of personal fields at rest with rotating keys, and keyed hashes by which they can be looked up."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet


class Vault:
    """Seals and opens text. The first key seals; all keys open, so keys rotate without a standstill.

    `lookup` is HMAC-SHA-256 under a key derived from the last (oldest) key: it must stay in the list for as long
    as its hashes are used: people are found by them when they share their telephone.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one encryption key is needed")
        self._keys = tuple(keys)
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._lookup_key = hashlib.sha256(b"youlin lookup" + keys[-1].encode()).digest()

    def preceded_by(self, key: str) -> Vault:
        """A vault with a newer key in front; everything sealed so far opens, and look-ups stay the same."""
        return Vault([key, *self._keys])

    def seal(self, text: str) -> str:
        """Encrypt `text`; twice the same text gives different tokens."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, token: str) -> str:
        """Decrypt what `seal` made; raises cryptography.fernet.InvalidToken when no key fits."""
        return self._fernet.decrypt(token.encode("ascii")).decode()

    def seal_json(self, value: Any) -> str:
        """Seal what JSON can hold."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, token: str) -> Any:
        """Open what `seal_json` made."""
        return json.loads(self.open(token))

    def reseal(self, token: str) -> str:
        """Encrypt under the newest key what an older one sealed."""
        return self._fernet.rotate(token.encode("ascii")).decode("ascii")

    def lookup(self, kind: str, value: str) -> str:
        """The keyed hash by which a sealed value is found again: 64 hex digits, different for each `kind`."""
        return hmac.new(self._lookup_key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
