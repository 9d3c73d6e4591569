"""Relatives, telephones, duty and check-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bridge_leg",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("nth", sa.SmallInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("telephone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_bridge_leg_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["telephone_id"], ["telephone.id"], name=op.f("fk_bridge_leg_telephone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_leg")),
        sa.UniqueConstraint("carrier", "call_id", "nth", name=op.f("uq_bridge_leg_carrier_call_id_nth")),
    )
    with op.batch_alter_table("bridge_leg", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bridge_leg_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("bridge_leg", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bridge_leg_message_id"))

    op.drop_table("bridge_leg")
