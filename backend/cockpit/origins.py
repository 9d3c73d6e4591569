"""Where a request came from, with our own proxy on the same machine taken into account."""

from __future__ import annotations

from fastapi import Request

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def origin_of(request: Request) -> str:
    """The address of the caller. On loopback that is our own proxy, which adds the true address at the end."""
    host = request.client.host if request.client else ""
    return _named(request) or host if host in LOOPBACK else host


def is_local(request: Request) -> bool:
    """Whether somebody on this very machine asks, and no proxy for somebody else."""
    host = request.client.host if request.client else ""
    return host in LOOPBACK and not _named(request)


def _named(request: Request) -> str:
    return request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
