"""What the lexicon of a method said, so that a later one can be compared with it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("method") as method:
        method.add_column(sa.Column("topics", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("method") as method:
        method.drop_column("topics")
