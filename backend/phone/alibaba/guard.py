"""Who may post here: Alibaba Cloud signs nothing, so a secret in the address and, if set, its networks decide."""

from __future__ import annotations

import hmac
import json
from ipaddress import ip_address
from typing import Any

from fastapi import HTTPException, Request

from backend.phone.alibaba.settings import AlibabaAccount

LARGEST_BODY = 512 * 1024
MOST_ITEMS = 500
SHORTEST_SECRET = 16


async def posted_items(request: Request, account: AlibabaAccount, secret: str) -> list[dict[str, Any]]:
    """The objects of a post. Raises HTTPException 403 for a stranger, 400 for what is no list, 413 for too much."""
    if not _is_welcome(request, account, secret):
        raise HTTPException(403)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413)
    try:
        document = json.loads(bytes(body))
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    items = document if isinstance(document, list) else [document]
    if len(items) > MOST_ITEMS:
        raise HTTPException(413)
    return [item for item in items if isinstance(item, dict)]


def text_in(item: dict[str, Any], name: str, longest: int = 64) -> str:
    """One field as text, cut to what can be stored; numbers come with and without quotes."""
    value = item.get(name)
    return str(value)[:longest].replace("\x00", "") if isinstance(value, str | int) else ""


def _is_welcome(request: Request, account: AlibabaAccount, secret: str) -> bool:
    expected = account.callback_secret
    if len(expected) < SHORTEST_SECRET or not hmac.compare_digest(secret.encode(), expected.encode()):
        return False
    if not account.networks:
        return True
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(address in network for network in account.networks)
