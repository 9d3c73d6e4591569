"""Bridged calls, places that are shared for a while, swapped shifts, questions to carriers, anonymous alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("carrier_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks", sa.SmallInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_carrier_attempt_ask",
            ["ask_at"],
            unique=False,
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )

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

    op.create_table(
        "duty_swap",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["account.id"], name=op.f("fk_duty_swap_from_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["duty_shift.id"], name=op.f("fk_duty_swap_shift_id")),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_duty_swap_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_swap")),
    )
    with op.batch_alter_table("duty_swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_swap_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "place_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place_sealed", sa.Text(), nullable=True),
        sa.Column("place_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_place_request_account_id")),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_place_request_community_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["family_contact.id"], name=op.f("fk_place_request_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_place_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_request")),
    )
    with op.batch_alter_table("place_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_request_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            "ix_place_request_open",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'shared')"),
            postgresql_where=sa.text("state IN ('asked', 'shared')"),
        )
        batch_op.create_index(batch_op.f("ix_place_request_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_place_request_until",
            ["until"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'shared')"),
            postgresql_where=sa.text("state IN ('asked', 'shared')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("place_request", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_place_request_until",
            sqlite_where=sa.text("state IN ('asked', 'shared')"),
            postgresql_where=sa.text("state IN ('asked', 'shared')"),
        )
        batch_op.drop_index(batch_op.f("ix_place_request_person_id"))
        batch_op.drop_index(
            "ix_place_request_open",
            sqlite_where=sa.text("state IN ('asked', 'shared')"),
            postgresql_where=sa.text("state IN ('asked', 'shared')"),
        )
        batch_op.drop_index(batch_op.f("ix_place_request_contact_id"))

    op.drop_table("place_request")
    with op.batch_alter_table("duty_swap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_swap_shift_id"))

    op.drop_table("duty_swap")
    with op.batch_alter_table("bridge_leg", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bridge_leg_message_id"))

    op.drop_table("bridge_leg")
    with op.batch_alter_table("carrier_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_carrier_attempt_ask")
        batch_op.drop_column("ask_at")
        batch_op.drop_column("asks")

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_column("anonymised_at")
