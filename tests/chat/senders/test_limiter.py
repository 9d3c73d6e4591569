"""Who may speak when: lanes, the even rhythm, each chat's rhythm, pauses. No test waits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.messaging.contents import Lane
from bot.senders.limiter import LaneRateLimiter, NoRoomYet, counts_in_chat, is_paced
from bot.senders.pace import AHEAD_OVERALL, GROUP_WINDOW, PRIVATE_GAP, ChatRhythm
from tests.chat.senders.ticks import Crowd, HandTicks

GROUP = -100500


@pytest.fixture
def ticks() -> HandTicks:
    return HandTicks()


@pytest.fixture
def crowd(ticks: HandTicks) -> Crowd:
    return Crowd(ticks)


async def test_a_broadcast_leaves_in_an_even_rhythm_at_its_rate(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(10, ticks=ticks)
    for number in range(100):
        await crowd.comes("news", limiter.acquire(number, Lane.BULK))

    await ticks.pass_time(5)

    assert 50 <= len(crowd.went) <= 50 + AHEAD_OVERALL[Lane.BULK] + 1
    gaps = [after - before for before, after in zip(crowd.times()[6:], crowd.times()[7:], strict=False)]
    assert max(gaps) <= 0.11


async def test_an_emergency_leaves_at_once_in_the_middle_of_a_broadcast(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(10, ticks=ticks)
    for number in range(100):
        await crowd.comes("news", limiter.acquire(number, Lane.BULK))
    await ticks.pass_time(1.03)
    before = ticks.moment

    for number in range(8):
        await crowd.comes("fire", limiter.acquire(900 + number, Lane.EMERGENCY))

    assert crowd.names().count("fire") == 8
    assert {moment for moment, name in crowd.went if name == "fire"} == {before}
    await ticks.pass_time(4)
    assert len(crowd.went) <= 10 * 5.03 + AHEAD_OVERALL[Lane.EMERGENCY]


async def test_the_higher_lane_always_goes_first_and_within_a_lane_who_came_first(
    ticks: HandTicks, crowd: Crowd
) -> None:
    limiter = LaneRateLimiter(1, ticks=ticks)
    for number in range(12):
        await crowd.comes("early", limiter.acquire(number, Lane.BULK))
    for name, lane in (
        ("bulk", Lane.BULK),
        ("normal 1", Lane.NORMAL),
        ("normal 2", Lane.NORMAL),
        ("reply", Lane.REPLY),
    ):
        await crowd.comes(name, limiter.acquire(name.encode().hex(), lane))

    await ticks.pass_time(60)

    late = [name for name in crowd.names() if name != "early"]
    assert late == ["reply", "normal 1", "normal 2", "bulk"]


async def test_a_private_chat_hears_one_message_a_second_and_others_need_not_wait(
    ticks: HandTicks, crowd: Crowd
) -> None:
    limiter = LaneRateLimiter(30, ticks=ticks)
    for _ in range(3):
        await crowd.comes("wang", limiter.acquire(7, Lane.NORMAL))
    await crowd.comes("liu", limiter.acquire(8, Lane.NORMAL))

    await ticks.pass_time(5)

    assert crowd.names() == ["wang", "liu", "wang", "wang"]
    assert crowd.times() == [0.0, 0.0, round(PRIVATE_GAP, 2), round(2 * PRIVATE_GAP, 2)]


async def test_a_dialogue_may_answer_in_a_short_burst(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(30, ticks=ticks)
    for _ in range(5):
        await crowd.comes("answer", limiter.acquire(7, Lane.REPLY))

    await ticks.pass_time(0.5)

    assert len(crowd.went) == 3


async def test_a_group_hears_no_more_than_its_number_in_any_minute(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(30, group_per_minute=20, ticks=ticks)
    for _ in range(60):
        await crowd.comes("card", limiter.acquire(GROUP, Lane.NORMAL))

    await ticks.pass_time(200)

    times = crowd.times()
    for start in times:
        assert sum(start <= moment < start + 60 for moment in times) <= 20


async def test_a_group_that_is_used_up_still_hears_an_emergency(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(30, group_per_minute=20, ticks=ticks)
    for _ in range(40):
        await crowd.comes("card", limiter.acquire(GROUP, Lane.NORMAL))
    await ticks.pass_time(2)

    await crowd.comes("fire", limiter.acquire(GROUP, Lane.EMERGENCY))
    await ticks.pass_time(0.2)

    assert crowd.names()[-1] == "fire"


async def test_one_chat_that_heard_429_pauses_alone(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(30, ticks=ticks)
    limiter.pause(7, 10)
    await crowd.comes("wang", limiter.acquire(7, Lane.NORMAL))
    await crowd.comes("liu", limiter.acquire(8, Lane.NORMAL))

    await ticks.pass_time(11)

    assert list(zip(crowd.names(), crowd.times(), strict=True)) == [("liu", 0.0), ("wang", 10.0)]


async def test_several_chats_that_hear_429_at_once_pause_the_whole_token(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(30, ticks=ticks)
    for chat in (1, 2, 3):
        limiter.pause(chat, 5)
    await crowd.comes("liu", limiter.acquire(8, Lane.NORMAL))

    await ticks.pass_time(6)

    assert crowd.times() == [5.0]


async def test_a_pause_that_comes_while_somebody_waits_is_kept(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(1, ticks=ticks)
    for number in range(12):
        await crowd.comes("news", limiter.acquire(number, Lane.BULK))
    limiter.pause(11, 30)

    await ticks.pass_time(20)
    assert crowd.names() == ["news"] * 11
    await ticks.pass_time(30)

    assert crowd.times()[-1] == 30.0


async def test_who_would_wait_too_long_is_told_so_at_once(ticks: HandTicks) -> None:
    limiter = LaneRateLimiter(30, ticks=ticks)
    limiter.pause(7, 60)

    with pytest.raises(NoRoomYet) as told:
        await limiter.acquire(7, Lane.NORMAL, at_most=10)

    assert told.value.after == pytest.approx(60)


async def test_who_stops_waiting_keeps_nobody_else_from_going(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(1, ticks=ticks)
    for number in range(20):
        await crowd.comes("early", limiter.acquire(100 + number, Lane.EMERGENCY))
    gone = await crowd.comes("gone", limiter.acquire(7, Lane.EMERGENCY, cost=1))
    gone_too = await crowd.comes("gone too", limiter.acquire(8, Lane.NORMAL))
    await crowd.comes("last", limiter.acquire(8, Lane.BULK))

    gone.cancel()
    gone_too.cancel()
    await ticks.pass_time(60)

    assert crowd.names()[-1] == "last"
    assert "gone too" not in crowd.names()
    assert limiter.waiting == 0


async def test_an_album_counts_for_its_pictures_in_a_group(ticks: HandTicks, crowd: Crowd) -> None:
    limiter = LaneRateLimiter(100, group_per_minute=20, ticks=ticks)
    await crowd.comes("album", limiter.acquire(GROUP, Lane.NORMAL, cost=10))
    await crowd.comes("album", limiter.acquire(GROUP, Lane.NORMAL, cost=10))

    await ticks.pass_time(10)

    assert crowd.names() == ["album"]


def test_only_what_telegram_counts_waits() -> None:
    assert is_paced("sendMessage")
    assert is_paced("editMessageText")
    assert not is_paced("answerCallbackQuery")
    assert not is_paced("sendChatAction")
    assert not is_paced("deleteMessage")
    assert not is_paced("getFile")
    assert not counts_in_chat("editMessageText", 7)
    assert counts_in_chat("editMessageText", GROUP)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-3, 5).filter(bool), st.sampled_from(Lane), st.floats(0, 0.5)), min_size=1, max_size=80
    )
)
async def test_whatever_comes_nobody_waits_for_ever_and_no_limit_is_broken(
    crowd_of: list[tuple[int, Lane, float]],
) -> None:
    ticks = HandTicks()
    crowd = Crowd(ticks)
    limiter = LaneRateLimiter(5, group_per_minute=6, ticks=ticks)

    for chat, lane, pause in crowd_of:
        await crowd.comes(f"{chat}:{lane.name}", limiter.acquire(chat, lane))
        await ticks.pass_time(pause)
    await ticks.pass_time(GROUP_WINDOW * 82)

    assert len(crowd.went) == len(crowd_of)
    for moment, name in crowd.went:
        if name.startswith("-"):
            chat = name.split(":")[0]
            same = [at for at, other in crowd.went if other.split(":")[0] == chat]
            assert sum(moment <= at < moment + 60 for at in same) <= 6
    times = [at for at, _ in crowd.went]
    for start in times:
        assert sum(start <= at < start + 1 for at in times) <= 5 + AHEAD_OVERALL[Lane.EMERGENCY] + 2


@given(st.booleans(), st.lists(st.sampled_from(Lane), max_size=40), st.integers(1, 5))
def test_a_higher_lane_never_waits_longer_for_a_chat_than_a_lower_one(
    is_group: bool, said: list[Lane], cost: int
) -> None:
    rhythm = ChatRhythm(is_group, 20)
    for number, _ in enumerate(said):
        rhythm.note(number * 0.5, 1)

    opens = [rhythm.opens_at(lane, len(said) * 0.5, cost) for lane in Lane]

    assert opens == sorted(opens)
