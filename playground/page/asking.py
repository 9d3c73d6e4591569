"""What the page's own routes are asked: small JSON objects, or a plain refusal."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

LARGEST_BODY = 4096


class Unfit(Exception):
    """What was asked makes no sense; the message says why."""


async def read_json(request: Request) -> dict[str, Any]:
    """Return the object in the body; raises `Unfit` for anything else."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise Unfit("too long")
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        raise Unfit("JSON is needed") from None
    if not isinstance(given, dict):
        raise Unfit("a JSON object is needed")
    return given


async def refuse(request: Request, problem: Exception) -> Response:
    """Answer `Unfit` as the control API answers what makes no sense."""
    return JSONResponse({"error": str(problem)}, 400)
