"""What worker processes say of themselves."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker_reports",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("queues", sa.String(length=80), nullable=False),
        sa.Column("speech", sa.Text(), nullable=False),
        sa.Column("sandbox", sa.Text(), nullable=False),
        sa.Column("seen_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_reports")),
        # For a while this table was made by 0001; houses of that time have it already.
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("worker_reports")
