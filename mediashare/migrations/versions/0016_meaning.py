"""Vectors of what is said, and a count of changes that the database itself keeps.

Vectors are of the primary transcript alone: captions and translations beside it are not counted.

Whoever recreates `segments`, `transcripts` or `episodes` in a later migration must make the
triggers again: SQLite drops them with the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COUNTED = """
    INSERT INTO meanings (episode_id, revision) {}
    ON CONFLICT (episode_id) DO UPDATE SET revision = meanings.revision + 1
"""
# Where nothing was counted before, there is nothing to make anew.
RAISED = "UPDATE meanings SET revision = revision + 1 WHERE {}"

IS_PRIMARY = "EXISTS (SELECT 1 FROM transcripts WHERE id = {}.transcript_id AND is_primary)"

SQLITE = tuple(
    f"CREATE TRIGGER meaning_{name} AFTER {event} BEGIN {action}; END"
    for name, event, action in (
        (
            "segment_added",
            f"INSERT ON segments WHEN {IS_PRIMARY.format('new')}",
            COUNTED.format("VALUES (new.episode_id, 1)"),
        ),
        (
            "segment_changed",
            f"UPDATE OF text, start_ms, end_ms ON segments WHEN {IS_PRIMARY.format('new')}",
            COUNTED.format("VALUES (new.episode_id, 1)"),
        ),
        (
            "segment_removed",
            f"DELETE ON segments WHEN {IS_PRIMARY.format('old')}",
            RAISED.format("episode_id = old.episode_id"),
        ),
        (
            "transcript_added",
            "INSERT ON transcripts WHEN new.is_primary",
            COUNTED.format("VALUES (new.episode_id, 1)"),
        ),
        (
            "transcript_changed",
            (
                "UPDATE OF state, language, is_primary ON transcripts "
                "WHEN new.is_primary OR old.is_primary"
            ),
            COUNTED.format("VALUES (new.episode_id, 1)"),
        ),
        (
            "transcript_removed",
            "DELETE ON transcripts WHEN old.is_primary",
            RAISED.format("episode_id = old.episode_id"),
        ),
        ("episode_renamed", "UPDATE OF title ON episodes", RAISED.format("episode_id = new.id")),
    )
)

# Thousands of segments come and go in one statement, which counts once.
POSTGRESQL = (
    *(
        f"CREATE FUNCTION meaning_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {action}; RETURN NULL; END $$"
        for name, action in (
            (
                "count_added",
                COUNTED.format(
                    "SELECT DISTINCT a.episode_id, 1 FROM added a "
                    "JOIN transcripts t ON t.id = a.transcript_id WHERE t.is_primary"
                ),
            ),
            (
                "count_changed",
                RAISED.format(
                    "episode_id IN (SELECT n.episode_id FROM changed n JOIN former o ON o.id = n.id "
                    "JOIN transcripts t ON t.id = n.transcript_id "
                    "WHERE t.is_primary AND (n.text, n.start_ms, n.end_ms) IS DISTINCT FROM "
                    "(o.text, o.start_ms, o.end_ms))"
                ),
            ),
            (
                "count_removed",
                RAISED.format(
                    "episode_id IN (SELECT r.episode_id FROM removed r "
                    "JOIN transcripts t ON t.id = r.transcript_id WHERE t.is_primary)"
                ),
            ),
            ("count_stated", COUNTED.format("VALUES (NEW.episode_id, 1)")),
            ("count_gone", RAISED.format("episode_id = OLD.episode_id")),
            ("count_renamed", RAISED.format("episode_id = NEW.id")),
        )
    ),
    *(
        f"CREATE TRIGGER meaning_{name} AFTER {event} EXECUTE FUNCTION meaning_{function}()"
        for name, event, function in (
            (
                "segment_added",
                "INSERT ON segments REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
                "count_added",
            ),
            (
                "segment_changed",
                (
                    "UPDATE ON segments REFERENCING OLD TABLE AS former NEW TABLE AS changed"
                    " FOR EACH STATEMENT"
                ),
                "count_changed",
            ),
            (
                "segment_removed",
                "DELETE ON segments REFERENCING OLD TABLE AS removed FOR EACH STATEMENT",
                "count_removed",
            ),
            (
                "transcript_added",
                "INSERT ON transcripts FOR EACH ROW WHEN (NEW.is_primary)",
                "count_stated",
            ),
            (
                "transcript_changed",
                (
                    "UPDATE OF state, language, is_primary ON transcripts FOR EACH ROW"
                    " WHEN (NEW.is_primary OR OLD.is_primary)"
                ),
                "count_stated",
            ),
            (
                "transcript_removed",
                "DELETE ON transcripts FOR EACH ROW WHEN (OLD.is_primary)",
                "count_gone",
            ),
            ("episode_renamed", "UPDATE OF title ON episodes FOR EACH ROW", "count_renamed"),
        )
    ),
)

TRIGGERS = {
    "segments": ("segment_added", "segment_changed", "segment_removed"),
    "transcripts": ("transcript_added", "transcript_changed", "transcript_removed"),
    "episodes": ("episode_renamed",),
}
FUNCTIONS = (
    "count_added",
    "count_changed",
    "count_removed",
    "count_stated",
    "count_gone",
    "count_renamed",
)


def upgrade() -> None:
    op.create_table(
        "meanings",
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("embedded", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(length=80), nullable=True),
        sa.Column("stretches", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_meanings_episode_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", name="pk_meanings"),
    )
    op.create_table(
        "meaning_vectors",
        sa.Column("episode_id", sa.String(length=32), nullable=False),
        sa.Column("spans", sa.LargeBinary(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["meanings.episode_id"],
            name="fk_meaning_vectors_episode_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", name="pk_meaning_vectors"),
    )
    op.execute(
        "INSERT INTO meanings (episode_id, revision) "
        "SELECT DISTINCT episode_id, 1 FROM transcripts WHERE is_primary"
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, names in TRIGGERS.items():
        for name in names:
            op.execute(f"DROP TRIGGER meaning_{name}" + (f" ON {table}" if is_postgresql else ""))
    for name in FUNCTIONS if is_postgresql else ():
        op.execute(f"DROP FUNCTION meaning_{name}")
    op.drop_table("meaning_vectors")
    op.drop_table("meanings")
