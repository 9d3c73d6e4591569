"""Offerings stand under the six brands of the catalogue; the names that were used before lead nowhere."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ELDERLY = "'clinic', 'phones', 'massage'"
"""The keys of the usual offerings that are first of all for elders."""


def upgrade() -> None:
    op.execute(f"UPDATE offering SET brand = 'elderly_care' WHERE brand = 'care' AND key IN ({ELDERLY})")
    op.execute("UPDATE offering SET brand = 'enjoyment' WHERE brand = 'care'")
    op.execute("UPDATE offering SET brand = 'with_you' WHERE brand = 'together'")


def downgrade() -> None:
    op.execute("UPDATE offering SET brand = 'care' WHERE brand IN ('elderly_care', 'enjoyment')")
    op.execute("UPDATE offering SET brand = 'together' WHERE brand = 'with_you'")
