"""Several jobs recognise one recording: each chunk names the one that has it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chunks", sa.Column("taken_by", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("chunks", "taken_by")
