"""Points: who earned some, who has to look at what is odd, and who hears when the books are wrong."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import office_of, persons
from backend.notify.points_presses import PointsButton, PointsPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Voice, Words
from backend.points.earning.models import Earning, EarningRule, EarningState
from backend.points.events import EarningHeldBack, EarningTakenBack, LedgerBroken, PointsEarned, PointsLapseSoon
from backend.points.ledger.accounts import persons_behind
from backend.points.ledger.reading import balance_of
from backend.points.people import chats_of, name_of
from backend.registry.queries import communities


def named(words: Words, names: dict[str, Any]) -> str:
    """A name kept by language, in the reader's; Chinese where there is no other."""
    return str(names.get(words.language) or names.get(Language.CHINESE.value) or "")


async def hear_earned(uow: UnitOfWork, voice: Voice, event: PointsEarned) -> None:
    """The person hears what for, how much, and what there is now."""
    earning, names = await _earning(uow, event.earning_id)
    balance = await balance_of(uow, earning.person_id)

    def say(words: Words) -> Content:
        text = words("points.earned", rule=named(words, names), points=earning.points, available=balance.available)
        see = button(words, "points.button.see", PointsPress(PointsButton.LINES))
        return Content(text, buttons=in_rows([see]))

    hearers = persons(await chats_of(uow, [earning.person_id]))
    await tell(uow, voice, hearers, say, key=f"earning:{earning.id}")


async def hear_held_back(uow: UnitOfWork, voice: Voice, event: EarningHeldBack) -> None:
    """Staff decide; the person hears only that it takes a while."""
    earning, names = await _earning(uow, event.earning_id)
    name = await name_of(uow, earning.person_id)

    def for_office(words: Words) -> Content:
        reason = words.plain(f"points.reason.{earning.reason}") if earning.reason else ""
        return Content(words("points.held_back", name=name, rule=named(words, names), reason=reason))

    def for_person(words: Words) -> Content:
        return Content(words("points.waits_for_staff", rule=named(words, names)))

    key = f"earning:{earning.id}:review"
    await tell(uow, voice, await office_of(uow, earning.community_id), for_office, key=key)
    await tell(uow, voice, persons(await chats_of(uow, [earning.person_id])), for_person, key=key)


async def hear_taken_back(uow: UnitOfWork, voice: Voice, event: EarningTakenBack) -> None:
    """The person hears that the fact was undone; of points that are spent already only staff hear."""
    earning, names = await _earning(uow, event.earning_id)
    key = f"earning:{earning.id}:back"
    if earning.state is EarningState.OWED:
        name = await name_of(uow, earning.person_id)

        def for_office(words: Words) -> Content:
            return Content(words("points.owed", name=name, rule=named(words, names), points=earning.points))

        await tell(uow, voice, await office_of(uow, earning.community_id), for_office, key=key)
    elif earning.transfer_id is not None:

        def for_person(words: Words) -> Content:
            return Content(words("points.taken_back", rule=named(words, names), points=earning.points))

        await tell(uow, voice, persons(await chats_of(uow, [earning.person_id])), for_person, key=key)


async def hear_lapse(uow: UnitOfWork, voice: Voice, event: PointsLapseSoon) -> None:
    """Whose points they are hears thirty and seven days before."""

    def say(words: Words) -> Content:
        market = button(words, "menu.market", MenuPress(MenuButton.MARKET))
        text = words("points.lapse_soon", points=event.points, day=event.expires_on.isoformat())
        return Content(text, buttons=in_rows([market]))

    hearers = persons(await chats_of(uow, await persons_behind(uow, event.account_id)))
    key = f"lapse:{event.account_id}:{event.expires_on}:{uow.now.date()}"
    await tell(uow, voice, hearers, say, key=key)


async def hear_broken(uow: UnitOfWork, voice: Voice, event: LedgerBroken) -> None:
    """Every office hears at once that the books are wrong: nothing more is paid out unseen."""

    def say(words: Words) -> Content:
        return Content(words(f"points.broken.{event.what}", accounts=event.accounts))

    for community in await communities(uow):
        day = uow.now.date().isoformat()
        key = f"ledger:{event.what}:{day}"
        await tell(uow, voice, await office_of(uow, community.id), say, key=key, lane=Lane.URGENT)


async def _earning(uow: UnitOfWork, earning_id: int) -> tuple[Earning, dict[str, Any]]:
    row = (
        await uow.session.execute(
            select(Earning, EarningRule.names)
            .join(EarningRule, EarningRule.id == Earning.rule_id)
            .where(Earning.id == earning_id)
            .execution_options(populate_existing=True)
        )
    ).one()
    return row[0], row[1]
