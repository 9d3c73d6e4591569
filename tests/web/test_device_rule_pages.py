"""Staff set limits for the community and for one person; what may be a call for help stays as it is. And areas."""

from __future__ import annotations

import re

import pytest

from backend.devices import Circle, FencePurpose, Polygon, fences_drawn_for, rules_set
from backend.devices.errors import RuleUnfit
from backend.devices.rules.rule import NEVER_HELD_BACK, Rule, changed, default_rules
from backend.kernel.alarms import AlarmKind
from backend.kernel.geo import Point, SourceCrs, distance_m, from_wgs84
from tests.service.devices.scenes import HOME, Yard
from tests.service.world import World
from tests.web.browsing import Browser, form_to

URGENT = [rule for rule in default_rules().values() if rule.alarm in NEVER_HELD_BACK]
RULE = "/web/device-rules/heart_rate_very_high"


@pytest.fixture
def yard(world: World) -> Yard:
    return Yard(world)


async def differing(world: World) -> dict[str, dict[str, object]]:
    async with world.work.look() as uow:
        rows = await rules_set(uow, actor=world.actor("staff Chen"), community_id=world.community_id)
    return {f"{row.scope} {row.key}": row.changes for row in rows}


async def test_a_limit_is_set_for_all_then_for_one_and_comes_back(browser: Browser, yard: Yard):
    await yard.enrol_watch()
    person = yard.world.actor("Wang Fang").person_id
    await browser.come_in("staff Chen")
    of_person = f"{RULE}?scope=person:{person}"

    for_all = await browser.send(RULE, RULE, rule_at_least="125", rule_clears_at="105")
    hers = await browser.send(of_person, RULE, rule_at_least="118.5", rule_repeat="30", note="李医生，2026-05-12")
    kept = await differing(yard.world)
    listed = await browser.open("/web/device-rules")
    same = await browser.send(of_person, RULE, rule_at_least="125", rule_repeat="10")
    back = await browser.send(RULE, RULE, verdict="default")

    assert [one.status_code for one in (for_all, hers, same, back)] == [303, 303, 303, 303]
    assert kept == {
        "community heart_rate_very_high": {"at_least": 125, "clears_at": 105},
        f"person:{person} heart_rate_very_high": {"at_least": 118.5, "repeat_s": 1800},
    }
    assert "李医生" in listed.text
    assert "不是医疗建议" in listed.text
    assert await differing(yard.world) == {}


async def test_a_rule_is_switched_off_and_nonsense_is_refused(browser: Browser, yard: Yard):
    await browser.come_in("staff Chen")
    path = "/web/device-rules/camera_event"

    off = await browser.send(path, path, is_active=None)
    stale = form_to(await browser.open(RULE), RULE)
    await browser.send(RULE, RULE, rule_at_least="126")
    late = await browser.post(RULE, stale | {"rule_at_least": "127"})
    wrong = await browser.send(RULE, RULE, rule_at_least="90", rule_clears_at="110")
    words = await browser.send(RULE, RULE, rule_at_least="fast")
    nobody = await browser.open(f"{RULE}?scope=person:999999")

    assert off.status_code == 303
    assert (await differing(yard.world))["community camera_event"] == {"is_active": False}
    assert [one.status_code for one in (late, wrong, words, nobody)] == [409, 422, 422, 404]


async def test_help_smoke_and_gas_cannot_be_held_back_from_the_desk(browser: Browser, yard: Yard):
    await browser.come_in("staff Chen")
    sent = form_to(await browser.open(RULE), RULE)

    page = await browser.open("/web/device-rules/sos")
    forged = await browser.post("/web/device-rules/sos", sent | {"is_active": "", "rule_for": "30"})
    duller = await browser.send("/web/device-rules/gas", "/web/device-rules/gas", rule_at_least="40")
    keener = await browser.send("/web/device-rules/gas", "/web/device-rules/gas", rule_at_least="8", rule_clears_at="4")

    assert "不能关闭" in page.text
    assert forged.status_code in {303, 409}
    assert (duller.status_code, keener.status_code) == (422, 303)
    assert await differing(yard.world) == {"community gas": {"at_least": 8, "clears_at": 4}}


