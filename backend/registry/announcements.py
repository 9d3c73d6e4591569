"""A community's own words for what residents are told; they win over the catalogue's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from string import Formatter

from sqlalchemy import select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.errors import WordsUnfit
from backend.registry.models import OrgUnit
from backend.registry.reference import AnnouncementText

LONGEST_WORDS = 1_000
"""A caption of Telegram takes 1,024 characters, and the blanks still grow when they are filled."""

PREFIXES = ("notify.", "remind.rating")
"""What is told to residents. Buttons, menus and refusals stay ours: the program's flow hangs on them."""

PARTS = frozenset({"notify.nothing_said", "notify.who"})
"""What only fills a blank of other words."""

TAGS = frozenset({"b", "i", "u", "s", "code"})
"""The tags of Telegram that staff may use; each must be closed, or Telegram refuses the whole message."""


def editable_keys(texts: Texts) -> list[str]:
    """The keys whose words a community may change, in order."""
    announced = {key for key in texts.keys(Language.CHINESE) if key.startswith(PREFIXES) and ".button." not in key}
    return sorted(announced - PARTS)


async def own_words(uow: UnitOfWork, community_id: int) -> Mapping[tuple[str, str], str]:
    """The community's own words by (key, language)."""
    rows = await uow.session.scalars(select(AnnouncementText).where(AnnouncementText.community_id == community_id))
    return {(row.key, row.language): row.words for row in rows}


async def set_own_words(
    uow: UnitOfWork, *, actor: Actor, community: OrgUnit, texts: Texts, key: str, language: Language, words: str
) -> None:
    """Set the community's own words for a key; empty words bring the catalogue's back. Twice is safe.

    Raises AccessDenied, NotFound for a key that is not theirs to change, WordsUnfit.
    """
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    if key not in editable_keys(texts):
        raise NotFound
    row = await uow.session.get(AnnouncementText, (community.id, key, language.value))
    before = row.words if row else None
    after = words.strip() or None
    if after is not None:
        check_words(after, like=texts.words(language, key))
    if before == after:
        return
    if row is not None and after is None:
        await uow.session.delete(row)
    elif row is not None and after is not None:
        row.words = after
    else:
        uow.session.add(
            AnnouncementText(community_id=community.id, key=key, language=language.value, words=after or "")
        )
    audit(
        uow,
        actor,
        "announcement_text.edit",
        f"announcement_text:{key}"[:64],
        org_path=community.path,
        before={"key": key, "language": language.value, "words": before},
        after={"key": key, "language": language.value, "words": after},
    )


def check_words(words: str, *, like: str) -> None:
    """Raise WordsUnfit unless `words` are short enough, have the blanks of `like` and no others, and close their tags.

    A blank is a plain name: `{name.attribute}` would reach into the program.
    """
    if len(words) > LONGEST_WORDS:
        raise WordsUnfit("too_long", LONGEST_WORDS)
    asked, given = _blanks_in(like), _blanks_in(words)
    if missing := sorted(asked - given):
        raise WordsUnfit("blank_missing", "{" + missing[0] + "}")
    if unknown := sorted(given - asked):
        raise WordsUnfit("blank_unknown", "{" + unknown[0] + "}")
    _check_tags(words)


def _blanks_in(words: str) -> set[str]:
    try:
        parts = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(words) if name is not None]
    except ValueError as error:
        raise WordsUnfit("braces", "{ }") from error
    for name, spec, conversion in parts:
        if not name.isidentifier() or spec or conversion:
            raise WordsUnfit("blank_unknown", "{" + name + "}")
    return {name for name, _, _ in parts}


class _Tags(HTMLParser):
    """Follows the tags and keeps those that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS or attrs:
            raise WordsUnfit("tag", f"<{tag}>")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise WordsUnfit("tag", f"</{tag}>")


def _check_tags(words: str) -> None:
    parser = _Tags()
    parser.feed(words)
    parser.close()
    if parser.open:
        raise WordsUnfit("tag", f"<{parser.open[-1]}>")
    # What looks like no tag to a browser ("1 < 2", "a & b") is still a fault to Telegram.
    rest = re.sub(r"</?(?:b|i|u|s|code)>|&(?:lt|gt|amp|quot);", "", words)
    if found := set(rest) & set("<>&"):
        raise WordsUnfit("tag", min(found))


def words_in(own: Mapping[tuple[str, str], str], language: str) -> dict[str, str]:
    """The community's own words in one language, by key: what a conversation lays over the catalogue."""
    return {key: words for (key, spoken), words in own.items() if spoken == language}
