"""What exists in the local Telegram: people, bots, chats, messages, files. Plain records, changed only by `World`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .updates import UpdateQueue

Json = dict[str, Any]

ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)


class Status(StrEnum):
    """What somebody is in a group; the values are the Bot API's."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER, Status.RESTRICTED})
LEADERS = frozenset({Status.CREATOR, Status.ADMINISTRATOR})


@dataclass(eq=False)
class Person:
    """Somebody with a telephone."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone: str | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


@dataclass
class Webhook:
    """Where a bot wants its updates pushed, and how the last push went."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass(eq=False)
class Bot:
    """A bot's account. Texts and commands are kept per two-letter language, "" being everybody else's."""

    id: int
    token: str
    first_name: str
    username: str
    privacy: bool = True
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook | None = None
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)  # (scope key, language)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)  # by person, None is the default

    @property
    def name(self) -> str:
        return self.names.get("", self.first_name)

    def set_privacy(self, *, enabled: bool) -> None:
        """Switch whether in groups the bot sees only what is meant for it."""
        self.privacy = enabled


User = Person | Bot


@dataclass(frozen=True, eq=False)
class StoredFile:
    """Bytes that somebody uploaded."""

    unique_id: str
    name: str | None
    mime: str
    content: bytes
    path: str


@dataclass(frozen=True)
class Picture:
    """One size of a photo, or a thumbnail."""

    file: StoredFile
    width: int
    height: int


@dataclass(frozen=True)
class Media:
    """The file of a message: `pictures` are a photo's sizes, smallest first, or another kind's thumbnail."""

    kind: str
    file: StoredFile
    facts: Json = field(default_factory=dict)  # duration, width, height, performer, title
    pictures: tuple[Picture, ...] = ()


@dataclass(eq=False)
class Message:
    """One message; a bot sees it through `render`, a person through `views`."""

    chat: Chat
    id: int
    date: int
    sender: User | None
    text: str | None = None
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    extra: Json = field(default_factory=dict)  # location, venue, contact: the same for everybody who looks
    service: Json | None = None
    reply_to: Message | None = None
    thread: int | None = None
    markup: Json | None = None  # the inline keyboard
    album: str | None = None
    forwarded_from: User | None = None
    edited_at: int | None = None
    reactions: dict[int, str] = field(default_factory=dict)
    silent: bool = False
    protected: bool = False


@dataclass(eq=False)
class Chat:
    """What private chats and groups have in common. `keyboards` and `force_replies` are per person."""

    messages: dict[int, Message] = field(default_factory=dict)
    next_id: int = 1
    keyboards: dict[int, Json] = field(default_factory=dict)
    force_replies: dict[int, int] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    moved_at: float = 0

    @property
    def id(self) -> int:
        """The id by which bots name this chat."""
        raise TypeError("a chat is either private or a group")

    @property
    def window_id(self) -> int:
        """The id by which people name this chat."""
        return self.id


@dataclass(eq=False, kw_only=True)
class PrivateChat(Chat):
    """One person and one bot."""

    bot: Bot
    person: Person
    started: bool = False
    blocked: bool = False

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def window_id(self) -> int:
        return self.bot.id


@dataclass
class Membership:
    """What one user is and may do in a group."""

    user: User
    status: Status
    rights: frozenset[str] = frozenset()
    may_send: bool = True

    @property
    def present(self) -> bool:
        return self.status in PRESENT

    @property
    def leads(self) -> bool:
        return self.status in LEADERS

    def may(self, right: str) -> bool:
        return self.status is Status.CREATOR or (self.leads and right in self.rights)


@dataclass
class Topic:
    """One topic of a forum; its id is the id of the message that opened it."""

    id: int
    name: str
    icon_color: int = 0x6FB9F0
    closed: bool = False


@dataclass(eq=False, kw_only=True)
class Group(Chat):
    """A basic group or a supergroup."""

    group_id: int
    title: str
    supergroup: bool = False
    is_forum: bool = False
    members: dict[int, Membership] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    upgraded_to: int | None = None
    upgraded_from: int | None = None
    last_bot_to_speak: int | None = None

    @property
    def id(self) -> int:
        return self.group_id

    def present(self) -> list[Membership]:
        return [member for member in self.members.values() if member.present]

    def bots(self) -> list[Bot]:
        return [member.user for member in self.present() if isinstance(member.user, Bot)]

    def people(self) -> list[Person]:
        return [member.user for member in self.present() if isinstance(member.user, Person)]


@dataclass
class Press:
    """One press on an inline button, waiting for the bot's answer."""

    id: str
    person: Person
    message: Message
    data: str
    pressed_at: float
    answered: bool = False
    text: str | None = None
    alert: bool = False
    url: str | None = None
