"""The video link of an issue: a room that nobody guesses, on whatever Jitsi Meet server the installation uses."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from backend.issues.models import Issue


def new_video_room() -> str:
    """A room name that nobody guesses: 128 random bits."""
    return f"youlin-{secrets.token_hex(16)}"


def video_link(issue: Issue, base_url: str) -> str | None:
    """The address at which all who work on the issue meet; None before its first task gave it a room."""
    return f"{base_url.rstrip('/')}/{quote(issue.video_room, safe='')}" if issue.video_room else None
