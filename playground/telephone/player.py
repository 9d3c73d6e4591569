"""Lets TwiML documents speak in one call: fetches them, performs their verbs in order, follows where they lead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from .connecting import dial
from .grammar import Use
from .listening import gather, record
from .records import Call, CallStatus, Hook, Line, Script
from .speaking import pause, play, say, spoken
from .stage import Stage, Turn
from .twiml import Step, Unreadable, read_twiml

if TYPE_CHECKING:
    from .surroundings import Surroundings

MOST_DOCUMENTS = 60
TEXT_KINDS = ("text/xml", "application/xml", "text/html", "application/twiml+xml")
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


async def redirect(stage: Stage, step: Step) -> Turn:
    return Turn(stage.hook(step.text, step.get("method", "POST")))


async def hang_up(stage: Stage, step: Step) -> Turn:
    stage.call.end(CallStatus.COMPLETED)
    return Turn()


async def reject(stage: Stage, step: Step) -> Turn:
    """Only as the first thing in a call that a person made: nobody has answered then, and nobody pays."""
    busy = step.get("reason", "rejected") == "busy"
    rejected = CallStatus.BUSY if busy else CallStatus.NO_ANSWER
    stage.call.end(rejected if stage.call.started_at is None else CallStatus.COMPLETED)
    return Turn()


Perform = Callable[[Stage, Step], Awaitable[Turn | None]]
VERBS: dict[str, Perform] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Record": record,
    "Redirect": redirect,
    "Hangup": hang_up,
    "Reject": reject,
    "Dial": dial,
}


class Player:
    """Performs for one call until the documents have nothing more to say."""

    def __init__(self, exchange: Surroundings, call: Call) -> None:
        self.exchange, self.call = exchange, call

    async def play(self, script: Script, form: dict[str, str]) -> None:
        """Begin with `script`; `form` is asked along with it."""
        document: str | bytes | None = script.document
        base = ""
        hook = script.hook
        for _ in range(MOST_DOCUMENTS):
            if document is None:
                if hook is None:
                    return
                document, base = await self._fetch(hook, form, script.fallback), hook.url
                if document is None:
                    await self._apologise()
                    return
            turn = await self._perform_document(document, base)
            if turn is None or turn.hook is None:
                return
            document, hook, form = None, turn.hook, turn.form
        self.exchange.complain(12400, "the documents lead on and on", self.call.sid)

    async def _fetch(self, hook: Hook, form: dict[str, str], fallback: Hook | None) -> str | bytes | None:
        asked = self.exchange.calling.form(self.call) | form
        reason = await self._try(hook, asked)
        if isinstance(reason, bytes):
            return reason
        self.exchange.complain(*reason, self.call.sid)
        if fallback is None:
            return None
        told = {"ErrorCode": str(reason[0]), "ErrorUrl": hook.url}
        again = await self._try(fallback, asked | told)
        if isinstance(again, bytes):
            return again
        self.exchange.complain(*again, self.call.sid)
        return None

    async def _try(self, hook: Hook, form: dict[str, str]) -> bytes | tuple[int, str]:
        """Return the document, or the code and reason why there is none."""
        answer = await self.exchange.webhooks.ask(hook, form)
        if answer is None:
            return 11200, f"no answer from {hook.url}"
        if not 200 <= answer.status < 300:
            return 11200, f"{hook.url} answered {answer.status}"
        if not answer.kind.startswith(TEXT_KINDS):
            return 12300, f"{hook.url} answered with {answer.kind or 'no kind of content'}"
        return answer.body

    async def _perform_document(self, document: str | bytes, base: str) -> Turn | None:
        try:
            steps = read_twiml(document, Use.VOICE)
        except Unreadable as problem:
            self.exchange.complain(problem.code, str(problem), self.call.sid)
            await self._apologise()
            return None
        stage = Stage(self.exchange, self.call, base)
        for step in steps:
            if step.name != "Reject":
                self.exchange.calling.answered(self.call)
            turn = await VERBS[step.name](stage, step)
            if turn is not None:
                return turn
        return None

    async def _apologise(self) -> None:
        self.exchange.calling.answered(self.call)
        self.exchange.calling.hear(self.call, Line("said", APOLOGY, "en"))
        await spoken(Stage(self.exchange, self.call, ""), APOLOGY, "en")
