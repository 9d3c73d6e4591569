"""Whether a failed request can have left at all: what no connection was made for was certainly not carried."""

from __future__ import annotations

from requests import ConnectTimeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, ConnectTimeout, ConnectionRefusedError)


def never_connected(error: BaseException) -> bool:
    """Whether the chain of causes says that no connection was made. Libraries wrap causes in many ways."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, NEVER_LEFT):
            return True
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            inner = (getattr(cause, name, None) for name in ("reason", "inner_exception"))
            waiting += [cause.__cause__, cause.__context__, *inner, *cause.args]
    return False
