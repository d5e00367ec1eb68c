"""What a batch was recognised as, how many places of it were repaired, and how a dataset is read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("batch") as batch:
        batch.add_column(sa.Column("repaired", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("format", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("dataset") as dataset:
        dataset.add_column(sa.Column("reading", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("dataset") as dataset:
        dataset.alter_column("reading", server_default=None)
        dataset.alter_column("reader", existing_type=sa.Text(), nullable=True)
    with op.batch_alter_table("batch") as batch:
        batch.alter_column("repaired", server_default=None)
        batch.alter_column("format", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("dataset") as dataset:
        dataset.drop_column("reading")
        dataset.alter_column("reader", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("batch") as batch:
        batch.drop_column("format")
        batch.drop_column("repaired")
