"""What a message holds, neutral of any channel: recipient, lane, words, buttons, media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Lane(IntEnum):
    """Smaller leaves first. A broadcast (bulk) never delays an alarm."""

    EMERGENCY = 0
    URGENT = 1
    REPLY = 2
    NORMAL = 3
    BULK = 4


class ChannelName(StrEnum):
    TELEGRAM = "telegram"
    SMS = "sms"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where one message goes. For Telegram `address` is the chat id; `account_id` is known for private chats."""

    channel: ChannelName
    address: str
    thread_id: int | None = None
    account_id: int | None = None

    @property
    def is_group(self) -> bool:
        """Telegram's groups have negative ids."""
        return self.channel is ChannelName.TELEGRAM and self.address.startswith("-")


def telegram_chat(chat_id: int, *, thread_id: int | None = None, account_id: int | None = None) -> Recipient:
    """A Telegram chat as recipient."""
    return Recipient(ChannelName.TELEGRAM, str(chat_id), thread_id, account_id)


class MediaKind(StrEnum):
    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram already has (by `file_id` of our bot) or that lies in our store (by `store_key`)."""

    kind: MediaKind
    file_id: str | None = None
    store_key: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: either `press` (callback data, at most 64 bytes) or `url`."""

    label: str
    press: str | None = None
    url: str | None = None


class CallKind(StrEnum):
    """What somebody is called or texted for: it decides which keys and answers mean something."""

    ALERT = "alert"
    CHECK_IN = "check_in"
    VERIFY = "verify"
    DRILL = "drill"
    NOTICE = "notice"
    BOOKING = "booking"
    """A seat that is kept, or a reminder of one: come or not."""
    CHOICE = "choice"
    """A number in a list by SMS; nobody was asked anything."""


@dataclass(frozen=True, slots=True)
class CallScript:
    """What a call or an SMS is about, so that a key or a reply can be understood; the words stand in `Content.text`.

    `ref` names the thing, such as `alert:12` or `check_in:7`. Who is called is a contact, by one of their methods,
    or a colleague (`account_id`), or the person themselves (`person_id`). `bridge` is the address to which key 3
    connects: the elder, or the grid worker.
    """

    kind: CallKind
    ref: str = ""
    contact_id: int | None = None
    method_id: int | None = None
    account_id: int | None = None
    person_id: int | None = None
    bridge: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One message. `text` is Telegram HTML; with media it becomes the first one's caption (at most 1,024).

    For an SMS it is plain, for a call it is what is said. Carriers that only say registered texts get the name of
    ours in `template`, what fills it in `params`, and the `language`.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    media: tuple[Media, ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    reply_to_message_id: int | None = None
    silent: bool = False
    call: CallScript | None = None
    template: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
