"""Outlines: chapters and summaries, proposed or kept, and where in the recording they stand."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlines",
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("chapters", _standing(), nullable=False),
        sa.Column("summary", _standing(), nullable=False),
        sa.Column("updated_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_outlines_episode_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", name="pk_outlines"),
    )
    _create_placed("chapters", sa.Column("title", sa.String(length=120), nullable=False))
    _create_placed(
        "summary_sentences",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("length_ms", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("summary_sentences")
    op.drop_table("chapters")
    op.drop_table("outlines")


def _standing() -> sa.Enum:
    return sa.Enum("proposed", "kept", "removed", name="standing", native_enum=False, length=20)


def _create_placed(table: str, *own: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("recorded_ms", sa.Integer(), nullable=True),
        *own,
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=f"fk_{table}_episode_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=f"fk_{table}_recording_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_episode_id", table, ["episode_id"])
    op.create_index(f"ix_{table}_recording_id", table, ["recording_id"])
