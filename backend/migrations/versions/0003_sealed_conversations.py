"""Half-written reports and waiting replies are sealed: they hold names, numbers and whereabouts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is in flight at this moment is forgotten: a draft can be written again, and nothing of it stays in clear.
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("notes")
        batch_op.add_column(sa.Column("notes_sealed", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_column("answer")
        batch_op.add_column(sa.Column("answer_sealed", sa.Text(), nullable=True))
    op.execute("UPDATE conversation SET step = NULL")


def downgrade() -> None:
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_column("answer_sealed")
        batch_op.add_column(sa.Column("answer", sa.JSON(), nullable=True))
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("notes_sealed")
        batch_op.add_column(sa.Column("notes", sa.JSON(), nullable=False, server_default="{}"))
