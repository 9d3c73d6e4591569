"""The life of a call: ordered or dialled, ringing, talking, over; each step told to who watches."""

from __future__ import annotations

from email.utils import format_datetime

from .background import first_of
from .handsets import Handset, Manner
from .names import sid
from .player import Player
from .records import ENDED, Call, CallStatus, Direction, Hook, Line, MachineCheck, Script, Watch
from .refusals import Impossible
from .surroundings import Surroundings

API_VERSION = "2010-04-01"
EVENTS = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
    **dict.fromkeys(ENDED, "completed"),
}
CHECK_SECONDS = 2.0


class Calling:
    """Places and receives calls of one exchange."""

    def __init__(self, exchange: Surroundings) -> None:
        self.exchange = exchange

    # -- beginning ------------------------------------------------------------------------------------------------

    def order(
        self,
        *,
        to: str,
        from_: str,
        script: Script,
        watch: Watch,
        ring_seconds: float = 60,
        time_limit: float = 14_400,
        machine_check: MachineCheck | None = None,
    ) -> Call:
        """Call somebody for the program; returns at once, queued."""
        call = self._new(Direction.OUTBOUND_API, to, from_, script, watch)
        call.ring_seconds, call.time_limit, call.machine_check = ring_seconds, time_limit, machine_check
        self.exchange.background.start(self._lead(call))
        return call

    def branch(self, parent: Call, to: str, *, from_: str, ring_seconds: float, script: Script, watch: Watch) -> Call:
        """Call somebody for a document that says Dial; `joined` is set once they may be heard."""
        call = self._new(Direction.OUTBOUND_DIAL, to, from_, script, watch)
        call.parent, call.ring_seconds = parent, ring_seconds
        self.exchange.background.start(self._lead(call))
        return call

    def dial(self, handset: Handset, to: str) -> Call:
        """Let a person call one of the program's numbers."""
        number = self.exchange.numbers.get(to)
        if number is None or number.voice_url is None:
            raise Impossible("nobody answers at this number")
        if handset.call is not None:
            raise Impossible("this telephone is in a call already")
        watch = Watch(Hook(number.status_url)) if number.status_url else Watch()
        call = self._new(Direction.INBOUND, to, handset.number, Script(Hook(number.voice_url)), watch)
        handset.calls.append(call)
        self.exchange.background.start(self._receive(call))
        return call

    def _new(self, direction: Direction, to: str, from_: str, script: Script, watch: Watch) -> Call:
        call = Call(sid("CA"), to, from_, direction, self.exchange.clock.now(), script, watch)
        self.exchange.calls[call.sid] = call
        return call

    # -- living ---------------------------------------------------------------------------------------------------

    async def _lead(self, call: Call) -> None:
        self._change(call, CallStatus.INITIATED)
        outcome = await self._ring(call)
        if outcome is None:
            await self._talk(call)
            outcome = call.outcome
        self._end(call, outcome)

    async def _receive(self, call: Call) -> None:
        """A person calls: nobody rings, the document answers (or refuses) at once."""
        call.status = CallStatus.RINGING
        self.exchange.tell_call(call)
        await self._talk(call)
        self._end(call, call.outcome)

    async def _ring(self, call: Call) -> CallStatus | None:
        """Return how it failed; None when somebody, or a machine, has answered."""
        if call.put_down.is_set():
            return call.outcome
        handset = self.exchange.handset(call.to)
        if self.exchange.faults.take("carrier", "calls") is not None or handset.manner is Manner.UNREACHABLE:
            return CallStatus.FAILED
        if handset.manner is Manner.BUSY or handset.call is not None:
            return CallStatus.BUSY
        handset.calls.append(call)
        self._change(call, CallStatus.RINGING)
        return await self._await_answer(call, handset)

    async def _await_answer(self, call: Call, handset: Handset) -> CallStatus | None:
        pace, manner = self.exchange.pace, handset.manner
        if manner is Manner.RINGS_OUT and pace.quick:
            return CallStatus.NO_ANSWER
        until_machine = 0 if pace.quick else pace.voicemail_seconds
        machine_comes = manner is Manner.VOICEMAIL and until_machine < call.ring_seconds
        seconds = until_machine if machine_comes else call.ring_seconds
        first = await first_of(call.picked_up.wait(), call.put_down.wait(), seconds=seconds)
        if first == 1:
            return call.outcome
        if first is None and not machine_comes:
            return CallStatus.NO_ANSWER
        call.answered_by = "machine_start" if first is None or handset.manner is Manner.VOICEMAIL else "human"
        return None

    async def _talk(self, call: Call) -> None:
        """Let the document speak until somebody puts down; a redirection lets another one speak."""
        if call.direction is not Direction.INBOUND:
            self.answered(call)
        form = await self._check_for_machine(call)
        while not call.put_down.is_set():
            call.redirected.clear()
            playing = Player(self.exchange, call).play(call.script, form)
            await first_of(playing, call.put_down.wait(), call.redirected.wait(), seconds=call.time_limit)
            if not call.redirected.is_set():
                break
        if call.direction is Direction.OUTBOUND_DIAL and not call.put_down.is_set():
            call.joined.set()
            await call.put_down.wait()

    def answered(self, call: Call) -> None:
        """Count from now on; safe to say twice."""
        if call.started_at is None:
            call.started_at = self.exchange.clock.now()
            self._change(call, CallStatus.IN_PROGRESS)

    async def _check_for_machine(self, call: Call) -> dict[str, str]:
        """Recognise a machine; gives what the document is asked with where the check comes first."""
        check = call.machine_check
        if check is None:
            return {}
        found = {"AnsweredBy": call.answered_by or "unknown"}
        if check.waits:
            await self.exchange.pace.wait(CHECK_SECONDS)
            return found
        if check.hook is not None:
            form = self.form(call) | found | {"MachineDetectionDuration": str(int(1000 * CHECK_SECONDS))}
            self.exchange.webhooks.tell(f"amd/{call.sid}", check.hook, form)
        return {}

    def _end(self, call: Call, outcome: CallStatus) -> None:
        call.end(outcome)
        call.ended_at = self.exchange.clock.now()
        for partner in call.partners:
            if call in partner.partners:
                partner.partners.remove(call)
        call.partners = []
        self._change(call, outcome)
        call.ended.set()

    # -- what persons and programs do -----------------------------------------------------------------------------

    def pick_up(self, handset: Handset) -> Call:
        call = handset.call
        if call is None or call.status is not CallStatus.RINGING or call.direction is Direction.INBOUND:
            raise Impossible("nothing rings")
        call.picked_up.set()
        return call

    def put_down(self, handset: Handset) -> Call:
        """Hang up, or refuse what rings."""
        call = _live(handset)
        refused = call.status is CallStatus.RINGING and call.direction is not Direction.INBOUND
        call.end(CallStatus.BUSY if refused else CallStatus.COMPLETED)
        return call

    def press(self, handset: Handset, keys: str) -> bool:
        """Press keys; returns whether anybody listened to all of them."""
        call = _live(handset)
        heard = [call.ear.press(key) for key in keys]
        return all(heard)

    def speak(self, handset: Handset, words: str) -> bool:
        """Say something into the telephone; partners of the call hear it, and a document that listens."""
        call = _live(handset)
        for partner in call.partners:
            self.hear(partner, Line("spoken", words, by=call.number))
        return call.ear.speak(words) or bool(call.partners)

    def meet_manner(self, call: Call, manner: Manner) -> None:
        """What rings just now meets the telephone's new manner."""
        if call.status is not CallStatus.RINGING or call.direction is Direction.INBOUND:
            return
        ends = {Manner.BUSY: CallStatus.BUSY, Manner.UNREACHABLE: CallStatus.FAILED}
        if manner is Manner.RINGS_OUT and self.exchange.pace.quick:
            call.end(CallStatus.NO_ANSWER)
        elif manner is Manner.VOICEMAIL:
            call.picked_up.set()
        elif manner in ends:
            call.end(ends[manner])

    def redirect(self, call: Call, script: Script) -> None:
        """Let another document speak from now on; a call that still rings will begin with it."""
        call.script = script
        call.redirected.set()

    def hear(self, call: Call, line: Line) -> None:
        """Let the person at the other end hear something."""
        call.lines.append(line)
        self.exchange.tell_call(call)

    # -- telling --------------------------------------------------------------------------------------------------

    def form(self, call: Call) -> dict[str, str]:
        """What every request about a call says."""
        form = {
            "CallSid": call.sid,
            "AccountSid": self.exchange.account_sid,
            "From": call.from_,
            "To": call.to,
            "Caller": call.from_,
            "Called": call.to,
            "CallStatus": call.status.value,
            "ApiVersion": API_VERSION,
            "Direction": call.direction.value,
        }
        return form | ({"ParentCallSid": call.parent.sid} if call.parent else {})

    def _change(self, call: Call, status: CallStatus) -> None:
        call.status = status
        call.updated_at = self.exchange.clock.now()
        event = EVENTS[status]
        if call.watch.hook is not None and event in call.watch.events:
            form = self.form(call) | {
                "Timestamp": format_datetime(call.updated_at),
                "CallbackSource": "call-progress-events",
                "SequenceNumber": str(call.sequence),
            }
            if status in ENDED:
                form |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60))}
            if call.answered_by is not None and call.machine_check is not None:
                form["AnsweredBy"] = call.answered_by
            self.exchange.webhooks.tell(f"calls/{call.sid}", call.watch.hook, form, last=status in ENDED)
        call.sequence += 1
        self.exchange.tell_call(call)


def _live(handset: Handset) -> Call:
    if handset.call is None:
        raise Impossible("this telephone is in no call")
    return handset.call
