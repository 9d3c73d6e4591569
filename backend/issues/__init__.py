"""Reports, issues and tasks: from what somebody said to the proof that it is solved."""

from backend.issues.categories.choices import (
    CategoryChoice,
    QuestionWords,
    category_choices,
    in_language,
    questions_of,
    reportable_category,
)
from backend.issues.categories.editing import (
    CategoryEdit,
    add_category,
    category_count,
    category_values,
    delete_category,
    edit_category,
    seed_categories,
)
from backend.issues.demands.between_units import (
    Sending,
    answer_dispatch,
    escalate_issue,
    send_issue_down,
    send_issue_up,
    send_report_down,
)
from backend.issues.demands.requests import (
    decide_request,
    request_suspension,
    resume_due_suspensions,
    resume_issue,
    suspend_issue,
)
from backend.issues.demands.supervision import reply_to_supervision, supervise_issue, tell_overdue_supervisions
from backend.issues.merging import merge_issues
from backend.issues.moving import move_issue, move_task
from backend.issues.reports.duplicates import NearbyIssue, nearby_open_issues
from backend.issues.reports.following import (
    OnBehalfTarget,
    follow_issue,
    followers_of_merged,
    followers_who_hear,
    on_behalf_targets,
    surviving_issue,
    unfollow_issue,
)
from backend.issues.reports.intake import SubmittedReport, submit_report
from backend.issues.reports.media import WantedMedia, add_late_media, keep_media, media_of_issue, wanted_media
from backend.issues.reports.my_reports import FollowedIssue, MyIssues, my_issue, my_issues
from backend.issues.reports.new_report import MediaItem, NewReport, OnBehalfOf
from backend.issues.reports.numbers import number_in
from backend.issues.reports.reporter import (
    Withdrawn,
    answer_question,
    close_unrated,
    comment_issue,
    rate_issue,
    request_reopen,
    withdraw_report,
)
from backend.issues.tasks.dispatching import accept_issue, cancel_issue, dispatch_issue, one_key_targets, reject_issue
from backend.issues.tasks.doing import (
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
from backend.issues.tasks.evidence import GivenEvidence, give_evidence, missing_evidence
from backend.issues.tasks.hands import WorkTarget
from backend.issues.tasks.video import video_link
from backend.issues.timing.overdue import look_at_clocks
from backend.issues.timing.reminders import group_digest, ratings_to_ask_for, worker_digest, workers_to_greet
from backend.issues.views.cards import (
    TaskCard,
    live_tasks_of_issue,
    task_card,
    task_card_for,
    tasks_in_hand,
    tasks_of_group,
    tasks_to_claim,
)
from backend.issues.views.find import FoundIssues, IssueQuery, find_issues
from backend.issues.views.history_view import HistoryStep, full_history, public_history
from backend.issues.views.issue_view import IssueView, reveal_reporter, view_issue
from backend.issues.views.statistics import Period, Statistics

__all__ = [
    "CategoryChoice",
    "CategoryEdit",
    "FollowedIssue",
    "FoundIssues",
    "GivenEvidence",
    "HistoryStep",
    "IssueQuery",
    "IssueView",
    "MediaItem",
    "MyIssues",
    "NearbyIssue",
    "NewReport",
    "OnBehalfOf",
    "OnBehalfTarget",
    "Period",
    "QuestionWords",
    "Sending",
    "Statistics",
    "SubmittedReport",
    "TaskCard",
    "WantedMedia",
    "Withdrawn",
    "WorkTarget",
    "accept_issue",
    "add_category",
    "add_late_media",
    "answer_dispatch",
    "answer_question",
    "arrive",
    "ask_reporter",
    "cancel_issue",
    "category_choices",
    "category_count",
    "category_values",
    "claim_task",
    "close_unrated",
    "comment_issue",
    "decide_request",
    "delete_category",
    "dispatch_issue",
    "edit_category",
    "escalate_issue",
    "fail_task",
    "find_issues",
    "follow_issue",
    "followers_of_merged",
    "followers_who_hear",
    "full_history",
    "give_evidence",
    "group_digest",
    "in_language",
    "keep_media",
    "live_tasks_of_issue",
    "look_at_clocks",
    "media_of_issue",
    "merge_issues",
    "missing_evidence",
    "move_issue",
    "move_task",
    "my_issue",
    "my_issues",
    "nearby_open_issues",
    "number_in",
    "on_behalf_targets",
    "one_key_targets",
    "pass_task",
    "public_history",
    "questions_of",
    "rate_issue",
    "ratings_to_ask_for",
    "reject_issue",
    "reply_to_supervision",
    "reportable_category",
    "request_reopen",
    "request_suspension",
    "resume_due_suspensions",
    "resume_issue",
    "return_task",
    "reveal_reporter",
    "seed_categories",
    "send_issue_down",
    "send_issue_up",
    "send_report_down",
    "set_out",
    "submit_report",
    "submit_task",
    "supervise_issue",
    "surviving_issue",
    "suspend_issue",
    "task_card",
    "task_card_for",
    "tasks_in_hand",
    "tasks_of_group",
    "tasks_to_claim",
    "tell_overdue_supervisions",
    "transfer_task",
    "unfollow_issue",
    "video_link",
    "view_issue",
    "wanted_media",
    "withdraw_report",
    "worker_digest",
    "workers_to_greet",
]
