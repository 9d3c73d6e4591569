"""How the simulated platforms and cameras push over HTTP."""

from __future__ import annotations

import httpx

from playground.devices.overhearing import HEARD, SAID, overhear

PATIENCE = 10.0


async def post(url: str, body: bytes, content_type: str = "application/json", **headers: str) -> httpx.Response:
    """One push. Raises httpx.HTTPStatusError for a refusal: a real platform then pushes again."""
    overhear(SAID, body)
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.post(url, content=body, headers={"Content-Type": content_type, **headers})
    overhear(HEARD, f"HTTP {answer.status_code} ".encode() + answer.content)
    return answer.raise_for_status()
