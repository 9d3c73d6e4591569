"""Points: the ledger, earning, market, canteen, help."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.migrations.append_only import changing_again, only_growing

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONLY_GROWING = ("points_transfer", "points_seal")


def upgrade() -> None:
    op.create_table(
        "points_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_seal")),
        sa.UniqueConstraint("first_id", name=op.f("uq_points_seal_first_id")),
    )
    op.create_table(
        "earning_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("most_per_day", sa.SmallInteger(), nullable=True),
        sa.Column("most_per_month", sa.SmallInteger(), nullable=True),
        sa.Column("most_per_pair", sa.SmallInteger(), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 1000", name=op.f("ck_earning_rule_points")),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_earning_rule_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning_rule")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_earning_rule_community_id_key")),
    )
    op.create_table(
        "merchant_kind",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("emoji", sa.String(length=16), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_merchant_kind_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant_kind")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_merchant_kind_community_id_key")),
    )
    op.create_table(
        "points_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_cached", sa.Boolean(), nullable=False),
        sa.Column("has_lots", sa.Boolean(), nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_points_account_held_floor")),
        sa.CheckConstraint("is_cached OR (posted = 0 AND held = 0)", name=op.f("ck_points_account_uncached")),
        sa.CheckConstraint("posted - held >= 0", name=op.f("ck_points_account_floor")),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_points_account_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_account")),
        sa.UniqueConstraint("kind", "owner_id", name=op.f("uq_points_account_kind_owner_id")),
    )
    with op.batch_alter_table("points_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_points_account_community_id"), ["community_id"], unique=False)

    op.create_table(
        "points_policy",
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expiry_years", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("daily_spending", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_daily_spending", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_points_policy_community_id")),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_points_policy")),
    )
    op.create_table(
        "earning_count",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "other_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_earning_count_used")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_earning_count_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["earning_rule.id"], name=op.f("fk_earning_count_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "person_id", "other_person_id", "period", name=op.f("pk_earning_count")),
    )
    op.create_table(
        "merchant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("hours", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_merchant_community_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["merchant_kind.id"], name=op.f("fk_merchant_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_merchant_community_id_name")),
    )
    with op.batch_alter_table("merchant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merchant_community_id"), ["community_id"], unique=False)

    op.create_table(
        "paper_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_card_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_card")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_paper_card_token_digest")),
    )
    with op.batch_alter_table("paper_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_card_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_paper_card_live",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "points_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'posted', 'void', 'expired')", name=op.f("ck_points_hold_state")),
        sa.CheckConstraint("amount BETWEEN 1 AND 1000000", name=op.f("ck_points_hold_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["points_account.id"], name=op.f("fk_points_hold_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_hold")),
        sa.UniqueConstraint("key", name=op.f("uq_points_hold_key")),
    )
    with op.batch_alter_table("points_hold", schema=None) as batch_op:
        batch_op.create_index("ix_points_hold_account", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_points_hold_pending",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "points_lot",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("remaining", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_points_lot_floor")),
        sa.ForeignKeyConstraint(["account_id"], ["points_account.id"], name=op.f("fk_points_lot_account_id")),
        sa.PrimaryKeyConstraint("account_id", "expires_on", name=op.f("pk_points_lot")),
    )
    op.create_table(
        "spending_day",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_spending_day_used")),
        sa.ForeignKeyConstraint(["account_id"], ["points_account.id"], name=op.f("fk_spending_day_account_id")),
        sa.PrimaryKeyConstraint("account_id", "day", "kind", name=op.f("pk_spending_day")),
    )
    op.create_table(
        "dish",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.String(length=200), nullable=True),
        sa.Column("portions_left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("portions_left >= 0", name=op.f("ck_dish_portions")),
        sa.CheckConstraint("price BETWEEN 0 AND 100000", name=op.f("ck_dish_price")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_dish_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dish")),
        sa.UniqueConstraint("merchant_id", "day", "name", name=op.f("uq_dish_merchant_id_day_name")),
    )
    op.create_table(
        "help_offer",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_help_offer_account_id")),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_help_offer_community_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_help_offer_person_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_help_offer")),
    )
    with op.batch_alter_table("help_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_offer_community_id"), ["community_id"], unique=False)

    op.create_table(
        "help_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words_sealed", sa.Text(), nullable=False),
        sa.Column("place_sealed", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("helper_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("helper_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helper_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("other_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_worker", sa.Boolean(), nullable=False),
        sa.Column("worker_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_help_request_asked_by_id")),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_help_request_community_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["org_unit.id"], name=op.f("fk_help_request_grid_id")),
        sa.ForeignKeyConstraint(["helper_account_id"], ["account.id"], name=op.f("fk_help_request_helper_account_id")),
        sa.ForeignKeyConstraint(["helper_person_id"], ["person.id"], name=op.f("fk_help_request_helper_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_help_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("source", name=op.f("uq_help_request_source")),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_request_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_request_helper_person_id"), ["helper_person_id"], unique=False)
        batch_op.create_index(
            "ix_help_request_open",
            ["until_at"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_help_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "merchant_invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_merchant_invitation_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_merchant_invitation_token_digest")),
    )
    with op.batch_alter_table("merchant_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merchant_invitation_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "merchant_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_merchant_member_account_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_merchant_member_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant_member")),
    )
    with op.batch_alter_table("merchant_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merchant_member_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merchant_member_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(
            "uq_merchant_member_live",
            ["merchant_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("tag", sa.String(length=24), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stock", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("most_per_person", sa.SmallInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price BETWEEN 1 AND 10000", name=op.f("ck_offer_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_offer_stock")),
        sa.CheckConstraint("value BETWEEN 0 AND 1000000", name=op.f("ck_offer_value")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_offer_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "points_pool_member",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_points_pool_member_household_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_points_pool_member_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_points_pool_member")),
    )
    with op.batch_alter_table("points_pool_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_points_pool_member_household_id"), ["household_id"], unique=False)

    op.create_table(
        "points_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("debit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("actor_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_behalf_of_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount BETWEEN 1 AND 1000000", name=op.f("ck_points_transfer_amount")),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_points_transfer_two_accounts")),
        sa.ForeignKeyConstraint(["credit_id"], ["points_account.id"], name=op.f("fk_points_transfer_credit_id")),
        sa.ForeignKeyConstraint(["debit_id"], ["points_account.id"], name=op.f("fk_points_transfer_debit_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["points_hold.id"], name=op.f("fk_points_transfer_hold_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["points_transfer.id"], name=op.f("fk_points_transfer_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_points_transfer_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_points_transfer_reverses_id")),
    )
    with op.batch_alter_table("points_transfer", schema=None) as batch_op:
        batch_op.create_index("ix_points_transfer_credit", ["credit_id", "id"], unique=False)
        batch_op.create_index("ix_points_transfer_debit", ["debit_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_points_transfer_event"), ["event"], unique=False)

    op.create_table(
        "coupon",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("hold_key", sa.Uuid(), nullable=False),
        sa.Column("by_card", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_coupon_account_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_coupon_merchant_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_coupon_offer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coupon_person_id")),
        sa.ForeignKeyConstraint(["points_account_id"], ["points_account.id"], name=op.f("fk_coupon_points_account_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["points_transfer.id"], name=op.f("fk_coupon_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("hold_key", name=op.f("uq_coupon_hold_key")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_coupon_token_digest")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_coupon_transfer_id")),
    )
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupon_person_id"), ["person_id"], unique=False)

    op.create_table(
        "earning",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_key", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_earning_community_id")),
        sa.ForeignKeyConstraint(["other_person_id"], ["person.id"], name=op.f("fk_earning_other_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_earning_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["earning_rule.id"], name=op.f("fk_earning_rule_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["points_transfer.id"], name=op.f("fk_earning_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning")),
        sa.UniqueConstraint("event_key", name=op.f("uq_earning_event_key")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_earning_transfer_id")),
    )
    with op.batch_alter_table("earning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_earning_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_earning_person", ["person_id", "at"], unique=False)
        batch_op.create_index("ix_earning_state", ["community_id", "state"], unique=False)

    op.create_table(
        "meal_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("dish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("help_request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["dish_id"], ["dish.id"], name=op.f("fk_meal_order_dish_id")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_request.id"], name=op.f("fk_meal_order_help_request_id")),
        sa.ForeignKeyConstraint(["ordered_by_id"], ["account.id"], name=op.f("fk_meal_order_ordered_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meal_order_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_order")),
        sa.UniqueConstraint("help_request_id", name=op.f("uq_meal_order_help_request_id")),
    )
    with op.batch_alter_table("meal_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meal_order_dish_id"), ["dish_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meal_order_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_meal_order_live",
            ["dish_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'reserved'"),
            postgresql_where=sa.text("state = 'reserved'"),
        )

    op.create_table(
        "offer_use",
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_offer_use_used")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_use_offer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_use_person_id")),
        sa.PrimaryKeyConstraint("offer_id", "person_id", name=op.f("pk_offer_use")),
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_settlement_merchant_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["points_transfer.id"], name=op.f("fk_settlement_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("merchant_id", "month", name=op.f("uq_settlement_merchant_id_month")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_settlement_transfer_id")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "coupon_scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("coupon_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_coupon_scan_account_id")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_scan_coupon_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_scan")),
    )
    with op.batch_alter_table("coupon_scan", schema=None) as batch_op:
        batch_op.create_index("ix_coupon_scan_account", ["account_id", "at"], unique=False)

    for statement in only_growing(op.get_bind().dialect.name, ONLY_GROWING):
        op.execute(statement)


def downgrade() -> None:
    for statement in changing_again(op.get_bind().dialect.name, ONLY_GROWING):
        op.execute(statement)
    with op.batch_alter_table("coupon_scan", schema=None) as batch_op:
        batch_op.drop_index("ix_coupon_scan_account")

    op.drop_table("coupon_scan")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_merchant_id"))

    op.drop_table("settlement")
    op.drop_table("offer_use")
    with op.batch_alter_table("meal_order", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_meal_order_live",
            sqlite_where=sa.text("state = 'reserved'"),
            postgresql_where=sa.text("state = 'reserved'"),
        )
        batch_op.drop_index(batch_op.f("ix_meal_order_person_id"))
        batch_op.drop_index(batch_op.f("ix_meal_order_dish_id"))

    op.drop_table("meal_order")
    with op.batch_alter_table("earning", schema=None) as batch_op:
        batch_op.drop_index("ix_earning_state")
        batch_op.drop_index("ix_earning_person")
        batch_op.drop_index(batch_op.f("ix_earning_community_id"))

    op.drop_table("earning")
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupon_person_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_merchant_id"))

    op.drop_table("coupon")
    with op.batch_alter_table("points_transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_points_transfer_event"))
        batch_op.drop_index("ix_points_transfer_debit")
        batch_op.drop_index("ix_points_transfer_credit")

    op.drop_table("points_transfer")
    with op.batch_alter_table("points_pool_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_points_pool_member_household_id"))

    op.drop_table("points_pool_member")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_merchant_id"))

    op.drop_table("offer")
    with op.batch_alter_table("merchant_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_merchant_member_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_merchant_member_merchant_id"))
        batch_op.drop_index(batch_op.f("ix_merchant_member_account_id"))

    op.drop_table("merchant_member")
    with op.batch_alter_table("merchant_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merchant_invitation_merchant_id"))

    op.drop_table("merchant_invitation")
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_request_person_id"))
        batch_op.drop_index(
            "ix_help_request_open", sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_help_request_helper_person_id"))
        batch_op.drop_index(batch_op.f("ix_help_request_community_id"))

    op.drop_table("help_request")
    with op.batch_alter_table("help_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_offer_community_id"))

    op.drop_table("help_offer")
    op.drop_table("dish")
    op.drop_table("spending_day")
    op.drop_table("points_lot")
    with op.batch_alter_table("points_hold", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_points_hold_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_points_hold_account")

    op.drop_table("points_hold")
    with op.batch_alter_table("paper_card", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_paper_card_live", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_paper_card_person_id"))

    op.drop_table("paper_card")
    with op.batch_alter_table("merchant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merchant_community_id"))

    op.drop_table("merchant")
    op.drop_table("earning_count")
    op.drop_table("points_policy")
    with op.batch_alter_table("points_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_points_account_community_id"))

    op.drop_table("points_account")
    op.drop_table("merchant_kind")
    op.drop_table("earning_rule")
    op.drop_table("points_seal")
