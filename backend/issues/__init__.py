"""Reports, issues and tasks: from what somebody said to the proof that it is solved."""

from backend.issues.between_units import (
    Sending as Sending,
)
from backend.issues.between_units import (
    answer_dispatch as answer_dispatch,
)
from backend.issues.between_units import (
    escalate_issue as escalate_issue,
)
from backend.issues.between_units import (
    send_issue_down as send_issue_down,
)
from backend.issues.between_units import (
    send_issue_up as send_issue_up,
)
from backend.issues.between_units import (
    send_report_down as send_report_down,
)
from backend.issues.cards import (
    TaskCard as TaskCard,
)
from backend.issues.cards import (
    live_tasks_of_issue as live_tasks_of_issue,
)
from backend.issues.cards import (
    task_card as task_card,
)
from backend.issues.cards import (
    task_card_for as task_card_for,
)
from backend.issues.cards import (
    tasks_in_hand as tasks_in_hand,
)
from backend.issues.cards import (
    tasks_of_group as tasks_of_group,
)
from backend.issues.cards import (
    tasks_to_claim as tasks_to_claim,
)
from backend.issues.dispatching import (
    accept_issue as accept_issue,
)
from backend.issues.dispatching import (
    cancel_issue as cancel_issue,
)
from backend.issues.dispatching import (
    dispatch_issue as dispatch_issue,
)
from backend.issues.dispatching import (
    one_key_targets as one_key_targets,
)
from backend.issues.dispatching import (
    reject_issue as reject_issue,
)
from backend.issues.evidence import (
    GivenEvidence as GivenEvidence,
)
from backend.issues.evidence import (
    give_evidence as give_evidence,
)
from backend.issues.evidence import (
    missing_evidence as missing_evidence,
)
from backend.issues.hands import WorkTarget as WorkTarget
from backend.issues.moving import move_issue as move_issue
from backend.issues.moving import move_task as move_task
from backend.issues.overdue import look_at_clocks as look_at_clocks
from backend.issues.reminders import (
    group_digest as group_digest,
)
from backend.issues.reminders import (
    ratings_to_ask_for as ratings_to_ask_for,
)
from backend.issues.reminders import (
    worker_digest as worker_digest,
)
from backend.issues.reminders import (
    workers_to_greet as workers_to_greet,
)
from backend.issues.requests import (
    decide_request as decide_request,
)
from backend.issues.requests import (
    request_suspension as request_suspension,
)
from backend.issues.requests import (
    resume_due_suspensions as resume_due_suspensions,
)
from backend.issues.requests import (
    resume_issue as resume_issue,
)
from backend.issues.requests import (
    suspend_issue as suspend_issue,
)
from backend.issues.supervision import (
    reply_to_supervision as reply_to_supervision,
)
from backend.issues.supervision import (
    supervise_issue as supervise_issue,
)
from backend.issues.supervision import (
    tell_overdue_supervisions as tell_overdue_supervisions,
)
from backend.issues.tasks import (
    arrive as arrive,
)
from backend.issues.tasks import (
    ask_reporter as ask_reporter,
)
from backend.issues.tasks import (
    claim_task as claim_task,
)
from backend.issues.tasks import (
    fail_task as fail_task,
)
from backend.issues.tasks import (
    pass_task as pass_task,
)
from backend.issues.tasks import (
    return_task as return_task,
)
from backend.issues.tasks import (
    set_out as set_out,
)
from backend.issues.tasks import (
    submit_task as submit_task,
)
from backend.issues.tasks import (
    transfer_task as transfer_task,
)
from backend.issues.video import video_link as video_link
