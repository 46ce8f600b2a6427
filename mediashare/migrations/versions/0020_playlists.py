"""Playlists, and what is in them."""

import sqlalchemy as sa
from alembic import op

import mediashare.db.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = mediashare.db.base.UtcDateTime(timezone=True)
AUDIENCES = sa.Enum(
    "private",
    "group",
    "internal",
    "unlisted",
    "public",
    name="audience",
    native_enum=False,
    length=20,
)


def upgrade() -> None:
    op.create_table(
        "playlists",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("audience", AUDIENCES, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_playlists_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_playlists_group_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlists")),
    )
    op.create_index(op.f("ix_playlists_group_id"), "playlists", ["group_id"], unique=False)
    op.create_index("ix_playlists_owner_id_updated_at", "playlists", ["owner_id", "updated_at"])
    op.create_index("ix_playlists_audience_updated_at", "playlists", ["audience", "updated_at"])
    op.create_table(
        "playlist_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("playlist_id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("added_by_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"],
            ["playlists.id"],
            name=op.f("fk_playlist_items_playlist_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episodes.id"],
            name=op.f("fk_playlist_items_episode_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["users.id"],
            name=op.f("fk_playlist_items_added_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlist_items")),
        sa.UniqueConstraint(
            "playlist_id",
            "episode_id",
            "start_ms",
            "end_ms",
            name=op.f("uq_playlist_items_playlist_id_episode_id_start_ms_end_ms"),
        ),
    )
    op.create_index(op.f("ix_playlist_items_episode_id"), "playlist_items", ["episode_id"])
    op.create_index(op.f("ix_playlist_items_added_by_id"), "playlist_items", ["added_by_id"])
    op.create_index(
        "ix_playlist_items_playlist_id_position", "playlist_items", ["playlist_id", "position"]
    )


def downgrade() -> None:
    op.drop_table("playlist_items")
    op.drop_table("playlists")
