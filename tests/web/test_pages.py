"""What staff edit on the pages: saved with audit, refused in words, never overwritten unseen, counted once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.issues.models import Category, CategoryLimit
from backend.issues.states import ClockTarget, ClockUnit
from backend.kernel.audit import AuditEntry, AuditSeal, seal_audit_trail
from backend.registry.models import Account, Invitation, RoleGrant
from backend.registry.reference import AnnouncementText, CalendarDay
from tests.service.world import World
from tests.web.browsing import Browser, form_to, on_both

OWN_WORDS = "收到啦！<b>{number}</b>（{category}）我们马上办。"


async def rows(world: World, table: Any) -> list[Any]:
    async with world.work.look() as uow:
        return list(await uow.session.scalars(select(table)))


async def audits(world: World, action: str) -> list[AuditEntry]:
    return [entry for entry in await rows(world, AuditEntry) if entry.action == action]


class TestCategories:
    @on_both
    async def test_an_edit_is_saved_and_written_down(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        category = world.categories["lighting"].id

        answer = await browser.send(
            f"/web/categories/{category}",
            f"/web/categories/{category}",
            names_zh_Hans="路灯坏了",
            risk_grade="orange",
            amount_resolve="3",
            unit_resolve="work_day",
            amount_claim="",
            evidence=["photo_after", "note"],
            question_key_0="since",
            question_kind_0="choice",
            question_zh_0="多久了？",
            question_en_0="Since when?",
            question_choices_0="now | 刚刚 | Just now\ndays | 好几天 | For days",
        )

        assert answer.status_code == 303, answer.text
        async with world.work.look() as uow:
            saved = await uow.session.get_one(Category, category)
            limits = await uow.session.scalars(select(CategoryLimit).where(CategoryLimit.category_id == category))
            by_target = {limit.target: (limit.amount, limit.unit) for limit in limits}
        assert saved.names == {"zh_Hans": "路灯坏了", "en": "Lighting"}
        assert saved.evidence == ["note", "photo_after"]
        assert saved.questions[0]["choices"][1]["zh"] == "好几天"
        assert by_target == {ClockTarget.ACCEPT: (2, ClockUnit.HOUR), ClockTarget.RESOLVE: (3, ClockUnit.WORK_DAY)}
        (entry,) = await audits(world, "edit_category")
        assert (entry.before or {})["risk_grade"] == "blue"
        assert (entry.after or {})["risk_grade"] == "orange"
        assert entry.door == "web"

    async def test_the_form_shows_what_is_saved(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        path = f"/web/categories/{world.categories['corridor'].id}"

        fields = form_to(await browser.open(path), path)

        assert fields["names_en"] == "Blocked corridor"
        assert fields["evidence"] == ["photo_after"]
        assert (fields["amount_resolve"], fields["unit_resolve"]) == ("48", "hour")

    async def test_sending_the_form_unchanged_changes_nothing(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        path = f"/web/categories/{world.categories['corridor'].id}"

        await browser.send(path, path)

        assert await audits(world, "edit_category") == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"names_zh_Hans": ""},
            {"names_zh_Hans": "长" * 41},
            {"risk_grade": "purple"},
            {"route": "moon"},
            {"evidence": ["promise"]},
            {"amount_claim": "-1"},
            {"amount_claim": "2001"},
            {"unit_claim": "century"},
            {"duplicate_radius": "9999"},
            {"position": "x"},
            {"question_key_0": "Not A Key", "question_kind_0": "text", "question_zh_0": "?", "question_en_0": "?"},
            {"question_key_0": "a", "question_kind_0": "choice", "question_zh_0": "?", "question_choices_0": "one"},
        ],
        ids=str,
    )
    async def test_what_does_not_fit_comes_back_as_it_was_typed(
        self, browser: Browser, world: World, wrong: dict[str, Any]
    ):
        await browser.come_in("staff Chen")
        path = f"/web/categories/{world.categories['lighting'].id}"

        answer = await browser.send(path, path, **({"advice_en": "Mind the step"} | wrong))

        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert form_to(answer, path)["advice_en"] == "Mind the step"
        assert await audits(world, "edit_category") == []

    @on_both
    async def test_the_second_of_two_editors_is_told(self, browser: Browser, world: World, new_browser: Any):
        await browser.come_in("staff Chen")
        other = await new_browser().come_in("staff Xu")
        path = f"/web/categories/{world.categories['lighting'].id}"
        seen_by_both = form_to(await other.open(path), path)
        await browser.send(path, path, names_en="Lamps")

        answer = await other.post(path, seen_by_both | {"names_en": "Street lamps"})

        assert answer.status_code == 409
        assert "别人先改了" in answer.text
        assert form_to(answer, path)["names_en"] == "Lamps"

    @on_both
    async def test_a_form_that_is_sent_twice_counts_once(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        fields = form_to(await browser.open("/web/categories"), "/web/categories/new")
        fields |= {"names": "树枝", "key": "trees"}

        first = await browser.post("/web/categories/new", fields)
        second = await browser.post("/web/categories/new", fields | {"key": "trees_again"})

        assert (first.status_code, second.status_code) == (303, 409)
        assert "已经交过" in second.text
        assert len(await audits(world, "add_category")) == 1

    @on_both
    async def test_what_was_never_used_can_be_deleted(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        category = world.categories["noise"].id

        await browser.send(f"/web/categories/{category}", f"/web/categories/{category}/delete")

        assert category not in {one.id for one in await rows(world, Category)}
        assert len(await audits(world, "delete_category")) == 1

    async def test_a_name_with_a_script_in_it_is_only_a_name(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        path = f"/web/categories/{world.categories['lighting'].id}"

        await browser.send(path, path, names_zh_Hans="<script>alert(1)</script>")

        page = (await browser.open("/web/categories")).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page


class TestLimits:
    async def test_staff_edit_when_lateness_climbs_and_a_wrong_step_is_refused(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")

        saved = await browser.send("/web/limits", "/web/limits", climb_claim_1="45", reopen_times="1")
        refused = await browser.send("/web/limits", "/web/limits", climb_claim_2="45")

        assert (saved.status_code, refused.status_code) == (303, 422)
        assert "认领超时：社区" in refused.text
        (entry,) = await audits(world, "issue.set_limits")
        assert entry.after == {"climb_claim_1": 45, "reopen_times": 1}


class TestCalendar:
    @on_both
    async def test_a_day_is_made_a_holiday_and_given_back(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")

        await browser.send("/web/calendar", "/web/calendar/day", day="2026-08-17", kind="off", name="社区日")
        page = await browser.open("/web/calendar?year=2026")
        assert 'aria-label="2026-08-17, 放假, 社区日"' in page.text
        await browser.send("/web/calendar?day=2026-08-17", "/web/calendar/day", day="2026-08-17", kind="usual")

        assert await rows(world, CalendarDay) == []
        assert [(entry.before, entry.after) for entry in await audits(world, "calendar_day.edit")] == [
            (None, {"is_workday": False, "name": "社区日"}),
            ({"is_workday": False, "name": "社区日"}, None),
        ]

    async def test_a_published_table_is_entered_line_by_line(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        lines = "2027-02-05~2027-02-07 休 春节\n\n2027-02-20 work\n"

        answer = await browser.send("/web/calendar?year=2027", "/web/calendar/lines", lines=lines)

        assert answer.status_code == 303
        entered = {row.day_on: (row.is_workday, row.name) for row in await rows(world, CalendarDay)}
        assert entered == {
            date(2027, 2, 5): (False, "春节"),
            date(2027, 2, 6): (False, "春节"),
            date(2027, 2, 7): (False, "春节"),
            date(2027, 2, 20): (True, ""),
        }
        assert "2027 年的放假安排还没有录入" not in (await browser.open("/web/calendar")).text

    async def test_one_wrong_line_and_nothing_is_entered(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        lines = "2027-02-05 休 春节\n2027-02-30 休"

        answer = await browser.send("/web/calendar?year=2027", "/web/calendar/lines", lines=lines)

        assert answer.status_code == 422
        assert "第 2 行" in answer.text
        assert form_to(answer, "/web/calendar/lines")["lines"] == lines
        assert await rows(world, CalendarDay) == []

    async def test_a_day_far_away_is_a_slip_of_the_keyboard(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")

        answer = await browser.send("/web/calendar?year=2062", "/web/calendar/day", day="2062-05-01", kind="off")

        assert answer.status_code == 422
        assert await rows(world, CalendarDay) == []

    async def test_the_missing_table_of_next_year_is_said_aloud(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        assert 'class="notice care"' in (await browser.open("/web/calendar")).text

        world.clock.advance(timedelta(days=200))
        await browser.come_in("staff Chen")

        assert 'class="notice loud"' in (await browser.open("/web/calendar")).text

    @pytest.mark.parametrize("query", ["year=1", "year=99999999999", "year=x", "day=2026-99-99", "year=-5"])
    async def test_a_strange_year_is_brought_back_into_bounds(self, browser: Browser, query: str):
        await browser.come_in("staff Chen")

        assert (await browser.open(f"/web/calendar?{query}")).status_code == 200

    async def test_two_editors_of_one_day(self, browser: Browser, world: World, new_browser: Any):
        await browser.come_in("staff Chen")
        other = await new_browser().come_in("staff Xu")
        seen = form_to(await other.open("/web/calendar"), "/web/calendar/day")
        await browser.send("/web/calendar", "/web/calendar/day", day="2026-08-17", kind="off")

        answer = await other.post("/web/calendar/day", seen | {"day": "2026-08-17", "kind": "work"})

        assert answer.status_code == 409
        assert [row.is_workday for row in await rows(world, CalendarDay)] == [False]


class TestWording:
    @on_both
    async def test_own_words_are_saved_and_can_be_taken_back(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        path = "/web/texts/notify.accepted"

        await browser.send(path, path, words_zh_Hans=OWN_WORDS)
        assert [row.words for row in await rows(world, AnnouncementText)] == [OWN_WORDS]
        await browser.send(path, path, words_zh_Hans="")

        assert await rows(world, AnnouncementText) == []
        assert len(await audits(world, "announcement_text.edit")) == 2

    @pytest.mark.parametrize(
        "words",
        [
            "{name}",
            "{0}",
            "{",
            "{name.__class__}",
            "<b>open",
            "</b>",
            "<script>x</script>",
            "<a href='x'>x</a>",
            "1 < 2",
        ],
    )
    async def test_words_that_would_break_a_message_are_refused(self, browser: Browser, world: World, words: str):
        await browser.come_in("staff Chen")
        path = "/web/texts/notify.accepted"

        answer = await browser.send(path, path, words_zh_Hans=OWN_WORDS + words)

        assert answer.status_code == 422
        assert form_to(answer, path)["words_zh_Hans"] == OWN_WORDS + words
        assert await rows(world, AnnouncementText) == []

    async def test_a_blank_of_the_original_must_stay(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        path = "/web/texts/notify.accepted"

        answer = await browser.send(path, path, words_zh_Hans=OWN_WORDS.replace("{number}", ""))

        assert answer.status_code == 422
        assert "{number}" in answer.text
        assert await rows(world, AnnouncementText) == []

    async def test_only_announcements_can_be_reworded(self, browser: Browser):
        await browser.come_in("staff Chen")

        assert (await browser.open("/web/texts/web.error.forged")).status_code == 404
        assert (await browser.open("/web/texts/no.such.key")).status_code == 404


class TestRoles:
    @on_both
    async def test_a_role_is_ended(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        (grant,) = [row for row in await rows(world, RoleGrant) if row.account_id == world.account_id("worker Li")]

        answer = await browser.send("/web/roles", f"/web/roles/{grant.id}/end")

        assert answer.status_code == 303
        assert "worker Li" not in (await browser.open("/web/roles")).text
        assert len(await audits(world, "role.end")) == 1

    async def test_who_ranks_higher_is_out_of_reach(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        (grant,) = [row for row in await rows(world, RoleGrant) if row.account_id == world.account_id("operator Luo")]
        fields = form_to(await browser.open("/web"), "/web/sign-out")

        answer = await browser.post(f"/web/roles/{grant.id}/end", fields)

        assert answer.status_code == 403
        assert (await rows(world, RoleGrant))[0].ended_at is None

    @on_both
    async def test_an_invitation_is_shown_once(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")

        page = await browser.send(
            "/web/roles", "/web/roles/invite", role="grid_worker", unit=str(world.units["grid-2"].id)
        )

        token = re.search(r"/start join-([\w-]{22})", page.text)
        assert page.status_code == 200
        assert token is not None
        (invitation,) = await rows(world, Invitation)
        assert token[1] not in invitation.token_digest
        assert token[1] not in (await browser.open("/web/roles")).text

    async def test_staff_invite_nobody_above_themselves(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")

        answer = await browser.send(
            "/web/roles", "/web/roles/invite", role="admin", unit=str(world.units["community"].id)
        )

        assert answer.status_code == 403
        assert await rows(world, Invitation) == []

    async def test_a_name_from_telegram_is_only_a_name(self, browser: Browser, world: World):
        async with world.work.begin() as uow:
            account = await uow.session.get_one(Account, world.account_id("worker Li"))
            account.display_name = '"><script>alert(1)</script>\u202e'
        await browser.come_in("staff Chen")

        page = (await browser.open("/web/roles")).text

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    @pytest.mark.parametrize(
        "query", ["page=0", "page=999999999999", "page=-1", "page=x", "q=%25", "q=%00", "q=" + "x" * 5000]
    )
    async def test_strange_pages_and_searches_are_harmless(self, browser: Browser, query: str):
        await browser.come_in("staff Chen")

        assert (await browser.open(f"/web/roles?{query}")).status_code == 200


class TestAudit:
    @on_both
    async def test_the_trail_is_searched_by_person_and_action(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        await browser.send("/web/calendar", "/web/calendar/day", day="2026-08-17", kind="off", name="社区日")
        await browser.come_in("admin Yin")

        found = (await browser.open("/web/audit?action=calendar&name=Chen&subject=calendar_day:2026")).text
        nothing = (await browser.open("/web/audit?action=calendar&name=Xu")).text

        assert "calendar_day:2026-08-17" in found
        assert "社区日" in found
        assert "calendar_day:2026-08-17" not in nothing

    async def test_tampering_is_shown(self, browser: Browser, world: World):
        await browser.come_in("admin Yin")
        async with world.work.begin() as uow:
            await seal_audit_trail(uow)
        assert "封存完好" in (await browser.open("/web/audit?check=1")).text

        await browser.link_token("staff Chen")
        async with world.work.begin() as uow:
            newest = await uow.session.scalar(select(func.max(AuditEntry.id)))
            uow.session.add(AuditSeal(entry_id=newest, digest="0" * 64))

        assert "封存对不上" in (await browser.open("/web/audit?check=1")).text

    async def test_the_subdistrict_sees_what_lies_below_it(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        await browser.send("/web/calendar", "/web/calendar/day", day="2026-08-17", kind="off")
        await browser.come_in("operator Luo")

        assert "calendar_day:2026-08-17" in (await browser.open("/web/audit")).text

    @on_both
    async def test_older_entries_are_a_page_away(self, browser: Browser, world: World):
        await browser.come_in("staff Chen")
        lines = "\n".join(f"2027-{month:02d}-{day:02d} 休" for month in (3, 5) for day in range(1, 31))
        await browser.send("/web/calendar?year=2027", "/web/calendar/lines", lines=lines)
        await browser.come_in("admin Yin")

        first = (await browser.open("/web/audit?action=calendar")).text
        older = re.search(r'href="(/web/audit\?[^"]*before=\d+)"', first)

        assert older is not None
        second = (await browser.open(older[1].replace("&amp;", "&"))).text
        assert "calendar_day:2027-03-01" in second
        assert "calendar_day:2027-03-01" not in first
