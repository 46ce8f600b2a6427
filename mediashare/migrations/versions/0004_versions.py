"""Several versions of an episode: recordings replaced, edits, files that others replace."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = ("making", "current", "failed", "former")


def upgrade() -> None:
    with op.batch_alter_table("recordings") as batch_op:
        batch_op.drop_constraint("uq_recordings_episode_id", type_="unique")
        batch_op.create_index("ix_recordings_episode_id", ["episode_id"])
        batch_op.add_column(sa.Column("dropped_at", base.UtcDateTime(timezone=True)))
    op.create_table(
        "versions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("recording_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="versionstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("failure", sa.Text()),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer()),
        sa.Column("muted", sa.JSON(), nullable=False),
        sa.Column("blurred", sa.JSON(), nullable=False),
        sa.Column("created_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_versions_episode_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_versions_recording_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("episode_id", "number", name="uq_versions_episode_id_number"),
    )
    op.create_index("ix_versions_recording_id", "versions", ["recording_id"])
    op.create_table(
        "sounds",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("integrated", sa.Double(), nullable=False),
        sa.Column("peak", sa.Double(), nullable=False),
        sa.Column("gain_db", sa.Double(), nullable=False),
        sa.Column("ear", sa.Integer()),
        sa.Column("silences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_sounds_version_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_sounds_episode_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", name="pk_sounds"),
        sa.UniqueConstraint("storage_key", name="uq_sounds_storage_key"),
    )
    op.create_index("ix_sounds_episode_id", "sounds", ["episode_id"])
    # What is there already is the first version of each episode, as it was recorded.
    op.execute(
        """
        INSERT INTO versions
            (id, episode_id, recording_id, number, state, start_ms, muted, blurred, created_at)
        SELECT recordings.id, episodes.id, recordings.id, 1,
            CASE episodes.state WHEN 'ready' THEN 'current' WHEN 'failed' THEN 'failed'
                ELSE 'making' END,
            0, '[]', '[]', recordings.created_at
        FROM recordings JOIN episodes ON episodes.id = recordings.episode_id
        """
    )
    with op.batch_alter_table("renditions") as batch_op:
        batch_op.add_column(sa.Column("fps", sa.Double()))
        batch_op.add_column(
            sa.Column("is_provisional", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("retired_at", base.UtcDateTime(timezone=True)))
    with op.batch_alter_table("renditions") as batch_op:
        batch_op.alter_column("is_provisional", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("renditions") as batch_op:
        batch_op.drop_column("retired_at")
        batch_op.drop_column("is_provisional")
        batch_op.drop_column("fps")
    op.drop_table("sounds")
    op.drop_table("versions")
    with op.batch_alter_table("recordings") as batch_op:
        batch_op.drop_column("dropped_at")
        batch_op.drop_index("ix_recordings_episode_id")
        batch_op.create_unique_constraint("uq_recordings_episode_id", ["episode_id"])
