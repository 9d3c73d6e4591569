"""Telephone: receipts, reply codes, requests to carriers, and what callers said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carrier_health",
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("carrier", "channel", name=op.f("pk_carrier_health")),
    )
    op.create_table(
        "reply_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("code", sa.SmallInteger(), nullable=False),
        sa.Column("script", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_code")),
    )
    with op.batch_alter_table("reply_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_code_ref"), ["ref"], unique=False)
        batch_op.create_index(
            "uq_reply_code_open",
            ["address", "code"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "carrier_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("telephone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end", sa.String(length=24), nullable=True),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_carrier_attempt_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["telephone_id"], ["telephone.id"], name=op.f("fk_carrier_attempt_telephone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_attempt")),
    )
    with op.batch_alter_table("carrier_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_carrier_attempt_callee", ["telephone_id", "carrier", "channel", "started_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_carrier_attempt_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_carrier_attempt_provider", ["carrier", "provider_id"], unique=False)

    op.create_table(
        "delivery_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_delivery_receipt_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_receipt")),
        sa.UniqueConstraint(
            "provider", "provider_id", "status", name=op.f("uq_delivery_receipt_provider_provider_id_status")
        ),
    )
    with op.batch_alter_table("delivery_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_receipt_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_receipt_unmatched",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )

    op.create_table(
        "message_standing",
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_standing_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_standing")),
    )
    op.create_table(
        "call_recording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_call_recording_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_recording")),
        sa.UniqueConstraint("carrier", "provider_id", name=op.f("uq_call_recording_carrier_provider_id")),
    )
    with op.batch_alter_table("call_recording", schema=None) as batch_op:
        batch_op.create_index(
            "ix_call_recording_wanted",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("next_try_at IS NOT NULL"),
            postgresql_where=sa.text("next_try_at IS NOT NULL"),
        )

    op.create_table(
        "telephone_report",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telephone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_telephone_report_issue_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_telephone_report_report_id")),
        sa.ForeignKeyConstraint(["telephone_id"], ["telephone.id"], name=op.f("fk_telephone_report_telephone_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_telephone_report")),
    )
    with op.batch_alter_table("telephone_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telephone_report_telephone_id"), ["telephone_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("telephone_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telephone_report_telephone_id"))

    op.drop_table("telephone_report")
    with op.batch_alter_table("call_recording", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_call_recording_wanted",
            sqlite_where=sa.text("next_try_at IS NOT NULL"),
            postgresql_where=sa.text("next_try_at IS NOT NULL"),
        )

    op.drop_table("call_recording")
    op.drop_table("message_standing")
    with op.batch_alter_table("delivery_receipt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_receipt_unmatched",
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_delivery_receipt_message_id"))

    op.drop_table("delivery_receipt")
    with op.batch_alter_table("carrier_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_carrier_attempt_provider")
        batch_op.drop_index(batch_op.f("ix_carrier_attempt_message_id"))
        batch_op.drop_index("ix_carrier_attempt_callee")

    op.drop_table("carrier_attempt")
    with op.batch_alter_table("reply_code", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reply_code_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reply_code_ref"))

    op.drop_table("reply_code")
    op.drop_table("carrier_health")