@pytest.mark.parametrize("rule", URGENT, ids=lambda rule: rule.key)
def test_what_may_be_a_call_for_help_alarms_at_its_first_sign_whatever_is_set(rule: Rule):
    for changes in ({"is_active": False}, {"times": 2, "of": 2}, {"for_s": 60}, {"severity": "care"}, {"after_s": 9}):
        with pytest.raises(RuleUnfit):
            changed(rule, changes)
    assert (rule.times, rule.for_s, rule.is_active) == (1, 0, True)
    assert {AlarmKind.SOS, AlarmKind.SMOKE, AlarmKind.GAS} == NEVER_HELD_BACK


async def areas(world: World, person_id: int) -> list[tuple[str, FencePurpose, object, object]]:
    async with world.work.begin() as uow:
        found = await fences_drawn_for(uow, actor=world.actor("staff Chen"), person_id=person_id)
    return [(one.name, one.fence.purpose, one.fence.shape, one.fence.hours) for one in found]


async def test_areas_are_drawn_on_anybodys_map_and_ended(browser: Browser, yard: Yard):
    await yard.live_in("Wang Fang", "2")
    await yard.enrol_watch()
    person_id = yard.world.actor("Wang Fang").person_id
    assert person_id is not None
    page = f"/web/fences/{person_id}"
    shown = from_wgs84(HOME, SourceCrs.GCJ02)
    await browser.come_in("staff Chen")

    circle = await browser.send(
        page, page, name="散步", longitude=f"{shown.longitude:.6f}", latitude=f"{shown.latitude:.6f}",
        radius="400", crs="gcj02",
    )  # fmt: skip
    curfew = await browser.send(
        page, page, name="夜里在家", purpose="curfew", radius="100", begins="21:00", ends="06:00", weekday=["0", "6"]
    )
    corners = "106.531,29.576\n106.533，29.576\n106.533 29.578\n106.531,29.578"
    polygon = await browser.send(page, page, name="院子", purpose="home", corners=corners)
    found = await areas(yard.world, person_id)
    listed, drawn = await browser.open("/web/fences"), await browser.open(page)
    ends = re.findall(rf'action="({page}/\d+/end)"', drawn.text)
    ended = await browser.send(page, ends[0])

    assert [one.status_code for one in (circle, curfew, polygon, ended)] == [303, 303, 303, 303]
    (_, purpose, walk, always), (_, _, night, hours), (_, _, yard_of_house, _) = found
    assert isinstance(walk, Circle)
    assert (purpose, walk.radius_m, always) == (FencePurpose.CIRCLE, 400, None)
    assert distance_m(walk.centre, HOME) < 1
    assert isinstance(night, Circle)
    assert hours is not None
    assert (hours.days, hours.begins.hour, hours.ends.hour) == ({0, 6}, 21, 6)
    assert isinstance(yard_of_house, Polygon)
    assert yard_of_house.corners[1] == Point(29.576, 106.533)
    assert "Wang Fang" in listed.text
    assert drawn.text.count('class="fence ') == 4  # three areas, and the one that is being drawn
    assert [name for name, *_ in await areas(yard.world, person_id)] == ["夜里在家", "院子"]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"purpose": "garden"},
        {"longitude": "east"},
        {"latitude": "99.5"},
        {"radius": "5"},
        {"purpose": "curfew"},
        {"begins": "21:00"},
        {"begins": "21:00", "ends": "21:00"},
        {"begins": "21:00", "ends": "07:00", "weekday": ["9"]},
        {"corners": "106.531,29.576\nhere"},
        {"corners": "106.531,29.576\n106.533,29.578\n106.533,29.576\n106.531,29.578"},
        {"crs": "mercator"},
    ],
    ids=str,
)
async def test_an_area_that_is_none_is_refused_and_what_was_typed_stays(
    browser: Browser, yard: Yard, typed: dict[str, object]
):
    await yard.live_in("Wang Fang", "2")
    person_id = yard.world.actor("Wang Fang").person_id
    assert person_id is not None
    page = f"/web/fences/{person_id}"
    await browser.come_in("staff Chen")

    answer = await browser.send(page, page, **({"name": "散步", "longitude": "106.53", "latitude": "29.57"} | typed))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await areas(yard.world, person_id) == []
