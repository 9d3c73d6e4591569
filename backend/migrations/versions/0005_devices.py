"""Devices, what they observed, the rules that judge it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    # The key of a partitioned table must hold what it is partitioned by.
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    key = ("id", "received_at") if is_postgresql else ("id",)
    op.create_table(
        "observed_packet",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("device_id", BIG_ID, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("is_backfill", sa.Boolean(), nullable=False),
        sa.Column("content", JSON, nullable=True),
        sa.Column("content_sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_observed_packet")),
        postgresql_partition_by="RANGE (received_at)",
    )
    with op.batch_alter_table("observed_packet", schema=None) as batch_op:
        batch_op.create_index("ix_observed_packet_device", ["device_id", "received_at"], unique=False)

    if is_postgresql:
        # Months get their own partitions ahead of time; what finds none lands here and is never refused.
        op.execute("CREATE TABLE observed_packet_rest PARTITION OF observed_packet DEFAULT")

    op.create_table(
        "packet_key",
        sa.Column("device_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "key", name=op.f("pk_packet_key")),
    )
    with op.batch_alter_table("packet_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packet_key_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "unknown_device",
        sa.Column("protocol", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("count", BIG_ID, nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("protocol", "external_id", name=op.f("pk_unknown_device")),
    )
    with op.batch_alter_table("unknown_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unknown_device_last_seen_at"), ["last_seen_at"], unique=False)

    op.create_table(
        "device_rule",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_device_rule_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_rule")),
        sa.UniqueConstraint("community_id", "scope", "key", name=op.f("uq_device_rule_community_id_scope_key")),
    )
    op.create_table(
        "gateway",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_gateway_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_gateway_community_id_key")),
    )
    op.create_table(
        "device",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("grid_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", BIG_ID, nullable=True),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("depth_m", sa.Float(), nullable=True),
        sa.Column("gateway_id", BIG_ID, nullable=True),
        sa.Column("expected_interval_s", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by_id", BIG_ID, nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_device_community_id")),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateway.id"], name=op.f("fk_device_gateway_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["org_unit.id"], name=op.f("fk_device_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_gateway_id"), ["gateway_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_grid_id"), ["grid_id"], unique=False)
        batch_op.create_index("ix_device_subject", ["subject_kind", "subject_id"], unique=False)
        batch_op.create_index(
            "uq_device_live",
            ["external_id", "protocol"],
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        )

    op.create_table(
        "geofence",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("shape_sealed", sa.Text(), nullable=False),
        sa.Column("schedule", JSON, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_geofence_community_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_geofence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geofence")),
    )
    with op.batch_alter_table("geofence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_geofence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "device_command",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("device_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("arguments_sealed", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_by_id", BIG_ID, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_command_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_command")),
    )
    with op.batch_alter_table("device_command", schema=None) as batch_op:
        batch_op.create_index("ix_device_command_waiting", ["device_id", "status"], unique=False)

    op.create_table(
        "device_secret",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("device_id", BIG_ID, nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_secret_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_secret")),
        sa.UniqueConstraint("lookup", name=op.f("uq_device_secret_lookup")),
    )
    with op.batch_alter_table("device_secret", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_secret_device_id"), ["device_id"], unique=False)

    op.create_table(
        "device_state",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silences", sa.SmallInteger(), nullable=False),
        sa.Column("heard_again", sa.SmallInteger(), nullable=False),
        sa.Column("healthy_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted_reason", sa.String(length=200), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("battery", sa.SmallInteger(), nullable=True),
        sa.Column("memory_sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["device.id"], name=op.f("fk_device_state_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_state")),
    )
    with op.batch_alter_table("device_state", schema=None) as batch_op:
        batch_op.create_index("ix_device_state_check_at", ["check_at"], unique=False)

    op.create_table(
        "ingest_source",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("networks", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_ingest_source_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingest_source")),
    )
    with op.batch_alter_table("ingest_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ingest_source_community_id"), ["community_id"], unique=False)

    op.create_table(
        "ingest_key",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["ingest_source.id"], name=op.f("fk_ingest_key_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingest_key")),
        sa.UniqueConstraint("lookup", name=op.f("uq_ingest_key_lookup")),
    )
    with op.batch_alter_table("ingest_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ingest_key_source_id"), ["source_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ingest_key")
    op.drop_table("ingest_source")
    op.drop_table("device_state")
    op.drop_table("device_secret")
    op.drop_table("device_command")
    op.drop_table("geofence")
    op.drop_table("device")
    op.drop_table("gateway")
    op.drop_table("device_rule")
    op.drop_table("unknown_device")
    op.drop_table("packet_key")
    op.drop_table("observed_packet")
