"""The words of one person: the catalogues bound to a language, with the community's own announcements on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from backend.kernel.texts import Language, Texts


@dataclass(frozen=True)
class Words:
    """Called with a key it gives Telegram HTML: `words("issue.reported", number=...)`; what fills it is escaped."""

    texts: Texts
    language: Language
    overrides: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **params: object) -> str:
        if key in self.overrides:
            return self.overrides[key].format_map({name: escape(str(value)) for name, value in params.items()})
        return self.texts.html(self.language, key, **params)

    def plain(self, key: str, **params: object) -> str:
        """Without HTML escaping: button labels, pop-ups of buttons, command menus."""
        return self.texts.say(self.language, key, **params)

    def every(self, key: str) -> frozenset[str]:
        """The words for `key` in all languages: what a pressed reply-keyboard button may send."""
        return frozenset(self.texts.say(language, key) for language in Language)
