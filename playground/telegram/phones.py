"""Telephones for tests: what a person does, sees and waits for, without sleeping and without missing anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Unpack

from . import people, pressing
from .camera import photo, picture
from .commands import command_views
from .errors import Impossible
from .events import Event
from .files import Upload
from .inbox import Inbox, NotSeen, said, words_of
from .places import Place, Where, addressed, window_id
from .shapes import ChatView, CommandView, MessageView, PressView
from .state import Bot, Chat, Message, Person, Press
from .views import chat_view, message_view, press_view
from .world import World
from .writing import message_in

__all__ = ["NotSeen", "Phone", "PhoneBook", "photo"]

PATIENCE = 5.0


class Phone:
    """One person's telephone.

    `at` and `in_chat` name a chat window: a `Group`, a `Bot` or its id; nothing said is the chat with the first bot.
    What others write is kept until a step of the test consumes it; see `PhoneBook.unexpected`.
    """

    def __init__(self, world: World, person: Person, looked_at: set[tuple[int, int]] | None = None) -> None:
        self.world = world
        self.person = person
        self.inbox = Inbox(person.id, set() if looked_at is None else looked_at)

    # -- doing ---------------------------------------------------------------------------------------------------

    async def sends(self, text: str, **place: Unpack[Place]) -> MessageView:
        return self._write(people.send_text, place, text)

    async def sends_photo(
        self, caption: str | None = None, *, content: bytes | None = None, **place: Unpack[Place]
    ) -> MessageView:
        return self._write(people.send_photo, place, [picture(content)], caption)

    async def sends_album(
        self, contents: Iterable[bytes] | int = 3, caption: str | None = None, **place: Unpack[Place]
    ) -> list[MessageView]:
        """Send several photos at once; a number makes that many."""
        if isinstance(contents, int):
            contents = [photo(f"hsl({20 * number}, 50%, 50%)") for number in range(contents)]
        uploads = [picture(content) for content in contents]
        where = addressed(self.world, place)
        return [
            message_view(m) for m in people.send_album(self.world, self.person, files=uploads, caption=caption, **where)
        ]

    async def sends_voice(
        self, content: bytes = b"OggS voice", *, seconds: int = 3, **place: Unpack[Place]
    ) -> MessageView:
        return self._write(people.send_voice, place, [Upload(None, "audio/ogg", content)], seconds)

    async def sends_document(
        self, name: str, content: bytes, *, mime: str | None = None, caption: str | None = None, **place: Unpack[Place]
    ) -> MessageView:
        return self._write(people.send_document, place, [Upload(name, mime, content)], caption)

    async def sends_video(
        self, content: bytes = b"video", *, caption: str | None = None, **place: Unpack[Place]
    ) -> MessageView:
        return self._write(people.send_video, place, [Upload("video.mp4", "video/mp4", content)], caption)

    async def sends_location(self, latitude: float, longitude: float, **place: Unpack[Place]) -> MessageView:
        return self._write(people.send_location, place, latitude, longitude)

    async def shares_live(
        self, latitude: float, longitude: float, *, seconds: int = 900, **place: Unpack[Place]
    ) -> MessageView:
        return self._write(people.send_location, place, latitude, longitude, None, seconds)

    async def moves(self, message: MessageView, latitude: float, longitude: float) -> MessageView:
        return self._do(people.move_location, message["chat_id"], message["id"], latitude, longitude)

    async def stops_sharing(self, message: MessageView) -> MessageView:
        return self._do(people.stop_location, message["chat_id"], message["id"])

    async def sends_contact(self, phone: str, first_name: str, **place: Unpack[Place]) -> MessageView:
        """Send somebody else's card (or a card without an owner) from the address book."""
        return self._write(people.send_contact, place, phone, first_name)

    async def shares_contact(self, *, at: Where = None) -> MessageView:
        return self._do(people.share_contact, self.place(at))

    async def forwards(self, message: MessageView, *, to: Where = None) -> MessageView:
        return self._do(people.forward, self.place(to), message["chat_id"], message["id"])

    async def edits(self, message: MessageView, text: str) -> MessageView:
        return self._do(people.edit_text, message["chat_id"], message["id"], text)

    async def deletes(self, message: MessageView) -> None:
        people.delete(self.world, self.person, message["chat_id"], message["id"])

    async def starts(self, payload: str = "", *, bot: Bot | None = None) -> MessageView:
        return self._do(people.start, self.place(bot), payload)

    async def blocks(self, bot: Bot | None = None) -> None:
        people.block(self.world, self.person, self.place(bot))

    async def unblocks(self, bot: Bot | None = None) -> None:
        people.unblock(self.world, self.person, self.place(bot))

    async def presses(
        self,
        label: str,
        *,
        in_chat: Where = None,
        on: MessageView | None = None,
        within: float | None = PATIENCE,
        appears: float = PATIENCE,
    ) -> PressView:
        """Press the newest button whose label contains `label`, and wait for the answer (`within=None`: do not).

        Without an inline button of that label the key of the reply keyboard is pressed; that is answered at once.
        A person waits for a button that is about to appear, so this does too, `appears` seconds.
        """
        window = self.place(in_chat) if on is None else on["chat_id"]
        await self.inbox.until(lambda: bool(self._button(window, label, on) or self._key(window, label)), appears)
        if found := self._button(window, label, on):
            return await self._answer(pressing.press(self.world, self.person, *found), within)
        if key := self._key(window, label):
            sent = self._do(people.tap_key, window, *key)
            return pressing.answered_at_once(window, sent["id"])
        raise NotSeen(f"{self.person.name} sees no button {label!r}; newest: {said(self.messages(window)[-3:])}")

    async def presses_forged(self, data: str, on: MessageView, *, within: float | None = PATIENCE) -> PressView:
        """Send callback data that no button has."""
        pressed = pressing.press_forged(self.world, self.person, on["chat_id"], on["id"], data)
        return await self._answer(pressed, within)

    # -- seeing --------------------------------------------------------------------------------------------------

    async def sees(
        self,
        *fragments: str,
        in_chat: Where = None,
        where: Callable[[MessageView], bool] | None = None,
        within: float = PATIENCE,
    ) -> MessageView:
        """Wait for a new message with all `fragments` in its text or buttons; consume it and return it as it is now."""
        return self._current(await self._take(self.inbox.take_new, fragments, in_chat, where, within))

    async def sees_edited(
        self,
        *fragments: str,
        in_chat: Where = None,
        where: Callable[[MessageView], bool] | None = None,
        within: float = PATIENCE,
    ) -> MessageView:
        """Wait for an edit after which a message has all `fragments`; earlier edits of it are forgotten."""
        return await self._take(self.inbox.take_edited, fragments, in_chat, where, within)

    def new_messages(self, in_chat: Where = None) -> list[MessageView]:
        """Take everything new since the last look, everywhere or in one chat."""
        window = None if in_chat is None else self.place(in_chat)
        taken = [message for message in self.inbox.new if window in (None, message["chat_id"])]
        for message in taken:
            self.inbox.consume(message)
        return taken

    def unseen(self) -> list[MessageView]:
        """Return what no step of the test has consumed."""
        return list(self.inbox.new)

    def messages(self, in_chat: Where = None) -> list[MessageView]:
        return [message_view(message) for message in self.world.history(self._window(self.place(in_chat)))]

    def last_message(self, in_chat: Where = None) -> MessageView:
        """Return the newest message of a chat as it looks now, whoever wrote it; consumes nothing."""
        return self.messages(in_chat)[-1]

    def now(self, message: MessageView) -> MessageView:
        """Return how a message looks now."""
        window = self.world.window(self.person, message["chat_id"])
        return message_view(message_in(window, message["id"]))

    def chat(self, in_chat: Where = None) -> ChatView:
        return chat_view(self.world, self.person, self._window(self.place(in_chat)))

    def commands(self, in_chat: Where = None) -> list[CommandView]:
        return command_views(self._window(self.place(in_chat)), self.person)

    # -- how -----------------------------------------------------------------------------------------------------

    def place(self, where: Where) -> int:
        return window_id(self.world, where)

    def _window(self, chat_id: int) -> Chat:
        return self.world.window(self.person, chat_id)

    def _write(self, action: Callable[..., Message], place: Place, *arguments: Any) -> MessageView:
        where = addressed(self.world, place)
        return self._do(action, where.pop("chat"), *arguments, **where)

    def _do(self, action: Callable[..., Message], *arguments: Any, **options: Any) -> MessageView:
        return message_view(action(self.world, self.person, *arguments, **options))

    def _button(self, chat_id: int, label: str, on: MessageView | None) -> tuple[int, int, int, int] | None:
        history = self.world.history(self._window(chat_id))
        for message in reversed(history):
            if on is not None and (message.id, message.chat.window_id) != (on["id"], on["chat_id"]):
                continue
            for row, buttons in enumerate((message.markup or {}).get("inline_keyboard", [])):
                for column, button in enumerate(buttons):
                    if label in button["text"]:
                        return message.chat.window_id, message.id, row, column
        return None

    def _key(self, chat_id: int, label: str) -> tuple[int, int] | None:
        keyboard = self._window(chat_id).keyboards.get(self.person.id)
        for row, keys in enumerate(keyboard["keyboard"] if keyboard else []):
            for column, key in enumerate(keys):
                if label in key["text"]:
                    return row, column
        return None

    async def _answer(self, pressed: Press, within: float | None) -> PressView:
        if within is not None and not await self.inbox.until(lambda: pressed.answered, within):
            raise NotSeen(f"nobody answered {self.person.name}'s press on {pressed.data!r} within {within} s")
        return press_view(pressed)

    async def _take(
        self,
        take: Callable[[Callable[[MessageView], bool], float], Awaitable[MessageView]],
        fragments: tuple[str, ...],
        in_chat: Where,
        where: Callable[[MessageView], bool] | None,
        within: float,
    ) -> MessageView:
        def fits(message: MessageView) -> bool:
            inside = in_chat is None or message["chat_id"] == self.place(in_chat)
            text = words_of(message)
            return inside and all(part in text for part in fragments) and (where is None or where(message))

        try:
            return await take(fits, within)
        except NotSeen as came:
            raise NotSeen(f"{self.person.name} did not see {fragments} within {within} s; came: {came}") from None

    def _current(self, message: MessageView) -> MessageView:
        try:
            return self.now(message)
        except Impossible:  # deleted meanwhile: as it was
            return message


