"""What the doctor looks at in the encryption keys: there, well formed, and fit for what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from backend.kernel.resealing import SealedColumn, sealed_columns
from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.migrations.tables import all_tables
from bot.findings import Finding, well, wrong
from bot.keys import KEY_FILE

TRIED = 20
"""So many values of each column, the oldest and the newest: a missing key shows in either."""


def about_keys(settings: Settings) -> Iterator[Finding]:
    """Where the keys come from, and whether each is one. Writes nothing and shows no key."""
    path = settings.home / KEY_FILE
    if settings.encryption_keys:
        yield well(f"{len(settings.encryption_keys)} encryption key(s) from YOULIN_ENCRYPTION_KEYS.")
        yield from _form([key.get_secret_value() for key in settings.encryption_keys], "YOULIN_ENCRYPTION_KEYS")
    elif path.exists():
        yield well(f"The encryption key lies in {path}: back it up with the database.")
        yield from _form(path.read_text().split(), str(path))
    else:
        yield well(f"An encryption key will be made in {path} at the first start.")


def _form(keys: Sequence[str], where: str) -> Iterator[Finding]:
    if not keys:
        yield wrong(f"{where} is empty: put the key back from your backup, or nothing personal can be read.")
    for number, key in enumerate(keys, start=1):
        if not _is_key(key):
            yield wrong(f"Key {number} of {where} is none: each has 44 letters, whole and without quotes.")


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


async def keys_open_what_is_stored(work: Work) -> Finding:
    """Open some of what is sealed, in every column that holds such values."""
    async with work.look() as uow:
        shut = [str(column.token) for column in sealed_columns(all_tables()) if not await _opens(uow, column)]
    if shut:
        return wrong(f"No key opens what is stored in {', '.join(shut)}: add the old key behind the new one.")
    return well("The keys open what is stored.")


async def _opens(uow: UnitOfWork, column: SealedColumn) -> bool:
    filled = select(column.token).where(column.token.is_not(None), column.token != "").limit(TRIED)
    for order in (column.id, column.id.desc()):
        for token in await uow.session.scalars(filled.order_by(order)):
            try:
                uow.vault.open(token)
            except InvalidToken:
                return False
    return True
