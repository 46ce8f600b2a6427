"""Corrections of transcripts, and names for the lines that people have touched."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = ("suggested", "applied", "rejected", "undone")


def upgrade() -> None:
    # Added, not rebuilt: the triggers of the search index belong to this table.
    op.add_column("segments", sa.Column("line_id", sa.String(length=32)))
    state = sa.Enum(*STATES, name="fixstate", native_enum=False, length=20)
    moment = base.UtcDateTime(timezone=True)
    op.create_table(
        "fixes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.String(length=32)),
        sa.Column("state", state, nullable=False),
        sa.Column("wanted", sa.Text()),
        sa.Column("replacement", sa.Text()),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("decided_by_id", sa.String(length=32)),
        sa.Column("decided_at", moment),
        sa.Column("undone_by_id", sa.String(length=32)),
        sa.Column("undone_at", moment),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_fixes_episode_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_fixes_author_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name="fk_fixes_decided_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name="fk_fixes_undone_by_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fixes"),
    )
    op.create_index("ix_fixes_episode_id_created_at", "fixes", ["episode_id", "created_at"])
    op.create_index("ix_fixes_author_id", "fixes", ["author_id"])
    op.create_table(
        "fixed_lines",
        sa.Column("fix_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fix_id"], ["fixes.id"], name="fk_fixed_lines_fix_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fix_id", "position", name="pk_fixed_lines"),
    )
    op.create_index("ix_fixed_lines_line_id", "fixed_lines", ["line_id"])


def downgrade() -> None:
    op.drop_table("fixed_lines")
    op.drop_table("fixes")
    op.drop_column("segments", "line_id")
