"""Several pictures of an episode, each in several files; storyboards."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("frame", "cover", "drawn", "own", "storyboard")
FILE = ("storage_key", "mime_type", "size")


def upgrade() -> None:
    # Kept here meanwhile: a table that others refer to can't be rebuilt, as SQLite needs it.
    moved = _all(
        """
        SELECT id || '.jpg' AS name, id AS picture_id, episode_id, storage_key, mime_type, size,
            width, height
        FROM pictures
        """
    )
    with op.batch_alter_table("pictures") as batch_op:
        batch_op.drop_constraint("uq_pictures_storage_key", type_="unique")
        for name in FILE:
            batch_op.drop_column(name)
        kinds = sa.Enum(*KINDS, name="picturekind", native_enum=False, length=20)
        batch_op.add_column(sa.Column("kind", kinds, nullable=False, server_default="frame"))
        batch_op.add_column(sa.Column("times", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(
        """
        UPDATE pictures SET kind = 'cover'
        WHERE episode_id IN (SELECT id FROM episodes WHERE kind = 'audio')
        """
    )
    with op.batch_alter_table("pictures") as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("times", server_default=None)
    files = op.create_table(
        "picture_files",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("picture_id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("mime_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name="fk_picture_files_picture_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_picture_files_episode_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", name="pk_picture_files"),
        sa.UniqueConstraint("storage_key", name="uq_picture_files_storage_key"),
    )
    op.create_index("ix_picture_files_picture_id", "picture_files", ["picture_id"])
    op.create_index("ix_picture_files_episode_id", "picture_files", ["episode_id"])
    op.bulk_insert(files, moved)


def downgrade() -> None:
    # An older house knows one picture in one file: the one that is shown.
    shown = _all(
        """
        SELECT pictures.id, pictures.episode_id, storage_key, mime_type, picture_files.size,
            pictures.width, pictures.height, pictures.created_at
        FROM pictures
        JOIN picture_files ON picture_files.picture_id = pictures.id
        JOIN episodes ON episodes.poster = picture_files.name
        """
    )
    op.drop_table("picture_files")
    op.execute("DELETE FROM pictures")
    with op.batch_alter_table("pictures") as batch_op:
        batch_op.drop_column("kind")
        batch_op.drop_column("times")
        batch_op.add_column(sa.Column("storage_key", sa.String(length=200), nullable=False))
        batch_op.add_column(sa.Column("mime_type", sa.String(length=100), nullable=False))
        batch_op.add_column(sa.Column("size", sa.Integer(), nullable=False))
        batch_op.create_unique_constraint("uq_pictures_storage_key", ["storage_key"])
    names = (
        "id",
        "episode_id",
        "storage_key",
        "mime_type",
        "size",
        "width",
        "height",
        "created_at",
    )
    pictures = sa.table("pictures", *map(sa.column, names))
    op.bulk_insert(pictures, shown)
    op.execute(
        "UPDATE episodes SET poster = substr(poster, 1, 32) || '.jpg' WHERE poster IS NOT NULL"
    )


def _all(query: str) -> list[dict[str, object]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]
