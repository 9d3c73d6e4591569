"""Strangers among the devices that staff set aside, and when each platform last pushed or was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("unknown_device", sa.Column("ignored_at", sa.DateTime(timezone=True), nullable=True))
    for column in (
        sa.Column("last_push_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pushes", _COUNT, server_default="0", nullable=False),
        sa.Column("last_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_refusal", sa.String(length=32), server_default="", nullable=False),
        sa.Column("refusals", _COUNT, server_default="0", nullable=False),
    ):
        op.add_column("ingest_source", column)


def downgrade() -> None:
    for name in ("refusals", "last_refusal", "last_refused_at", "pushes", "last_push_at"):
        op.drop_column("ingest_source", name)
    op.drop_column("unknown_device", "ignored_at")
