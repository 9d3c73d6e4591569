"""The life of an SMS, ordered by the program or written by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .faults import CarrierFault
from .grammar import Use
from .handsets import Handset, Manner
from .names import sid
from .records import Hook, Message, MessageStatus
from .refusals import Impossible
from .twiml import Step, Unreadable, read_twiml

if TYPE_CHECKING:
    from .surroundings import Surroundings

LONGEST = 1600
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
UNREACHABLE = 30003
FILTERED = 30007
EXPIRED = 30036
FAILED = 30008
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START_WORDS = frozenset({"start", "yes", "unstop"})
MOST_REDIRECTS = 10


def segments(body: str) -> int:
    """How many parts the carrier bills: 160/153 letters of the basic alphabet, else 70/67 UTF-16 units."""
    basic = set(body) <= BASIC
    length = len(body) if basic else len(body.encode("utf-16-le")) // 2
    whole, part = (160, 153) if basic else (70, 67)
    return 1 if length <= whole else -(-length // part)


class Texting:
    """Messages of one exchange. While `queue_stands` nothing leaves Twilio's queue (the carrier is away)."""

    def __init__(self, exchange: Surroundings) -> None:
        self.exchange = exchange
        self.queue_stands = False
        self._queue: list[Message] = []

    # -- the program sends ----------------------------------------------------------------------------------------

    def order(self, *, to: str, from_: str, body: str, hook: Hook | None, valid_seconds: float = 36_000) -> Message:
        message = self._new("outbound-api", to, from_, body, MessageStatus.QUEUED)
        message.status_hook, message.valid_seconds = hook, valid_seconds
        self._change(message, MessageStatus.QUEUED)
        if self.queue_stands:
            self._queue.append(message)
        else:
            self._deliver(message)
        return message

    def let_queue_go(self) -> None:
        """The carrier is back: what is still valid is delivered, the rest fails."""
        self.queue_stands = False
        waiting, self._queue = self._queue, []
        now = self.exchange.clock.now()
        for message in waiting:
            if (now - message.created_at).total_seconds() > message.valid_seconds:
                self._change(message, MessageStatus.FAILED, EXPIRED)
            else:
                self._deliver(message)

    def _deliver(self, message: Message) -> None:
        fault = self.exchange.faults.take("carrier", "messages")
        if fault is not None and fault.kind == CarrierFault.FAILED:
            self._change(message, MessageStatus.FAILED, FAILED)
            return
        handset = self.exchange.handset(message.to)
        message.sent_at = self.exchange.clock.now()
        self._change(message, MessageStatus.SENT)
        if fault is not None and fault.kind == CarrierFault.LOST:
            return
        if fault is not None or handset.manner is Manner.UNREACHABLE:
            self._change(message, MessageStatus.UNDELIVERED, FILTERED if fault else UNREACHABLE)
            return
        handset.messages.append(message)
        self._change(message, MessageStatus.DELIVERED)

    # -- a person writes ------------------------------------------------------------------------------------------

    def write(self, handset: Handset, to: str, body: str) -> Message:
        """Send from a telephone to one of the program's numbers."""
        number = self.exchange.numbers.get(to)
        if number is None or number.sms_url is None:
            raise Impossible("nobody reads messages to this number")
        if handset.landline:
            raise Impossible("a landline cannot write messages")
        if not body.strip() or len(body) > LONGEST:
            raise Impossible(f"a message has 1 to {LONGEST} characters")
        message = self._new("inbound", to, handset.number, body, MessageStatus.RECEIVED)
        message.sent_at = message.created_at
        handset.messages.append(message)
        self.exchange.tell_message(handset.number, message)
        self._hear_stop(handset, to, body)
        self.exchange.background.start(self._ask(message, Hook(number.sms_url)))
        return message

    def _hear_stop(self, handset: Handset, to: str, body: str) -> None:
        word = body.strip().lower()
        if word in STOP_WORDS:
            handset.refuses_from.add(to)
        elif word in START_WORDS:
            handset.refuses_from.discard(to)

    async def _ask(self, message: Message, hook: Hook) -> None:
        """Let the program answer with a document of messages."""
        for _ in range(MOST_REDIRECTS):
            answer = await self.exchange.webhooks.ask(hook, self.inbound_form(message))
            if answer is None or not 200 <= answer.status < 300:
                self.exchange.complain(11200, f"no answer from {hook.url}", message.sid)
                return
            if not answer.body.strip():
                return
            try:
                steps = read_twiml(answer.body, Use.SMS)
            except Unreadable as problem:
                self.exchange.complain(problem.code, str(problem), message.sid)
                return
            redirection = self._reply(message, steps)
            if redirection is None:
                return
            hook = Hook(redirection)

    def _reply(self, message: Message, steps: tuple[Step, ...]) -> str | None:
        for step in steps:
            if step.name == "Redirect":
                return step.text
            body = step.text or "".join(child.text for child in step.inside)
            hook = Hook(step.get("statusCallback")) if step.get("statusCallback") else None
            self.order(to=step.get("to", message.from_), from_=step.get("from", message.to), body=body, hook=hook)
        return None

    # -- telling --------------------------------------------------------------------------------------------------

    def inbound_form(self, message: Message) -> dict[str, str]:
        return self._names(message) | {
            "SmsStatus": message.status.value,
            "Body": message.body,
            "NumMedia": "0",
            "NumSegments": str(message.segments),
        }

    def _names(self, message: Message) -> dict[str, str]:
        return {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "AccountSid": self.exchange.account_sid,
            "From": message.from_,
            "To": message.to,
            "ApiVersion": "2010-04-01",
        }

    def _new(self, direction: str, to: str, from_: str, body: str, status: MessageStatus) -> Message:
        now = self.exchange.clock.now()
        message = Message(sid("SM"), to, from_, body, direction, now, status, segments(body))
        self.exchange.messages[message.sid] = message
        return message

    def _change(self, message: Message, status: MessageStatus, error: int | None = None) -> None:
        message.status, message.error_code = status, error
        message.updated_at = self.exchange.clock.now()
        self.exchange.tell_message(message.to, message)
        if message.status_hook is None:
            return
        form = self._names(message) | {"MessageStatus": status.value, "SmsStatus": status.value}
        if error is not None:
            form["ErrorCode"] = str(error)
        last = status not in {MessageStatus.QUEUED, MessageStatus.SENT}
        self.exchange.webhooks.tell(f"messages/{message.sid}", message.status_hook, form, last=last)
