"""What a reporter sends: words, photos, albums, voice notes, files, places; in any order, at any step."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import Document, Message, PhotoSize, Video, Voice

from backend.issues.categories.choices import LONGEST_ANSWER
from backend.issues.categories.defaults import QuestionKind
from backend.issues.reports.media import add_late_media
from backend.issues.reports.new_report import MOST_MEDIA, MediaItem
from backend.issues.words import clean
from backend.kernel.errors import BadInput
from backend.registry.places import buildings_matching, buildings_near
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.reports import screens
from handlers.reports.steps import Desk, DeskMiddleware, Writing, asked_now, go_on

MOST_BUILDINGS = 8
NEAR_M = 60
"""So near, a building's name says where a point is: on foot and by eye, with what telephones err."""
LARGEST_FILE = 20 << 20
"""What a bot may download again (Bot API, getFile)."""


def content_router() -> Router:
    """Words typed at a step that asks for words of its own come first."""
    router = Router(name="reports.content")
    router.message.middleware(DeskMiddleware())
    router.edited_message.middleware(DeskMiddleware())
    typed = F.text & ~F.text.startswith("/")
    router.message.register(typed_place, IN_PRIVATE, StateFilter(Writing.place), typed)
    router.message.register(typed_answer, IN_PRIVATE, StateFilter(Writing.question), typed)
    router.message.register(wrote, IN_PRIVATE, StateFilter(Writing, None), typed)
    router.message.register(sent_place, IN_PRIVATE, StateFilter(Writing, None), F.location)
    router.message.register(sent_file, IN_PRIVATE, StateFilter(Writing, None), F.photo | F.voice | F.video | F.document)
    router.message.register(sent_something_else, IN_PRIVATE, StateFilter(Writing))
    router.edited_message.register(rewrote, IN_PRIVATE, StateFilter(Writing), F.text)
    return router


async def wrote(message: Message, desk: Desk) -> Reply:
    desk.draft.words[str(message.message_id)] = clean(message.text or "")
    return await go_on(desk)


async def typed_answer(message: Message, desk: Desk) -> Reply:
    """The answer, where the open question asks for words; otherwise a further part of the report."""
    asked = await asked_now(desk)
    if asked is None or asked.kind is not QuestionKind.TEXT:
        return await wrote(message, desk)
    desk.draft.answers[asked.key] = clean(message.text or "", LONGEST_ANSWER)
    return await go_on(desk)


async def rewrote(message: Message, desk: Desk) -> Reply:
    """An edited message edits its part of the draft; the summary, if it stands there already, is shown anew."""
    if str(message.message_id) not in desk.draft.words:
        return None
    desk.draft.words[str(message.message_id)] = clean(message.text or "")
    return await go_on(desk)


async def sent_file(message: Message, desk: Desk) -> Reply:
    item = media_of(message)
    if await _joins_its_album(desk, item):
        return None
    if len(desk.draft.media) >= MOST_MEDIA:
        raise BadInput("report.too_many_files", most=MOST_MEDIA)
    is_known_album = desk.draft.knows_album(item.media_group_id)
    desk.draft.add_media(item)
    if message.caption:
        desk.draft.words[str(message.message_id)] = clean(message.caption)
    if is_known_album:
        await desk.state.set_data(desk.draft.notes())
        return None
    return await go_on(desk)


async def _joins_its_album(desk: Desk, item: MediaItem) -> bool:
    """A photo of an album whose report is stored already joins it, without a second conversation."""
    if item.media_group_id is None or await desk.state.get_state() is not None:
        return False
    late = await add_late_media(desk.uow, actor=desk.actor, media_group_id=item.media_group_id, items=(item,))
    return late is not None


async def sent_place(message: Message, desk: Desk) -> Reply:
    assert message.location is not None
    desk.draft.forget_place()
    desk.draft.latitude, desk.draft.longitude = message.location.latitude, message.location.longitude
    desk.draft.place = clean(message.venue.title) if message.venue is not None else await _building_beside(desk)
    return [screens.place_noted(desk.words, message, desk.draft.place), await go_on(desk)]


async def _building_beside(desk: Desk) -> str:
    """Words for a point: people read the name of a building, not coordinates. Empty where none is near."""
    if desk.draft.community_id is None or desk.draft.point is None:
        return ""
    near = await buildings_near(desk.uow, desk.draft.community_id, desk.draft.point, within_m=NEAR_M, limit=1)
    if not near:
        return ""
    return desk.words.plain("report.place_near", building=near[0][0].name)


async def typed_place(message: Message, desk: Desk) -> Reply:
    """Offer the buildings that the typed words may mean; none: the words themselves are the place."""
    if desk.draft.community_id is None:
        return await go_on(desk)
    typed = clean(message.text or "", 300)
    found = await buildings_matching(desk.uow, desk.draft.community_id, typed, limit=MOST_BUILDINGS)
    desk.draft.place = typed
    if not found:
        return [screens.place_noted(desk.words, message, desk.draft.place), await go_on(desk)]
    await desk.keep(Writing.place)
    return screens.choose_building(desk.words, message, typed, list(found))


async def sent_something_else(message: Message) -> Reply:
    """Stickers, polls, contacts: said plainly rather than ignored."""
    raise BadInput("report.cannot_use")


def media_of(message: Message) -> MediaItem:
    """The file of a message; raises BadInput for one too large to be fetched as evidence."""
    photo = message.photo[-1] if message.photo else None
    kinds: tuple[tuple[str, PhotoSize | Voice | Video | Document | None], ...] = (
        ("photo", photo),
        ("voice", message.voice),
        ("video", message.video),
        ("document", message.document),
    )
    kind, file = next((kind, file) for kind, file in kinds if file is not None)
    if (file.file_size or 0) > LARGEST_FILE:
        raise BadInput("report.file_too_large")
    return MediaItem(kind, file.file_id, file.file_unique_id, message.media_group_id)
