"""The whole role x status x action matrix of issues and tasks."""

import itertools

import pytest

from backend.issues.errors import CheckerIsDoer, MoveNotPossible, MoveNotYours, ReasonMissing
from backend.issues.moves import (
    ISSUE_MOVES,
    SYSTEM,
    TASK_MOVES,
    ClockEffect,
    Mover,
    Target,
    allowed_actions,
    check_move,
    check_task_move,
    status_from_tasks,
)
from backend.issues.states import IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.kernel.access import Role

MOVERS = {
    "R": Mover(roles=frozenset({Role.RESIDENT})),
    "r": Mover(roles=frozenset({Role.RESIDENT}), is_reporter=True),
    "w": Mover(roles=frozenset({Role.GRID_WORKER})),
    "d": Mover(roles=frozenset({Role.GRID_WORKER}), is_doer=True),
    "l": Mover(roles=frozenset({Role.GRID_LEADER})),
    "p": Mover(roles=frozenset({Role.PARTNER})),
    "c": Mover(roles=frozenset({Role.STAFF})),
    "S": Mover(roles=frozenset({Role.SUBDISTRICT})),
    "D": Mover(roles=frozenset({Role.DISTRICT})),
    "A": Mover(roles=frozenset({Role.ADMIN})),
    "*": SYSTEM,
}
"""R any resident, r the reporter, w any worker, d the worker who has it, l leader, p partner, c community
staff, S subdistrict, D district, A admin, * the program."""

# Who may what, written out a second time on purpose. A cell not listed is forbidden to all.
GOLDEN = """
reported          accept           accepted          lcSDA*
reported          reject           rejected          lcSDA
reported          ask_reporter     waiting_reporter  dlcSDA
reported          escalate         =                 dlcSDA*
reported          supervise        =                 cSDA
reported          merge            merged            lcSDA
reported          cancel           cancelled         rcSDA
accepted          reject           rejected          lcSDA
accepted          dispatch         dispatched        lcSDA*
accepted          ask_reporter     waiting_reporter  dlcSDA
accepted          suspend          suspended         lcSDA
accepted          escalate         =                 dlcSDA*
accepted          supervise        =                 cSDA
accepted          merge            merged            lcSDA
accepted          cancel           cancelled         rcSDA
dispatched        dispatch         =                 lcSDA
dispatched        claim            in_progress       wdlp*
dispatched        transfer         =                 wdlpcSDA
dispatched        return           accepted          wdlp
dispatched        ask_reporter     waiting_reporter  dlcSDA
dispatched        suspend          suspended         lcSDA
dispatched        escalate         =                 dlcSDA*
dispatched        supervise        =                 cSDA
dispatched        merge            merged            lcSDA
dispatched        cancel           cancelled         rcSDA
in_progress       dispatch         =                 lcSDA
in_progress       transfer         dispatched        dlcSDA
in_progress       return           accepted          d
in_progress       submit           pending_check     d
in_progress       ask_reporter     waiting_reporter  dlcSDA
in_progress       request_suspend  =                 d
in_progress       suspend          suspended         lcSDA
in_progress       escalate         =                 dlcSDA*
in_progress       supervise        =                 cSDA
in_progress       merge            merged            lcSDA
in_progress       cancel           cancelled         cSDA
pending_check     pass             resolved          wlcSDA
pending_check     fail             in_progress       wlcSDA
pending_check     escalate         =                 dlcSDA*
pending_check     supervise        =                 cSDA
resolved          rate             closed            r
resolved          close            closed            *
resolved          request_reopen   reopen_requested  r
closed            rate             =                 r
closed            request_reopen   reopen_requested  r
waiting_reporter  answer           <                 rwdlpcSDA
waiting_reporter  resume           <                 dlcSDA*
waiting_reporter  escalate         =                 dlcSDA*
waiting_reporter  supervise        =                 cSDA
waiting_reporter  cancel           cancelled         cSDA
suspended         resume           <                 lcSDA*
suspended         supervise        =                 cSDA
suspended         merge            merged            lcSDA
suspended         cancel           cancelled         cSDA
reopen_requested  reopen           accepted          lcSDA
reopen_requested  deny_reopen      <                 lcSDA
reopen_requested  supervise        =                 cSDA
rejected          request_reopen   reopen_requested  r
"""

TASK_GOLDEN = """
open           claim     claimed        wdlp*
open           transfer  transferred    wdlpcSDA
open           return    returned       wdlp
open           cancel    cancelled      lcSDA*
claimed        en_route  en_route       d
claimed        arrive    on_scene       d
claimed        submit    pending_check  d
claimed        transfer  transferred    dlcSDA
claimed        return    returned       d
claimed        cancel    cancelled      lcSDA*
claimed        release   transferred    *
en_route       arrive    on_scene       d
en_route       submit    pending_check  d
en_route       transfer  transferred    dlcSDA
en_route       return    returned       d
en_route       cancel    cancelled      lcSDA*
en_route       release   transferred    *
on_scene       submit    pending_check  d
on_scene       transfer  transferred    dlcSDA
on_scene       return    returned       d
on_scene       cancel    cancelled      lcSDA*
on_scene       release   transferred    *
pending_check  pass      done           wlcSDA
pending_check  fail      claimed        wlcSDA
"""

COMMENTERS = "rwdlpcSDA*"
TASK_COMMENTERS = "wdlpcSDA*"
CAME_FROM = IssueStatus.DISPATCHED


def golden(table, statuses, commenters):
    rows = {tuple(line.split()[:2]): tuple(line.split()[2:]) for line in table.split("\n") if line}
    return rows | {(status.value, "comment"): ("=", commenters) for status in statuses}


ISSUE_ROWS = golden(GOLDEN, IssueStatus, COMMENTERS)
TASK_ROWS = golden(TASK_GOLDEN, TaskStatus, TASK_COMMENTERS)


