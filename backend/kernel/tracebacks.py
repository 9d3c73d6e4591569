"""Exceptions as the log may tell them: which kind, and where; never their messages, never local variables."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

from backend.kernel.errors import DomainError

SPEAK_OF_CODE = (AttributeError, ImportError, NameError, TypeError)
"""Their messages name parts of the program. Those of others quote what somebody wrote: a database says the row that it
refused, a parser the text, a look-up its key."""

MOST_FRAMES = 40


def bare_traceback(_logger: Any, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn `exc_info` into the frames and kinds of the whole chain, the cause first; a processor of structlog."""
    error = _error_of(record.pop("exc_info", None))
    if error is not None:
        record["exception"] = "\n".join(_told(error))
    return record


def _error_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        error: BaseException | None = exc_info[1]
        return error
    return sys.exc_info()[1] if exc_info else None


def _told(error: BaseException) -> Iterator[str]:
    for one in reversed(list(_chain(error))):
        frames = traceback.extract_tb(one.__traceback__)[-MOST_FRAMES:]
        yield from (line.rstrip("\n") for line in traceback.format_list(frames))
        yield _kind(one)
        if isinstance(one, BaseExceptionGroup):
            for part in one.exceptions:
                yield from _told(part)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{kind}: {said}" if (said := _harmless_message(error)) else kind


def _harmless_message(error: BaseException) -> str:
    if isinstance(error, SPEAK_OF_CODE):
        return str(error)
    if isinstance(error, DomainError):
        return error.key
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, "")
    return str(getattr(error, "sqlstate", None) or "")
