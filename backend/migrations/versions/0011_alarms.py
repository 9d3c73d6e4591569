"""What the way of an alarm needs to be quick: what an address was really called with, which issue a condition had."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IS_CALL = sa.text("coalesce(outcome, '') NOT IN ('folded', 'withdrawn')")
_LED = sa.text("issue_id IS NOT NULL")


def upgrade() -> None:
    """Two indexes."""
    op.create_index(
        "ix_alert_notification_called",
        "alert_notification",
        ["address", "at"],
        sqlite_where=_IS_CALL,
        postgresql_where=_IS_CALL,
    )
    op.create_index(
        "ix_alert_issue", "alert", ["community_id", "dedup_key"], sqlite_where=_LED, postgresql_where=_LED
    )


def downgrade() -> None:
    """Without them."""
    op.drop_index("ix_alert_issue", "alert")
    op.drop_index("ix_alert_notification_called", "alert_notification")
