"""Reports, issues and tasks: from what somebody said to the proof that it is solved."""

from backend.issues.between_units import (
    Sending,
    answer_dispatch,
    escalate_issue,
    send_issue_down,
    send_issue_up,
    send_report_down,
)
from backend.issues.cards import (
    TaskCard,
    live_tasks_of_issue,
    task_card,
    task_card_for,
    tasks_in_hand,
    tasks_of_group,
    tasks_to_claim,
)
from backend.issues.dispatching import accept_issue, cancel_issue, dispatch_issue, one_key_targets, reject_issue
from backend.issues.evidence import GivenEvidence, give_evidence, missing_evidence
from backend.issues.hands import WorkTarget
from backend.issues.moving import move_issue, move_task
from backend.issues.overdue import look_at_clocks
from backend.issues.reminders import group_digest, ratings_to_ask_for, worker_digest, workers_to_greet
from backend.issues.requests import (
    decide_request,
    request_suspension,
    resume_due_suspensions,
    resume_issue,
    suspend_issue,
)
from backend.issues.supervision import reply_to_supervision, supervise_issue, tell_overdue_supervisions
from backend.issues.tasks import (
    arrive,
    ask_reporter,
    claim_task,
    fail_task,
    pass_task,
    return_task,
    set_out,
    submit_task,
    transfer_task,
)
from backend.issues.video import video_link

__all__ = [
    "GivenEvidence",
    "Sending",
    "TaskCard",
    "WorkTarget",
    "accept_issue",
    "answer_dispatch",
    "arrive",
    "ask_reporter",
    "cancel_issue",
    "claim_task",
    "decide_request",
    "dispatch_issue",
    "escalate_issue",
    "fail_task",
    "give_evidence",
    "group_digest",
    "live_tasks_of_issue",
    "look_at_clocks",
    "missing_evidence",
    "move_issue",
    "move_task",
    "one_key_targets",
    "pass_task",
    "ratings_to_ask_for",
    "reject_issue",
    "reply_to_supervision",
    "request_suspension",
    "resume_due_suspensions",
    "resume_issue",
    "return_task",
    "send_issue_down",
    "send_issue_up",
    "send_report_down",
    "set_out",
    "submit_task",
    "supervise_issue",
    "suspend_issue",
    "task_card",
    "task_card_for",
    "tasks_in_hand",
    "tasks_of_group",
    "tasks_to_claim",
    "tell_overdue_supervisions",
    "transfer_task",
    "video_link",
    "worker_digest",
    "workers_to_greet",
]
