"""Where speech was sent to be recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transcripts", sa.Column("sent_to", sa.String(length=260), nullable=True))


def downgrade() -> None:
    op.drop_column("transcripts", "sent_to")
