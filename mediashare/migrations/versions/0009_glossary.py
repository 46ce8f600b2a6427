"""Glossaries of the house and of groups, and what was heard where a term was put in its place."""

import sqlalchemy as sa
from alembic import op

from mediashare.db import base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OF_HOUSE = sa.text("group_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "glossary_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32)),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("sounds_like", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=35)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.String(length=32)),
        sa.Column("created_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name="fk_glossary_entries_group_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name="fk_glossary_entries_created_by_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_entries"),
    )
    op.create_table(
        "glossary_proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32)),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("heard", sa.String(length=80), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=35)),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "dismissed",
                name="proposalstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("made_by_id", sa.String(length=32)),
        sa.Column("created_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name="fk_glossary_proposals_group_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["users.id"],
            name="fk_glossary_proposals_made_by_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_proposals"),
    )
    for table in ("glossary_entries", "glossary_proposals"):
        op.create_index(f"uq_{table}_group_id_key", table, ["group_id", "key"], unique=True)
        op.create_index(
            f"uq_{table}_key_of_house",
            table,
            ["key"],
            unique=True,
            sqlite_where=OF_HOUSE,
            postgresql_where=OF_HOUSE,
        )
    # Added as they are, because a table that is made anew loses the triggers of the search index.
    op.add_column("segments", sa.Column("heard", sa.Text()))
    op.add_column("words", sa.Column("heard", sa.Text()))


def downgrade() -> None:
    op.drop_column("words", "heard")
    op.drop_column("segments", "heard")
    op.drop_table("glossary_proposals")
    op.drop_table("glossary_entries")
