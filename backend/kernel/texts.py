"""Words for people: gettext catalogues read from `locales/*/*.po` at start; keys in code, never sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[2] / "locales"


class Language(StrEnum):
    CHINESE = "zh_Hans"
    ENGLISH = "en"


def language_of(code: str | None, default: Language = Language.CHINESE) -> Language:
    """The language for what a client or a person names: every kind of `zh` (zh, zh-hans, zh-CN, zh_hant) is Chinese."""
    head = (code or "").replace("_", "-").lower().split("-")[0]
    return {"zh": Language.CHINESE, "en": Language.ENGLISH}.get(head, default if not head else Language.ENGLISH)


class Listed(tuple[str, ...]):
    """Keys of words that fill one placeholder together: each is said in the reader's language."""

    __slots__ = ()


LIST_SEPARATOR = "list.separator"


class Texts:
    """All catalogues. Unknown keys raise: a missing word is a fault of ours, found by tests, not by people."""

    def __init__(self, catalogues: Mapping[Language, Mapping[str, str]]) -> None:
        self._catalogues = catalogues

    def say(self, language: str, key: str, **params: object) -> str:
        """The words for `key`, placeholders filled, nothing escaped: for SMS, plain text and templates that escape."""
        return self._words(language, key).format_map(self._filled(language, params))

    def html(self, language: str, key: str, **params: object) -> str:
        """The words for `key` as Telegram HTML: the words may hold tags, what fills them is escaped."""
        filled = self._filled(language, params)
        return self._words(language, key).format_map({name: escape(str(value)) for name, value in filled.items()})

    def words(self, language: str, key: str) -> str:
        """The words for `key` as they stand in the catalogue, their blanks still open."""
        return self._words(language, key)

    def has(self, key: str) -> bool:
        """Whether there are words for `key` in the leading language."""
        return key in self._catalogues[Language.CHINESE]

    def keys(self, language: str) -> frozenset[str]:
        """All keys of one catalogue; tests compare the languages with it."""
        return frozenset(self._catalogues[Language(language)])

    def _filled(self, language: str, params: Mapping[str, object]) -> dict[str, object]:
        return {name: self._listed(language, value) for name, value in params.items()}

    def _listed(self, language: str, value: object) -> object:
        if not isinstance(value, Listed):
            return value
        return self._words(language, LIST_SEPARATOR).join(self._words(language, key) for key in value)

    def _words(self, language: str, key: str) -> str:
        try:
            return self._catalogues[Language(language)][key]
        except KeyError:
            raise KeyError(f"no words for {key!r} in {language}") from None


def load_texts(folder: Path = LOCALES, languages: Iterable[Language] = Language) -> Texts:
    """Read every .po file of each language; a key that stands in two files raises ValueError."""
    return Texts({language: _catalogue(folder / language.value) for language in languages})


@cache
def _catalogue(folder: Path) -> Mapping[str, str]:
    # Several parts of one process ask for the words, and reading them takes a while.
    words: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if not message.id:
                    continue
                key = str(message.id)
                if key in words:
                    raise ValueError(f"{path.name}: {key} has words already")
                words[key] = str(message.string)
    return words
