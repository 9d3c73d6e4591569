"""The ledger of the clock's jobs, and what anonymising needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runner", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(op.f("ix_issue_closed_at"), ["closed_at"], unique=False)
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=BIG_ID, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM rating WHERE account_id IS NULL")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=BIG_ID, nullable=False)
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_issue_closed_at"))
        batch_op.drop_column("anonymised_at")
    op.drop_table("job_run")
