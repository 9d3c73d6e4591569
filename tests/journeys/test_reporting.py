"""A resident reports: in any order, with whatever the telephone can send."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backend.issues.models import Category
from backend.kernel.audit import AuditEntry
from playground.telegram.camera import photo, picture
from playground.telegram.phones import Phone
from playground.telegram.shapes import MessageView
from playground.telegram.writing import media, write
from tests.chat.town import Town
from tests.journeys.scenes import card_in, chooses_corridor, claims, hands_in, is_solved, reports_corridor, shares_place


async def test_photo_first_then_words(town: Town) -> None:
    wang, li = town.phone("Wang Fang"), town.phone("worker Li")

    await wang.sends_photo()
    await wang.sees("哪方面的问题")
    await wang.sends("三楼楼道全是纸箱")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "三楼楼道全是纸箱", "1 份")
    await wang.presses("提交")
    await wang.sees_edited("已收到", "26-0001", "已经转给网格员")

    card = await card_in(li, town.group("grid-1"))
    assert "三楼楼道全是纸箱" in str(card["text"])
    assert "📍 1栋附近（第1网格）" in str(card["text"])
    assert "📷 1 张" in str(card["text"])


async def test_words_first_photo_last(town: Town) -> None:
    wang, li = town.phone("Wang Fang"), town.phone("worker Li")

    await wang.sends("三楼楼道全是纸箱")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "三楼楼道全是纸箱")
    await wang.sends_photo()
    await wang.sees("请看一看", "1 份")
    await wang.presses("提交")
    await wang.sees_edited("已收到")

    card = await card_in(li, town.group("grid-1"))
    assert "📷 1 张" in str(card["text"])


async def test_an_album_gets_one_answer_and_its_last_photo_may_come_after_the_report(town: Town) -> None:
    wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")

    album = await wang.sends_album(4, "楼道堵了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "4 份")
    await wang.presses("提交")
    await wang.sees_edited("已收到")
    card = await card_in(li, group)
    assert "📷 4 张" in str(card["text"])
    late_photo(town, wang, album[0])

    await li.sees_edited("📷 5 张", in_chat=group)


def late_photo(town: Town, sender: Phone, album: MessageView) -> None:
    """One more photo of an album, as Telegram delivers it when the network is slow."""
    world = town.telegram
    bot = next(iter(world.bots))
    write(world, sender.person, bot, media=media(world, "photo", picture(photo("gold"))), album=album["album"])


async def test_a_voice_note_alone_is_enough_words(town: Town) -> None:
    wang, li = town.phone("Wang Fang"), town.phone("worker Li")

    await wang.sends_voice(seconds=12)
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "照片和录音：1 份")
    await wang.presses("提交")
    await wang.sees_edited("已收到")

    await card_in(li, town.group("grid-1"))


async def test_an_address_in_own_words_when_the_telephone_does_not_know_the_place(town: Town) -> None:
    wang, chen = town.phone("Wang Fang"), town.phone("staff Chen")

    await wang.sends("楼道堵了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await wang.sends("菜市场后面那个门洞")
    await wang.sees("地点记下了")
    await wang.sees("请看一看", "地点：菜市场后面那个门洞")
    await wang.presses("提交")
    await wang.sees_edited("已收到", "菜市场后面那个门洞")

    await chen.sees("26-0001", "菜市场后面那个门洞", "认领", in_chat=town.group("community"))


async def test_a_typed_building_is_picked_from_the_registry(town: Town) -> None:
    wang, sun = town.phone("Wang Fang"), town.phone("worker Sun")

    await wang.sends("楼道堵了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await wang.sends("2栋")
    await wang.sees("您说的“2栋”", "都不是")
    await wang.presses("2栋")
    await wang.sees("地点记下了")
    await wang.sees_edited("请看一看", "地点：2栋")
    await wang.presses("提交")
    await wang.sees_edited("已收到", "2栋")

    await card_in(sun, town.group("grid-2"))


async def test_on_behalf_of_an_elder_who_hears_the_end_too(town: Town) -> None:
    wang, elder, li = town.phone("Wang Fang"), town.phone("Zhou Min"), town.phone("worker Li")

    await wang.sends_photo("楼道堵了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看")
    await wang.presses("替别人报")
    await wang.sees_edited("您替谁上报")
    await wang.sends("周奶奶 13800000002")
    await wang.sees("替 周奶奶 上报")
    await wang.presses("提交")
    await wang.sees_edited("已收到")
    await is_solved(town, wang)

    ended = await elder.sees("已办好")
    assert ended["buttons"] == []
    cards = li.messages(town.group("grid-1"))
    assert not any("周奶奶" in (card["text"] or "") or "13800000002" in (card["text"] or "") for card in cards)


async def test_anonymous_in_the_group_and_revealed_to_staff_only_with_a_reason(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")

    await wang.sends_photo("楼道堵了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看")
    await wang.presses("不公开姓名")
    await wang.sees_edited("🙈 不公开姓名")
    await wang.presses("提交")
    await wang.sees_edited("已收到")

    card = await card_in(li, town.group("grid-1"))
    assert "匿名上报" in str(card["text"])
    assert "Wang" not in str(card["text"])

    await chen.sends("/find 26-0001")
    await chen.sees("找到 1 件")
    await chen.presses("26-0001")
    shown = await chen.sees("不公开")
    assert "Wang" not in str(shown["text"])
    await chen.presses("查报事人")
    await chen.sees("为什么要查报事人")
    await chen.sends("要上门核实堆放的是不是易燃物")
    await chen.sees("Wang Fang", "楼道堵了")

    assert await revealed(town) == [(town.world.account_id("staff Chen"), "要上门核实堆放的是不是易燃物")]


async def revealed(town: Town) -> list[tuple[int | None, object]]:
    """Who asked for a name, and why, by the audit trail."""
    async with town.app.work.look() as uow:
        rows = await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal_reporter"))
        return [(row.account_id, (row.after or {}).get("reason")) for row in rows]


async def test_in_an_emergency_the_advice_comes_first_and_staff_hear_at_once(town: Town) -> None:
    wang, li, chen = town.phone("Wang Fang"), town.phone("worker Li"), town.phone("staff Chen")
    await advise(town, "fire", "如果有火有烟，请马上打 119。")

    await wang.sends("二楼冒烟了")
    await wang.sees("哪方面的问题")
    await wang.presses("安全隐患")
    await wang.presses("火情")
    await wang.sees("⚠️", "请马上打 119")
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "火情")
    await wang.presses("提交")
    await wang.sees_edited("已收到", "请马上打 119")

    await li.sees("🔴", "26-0001", "重大", "二楼冒烟了", in_chat=town.group("grid-1"))
    await chen.sees("🔴", "26-0001", "紧急", in_chat=town.group("community"))


async def advise(town: Town, category: str, words: str) -> None:
    """Let a category say what to do until help comes."""
    async with town.app.work.begin() as uow:
        row = await uow.session.get_one(Category, town.world.categories[category].id)
        row.advice = {"zh_Hans": words}


async def test_a_strangers_report_is_looked_at_accepted_and_dispatched_from_the_staffs_chat(town: Town) -> None:
    stranger, chen, li = town.phone("stranger"), town.phone("staff Chen"), town.phone("worker Li")
    office = town.group("community")

    told = await reports_corridor(stranger)
    assert "看过后会马上安排" in str(told["text"])
    await chen.sees("新上报，请看一看", "楼道堵了", in_chat=office)
    await chen.presses("受理", in_chat=office)
    await stranger.sees("已受理")
    await chen.sees("派给谁", in_chat=office)
    await chen.presses("第1网格", in_chat=office)
    await stranger.sees("已派人处理")

    await card_in(li, town.group("grid-1"))


async def test_a_report_is_rejected_with_a_reason_that_the_reporter_reads(town: Town) -> None:
    stranger, chen, office = town.phone("stranger"), town.phone("staff Chen"), town.group("community")

    await reports_corridor(stranger)
    await chen.sees("新上报", in_chat=office)
    await chen.presses("不受理", in_chat=office)
    asked = await chen.sees("不予受理的原因", in_chat=office)
    await chen.sends("这是隔壁社区的楼", at=office, reply_to=asked)
    await chen.sees("已告知报事人", in_chat=office)

    await stranger.sees("没有受理", "这是隔壁社区的楼")


async def test_the_same_thing_nearby_is_offered_joined_and_both_hear_the_end(town: Town) -> None:
    wang, liu, li = town.phone("Wang Fang"), town.phone("Liu Yang"), town.phone("worker Li")
    await reports_corridor(wang)

    await liu.sends("还是堵着")
    await liu.sees("哪方面的问题")
    await chooses_corridor(liu)
    await liu.sees("在什么地方")
    await shares_place(liu)
    await liu.sees("附近已有 1 件")
    await liu.sees("26-0001", "楼道堵了")
    await liu.sees("都不是同一件")
    await liu.presses("就是这件")
    await liu.sees("请看一看", "并入附近的同一件")
    await liu.presses("提交")
    await liu.sees_edited("已收到", "合在一起")
    await li.sees_edited("共 2 人反映", in_chat=town.group("grid-1"))
    await claims(town, "worker Li", wang)
    await liu.sees("worker Li", "已接手")
    await hands_in(town, "worker Li", wang)
    await liu.sees("正在核查")
    await town.phone("worker Zhao").presses("👍 通过", in_chat=town.group("grid-1"))
    await li.sees("核查通过")

    await wang.sees("已办好", "清走了", "⭐")
    await liu.sees("已办好", "清走了", "⭐")


async def test_every_question_of_the_category_is_asked_once(town: Town) -> None:
    wang, li = town.phone("Wang Fang"), town.phone("worker Li")
    await ask_about(town, "corridor", PASSABLE, FLOOR, SINCE)

    await wang.sends_photo("楼道堵了")
    await wang.sees("哪方面的问题")
    await chooses_corridor(wang)
    await wang.sees_edited("人还能走过去吗")
    await wang.presses("走不了")
    await wang.sees_edited("在几楼", "请打字告诉我")
    await wang.sends("三楼")
    await wang.sees("多久了")
    await wang.presses("跳过")
    await wang.sees("在什么地方")
    await shares_place(wang)
    await wang.sees("请看一看", "人还能走过去吗？ 走不了", "在几楼？ 三楼")
    await wang.presses("提交")
    await wang.sees_edited("已收到")

    card = await card_in(li, town.group("grid-1"))
    assert "走不了" in str(card["text"])
    assert "三楼" in str(card["text"])


async def test_a_few_groups_first_and_above_them_what_the_words_suggest(town: Town) -> None:
    wang = town.phone("Wang Fang")
    await knows_more_kinds(town, groups=8)

    await wang.sends("楼道里堆了杂物")
    asked = await wang.sees("哪方面的问题")
    assert labels(asked)[0] == "👉 🔧 楼道堆物"
    assert "群7" not in str(labels(asked))
    await wang.presses("更多")
    assert "🔧 群7" in labels(await wang.sees_edited("哪方面的问题"))
    await wang.presses("群7")
    await wang.presses("返回")
    await wang.presses("👉 🔧 楼道堆物")

    await wang.sees("在什么地方")


def labels(message: MessageView) -> list[str]:
    return [str(button["label"]) for row in message["buttons"] for button in row]


async def knows_more_kinds(town: Town, *, groups: int) -> None:
    """A community with further groups, whose blocked corridors are the kind that every community begins with."""
    world = town.world
    async with town.app.work.begin() as uow:
        (await uow.session.get_one(Category, world.categories["corridor"].id)).key = "fire.blocked"
        for number in range(groups):
            common = {"community_id": world.community_id, "emoji": "🔧", "position": 50 + number}
            group = Category(key=f"group{number}", names={"zh_Hans": f"群{number}"}, **common)
            uow.session.add(group)
            await uow.session.flush()
            uow.session.add(
                Category(key=f"kind{number}", names={"zh_Hans": f"类{number}"}, parent_id=group.id, **common)
            )


PASSABLE = {
    "key": "passable",
    "zh": "人还能走过去吗？",
    "en": "Can people get past?",
    "kind": "choice",
    "choices": [{"key": "freely", "zh": "能走", "en": "Yes"}, {"key": "blocked", "zh": "走不了", "en": "No"}],
}
FLOOR = {"key": "floor", "zh": "在几楼？", "en": "On which floor?", "kind": "text"}
SINCE = {"key": "since", "zh": "多久了？", "en": "Since when?", "kind": "text"}


async def ask_about(town: Town, category: str, *questions: Mapping[str, object]) -> None:
    """Let a category ask these questions, one after another."""
    async with town.app.work.begin() as uow:
        row = await uow.session.get_one(Category, town.world.categories[category].id)
        row.questions = [dict(question) for question in questions]
