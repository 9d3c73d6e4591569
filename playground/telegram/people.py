"""What people do with their telephones: THE TABLE of actions, functions of the world, the person and arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import Impossible
from .files import Upload
from .membership import change_block
from .pressing import press, press_forged
from .state import Chat, Group, Json, Message, Person
from .world import World
from .writing import LONGEST_CAPTION, LONGEST_TEXT, captioned, marked, media, message_in, one, write

PAYLOAD = re.compile(r"^[A-Za-z0-9_-]{0,64}$")
ALBUM = range(2, 11)
LONGEST_LIVE = 86_400
LIVE_FOR_EVER = 0x7FFFFFFF


def send_text(world: World, person: Person, chat: int, text: str, **where: int | None) -> Message:
    return write(world, person, chat, **marked(text), **where)


def send_photo(
    world: World, person: Person, chat: int, files: list[Upload], caption: str | None = None, **where: int | None
) -> Message:
    return write(world, person, chat, media=media(world, "photo", one(files)), **captioned(caption), **where)


def send_album(
    world: World, person: Person, chat: int, files: list[Upload], caption: str | None = None, **where: int | None
) -> list[Message]:
    """Send several photos at once: as many messages, one album id, the caption on the first only."""
    if len(files) not in ALBUM:
        raise Impossible("an album has 2 to 10 photos")
    pictures = [media(world, "photo", file) for file in files]
    album, texts = world.new_id(), [captioned(caption)] + [{}] * (len(files) - 1)
    return [
        write(world, person, chat, media=picture, album=album, **text, **where)
        for picture, text in zip(pictures, texts, strict=True)
    ]


def send_voice(
    world: World, person: Person, chat: int, files: list[Upload], duration: int = 1, **where: int | None
) -> Message:
    return write(world, person, chat, media=media(world, "voice", one(files), duration=duration), **where)


def send_document(
    world: World, person: Person, chat: int, files: list[Upload], caption: str | None = None, **where: int | None
) -> Message:
    return write(world, person, chat, media=media(world, "document", one(files)), **captioned(caption), **where)


def send_video(
    world: World, person: Person, chat: int, files: list[Upload], caption: str | None = None, **where: int | None
) -> Message:
    return write(world, person, chat, media=media(world, "video", one(files)), **captioned(caption), **where)


def send_location(
    world: World,
    person: Person,
    chat: int,
    latitude: float,
    longitude: float,
    accuracy: float | None = None,
    live_seconds: int | None = None,
    **where: int | None,
) -> Message:
    """Send a place; with `live_seconds` it is live, and moves with `move_location` until it is over."""
    place = on_earth(latitude, longitude)
    if accuracy is not None:
        place["horizontal_accuracy"] = accuracy
    if live_seconds is not None:
        if not (60 <= live_seconds <= LONGEST_LIVE or live_seconds == LIVE_FOR_EVER):
            raise Impossible("a place is live for a minute to a day, or for ever")
        place["live_period"] = live_seconds
    return write(world, person, chat, extra={"location": place}, **where)


def move_location(world: World, person: Person, chat: int, message: int, latitude: float, longitude: float) -> Message:
    """One's live place has moved: Telegram brings it as an edit of the message."""
    found = live_message(world, person, chat, message)
    found.extra["location"] |= on_earth(latitude, longitude)
    world.mark_edited(found)
    return found


def stop_location(world: World, person: Person, chat: int, message: int) -> Message:
    """The place is live no longer: the last edit says no period."""
    found = live_message(world, person, chat, message)
    del found.extra["location"]["live_period"]
    world.mark_edited(found)
    return found


def on_earth(latitude: float, longitude: float) -> Json:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Impossible("no such place on Earth")
    return {"latitude": latitude, "longitude": longitude}


def live_message(world: World, person: Person, chat: int, message: int) -> Message:
    """One's own message whose place is still live."""
    found = own_message(world, person, chat, message)
    period = found.extra.get("location", {}).get("live_period")
    if period is None or (period != LIVE_FOR_EVER and found.date + period <= world.now()):
        raise Impossible("this place is not live")
    return found


def send_contact(
    world: World,
    person: Person,
    chat: int,
    phone: str,
    first_name: str,
    last_name: str | None = None,
    of_person: int | None = None,
    **where: int | None,
) -> Message:
    given = {"phone_number": phone, "first_name": first_name, "last_name": last_name, "user_id": of_person}
    contact = {key: value for key, value in given.items() if value is not None}
    return write(world, person, chat, extra={"contact": contact}, **where)


