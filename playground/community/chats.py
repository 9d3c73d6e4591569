"""The group chats of the sample, in all the forms that Telegram knows."""

from collections.abc import Iterable

from playground.community.shapes import CastMember, GroupChat, Level, OrgUnit, Partner
from playground.community.words import ChatWords

# Telegram numbers supergroups from -100 followed by ten digits; plain groups are just negative.
FIRST_SUPERGROUP = -1_007_000_000_000
FIRST_GROUP = -7_000_000


def group_chats(
    words: ChatWords, units: Iterable[OrgUnit], partners: Iterable[Partner], cast: Iterable[CastMember]
) -> tuple[GroupChat, ...]:
    """Give one group per grid, one for the property company, one for the staff, one for the subdistrict.

    The first grid's is a forum; the property company's is still a plain group, so that its upgrade can be played.
    """
    cast = tuple(cast)
    served = [unit for unit in units if unit.level is not Level.DISTRICT]
    chats = [_unit_chat(words, unit, number, cast) for number, unit in enumerate(served, start=1)]
    return *chats, *(_partner_chat(words, partner, cast) for partner in partners if partner.key == "property")


def _unit_chat(words: ChatWords, unit: OrgUnit, number: int, cast: Iterable[CastMember]) -> GroupChat:
    titles = {Level.GRID: words.grid.format(grid=unit.name), Level.COMMUNITY: words.community}
    return GroupChat(
        key=unit.code,
        title=titles.get(unit.level, words.subdistrict),
        kind="supergroup",
        forum=unit.level is Level.GRID and unit.code.endswith("001"),
        telegram_id=FIRST_SUPERGROUP - number,
        members=_members(cast, unit),
        org_unit=unit.code,
    )


def _members(cast: Iterable[CastMember], unit: OrgUnit) -> tuple[str, ...]:
    """Name who serves the unit; the admin, who binds the chats, and the staff sit in every group of the community."""
    above = unit.parent if unit.level is Level.GRID else unit.code
    admins = ("admin",) if unit.level is Level.SUBDISTRICT else ()
    return (*(member.key for member in cast if member.org_unit in {unit.code, above}), *admins)


def _partner_chat(words: ChatWords, partner: Partner, cast: Iterable[CastMember]) -> GroupChat:
    community = partner.org_unit
    return GroupChat(
        key=partner.key,
        title=words.property,
        kind="group",
        forum=False,
        telegram_id=FIRST_GROUP - 1,
        members=tuple(one.key for one in cast if one.partner == partner.key or one.org_unit == community),
        partner=partner.key,
    )
