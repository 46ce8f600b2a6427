"""Where people have stopped, how they want to play, and how often an episode was played."""

import sqlalchemy as sa
from alembic import op

import mediashare.db.base

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

TIME = mediashare.db.base.UtcDateTime(timezone=True)
# What a person wants, and what everybody had until now.
WISHES = {"wants_captions": sa.false(), "uses_keys": sa.true(), "keeps_history": sa.true()}


def upgrade() -> None:
    # Added in place: a table that is made anew would lose the triggers of the search index.
    op.add_column(
        "episodes", sa.Column("play_count", sa.Integer(), nullable=False, server_default="0")
    )
    for name, before in WISHES.items():
        op.add_column("users", sa.Column(name, sa.Boolean(), nullable=False, server_default=before))
    op.create_table(
        "positions",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("position_ms", sa.Integer(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episodes.id"],
            name=op.f("fk_positions_episode_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_positions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "episode_id", name=op.f("pk_positions")),
    )
    op.create_index(op.f("ix_positions_episode_id"), "positions", ["episode_id"], unique=False)
    op.create_index(
        "ix_positions_user_id_updated_at", "positions", ["user_id", "updated_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("positions")
    for name in WISHES:
        op.drop_column("users", name)
    op.drop_column("episodes", "play_count")
