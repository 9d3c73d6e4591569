"""The Telegram channel: a message becomes calls of the Bot API, an answer or refusal becomes an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import RetryAfter, TelegramError

from backend.messaging.channel import Later, Never, Outcome, OutgoingMessage, Sent, Starting, Unknown
from backend.messaging.contents import Lane
from backend.messaging.models import Action
from bot.senders.attaching import Attaching, SendingBot
from bot.senders.drafts import ApiCall, Draft
from bot.senders.limiter import LaneArgs, NoRoomYet
from bot.senders.refusals import Repair, outcome_of, repair_of

MAIN = "main"
DUTY = "duty"

LONGEST_WAIT = 10.0
"""Seconds in which a turn must come; longer waits are spent in the database, where they survive us."""
MOST_REPAIRS = 4
MOST_REFUSALS = 3
"""How often the later calls of one message wait for a 429: the first ones have left already."""

log = structlog.get_logger(__name__)


def bots_for(message: OutgoingMessage, names: Sequence[str]) -> list[str]:
    """By which bots to try, in order: a card only by the one that posted it; groups and emergencies by the duty bot."""
    if message.posted_by in names and message.posted_id is not None:
        return [message.posted_by] if message.posted_by else []
    prefers_duty = message.to.is_group or message.lane is Lane.EMERGENCY
    order = [DUTY, MAIN] if prefers_duty else [MAIN]
    return [name for name in order if name in names]


class TelegramChannel:
    """Sends with the bot that the route names; where the duty bot may not write the main one does."""

    def __init__(self, bots: Mapping[str, SendingBot], attaching: Attaching) -> None:
        self._bots = bots
        self._attaching = attaching

    async def send(self, message: OutgoingMessage, starting: Starting) -> Outcome:
        once = _Once(starting)
        if _has_nothing_to_do(message):
            return Sent("")
        outcome: Outcome = Never("no bot of this installation posted the card")
        for name in bots_for(message, tuple(self._bots)):
            outcome = await self._send_by(name, message, once)
            if not (isinstance(outcome, Never) and outcome.blocked):
                return outcome
        return outcome

    async def reconcile(self, message: OutgoingMessage) -> Outcome | None:
        """Telegram cannot be asked what a bot has said: the lane's policy decides."""
        del message
        return None

    async def _send_by(self, name: str, message: OutgoingMessage, once: _Once) -> Outcome:
        draft = await self._draft(message, self._bots[name])
        for _ in range(MOST_REPAIRS):
            answer = await self._try(name, draft, message, once)
            if not isinstance(answer, Repair):
                return answer
            log.info("telegram.repaired", message=message.id, repair=answer.name)
            draft = draft.repaired(answer)
            if answer is Repair.POST_ANEW:
                files = await self._attaching.attachments(message.content.media, self._bots[name])
                draft = replace(draft, attachments=files)
        return Never("refused again after every repair")

    async def _try(self, name: str, draft: Draft, message: OutgoingMessage, once: _Once) -> Outcome | Repair:
        try:
            message_id = await _Leaving(self._bots[name], message.lane, once).make(draft.calls())
        except NoRoomYet as wait:
            return Later(str(wait), timedelta(seconds=wait.after))
        except _HalfSent as error:
            return Unknown(f"partly sent: {error}")
        except TelegramError as error:
            repair = repair_of(error)
            if repair is Repair.NOTHING_TO_DO:
                return Sent(message.posted_id or "", name)
            return repair or outcome_of(error)
        return Sent(message_id if draft.edits is None else str(draft.edits), name)

    async def _draft(self, message: OutgoingMessage, bot: SendingBot) -> Draft:
        posted = int(message.posted_id) if message.posted_id else None
        is_edit = message.action is Action.CARD and posted is not None
        return Draft(
            chat_id=int(message.to.address),
            content=message.content,
            thread_id=message.to.thread_id,
            attachments=() if is_edit else await self._attaching.attachments(message.content.media, bot),
            edits=posted if is_edit else None,
            removes=posted if message.action is Action.REMOVE else None,
            is_card=message.action is Action.CARD,
        )


def _has_nothing_to_do(message: OutgoingMessage) -> bool:
    """A card is taken down that was never posted."""
    return message.action is Action.REMOVE and message.posted_id is None


class _HalfSent(Exception):
    """The first calls of a message were answered, a later one failed: saying all again would repeat the first."""


class _Once:
    """Awaits `starting` before the first request of a message, however many requests, repairs and bots it takes."""

    def __init__(self, starting: Starting) -> None:
        self._starting = starting
        self._has_started = False

    async def __call__(self) -> None:
        if not self._has_started:
            await self._starting()
            self._has_started = True


@dataclass(frozen=True, slots=True)
class _Leaving:
    """The calls of one message on their way out by one bot."""

    bot: SendingBot
    lane: Lane
    once: _Once

    async def make(self, calls: Sequence[ApiCall]) -> str:
        """Make the calls in order and return the id of the message."""
        if not calls:
            raise TelegramError("nothing to send")
        answered = ""
        for number, call in enumerate(calls):
            try:
                answer = await (self._first(call) if number == 0 else self._further(call))
            except TelegramError as error:
                if number == 0:
                    raise
                raise _HalfSent(error.message) from error
            if call.is_main or not answered:
                answered = _message_id(answer)
        return answered

    async def _first(self, call: ApiCall) -> Any:
        return await self._call(call, LaneArgs(self.lane, LONGEST_WAIT, self.once))

    async def _further(self, call: ApiCall) -> Any:
        for _ in range(MOST_REFUSALS - 1):
            try:
                return await self._call(call, LaneArgs(self.lane))
            except RetryAfter:
                continue  # the limiter has paused the chat: the next turn comes after the pause
        return await self._call(call, LaneArgs(self.lane))

    async def _call(self, call: ApiCall, turn: LaneArgs) -> Any:
        return await getattr(self.bot, call.method)(**call.arguments, rate_limit_args=turn)


def _message_id(answer: Any) -> str:
    message = answer[0] if isinstance(answer, tuple | list) else answer
    return str(getattr(message, "message_id", ""))
