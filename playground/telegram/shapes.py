"""The JSON that the people's side of the local Telegram speaks; page and tests are written against it."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

MediaKind = Literal["photo", "video", "audio", "voice", "document", "animation"]


class BotView(TypedDict):
    """A bot as the playground's operator sees it."""

    id: int
    name: str
    username: str
    description: str
    short_description: str
    privacy: bool  # true: in groups it sees only what is meant for it
    paused: bool
    pending_updates: int
    webhook_url: str | None


class PersonView(TypedDict):
    """Somebody with a telephone."""

    id: int
    name: str  # first and last name, as shown
    first_name: str
    last_name: str | None
    username: str | None
    language_code: str | None
    phone: str | None


class MemberView(TypedDict):
    """One member of a group."""

    id: int
    name: str
    is_bot: bool
    status: Literal["creator", "administrator", "member", "restricted"]
    may_send: bool


class TopicView(TypedDict):
    """One topic of a forum."""

    id: int  # the `thread` of its messages
    name: str
    closed: bool


class GroupView(TypedDict):
    """A group as the playground's operator sees it."""

    id: int
    kind: Literal["group", "supergroup"]
    title: str
    is_forum: bool
    members: list[MemberView]
    topics: list[TopicView]
    upgraded_to: int | None
    upgraded_from: int | None


class SenderView(TypedDict):
    """Who wrote a message."""

    id: int
    name: str
    username: str | None
    is_bot: bool


class EntityView(TypedDict):
    """A marked piece of text: Telegram's MessageEntity (offset and length in UTF-16 units)."""

    type: str
    offset: int
    length: int
    url: NotRequired[str]
    user: NotRequired[dict[str, Any]]
    language: NotRequired[str]


class MediaView(TypedDict):
    """The file of a message. `url` is a path on this server."""

    kind: MediaKind
    url: str
    thumbnail_url: str | None
    name: str | None
    mime: str
    size: int
    width: int | None
    height: int | None
    duration: int | None


class LocationView(TypedDict):
    """A point; `title` and `address` are there when it is a venue, `live` the seconds of one that moves."""

    latitude: float
    longitude: float
    accuracy: float | None
    live: int | None
    title: str | None
    address: str | None


class ContactView(TypedDict):
    """A shared telephone number."""

    phone: str
    first_name: str
    last_name: str | None
    person_id: int | None


class ReplyView(TypedDict):
    """What a message answers, in short."""

    id: int
    sender: str
    text: str | None
    media: MediaKind | None


class ServiceView(TypedDict):
    """A service line. `people` are the names it is about, `value` a title, topic name or new chat id."""

    kind: Literal[
        "group_created",
        "members_added",
        "member_left",
        "title_changed",
        "migrated_to",
        "migrated_from",
        "topic_created",
        "topic_edited",
        "topic_closed",
        "topic_reopened",
        "message_pinned",
    ]
    people: list[str]
    value: str | None


class ButtonView(TypedDict):
    """An inline button. Only `callback` buttons are pressed through the server."""

    label: str
    kind: Literal["callback", "url", "web_app", "copy", "other"]
    url: str | None  # of url and web_app
    copy_text: str | None
    style: str | None  # "danger", "success", "primary" or nothing


class MessageView(TypedDict):
    """One message in a chat window, the same for everybody; it is mine when `sender.id` is my id."""

    chat_id: int
    id: int
    date: int
    edited_at: int | None
    sender: SenderView | None  # nobody: a service line of the chat itself
    text: str | None  # or the caption
    entities: list[EntityView]
    media: MediaView | None
    album: str | None  # messages of one album share it
    location: LocationView | None
    contact: ContactView | None
    service: ServiceView | None
    reply_to: ReplyView | None
    forwarded_from: str | None
    thread: int | None
    buttons: list[list[ButtonView]]
    reactions: list[str]
    silent: bool


class KeyView(TypedDict):
    """A key of the reply keyboard."""

    label: str
    kind: Literal["text", "contact", "location", "other"]


class KeyboardView(TypedDict):
    """The reply keyboard that is open in a chat window."""

    rows: list[list[KeyView]]
    placeholder: str | None
    one_time: bool
    resize: bool


class CommandView(TypedDict):
    """One line of the command menu."""

    command: str
    description: str
    bot_username: str


class MenuButtonView(TypedDict):
    """The button beside the text field of a private chat."""

    kind: Literal["commands", "web_app", "default"]
    text: str | None
    url: str | None


class ChatView(TypedDict):
    """One chat window of one person."""

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    bot_id: int | None  # of a private chat
    started: bool  # false: show the START button instead of the text field
    blocked: bool  # this person has blocked the bot
    may_send: bool
    is_forum: bool
    topics: list[TopicView]
    members: list[MemberView]
    unread: int
    last_message: MessageView | None
    pinned: list[MessageView]
    keyboard: KeyboardView | None
    force_reply_to: int | None  # the message that asks for an answer by reply
    menu_button: MenuButtonView | None


class PressView(TypedDict):
    """One press on an inline button and what the bot said to it."""

    id: str
    chat_id: int
    message_id: int
    data: str
    answered: bool
    text: str | None
    alert: bool
    url: str | None


FaultKind = Literal[
    "never_answer",  # do it, keep the connection open, say nothing
    "timeout_before",  # do nothing, keep the connection open, say nothing
    "forbidden",  # 403, bot was blocked by the user
    "server_error",  # 500 as JSON
    "bad_gateway",  # 502 with an HTML page
    "too_many_requests",  # 429 with retry_after = `seconds`
    "slow",  # do it `seconds` later
    "reset",  # do nothing, reset the connection
    "reset_after",  # do it, reset the connection instead of answering
    "duplicate_updates",  # the next updates reach the bot twice
    "reorder_updates",  # the next batch of updates arrives in reverse
]


class FaultOrder(TypedDict):
    """The next `times` calls of `method` ("*": any but getUpdates) go wrong.

    For `duplicate_updates` and `reorder_updates` the method is not looked at; `times` counts updates, batches.
    """

    kind: FaultKind
    method: str
    times: int
    seconds: float


class StatisticsView(TypedDict):
    """What has been counted since the start or the last `clear`."""

    limit_model: Literal["off", "bucket", "strict"]
    calls: dict[str, int]  # per method
    refusals: dict[str, int]  # per error code, "429" among them
    sends: dict[str, int]  # accepted messages per chat id, as the bot names the chat
