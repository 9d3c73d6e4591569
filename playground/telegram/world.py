"""The `World`: everything that exists in the local Telegram, and the few primitives by which it changes.

Invariants: a message belongs to one chat and its id is never used again; a bot hears only of chats it is in, and
never of what it did itself; after an upgrade nothing is written in the old group.
"""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .clock import Clock, MachineClock
from .errors import Impossible, bad_request, forbidden, unauthorized
from .events import EventLog
from .faults import UPDATE_FAULTS, Fault, Faults
from .files import FileStore
from .hearing import bots_hearing
from .limits import Limits
from .render import message_object
from .shapes import StatisticsView
from .state import Bot, Chat, Group, Message, Person, Press, PrivateChat, Status, User
from .views import message_view

FIRST_PERSON = 5_500_000_001  # beyond 32 bits, as the ids of new accounts are
FIRST_GROUP = 4_100_000_001
FIRST_SUPERGROUP = 1_002_200_000_001
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})?")
Record = TypeVar("Record")
QUERY_LIFETIME = 30.0  # Telegram does not say; shorter than any bot should take


class World:
    """All people, bots, chats and files of one local Telegram. One event loop, no threads."""

    def __init__(
        self, clock: Clock | None = None, *, ticks: Callable[[], float] = time.monotonic, epoch: int = 0
    ) -> None:
        """`epoch` is added to every number, so that a bot that remembers an earlier world confuses nothing."""
        self.clock = clock or MachineClock()
        self.epoch = epoch
        self.people: dict[int, Person] = {}
        self.bots: dict[int, Bot] = {}
        self.groups: dict[int, Group] = {}
        self.private_chats: dict[tuple[int, int], PrivateChat] = {}
        self.presses: dict[str, Press] = {}
        self.files = FileStore()
        self.events = EventLog()
        self.limits = Limits(ticks)
        self.faults = Faults()
        self.query_lifetime = QUERY_LIFETIME
        self.webhook_pauses: tuple[float, ...] = (0.2, 0.5, 1, 2, 5, 10, 30)
        self.on_webhook: list[Callable[[Bot], None]] = []
        self._tokens: dict[str, Bot] = {}
        self._person_ids = itertools.count(FIRST_PERSON)
        self._group_ids = itertools.count(FIRST_GROUP)
        self._supergroup_ids = itertools.count(FIRST_SUPERGROUP)
        self._moves = itertools.count(1)
        self.clear_statistics()

    # -- who there is --------------------------------------------------------------------------------------------

    def add_bot(self, token: str, username: str, name: str | None = None, *, privacy: bool = True) -> Bot:
        """Register a bot as BotFather would; the number before the colon of the token is its id."""
        number, _, secret = token.partition(":")
        if not (number.isdecimal() and secret) or int(number) in self.bots:
            raise Impossible("a token is NUMBER:SECRET and its number is not yet taken")
        bot = Bot(int(number), token, name or username, username, privacy=privacy)
        bot.updates.begin_after(self.epoch)
        self.bots[bot.id] = self._tokens[token] = bot
        return bot

    def add_person(
        self,
        first_name: str,
        last_name: str | None = None,
        *,
        username: str | None = None,
        language_code: str | None = "zh-hans",
        phone: str | None = None,
        id: int | None = None,  # noqa: A002 - the name of the control API's field
    ) -> Person:
        """Give somebody a telephone. Without an id they get the next free one."""
        if not 1 <= len(first_name) <= 64 or (id is not None and (id in self.people or not 0 < id < 2**52)):
            raise Impossible("a person has a first name of at most 64 characters and a free, positive id")
        number = next(self._person_ids) if id is None else id
        person = Person(number, first_name, last_name, username, language_code, phone)
        self.people[person.id] = person
        return person

    def set_language(self, language_code: str) -> None:
        """Everybody's Telegram shows this language from now on; bots learn of it with the next update of each."""
        if not LANGUAGE_CODE.fullmatch(language_code):
            raise Impossible("a language is a code as zh-hans or en")
        for person in self.people.values():
            person.language_code = language_code

    def new_group(self, title: str, *, supergroup: bool, group_id: int | None = None) -> Group:
        """Register a group. Without an id (negative, as Telegram's are) it gets the next free one."""
        number = -next(self._supergroup_ids if supergroup else self._group_ids) if group_id is None else group_id
        if number >= 0 or number in self.groups:
            raise Impossible("a group has a free, negative id")
        group = Group(group_id=number, title=title, supergroup=supergroup, next_id=self.epoch + 1)
        self.groups[group.id] = group
        return group

    def bot_with(self, token: str) -> Bot:
        bot = self._tokens.get(token)
        if bot is None:
            raise unauthorized()
        return bot

    def person(self, person_id: int) -> Person:
        return _known(self.people, person_id, "person")

    def bot(self, bot_id: int) -> Bot:
        return _known(self.bots, bot_id, "bot")

    def group(self, group_id: int) -> Group:
        return _known(self.groups, group_id, "group")

    def user(self, user_id: int) -> User:
        return self.bots.get(user_id) or self.person(user_id)

    # -- chats ---------------------------------------------------------------------------------------------------

    def private_chat(self, bot: Bot, person: Person) -> PrivateChat:
        """Return the chat of these two, an empty one when they have not spoken yet."""
        key = (bot.id, person.id)
        if key not in self.private_chats:
            self.private_chats[key] = PrivateChat(bot=bot, person=person, next_id=self.epoch + 1)
        return self.private_chats[key]

    def window(self, person: Person, chat_id: int) -> Chat:
        """Return a chat by the number under which `person` knows it."""
        if chat_id > 0:
            return self.private_chat(self.bot(chat_id), person)
        group = self.group(chat_id)
        if person.id not in group.members:
            raise Impossible("no such chat", status=404)
        return group

    def windows(self, person: Person) -> list[Chat]:
        """Return every chat that `person` has on the screen; the one that moved last comes first."""
        private = [self.private_chat(bot, person) for bot in self.bots.values()]
        groups = [group for group in self.groups.values() if group.upgraded_to is None]
        mine = [group for group in groups if person.id in group.members and group.members[person.id].present]
        return sorted([*private, *mine], key=lambda chat: chat.moved_at, reverse=True)

    def chat_for(self, bot: Bot, chat_id: int | str) -> Chat:
        """Return a chat by the number under which `bot` knows it; refuses what the bot cannot reach."""
        if isinstance(chat_id, str):
            raise bad_request("chat not found")
        if chat_id > 0:
            return self._private_for(bot, chat_id)
        group = self.groups.get(chat_id)
        if group is None or bot.id not in group.members:
            raise bad_request("chat not found")
        if group.upgraded_to is not None:
            reason = "group chat was upgraded to a supergroup chat"
            raise bad_request(reason, migrate_to_chat_id=group.upgraded_to)
        if not group.members[bot.id].present:
            kind = "supergroup" if group.supergroup else "group"
            kicked = group.members[bot.id].status is Status.KICKED
            raise forbidden(f"bot {'was kicked from' if kicked else 'is not a member of'} the {kind} chat")
        return group

    def _private_for(self, bot: Bot, person_id: int) -> PrivateChat:
        if person_id in self.bots:
            raise forbidden("bots can't send messages to bots")
        if person_id not in self.people:
            raise bad_request("chat not found")
        chat = self.private_chats.get((bot.id, person_id))
        if chat is None or not (chat.started or chat.blocked):
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def history(self, chat: Chat) -> list[Message]:
        """Return a chat's messages, oldest first; before those of an upgraded group come the ones it had."""
        own = list(chat.messages.values())
        if isinstance(chat, Group) and chat.upgraded_from is not None:
            return list(self.groups[chat.upgraded_from].messages.values()) + own
        return own

    def people_in(self, chat: Chat) -> list[Person]:
        if isinstance(chat, PrivateChat):
            return [chat.person]
        assert isinstance(chat, Group)
        return chat.people()

    # -- messages ------------------------------------------------------------------------------------------------

    def now(self) -> float:
        return self.clock.now().timestamp()

    def post(self, chat: Chat, sender: User | None, **content: Any) -> Message:
        """Write a message into a chat and let everybody there know."""
        message = Message(chat, chat.next_id, int(self.now()), sender, **content)
        chat.next_id += 1
        chat.messages[message.id] = message
        chat.moved_at = next(self._moves)
        if isinstance(sender, Person):
            chat.read[sender.id] = message.id
        elif isinstance(sender, Bot) and isinstance(chat, Group):
            chat.last_bot_to_speak = sender.id
        self.inform_bots("message", message)
        self.inform_people("message", message)
        return message

    def mark_edited(self, message: Message, *, visibly: bool = True) -> None:
        """Let everybody know of an edit. A changed keyboard alone does not show as one."""
        if visibly:
            message.edited_at = int(self.now())
            self.inform_bots("edited_message", message)
        self.inform_people("edited", message)

    def remove(self, chat: Chat, message_ids: Iterable[int]) -> None:
        """Delete messages for everybody. Bots are not told, as in life."""
        gone = [number for number in message_ids if chat.messages.pop(number, None) is not None]
        chat.pinned = [number for number in chat.pinned if number not in gone]
        if gone:
            self.tell(chat, "deleted", chat_id=chat.window_id, message_ids=gone)

    def inform_bots(self, kind: str, message: Message) -> None:
        for bot in bots_hearing(message):
            bot.updates.add(kind, message_object(bot, message))

    def inform_people(self, kind: str, message: Message) -> None:
        self.tell(message.chat, kind, message=message_view(message))

    def tell(self, chat: Chat, kind: str, **content: Any) -> None:
        people = [person.id for person in self.people_in(chat)]
        self.events.tell(kind, {"people": people, **content})

    def chat_changed(self, chat: Chat) -> None:
        self.tell(chat, "chat", chat_id=chat.window_id)

    # -- everything ----------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return str(secrets.randbits(60))

    def order_fault(self, fault: Fault) -> None:
        """Let the next calls, or the next deliveries to every bot, go wrong."""
        if fault.kind not in UPDATE_FAULTS:
            self.faults.add(fault)
            return
        for bot in self.bots.values():
            if fault.kind == "duplicate_updates":
                bot.updates.duplicates += fault.times
            else:
                bot.updates.reversals += fault.times

    def clear_statistics(self) -> None:
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[int] = Counter()
        self.sends: Counter[int] = Counter()

    def statistics(self) -> StatisticsView:
        return StatisticsView(
            limit_model=self.limits.model,
            calls=dict(self.calls),
            refusals={str(code): count for code, count in self.refusals.items()},
            sends={str(chat_id): count for chat_id, count in self.sends.items()},
        )

    def clear(self) -> None:
        """Empty all chats and queues; people, bots and groups stay, and message ids go on."""
        for chat in [*self.private_chats.values(), *self.groups.values()]:
            chat.messages.clear()
            chat.keyboards.clear()
            chat.force_replies.clear()
            chat.pinned.clear()
        for bot in self.bots.values():
            bot.updates.clear()
        self.presses.clear()
        self.clear_statistics()
        self.events.tell("reset", {})


def _known(table: dict[int, Record], key: int, what: str) -> Record:
    if key not in table:
        raise Impossible(f"no such {what}", status=404)
    return table[key]
