"""What a check found before others hear it, watched words, and episodes that wait for it."""

import sqlalchemy as sa
from alembic import op

import mediashare.db.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = mediashare.db.base.UtcDateTime(timezone=True)
KINDS = sa.Enum(
    "key",
    "password",
    "card",
    "email",
    "phone",
    "watched",
    name="findingkind",
    native_enum=False,
    length=20,
)
STATES = sa.Enum("open", "muted", "kept", "gone", name="findingstate", native_enum=False, length=20)


def upgrade() -> None:
    # Added in place: a table that is made anew would lose the triggers of the search index.
    op.add_column(
        "episodes", sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "checks",
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_checks_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_checks")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("masked", sa.String(length=80), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("decided_by_id", sa.String(length=32), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["users.id"],
            name=op.f("fk_findings_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_findings_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_episode_id"), "findings", ["episode_id"], unique=False)
    op.create_table(
        "watched_words",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("added_by_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["users.id"],
            name=op.f("fk_watched_words_added_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_words")),
        sa.UniqueConstraint("word", name=op.f("uq_watched_words_word")),
    )


def downgrade() -> None:
    op.drop_table("watched_words")
    op.drop_table("findings")
    op.drop_table("checks")
    op.drop_column("episodes", "is_held")
