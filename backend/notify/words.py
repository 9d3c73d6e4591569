"""The words of one message: the catalogues in its reader's language, a community's own announcements on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from zoneinfo import ZoneInfo

from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.announcements import own_words, words_in

GROUP_LANGUAGE = Language.CHINESE
"""Groups read the community's language, whoever of them speaks another."""

CHINA = ZoneInfo("Asia/Shanghai")

_LOADED = "own words of communities"


@dataclass(frozen=True, slots=True)
class Words:
    """Called with a key it gives Telegram HTML, what fills it escaped; `plain` is for labels of buttons."""

    texts: Texts
    language: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo = CHINA
    """In which moments are said."""

    def __call__(self, key: str, **params: object) -> str:
        if key in self.overrides:
            return self.overrides[key].format_map({name: escape(str(value)) for name, value in params.items()})
        return self.texts.html(self.language, key, **params)

    def plain(self, key: str, **params: object) -> str:
        return self.texts.say(self.language, key, **params)


@dataclass(frozen=True, slots=True)
class Voice:
    """What every message is made with: the catalogues, and where video rooms are."""

    texts: Texts
    video_base_url: str

    def words(self, language: str) -> Words:
        """The catalogue's words: for colleagues, whose messages no community rewrites."""
        return Words(self.texts, language)

    async def announcing(self, uow: UnitOfWork, community_id: int, language: str) -> Words:
        """The words for residents: the community's own where staff wrote some. They were checked when written."""
        loaded: dict[int, Mapping[tuple[str, str], str]] = uow.session.info.setdefault(_LOADED, {})
        if community_id not in loaded:
            loaded[community_id] = await own_words(uow, community_id)
        return Words(self.texts, language, words_in(loaded[community_id], language))
