"""TwiML as we speak it: slow and calm, in the language of the one who listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Response
from twilio.twiml.voice_response import Gather, VoiceResponse

from backend.kernel.texts import Texts
from backend.phone.twilio.settings import TwilioAccount

KEY_SECONDS = 8
"""Old hands need time to find a key."""
LONGEST_SPEECH = 1_500


@dataclass(frozen=True, slots=True)
class Speech:
    """One answer in the making: what is said, then what is listened for."""

    texts: Texts
    account: TwilioAccount
    language: str
    twiml: VoiceResponse

    def say(self, key: str, **params: object) -> Speech:
        """Say words of the catalogue."""
        return self.say_text(self.texts.say(self.language, key, **params))

    def say_text(self, text: str) -> Speech:
        """Say what somebody else has put into words."""
        _say(self.twiml, self, text)
        return self

    def ask(self, action: str, texts: tuple[str, ...], *, digits: int = 1, seconds: int = KEY_SECONDS) -> Speech:
        """Say all of this and listen for keys meanwhile and after; without a key `action` is asked all the same."""
        gather = Gather(
            input="dtmf",
            num_digits=digits,
            timeout=seconds,
            finish_on_key="" if digits == 1 else "#",
            action=self.account.page(action),
            method="POST",
            action_on_empty_result=True,
        )
        for text in texts:
            _say(gather, self, text)
        self.twiml.append(gather)
        return self

    def go_to(self, path: str) -> Speech:
        """Go on at another page of ours."""
        self.twiml.redirect(self.account.page(path), method="POST")
        return self

    def wait(self, seconds: int) -> Speech:
        self.twiml.pause(length=seconds)
        return self

    def hang_up(self) -> Response:
        """End the call after this."""
        self.twiml.hangup()
        return self.answer()

    def answer(self) -> Response:
        """The answer to Twilio."""
        return Response(str(self.twiml), media_type="application/xml")


def speech(texts: Texts, account: TwilioAccount, language: str) -> Speech:
    """A new answer in this language."""
    return Speech(texts, account, language, VoiceResponse())


def words(texts: Texts, language: str, key: str, params: Mapping[str, object] | None = None) -> str:
    """Words of the catalogue."""
    return texts.say(language, key, **(params or {}))


def _say(verb: VoiceResponse | Gather, speaker: Speech, text: str) -> None:
    language, voice = speaker.account.voice_for(speaker.language)
    # Control characters would make the document unreadable for Twilio.
    readable = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    verb.say(readable[:LONGEST_SPEECH], language=language, voice=voice)