class PhoneBook:
    """All telephones of a world; make it before anything happens."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._phones: dict[int, Phone] = {}
        self._looked_at: set[tuple[int, int]] = set()
        world.events.add_listener(self._hear)

    def _hear(self, event: Event) -> None:
        for phone in self._phones.values():
            phone.inbox.hear(event)

    def of(self, person: Person) -> Phone:
        """Return a person's telephone; it hears from the first time on."""
        if person.id not in self._phones:
            self._phones[person.id] = Phone(self.world, person, self._looked_at)
        return self._phones[person.id]

    def new(self, first_name: str, last_name: str | None = None, **known: Any) -> Phone:
        """Give a new person a telephone."""
        return self.of(self.world.add_person(first_name, last_name, **known))

    def unexpected(self) -> list[tuple[str, str]]:
        """Return (who, what) of every message of a bot that no step of the test consumed.

        In a group it is enough that one member looked.
        """
        return [
            (phone.person.name, words_of(message))
            for phone in self._phones.values()
            for message in phone.unseen()
            if message["sender"] is not None
            and message["sender"]["is_bot"]
            and message["service"] is None
            and (message["chat_id"] > 0 or (message["chat_id"], message["id"]) not in self._looked_at)
        ]

    def forget(self) -> None:
        """Consume everything that has come so far."""
        for phone in self._phones.values():
            phone.new_messages()
