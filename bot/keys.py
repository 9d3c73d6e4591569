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


def add_key(settings: Settings) -> None:
    """Put a new key in front of those in the file; every process must be started anew to know it.

    Raises KeysElsewhere where the keys come from the settings.
    """
    if settings.encryption_keys:
        raise KeysElsewhere
    path = settings.home / KEY_FILE
    keys = (Fernet.generate_key().decode(), *keys_of(settings))
    fresh = path.with_name(f".{KEY_FILE}.new")
    fresh.unlink(missing_ok=True)
    _write_once(fresh, "\n".join(keys))
    fresh.replace(path)  # the old keys are never out of the file, not even for a moment


class KeysElsewhere(Exception):
    """The keys stand in YOULIN_ENCRYPTION_KEYS, which only a person can change."""


def _write_once(path: Path, keys: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was faster: its key counts
    with os.fdopen(descriptor, "w") as file:
        file.write(keys + "\n")
        file.flush()
        os.fsync(file.fileno())
