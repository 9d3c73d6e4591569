"""Which TwiML is understood: verbs, their attributes, what may stand inside them; as tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What a document is for."""

    VOICE = "voice"
    SMS = "sms"


@dataclass(frozen=True)
class Verb:
    """`inside` names the verbs that may stand in it; `needs_text` where its text is what it is about."""

    attributes: frozenset[str]
    inside: frozenset[str] = frozenset()
    needs_text: bool = False


def verb(attributes: str = "", inside: str = "", *, needs_text: bool = False) -> Verb:
    return Verb(frozenset(attributes.split()), frozenset(inside.split()), needs_text)


RECORDING = (
    "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent recordingConfigurationId"
)
MACHINE = (
    "machineDetection amdStatusCallback amdStatusCallbackMethod machineDetectionTimeout "
    "machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout"
)
STATUS = "statusCallback statusCallbackEvent statusCallbackMethod"

# Speech may be marked up (SSML); what is inside is spoken as plain text.
SAY = verb("voice loop language", "break emphasis lang p phoneme prosody s say-as sub w", needs_text=False)
PLAY = verb("url loop digits")
PAUSE = verb("length")

VOICE: dict[str, Verb] = {
    "Say": SAY,
    "Play": PLAY,
    "Pause": PAUSE,
    "Gather": verb(
        "input action method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey numDigits "
        "partialResultCallback partialResultCallbackMethod language hints bargeIn debug actionOnEmptyResult "
        "speechModel enhanced",
        "Say Play Pause",
    ),
    "Record": verb(
        f"action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback {RECORDING}"
    ),
    "Redirect": verb("method", needs_text=True),
    "Hangup": verb(),
    "Reject": verb("reason"),
    "Dial": verb(
        "action method timeout hangupOnStar timeLimit callerId record trim answerOnBridge ringTone recordingTrack "
        f"sequential {RECORDING}",
        "Number Conference",
    ),
}
SMS: dict[str, Verb] = {
    "Message": verb("to from action method statusCallback", "Body"),
    "Redirect": verb("method", needs_text=True),
}
NOUNS: dict[str, Verb] = {
    "Number": verb(f"sendDigits url method {STATUS} {MACHINE}", needs_text=True),
    "Conference": verb(
        "muted beep startConferenceOnEnter endConferenceOnExit waitUrl waitMethod maxParticipants region trim "
        f"participantLabel jitterBufferSize {STATUS}",
        needs_text=True,
    ),
    "Body": verb(needs_text=True),
}
VERBS: dict[Use, dict[str, Verb]] = {Use.VOICE: VOICE, Use.SMS: SMS}
