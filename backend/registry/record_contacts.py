"""Contacts of a registry file: written down as waiting, since a file proves neither consent nor a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from backend.kernel.texts import Language
from backend.messaging.contents import ChannelName
from backend.registry.contacts_editing import LONGEST_NAME
from backend.registry.contacts_models import ContactMethod, FamilyContact, MethodState, RelationKind, Telephone
from backend.registry.errors import PhoneUnreadable
from backend.registry.file_shapes import FamilyContactShape
from backend.registry.phones import normalised_phone, phone_lookup
from backend.registry.record_tables import Ground
from backend.registry.telephones import telephone_of

WAYS = (ChannelName.VOICE, ChannelName.SMS)
RELATIONS: Mapping[str, RelationKind] = {
    **{kind.value: kind for kind in RelationKind},
    "son": RelationKind.CHILD,
    "daughter": RelationKind.CHILD,
    "husband": RelationKind.SPOUSE,
    "wife": RelationKind.SPOUSE,
    "brother": RelationKind.SIBLING,
    "sister": RelationKind.SIBLING,
    "grandson": RelationKind.GRANDCHILD,
    "granddaughter": RelationKind.GRANDCHILD,
}
"""Words of registry files; whoever is something else is a relative."""

Batch = Sequence[tuple[int, FamilyContactShape]]
Known = set[tuple[int, str]]


async def write_contacts(ground: Ground, batch: Batch) -> None:
    """Contacts of elders, each number once for an elder, also when the file comes again.

    Nobody is called by them: staff write down the consent and prove the number first, as for every contact.
    """
    wanted = [row for line, shape in batch if (row := _contact(ground, line, shape)) is not None]
    if ground.problems.any or not wanted:
        return
    known = await _known(ground, {elder for elder, _, _ in wanted})
    for elder, number, shape in wanted:
        lookup = phone_lookup(ground.uow, number)
        if (elder, lookup) not in known:
            known.add((elder, lookup))
            await _store(ground, elder, number, shape)


def _contact(ground: Ground, line: int, shape: FamilyContactShape) -> tuple[int, str, FamilyContactShape] | None:
    elder = ground.id_of(line, "elder", "person", shape.elder)
    try:
        number = normalised_phone(shape.phone)
    except PhoneUnreadable:
        ground.problems.add(f"line {line}", "phone", "is no telephone number")
        return None
    return (elder, number, shape) if elder is not None else None


async def _known(ground: Ground, elders: set[int]) -> Known:
    rows = await ground.uow.session.execute(
        select(FamilyContact.person_id, Telephone.number_lookup)
        .join(ContactMethod, ContactMethod.contact_id == FamilyContact.id)
        .join(Telephone, Telephone.id == ContactMethod.telephone_id)
        .where(FamilyContact.person_id.in_(elders))
    )
    return {(row[0], row[1]) for row in rows}


async def _store(ground: Ground, elder: int, number: str, shape: FamilyContactShape) -> None:
    uow = ground.uow
    contact = FamilyContact(
        community_id=ground.community.id,
        person_id=elder,
        name_sealed=uow.vault.seal(shape.name.strip()[:LONGEST_NAME]),
        relation=RELATIONS.get(shape.relation, RelationKind.RELATIVE),
        rank=shape.rank,
        scopes=[],
        added_at=uow.now,
    )
    uow.session.add(contact)
    telephone = await telephone_of(uow, number)
    await uow.session.flush()
    for channel in WAYS:
        uow.session.add(
            ContactMethod(
                contact_id=contact.id,
                channel=channel.value,
                telephone_id=telephone.id,
                language=Language.CHINESE.value,
                state=MethodState.PENDING,
                time_zone=ground.community.time_zone,
                added_at=uow.now,
            )
        )
