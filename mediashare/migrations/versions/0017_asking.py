"""Requests and their answers, saved searches, and what is searched for, without names."""

import sqlalchemy as sa
from alembic import op

import mediashare.db.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIME = mediashare.db.base.UtcDateTime(timezone=True)
STATES = sa.Enum("open", "answered", "closed", name="requeststate", native_enum=False, length=20)
ALERTS = sa.Enum("none", "inbox", "digest", name="alert", native_enum=False, length=20)


def upgrade() -> None:
    _make_requests()
    _make_answers()
    _make_saved_searches()
    op.create_table(
        "asked_words",
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("words", "day", name=op.f("pk_asked_words")),
    )
    op.create_index(op.f("ix_asked_words_day"), "asked_words", ["day"], unique=False)


def _make_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asker_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("want_count", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["users.id"], name=op.f("fk_requests_asker_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_requests_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_asker_id"), "requests", ["asker_id"], unique=False)
    op.create_index(op.f("ix_requests_group_id"), "requests", ["group_id"], unique=False)
    op.create_index("ix_requests_state_created_at", "requests", ["state", "created_at"])
    op.create_table(
        "request_wants",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_request_wants_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_request_wants_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "user_id", name=op.f("pk_request_wants")),
    )
    op.create_index(op.f("ix_request_wants_user_id"), "request_wants", ["user_id"])
    op.create_table(
        "request_words",
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_request_words_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "request_id", name=op.f("pk_request_words")),
    )
    op.create_index(op.f("ix_request_words_request_id"), "request_words", ["request_id"])


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("offered_by_id", sa.String(length=32), nullable=False),
        sa.Column("accepted_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_answers_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_answers_episode_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"],
            ["users.id"],
            name=op.f("fk_answers_offered_by_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "request_id", "episode_id", "start_ms", name="uq_answers_request_id_episode_id_start_ms"
        ),
    )
    op.create_index(op.f("ix_answers_episode_id"), "answers", ["episode_id"], unique=False)
    op.create_index(op.f("ix_answers_offered_by_id"), "answers", ["offered_by_id"], unique=False)


def _make_saved_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("alert", ALERTS, nullable=False),
        sa.Column("feed_token_id", sa.String(length=32), nullable=True),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["feed_token_id"],
            ["api_tokens.id"],
            name=op.f("fk_saved_searches_feed_token_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("feed_token_id", name=op.f("uq_saved_searches_feed_token_id")),
    )
    op.create_index(op.f("ix_saved_searches_user_id"), "saved_searches", ["user_id"])
    op.create_table(
        "saved_hits",
        sa.Column("search_id", sa.String(length=32), nullable=False),
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_searches.id"],
            name=op.f("fk_saved_hits_search_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episodes.id"],
            name=op.f("fk_saved_hits_episode_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("search_id", "episode_id", name=op.f("pk_saved_hits")),
    )
    op.create_index(op.f("ix_saved_hits_episode_id"), "saved_hits", ["episode_id"], unique=False)
    op.create_index("ix_saved_hits_search_id_found_at", "saved_hits", ["search_id", "found_at"])


def downgrade() -> None:
    for name in (
        "saved_hits",
        "saved_searches",
        "asked_words",
        "answers",
        "request_words",
        "request_wants",
        "requests",
    ):
        op.drop_table(name)
