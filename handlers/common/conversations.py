"""The root of all conversations: of an update it asks only those who can hear it, and looks at filters in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from inspect import isclass
from itertools import chain
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import FilterObject, HandlerObject
from aiogram.filters import Command, StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram.utils.magic_filter import MagicFilter

from backend.messaging.presses import prefix_of
from handlers.common.pressed import Pressed


class Conversations(Router):
    """Holds the conversations in the order in which they are asked, once all their handlers are registered.

    There are dozens of them, and asking each costs more than answering; so who hears what is looked up.
    """

    def __init__(self, *conversations: Router) -> None:
        super().__init__(name="youlin")
        self.include_routers(*conversations)
        _look_in_place(self)
        self._by_kind = {kind: [each for each in conversations if _handlers(each, kind)] for kind in self.observers}
        hearing = self._by_kind["callback_query"]
        heard = {each: _prefixes(_handlers(each, "callback_query")) for each in hearing}
        self._by_prefix = {
            prefix: [each for each in hearing if {prefix, None} & heard[each]] for prefix in {*chain(*heard.values())}
        }
        self._by_step: dict[tuple[str, str | None, bool], Sequence[Router]] = {}

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        """Ask one after another until somebody answers."""
        for conversation in self._asked(update_type, event, kwargs.get("raw_state")):
            response = await conversation.propagate_event(update_type=update_type, event=event, **kwargs)
            if response is not UNHANDLED:
                return response
        return UNHANDLED

    def _asked(self, update_type: str, event: TelegramObject, step: str | None) -> Sequence[Router]:
        if isinstance(event, CallbackQuery):
            return self._by_prefix.get(prefix_of(event.data or ""), ()) or self._by_prefix.get(None, ())
        if isinstance(event, Message):
            return self._hearing_at(update_type, step, is_command=_is_command(event))
        return self._by_kind.get(update_type, ())

    def _hearing_at(self, kind: str, step: str | None, *, is_command: bool) -> Sequence[Router]:
        """Those with a handler for messages at this step; noted, for there are as many steps as the program has."""
        asked = (kind, step, is_command)
        if asked not in self._by_step:
            self._by_step[asked] = [
                each
                for each in self._by_kind.get(kind, ())
                if any(_may_hear(handler, step, is_command=is_command) for handler in _handlers(each, kind))
            ]
        return self._by_step[asked]


def _is_command(message: Message) -> bool:
    return (message.text or message.caption or "").lstrip().startswith("/")


def _may_hear(handler: HandlerObject, step: str | None, *, is_command: bool) -> bool:
    """Whether the filters that tell by step or command let such a message pass; the others look at it themselves."""
    filters = [each.callback for each in handler.filters or ()]
    if not is_command and any(isinstance(each, Command) and each.prefix == "/" for each in filters):
        return False
    return all(_is_at(each, step) for each in filters if isinstance(each, StateFilter))


def _is_at(states: StateFilter, step: str | None) -> bool:
    return any(
        step in state.__all_states_names__
        if isclass(state) and issubclass(state, StatesGroup)
        else (state.state if isinstance(state, State) else state) in ("*", step)
        for state in states.states
    )


def _handlers(router: Router, kind: str) -> list[HandlerObject]:
    return [handler for each in router.chain_tail for handler in each.observers[kind].handlers]


def _prefixes(handlers: Iterable[HandlerObject]) -> set[str | None]:
    """The presses that these handlers hear; None among them when one of them hears any."""
    filters = [[each.callback for each in handler.filters or ()] for handler in handlers]
    return {next((each.kind.prefix for each in some if isinstance(each, Pressed)), None) for some in filters}


def _look_in_place(root: Router) -> None:
    """Resolve each `F` where we are: it only looks at the update, and the library hands it to a thread."""
    for router in root.chain_tail:
        for observer in router.observers.values():
            for handler in observer.handlers:
                handler.filters = [_in_place(each) for each in handler.filters or ()]


def _in_place(found: FilterObject) -> FilterObject:
    return FilterObject(_resolving(found.magic)) if isinstance(found.magic, MagicFilter) else found


def _resolving(magic: MagicFilter) -> Callable[[TelegramObject], Awaitable[Any]]:
    async def fits(event: TelegramObject) -> Any:
        return magic.resolve(event)

    return fits
