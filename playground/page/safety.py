"""Keeps the page to itself: security headers on every answer, and no acting for pages of other origins."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), geolocation=(), camera=()",
}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def guarded(application: Any) -> Any:
    """Wrap an ASGI application; an answer that has its own policy keeps it."""

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] not in READING and is_foreign(Headers(scope=scope)):
            await JSONResponse({"error": "another page may not act here"}, 403)(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await application(scope, receive, send_with_headers)

    return guard


def is_foreign(headers: Headers) -> bool:
    """Whether a browser sends this for a page of another origin; programs send no Origin."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")
