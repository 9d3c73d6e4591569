"""Family contacts, the ways to reach them, and proofs that they work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telephone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number_sealed", sa.Text(), nullable=False),
        sa.Column("number_lookup", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=4), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone")),
        sa.UniqueConstraint("number_lookup", name=op.f("uq_telephone_number_lookup")),
    )
    op.create_table(
        "family_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(length=24), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consent_version", sa.String(length=16), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_family_contact_account_id")),
        sa.ForeignKeyConstraint(["community_id"], ["org_unit.id"], name=op.f("fk_family_contact_community_id")),
        sa.ForeignKeyConstraint(["consent_by_id"], ["account.id"], name=op.f("fk_family_contact_consent_by_id")),
        sa.ForeignKeyConstraint(["contact_person_id"], ["person.id"], name=op.f("fk_family_contact_contact_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_family_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_contact")),
    )
    with op.batch_alter_table("family_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_contact_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_contact_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_contact_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person_care",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notes_sealed", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["account.id"], name=op.f("fk_person_care_changed_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_care_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_care")),
        sa.UniqueConstraint("person_id", name=op.f("uq_person_care_person_id")),
    )
    op.create_table(
        "contact_method",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("telephone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["family_contact.id"], name=op.f("fk_contact_method_contact_id")),
        sa.ForeignKeyConstraint(["telephone_id"], ["telephone.id"], name=op.f("fk_contact_method_telephone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_method")),
    )
    with op.batch_alter_table("contact_method", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_method_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_method_telephone_id"), ["telephone_id"], unique=False)
        batch_op.create_index(
            "uq_contact_method_live",
            ["contact_id", "channel", "telephone_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "method_proof",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("method_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["method_id"], ["contact_method.id"], name=op.f("fk_method_proof_method_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_proof")),
    )
    with op.batch_alter_table("method_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_method_proof_method_id"), ["method_id"], unique=False)

    op.create_table(
        "contact_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["family_contact.id"], name=op.f("fk_contact_link_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_contact_link_token_digest")),
    )
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_link_contact_id"), ["contact_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_link_contact_id"))

    op.drop_table("contact_link")
    with op.batch_alter_table("method_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_method_proof_method_id"))

    op.drop_table("method_proof")
    with op.batch_alter_table("contact_method", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_method_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_method_telephone_id"))
        batch_op.drop_index(batch_op.f("ix_contact_method_contact_id"))

    op.drop_table("contact_method")
    op.drop_table("person_care")
    with op.batch_alter_table("family_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_contact_person_id"))
        batch_op.drop_index(batch_op.f("ix_family_contact_community_id"))
        batch_op.drop_index(batch_op.f("ix_family_contact_account_id"))

    op.drop_table("family_contact")
    op.drop_table("telephone")
