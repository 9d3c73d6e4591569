"""Limits that the staff of a community set: climbing, reopening, replies to orders."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community_limit",
        sa.Column(
            "community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_community_limit_community_id")),
        sa.PrimaryKeyConstraint("community_id", "name", name=op.f("pk_community_limit")),
    )


def downgrade() -> None:
    op.drop_table("community_limit")
