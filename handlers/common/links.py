"""Addresses that we hand to people: deep links into the bot, pages of the staff's web door."""

from __future__ import annotations

from dataclasses import dataclass

from backend.registry.invitations import PAYLOAD

INVITATION = PAYLOAD
"""What a deep link's payload begins with when it grants a role; the rest is the token."""

CONTACT = "kin-"
"""When an elder's relative makes this chat known as theirs."""

CHECK_IN = "in-"
"""When a provider's camera reads the code of somebody who came."""

DAY = "day-"
"""What a poster's code opens: the services of that service day."""


@dataclass(frozen=True, slots=True)
class Links:
    """`bot_username` is without the @; `web` is the base address without a slash at its end."""

    bot_username: str
    web: str

    def deep(self, payload: str) -> str:
        """A link that starts the bot with `payload` (Telegram: at most 64 of A-Z a-z 0-9 _ -)."""
        return f"https://t.me/{self.bot_username}?start={payload}"

    def invitation(self, token: str) -> str:
        """The link that grants a role to whoever opens it first."""
        return self.deep(INVITATION + token)

    def page(self, path: str) -> str:
        """A page of the staff's web door."""
        return f"{self.web}/{path.lstrip('/')}"
