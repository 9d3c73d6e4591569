"""The encryption keys: from the settings, or made once and kept in a file that only we may read."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet

from backend.kernel.settings import Settings

KEY_FILE = "encryption-keys"


def keys_of(settings: Settings) -> tuple[str, ...]:
    """The keys, newest first. Without YOULIN_ENCRYPTION_KEYS a key is made under `home` at the first start."""
    if settings.encryption_keys:
        return tuple(key.get_secret_value() for key in settings.encryption_keys)
    path = settings.home / KEY_FILE
    if not path.exists():
        _write_once(path, Fernet.generate_key().decode())
    return tuple(path.read_text().split())


def _write_once(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was faster: its key counts
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")
