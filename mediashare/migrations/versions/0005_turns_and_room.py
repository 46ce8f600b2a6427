"""Whose turn a job is, what it needs, when it will be over; and the room that workers have."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    numbers = (
        ("work", sa.Double()),
        ("room", sa.BigInteger()),
        ("place", sa.Double()),
        ("turn", sa.Double()),
    )
    for name, kind in numbers:
        op.add_column("jobs", sa.Column(name, kind, nullable=False, server_default="0"))
    # What waits already goes before everything that comes later, by age: what makes clips playable
    # with the head start of its new priority.
    op.execute(
        "UPDATE jobs SET priority = 1, turn = -14400 "
        "WHERE kind IN ('probe', 'rendition') AND state IN ('queued', 'running')"
    )
    op.add_column("jobs", sa.Column("cancel_reason", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("ends_at", base.UtcDateTime(timezone=True), nullable=True))
    op.add_column("worker_reports", sa.Column("room", sa.BigInteger(), nullable=True))
    for name in ("claim", "owner_id_state"):
        op.drop_index(f"ix_jobs_{name}", table_name="jobs")
    op.create_index("ix_jobs_claim", "jobs", ["queue", "state", "turn", "created_at"])
    op.create_index("ix_jobs_owner_id_queue_state", "jobs", ["owner_id", "queue", "state"])
    partial = (
        ("ix_jobs_started", ["queue", "priority", "place"], "started_at IS NOT NULL"),
        ("ix_jobs_fresh", ["queue", "priority", "state", "place"], "started_at IS NULL"),
    )
    for name, columns, condition in partial:
        where = sa.text(condition)
        op.create_index(name, "jobs", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_jobs_state_finished_at", "jobs", ["state", "finished_at"])
    op.create_index("ix_jobs_created_at_id", "jobs", ["created_at", "id"])


def downgrade() -> None:
    op.drop_column("worker_reports", "room")
    indexes = ("created_at_id", "state_finished_at", "fresh", "started", "owner_id_queue_state")
    for name in (*indexes, "claim"):
        op.drop_index(f"ix_jobs_{name}", table_name="jobs")
    op.create_index("ix_jobs_claim", "jobs", ["state", "queue", "run_after"])
    op.create_index("ix_jobs_owner_id_state", "jobs", ["owner_id", "state"])
    for name in ("ends_at", "cancel_reason", "turn", "place", "room", "work"):
        op.drop_column("jobs", name)
