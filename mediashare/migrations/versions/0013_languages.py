"""Speech in several languages, transcripts in others, and where it was sent to be recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# SQLite follows no foreign keys while tables are made anew.
FORGET_OTHERS = (
    "DELETE FROM words WHERE segment_id IN (SELECT segments.id FROM segments JOIN transcripts ON transcripts.id = transcript_id WHERE NOT is_primary)",
    "DELETE FROM cut_segments WHERE transcript_id IN (SELECT id FROM transcripts WHERE NOT is_primary)",
    "DELETE FROM segments WHERE transcript_id IN (SELECT id FROM transcripts WHERE NOT is_primary)",
    "DELETE FROM chunks WHERE transcript_id IN (SELECT id FROM transcripts WHERE NOT is_primary)",
    "DELETE FROM transcripts WHERE NOT is_primary",
)
PRIMARY, BESIDE = sa.text("is_primary"), sa.text("NOT is_primary")


def upgrade() -> None:
    with op.batch_alter_table("transcripts") as batch_op:
        batch_op.add_column(sa.Column("sent_to", sa.String(length=260), nullable=True))
        batch_op.add_column(
            sa.Column("is_primary", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column("is_language_heard", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_constraint("uq_transcripts_episode_id", type_="unique")
    with op.batch_alter_table("transcripts") as batch_op:
        batch_op.alter_column("is_primary", server_default=None)
        batch_op.alter_column("is_language_heard", server_default=None)
    op.add_column("chunks", sa.Column("language", sa.String(length=35), nullable=True))
    op.add_column("chunks", sa.Column("sureness", sa.Double(), nullable=True))
    # Added, not rebuilt: the triggers of the search index belong to this table.
    op.add_column("segments", sa.Column("language", sa.String(length=35), nullable=True))
    op.create_index(
        "uq_transcripts_primary",
        "transcripts",
        ["episode_id"],
        unique=True,
        sqlite_where=PRIMARY,
        postgresql_where=PRIMARY,
    )
    op.create_index(
        "uq_transcripts_beside",
        "transcripts",
        ["episode_id", "language"],
        unique=True,
        sqlite_where=BESIDE,
        postgresql_where=BESIDE,
    )


def downgrade() -> None:
    for statement in FORGET_OTHERS:
        op.execute(statement)
    op.drop_index("uq_transcripts_beside", "transcripts")
    op.drop_index("uq_transcripts_primary", "transcripts")
    op.drop_column("segments", "language")
    op.drop_column("chunks", "sureness")
    op.drop_column("chunks", "language")
    with op.batch_alter_table("transcripts") as batch_op:
        batch_op.create_unique_constraint("uq_transcripts_episode_id", ["episode_id"])
        batch_op.drop_column("is_language_heard")
        batch_op.drop_column("is_primary")
        batch_op.drop_column("sent_to")
