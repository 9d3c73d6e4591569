"""What Twilio needs to know of this installation."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.kernel.settings import Settings

NAME = "twilio"


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """One account. `auth_tokens`: the one in use, and the next while they are being changed; both sign webhooks."""

    api: str
    sid: str
    number: str
    public_url: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    signing_key: str | None = field(default=None, repr=False)
    """The shared key of webhooks that are signed with SHA-256."""
    voices: tuple[tuple[str, str, str], ...] = ()
    """Our language, Twilio's language, Twilio's voice."""
    not_called: frozenset[str] = frozenset()
    """Calling codes to which it does not call."""
    signature: str = ""

    def voice_for(self, language: str) -> tuple[str, str]:
        """Twilio's language and voice for one of ours; the first where we have none."""
        found = next((row for row in self.voices if row[0] == language), self.voices[0])
        return found[1], found[2]

    def page(self, path: str) -> str:
        """The address at which Twilio reaches a page of ours: by the settings, never by what a request claims."""
        return f"{self.public_url}/phone/twilio/{path}"


def twilio_account(settings: Settings, default_url: str) -> TwilioAccount | None:
    """The account by the settings; None where Twilio is not used."""
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None or settings.twilio_from is None:
        return None
    tokens = (settings.twilio_auth_token, settings.twilio_next_auth_token)
    return TwilioAccount(
        api=settings.twilio_api.rstrip("/"),
        sid=settings.twilio_account_sid,
        number=settings.twilio_from,
        public_url=(settings.public_url or default_url).rstrip("/"),
        auth_tokens=tuple(token.get_secret_value() for token in tokens if token is not None),
        signing_key=settings.twilio_signing_key.get_secret_value() if settings.twilio_signing_key else None,
        voices=(
            ("zh_Hans", settings.twilio_language, settings.twilio_voice),
            ("en", settings.twilio_language_en, settings.twilio_voice_en),
        ),
        not_called=frozenset(settings.twilio_not_called),
        signature=settings.sms_signature,
    )
