"""By when an episode is looked at again, what it is meant to answer, and topics that people do not
want to be asked about."""

import sqlalchemy as sa
from alembic import op

import mediashare.db.base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TIME = mediashare.db.base.UtcDateTime(timezone=True)
OF_EPISODES = {
    "review_by": sa.Date(),
    "review_days": sa.Integer(),
    "review_told_at": TIME,
    "checked_at": TIME,
}


def upgrade() -> None:
    # Added in place: a table that is made anew would lose the triggers of the search index.
    for name, kind in OF_EPISODES.items():
        op.add_column("episodes", sa.Column(name, kind, nullable=True))
    op.create_index("ix_episodes_review_by", "episodes", ["review_by"], unique=False)
    op.create_table(
        "hidden_topics",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=50), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_hidden_topics_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_hidden_topics")),
    )
    op.create_table(
        "planned_answers",
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episodes.id"],
            name=op.f("fk_planned_answers_episode_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_planned_answers_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_planned_answers")),
    )
    op.create_index(
        op.f("ix_planned_answers_request_id"), "planned_answers", ["request_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("planned_answers")
    op.drop_table("hidden_topics")
    op.drop_index("ix_episodes_review_by", table_name="episodes")
    for name in OF_EPISODES:
        op.drop_column("episodes", name)
