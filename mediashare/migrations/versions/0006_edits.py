"""Edits and replaced recordings: who made a version, and what becomes of comments and words."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("versions") as batch_op:
        batch_op.add_column(sa.Column("made_by_id", sa.String(length=32)))
        batch_op.add_column(sa.Column("settled_at", base.UtcDateTime(timezone=True)))
        batch_op.create_foreign_key(
            "fk_versions_made_by_id", "users", ["made_by_id"], ["id"], ondelete="SET NULL"
        )
    op.execute(
        "UPDATE versions SET made_by_id = "
        "(SELECT author_id FROM episodes WHERE episodes.id = versions.episode_id)"
    )
    # The time for which originals are kept begins now: nothing goes because of an update.
    op.execute("UPDATE versions SET settled_at = CURRENT_TIMESTAMP WHERE state <> 'making'")
    with op.batch_alter_table("comments") as batch_op:
        batch_op.add_column(sa.Column("recording_id", sa.String(length=32)))
        batch_op.add_column(sa.Column("recorded_start_ms", sa.Integer()))
        batch_op.add_column(sa.Column("recorded_end_ms", sa.Integer()))
        batch_op.add_column(
            sa.Column(
                "unplayed",
                sa.Enum("cut", "earlier", "later", name="unplayed", native_enum=False, length=20),
            )
        )
        batch_op.create_foreign_key(
            "fk_comments_recording_id", "recordings", ["recording_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index("ix_comments_recording_id", ["recording_id"])
    with op.batch_alter_table("transcripts") as batch_op:
        batch_op.add_column(sa.Column("heard", sa.JSON()))
    op.create_table(
        "cut_segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.String(length=32), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("shown_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["shown_id"], ["segments.id"], name="fk_cut_segments_shown_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcripts.id"],
            name="fk_cut_segments_transcript_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cut_segments"),
    )
    op.create_index("ix_cut_segments_transcript_id", "cut_segments", ["transcript_id"])
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.drop_constraint("uq_uploads_episode_id", type_="unique")
        batch_op.create_index("ix_uploads_episode_id", ["episode_id"])


def downgrade() -> None:
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.drop_index("ix_uploads_episode_id")
        batch_op.create_unique_constraint("uq_uploads_episode_id", ["episode_id"])
    op.drop_table("cut_segments")
    with op.batch_alter_table("transcripts") as batch_op:
        batch_op.drop_column("heard")
    with op.batch_alter_table("comments") as batch_op:
        batch_op.drop_index("ix_comments_recording_id")
        batch_op.drop_constraint("fk_comments_recording_id", type_="foreignkey")
        batch_op.drop_column("unplayed")
        batch_op.drop_column("recorded_end_ms")
        batch_op.drop_column("recorded_start_ms")
        batch_op.drop_column("recording_id")
    with op.batch_alter_table("versions") as batch_op:
        batch_op.drop_constraint("fk_versions_made_by_id", type_="foreignkey")
        batch_op.drop_column("settled_at")
        batch_op.drop_column("made_by_id")
