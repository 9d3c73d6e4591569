"""Settlements: shops get their statement to confirm, the office hears of objections."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import office_of, persons
from backend.notify.points_presses import SettlementButton, SettlementPress
from backend.notify.words import Voice, Words
from backend.points.events import SettlementAnswered, SettlementDrawn
from backend.points.market.merchants import members_of, merchant_of
from backend.points.settlement.models import SettlementState
from backend.points.settlement.settling import settlement_row


async def hear_drawn(uow: UnitOfWork, voice: Voice, event: SettlementDrawn) -> None:
    """The shop's people say whether the month is right."""
    settlement = await settlement_row(uow, event.settlement_id)
    shop = await merchant_of(uow, settlement.merchant_id)

    def say(words: Words) -> Content:
        text = words(
            "settlement.drawn",
            shop=shop.name,
            month=f"{settlement.month:%Y-%m}",
            points=settlement.points,
            count=settlement.transfer_count,
            mark=settlement.sha256[:8],
        )
        right = button(words, "settlement.button.right", SettlementPress(SettlementButton.RIGHT, settlement.id))
        wrong = button(words, "settlement.button.wrong", SettlementPress(SettlementButton.WRONG, settlement.id))
        sheet = button(words, "settlement.button.sheet", SettlementPress(SettlementButton.SHEET, settlement.id))
        return Content(text, buttons=in_rows([right, wrong], [sheet]))

    people = persons(await members_of(uow, shop.id))
    await tell(uow, voice, people, say, key=f"settlement:{settlement.id}")


async def hear_answered(uow: UnitOfWork, voice: Voice, event: SettlementAnswered) -> None:
    """The office hears of an objection, the shop that one was settled."""
    settlement = await settlement_row(uow, event.settlement_id)
    shop = await merchant_of(uow, settlement.merchant_id)
    is_disputed = settlement.state is SettlementState.DISPUTED
    month = f"{settlement.month:%Y-%m}"

    def say(words: Words) -> Content:
        if is_disputed:
            return Content(words("settlement.disputed", shop=shop.name, month=month, words=settlement.objection))
        return Content(words("settlement.settled", shop=shop.name, month=month, points=settlement.points))

    people = persons(await members_of(uow, shop.id), but=settlement.answered_by_id)
    hearers = await office_of(uow, shop.community_id) if is_disputed else people
    await tell(uow, voice, hearers, say, key=f"settlement:{settlement.id}:{settlement.state.value}")