def share_contact(world: World, person: Person, chat: int, **where: int | None) -> Message:
    """Send one's own number as the keyboard's button does: as a reply to the message that asked."""
    if person.phone is None:
        raise Impossible("this person has no telephone number")
    own = {"phone": person.phone, "first_name": person.first_name, "last_name": person.last_name}
    return send_contact(world, person, chat, of_person=person.id, **own, **where)  # type: ignore[arg-type]


def forward(
    world: World, person: Person, chat: int, from_chat: int, message: int, thread: int | None = None
) -> Message:
    source = message_in(world.window(person, from_chat), message)
    if source.service or source.protected:
        raise Impossible("this message cannot be forwarded")
    content: Json = {
        "text": source.text,
        "entities": source.entities,
        "media": source.media,
        "extra": source.extra,
    }
    origin = source.forwarded_from or source.sender
    return write(world, person, chat, thread=thread, forwarded_from=origin, **content)


def own_message(world: World, person: Person, chat: int, message: int) -> Message:
    found = message_in(world.window(person, chat), message)
    if found.sender is not person:
        raise Impossible("only one's own messages can be changed")
    return found


def edit_text(world: World, person: Person, chat: int, message: int, text: str) -> Message:
    found = own_message(world, person, chat, message)
    if found.text is None and found.media is None:
        raise Impossible("there is no text to edit")
    changed = marked(text, LONGEST_CAPTION if found.media else LONGEST_TEXT)
    found.text, found.entities = changed["text"], changed["entities"]
    world.mark_edited(found)
    return found


def delete(world: World, person: Person, chat: int, message: int) -> None:
    """Delete for everybody: one's own anywhere, anything in a private chat or where one leads."""
    window = world.window(person, chat)
    found = message_in(window, message)
    leads = isinstance(window, Group) and window.members[person.id].leads
    if found.sender is not person and isinstance(window, Group) and not leads:
        raise Impossible("only one's own messages can be deleted")
    world.remove(window, [message])


def tap_key(
    world: World,
    person: Person,
    chat: int,
    row: int,
    column: int,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Message:
    """Press a key of the reply keyboard."""
    keyboard = world.window(person, chat).keyboards.get(person.id)
    rows = keyboard["keyboard"] if keyboard else []
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise Impossible("no such key", status=404)
    key = rows[row][column]
    if key.get("request_contact"):
        return share_contact(world, person, chat)
    if key.get("request_location"):
        if latitude is None or longitude is None:
            raise Impossible("this key sends a place: latitude and longitude are needed")
        return send_location(world, person, chat, latitude, longitude)
    return send_text(world, person, chat, key["text"])


def start(world: World, person: Person, bot: int, payload: str = "") -> Message:
    """Press START, or follow a link `https://t.me/bot?start=payload`; unblocks a blocked bot as Telegram does."""
    if not PAYLOAD.match(payload):
        raise Impossible("a start payload has at most 64 of A-Z a-z 0-9 _ -")
    unblock(world, person, bot)
    return send_text(world, person, bot, f"/start {payload}".strip())


def block(world: World, person: Person, bot: int) -> Chat:
    chat = world.private_chat(world.bot(bot), person)
    change_block(world, chat, blocked=True)
    return chat


def unblock(world: World, person: Person, bot: int) -> Chat:
    chat = world.private_chat(world.bot(bot), person)
    change_block(world, chat, blocked=False)
    return chat


def react(world: World, person: Person, chat: int, message: int, emoji: str | None = None) -> Message:
    found = message_in(world.window(person, chat), message)
    found.reactions.pop(person.id, None)
    if emoji:
        found.reactions[person.id] = emoji
    world.mark_edited(found, visibly=False)
    return found


def read(world: World, person: Person, chat: int) -> Chat:
    window = world.window(person, chat)
    window.read[person.id] = window.next_id - 1
    world.chat_changed(window)
    return window


ACTIONS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        send_text,
        send_photo,
        send_album,
        send_voice,
        send_document,
        send_video,
        send_location,
        move_location,
        stop_location,
        send_contact,
        share_contact,
        forward,
        edit_text,
        delete,
        press,
        press_forged,
        tap_key,
        start,
        block,
        unblock,
        react,
        read,
    )
}