@pytest.mark.parametrize("status", IssueStatus)
def test_every_cell_of_the_issue_matrix_is_as_written(status):
    for action, who in itertools.product(IssueAction, MOVERS):
        expected, movers = ISSUE_ROWS.get((status.value, action.value), (None, ""))
        if who not in movers:
            with pytest.raises((MoveNotPossible, MoveNotYours, CheckerIsDoer)):
                check_move(status, action, MOVERS[who], reason="because", came_from=CAME_FROM)
            assert action not in allowed_actions(status, MOVERS[who])
            continue

        after, _ = check_move(status, action, MOVERS[who], reason="because", came_from=CAME_FROM)

        assert after == {"=": status, "<": CAME_FROM}.get(expected, expected), (status, action, who)
        assert action in allowed_actions(status, MOVERS[who])


@pytest.mark.parametrize("status", TaskStatus)
def test_every_cell_of_the_task_matrix_is_as_written(status):
    for action, who in itertools.product(TaskAction, MOVERS):
        expected, movers = TASK_ROWS.get((status.value, action.value), (None, ""))
        if who not in movers:
            with pytest.raises((MoveNotPossible, MoveNotYours, CheckerIsDoer)):
                check_task_move(status, action, MOVERS[who], reason="because")
            continue

        after, _ = check_task_move(status, action, MOVERS[who], reason="because")

        assert after == (status if expected == "=" else expected), (status, action, who)


def test_the_golden_tables_and_the_tables_have_the_same_cells():
    assert set(ISSUE_ROWS) == set(ISSUE_MOVES)
    assert set(TASK_ROWS) == set(TASK_MOVES)


def test_a_closed_issue_has_no_way_out_but_the_request_to_reopen():
    ways_out = {
        action
        for (status, action), move in ISSUE_MOVES.items()
        if status is IssueStatus.CLOSED and move.to is not Target.STAY
    }

    assert ways_out == {IssueAction.REQUEST_REOPEN}


@pytest.mark.parametrize("status", [IssueStatus.MERGED, IssueStatus.CANCELLED])
def test_what_is_merged_or_cancelled_stays_so(status):
    assert {action for (start, action) in ISSUE_MOVES if start is status} == {IssueAction.COMMENT}


@pytest.mark.parametrize(("moves", "start"), [(ISSUE_MOVES, IssueStatus.REPORTED), (TASK_MOVES, TaskStatus.OPEN)])
def test_every_status_can_be_reached(moves, start):
    reached = {start}
    while more := {m.to for (s, _), m in moves.items() if s in reached and not isinstance(m.to, Target)} - reached:
        reached |= more

    assert reached == set(type(start))


def test_every_issue_that_is_not_over_can_still_reach_its_end():
    over = {IssueStatus.CLOSED, IssueStatus.REJECTED, IssueStatus.MERGED, IssueStatus.CANCELLED}
    ending = set(over)
    while more := {s for (s, _), m in ISSUE_MOVES.items() if m.to in ending} - ending:
        ending |= more

    # Asking to reopen leads on through reopening, or back to where it came from.
    assert ending == set(IssueStatus)


def test_no_cell_is_closed_to_everybody():
    for move in (*ISSUE_MOVES.values(), *TASK_MOVES.values()):
        assert move.roles or move.reporter or move.doer or move.system


def test_a_comment_or_a_supervision_moves_neither_status_nor_clock():
    for (_, action), move in (*ISSUE_MOVES.items(), *TASK_MOVES.items()):
        if action in {IssueAction.COMMENT, IssueAction.SUPERVISE, IssueAction.ESCALATE, TaskAction.COMMENT}:
            assert move.to is Target.STAY
            assert move.clocks is ClockEffect.KEEP
            assert (move.meets, move.unmeets, move.starts) == (None, None, None)


def test_whatever_pauses_the_clocks_has_a_way_back_that_runs_them():
    for move in ISSUE_MOVES.values():
        if move.clocks is ClockEffect.PAUSE:
            backs = [m for (s, _), m in ISSUE_MOVES.items() if s is move.to and m.to is Target.BACK]
            assert backs
            assert all(back.clocks is ClockEffect.RUN for back in backs)


@pytest.mark.parametrize("action", [IssueAction.PASS, IssueAction.FAIL])
def test_nobody_checks_their_own_work_whatever_their_rank(action):
    mover = Mover(roles=frozenset(Role), is_doer=True)

    with pytest.raises(CheckerIsDoer):
        check_move(IssueStatus.PENDING_CHECK, action, mover, reason="good")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_rejection_without_a_reason_is_refused(reason):
    with pytest.raises(ReasonMissing):
        check_move(IssueStatus.REPORTED, IssueAction.REJECT, MOVERS["c"], reason=reason)


def test_going_back_needs_the_status_before():
    with pytest.raises(MoveNotPossible):
        check_move(IssueStatus.SUSPENDED, IssueAction.RESUME, MOVERS["c"])


T = TaskStatus


@pytest.mark.parametrize(
    ("tasks", "issue"),
    [
        ([], "accepted"),
        ([T.RETURNED, T.CANCELLED], "accepted"),
        ([T.TRANSFERRED, T.OPEN], "dispatched"),
        ([T.OPEN, T.CLAIMED], "in_progress"),
        ([T.OPEN, T.DONE], "in_progress"),
        ([T.PENDING_CHECK, T.ON_SCENE], "in_progress"),
        ([T.PENDING_CHECK, T.DONE], "pending_check"),
        ([T.DONE, T.RETURNED], "resolved"),
    ],
)
def test_the_slowest_task_decides_where_the_issue_stands(tasks, issue):
    assert status_from_tasks(tasks) == issue
