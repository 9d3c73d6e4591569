"""The store of media: bytes under the key of their own digest, on disk or elsewhere behind the same interface."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

from backend.kernel.errors import BadInput

LARGEST_FILE = 50 * 1024 * 1024
"""What Telegram takes as an upload."""
_KEY = re.compile(r"[0-9a-f]{64}")


class FileStore(Protocol):
    """Keeps files by content. Putting the same bytes twice keeps them once."""

    async def put(self, content: bytes) -> str:
        """Keep `content` and return its key, 64 hex digits; raises BadInput when it is empty or too large."""
        ...

    async def get(self, key: str) -> bytes:
        """The bytes under `key`; raises KeyError when there are none."""
        ...

    async def forget(self, key: str) -> None:
        """Remove what is under `key`; nothing there is fine."""
        ...


class DiskFileStore:
    """Files under `root`, two levels deep by the first digits of their key; written whole or not at all."""

    def __init__(self, root: Path, *, largest: int = LARGEST_FILE) -> None:
        self._root = root
        self._largest = largest

    async def put(self, content: bytes) -> str:
        if not content:
            raise BadInput("error.file_empty")
        if len(content) > self._largest:
            raise BadInput("error.file_too_large", megabytes=self._largest // (1024 * 1024))
        key = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(self._write, key, content)
        return key

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError:
            raise KeyError(key) from None

    async def forget(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):  # a key may come back from outside: it must never name another path
            raise KeyError(key)
        return self._root / key[:2] / key[2:4] / key

    def _write(self, key: str, content: bytes) -> None:
        path = self._path(key)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
