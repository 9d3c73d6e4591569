"""Every language has every word, and the program asks only for words that exist."""

from __future__ import annotations

import io

import pytest
from babel.messages.pofile import read_po

from backend.kernel.texts import LOCALES, Language, load_texts
from tests.architecture.sources import Source, product
from tests.architecture.words import keys_asked_for, misfits

TEXTS = load_texts()


def catalogue(language: Language) -> dict[str, str]:
    """All words of one language, with their blanks still open."""
    files = sorted((LOCALES / language.value).glob("*.po"))
    messages = [message for path in files for message in read_po(io.BytesIO(path.read_bytes()))]
    return {str(message.id): str(message.string) for message in messages if message.id}


def test_both_languages_say_the_same_things_with_the_same_blanks():
    complaints = list(misfits(catalogue(Language.CHINESE), catalogue(Language.ENGLISH)))

    assert not complaints, "\n".join(complaints)


def test_the_program_asks_only_for_words_that_exist():
    unknown = [place for source in product() for key, place in keys_asked_for(source) if not TEXTS.has(key)]

    assert not unknown, "\n".join(unknown)


@pytest.mark.parametrize(
    ("chinese", "english", "complaint"),
    [
        ({"a.b": "好"}, {}, "a.b: missing"),
        ({"a.b": "好"}, {"a.b": " "}, "a.b: empty"),
        ({"a.b": "{name}好"}, {"a.b": "well"}, "a.b: ['name'] and []"),
        ({"a.b": "{name.age}"}, {"a.b": "{name.age}"}, "a.b: a blank is a plain name"),
    ],
)
def test_a_catalogue_that_does_not_fit_is_found(chinese: dict[str, str], english: dict[str, str], complaint: str):
    found = list(misfits(chinese, english))

    assert len(found) == 1
    assert found[0].startswith(complaint)


@pytest.mark.parametrize(
    "text", ["words('issue.gone')", "texts.say(language, 'issue.gone', number=1)", "raise BadInput('issue.gone')"]
)
def test_a_key_is_found_where_words_are_asked_for(text: str):
    assert [key for key, _ in keys_asked_for(Source.parse("handlers/x.py", text))] == ["issue.gone"]


def test_the_name_of_a_log_line_is_no_key():
    assert list(keys_asked_for(Source.parse("bot/x.py", "log.info('reply.refused', reason='x')"))) == []
