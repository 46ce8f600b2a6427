"""What terms sound like, without case: a row each, so that it is looked up by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None

AT_ONCE = 1000
ENTRIES = sa.table(
    "glossary_entries", sa.column("id", sa.String), sa.column("sounds_like", sa.JSON)
)


def upgrade() -> None:
    sounds = op.create_table(
        "glossary_sounds",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["glossary_entries.id"],
            name=op.f("fk_glossary_sounds_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "key", name=op.f("pk_glossary_sounds")),
    )
    op.create_index(op.f("ix_glossary_sounds_key"), "glossary_sounds", ["key"], unique=False)
    connection = op.get_bind()
    for some in connection.execute(sa.select(ENTRIES)).partitions(AT_ONCE):
        rows = [
            {"entry_id": entry.id, "key": key}
            for entry in some
            for key in sorted({_key(sound) for sound in entry.sounds_like})
        ]
        if rows:
            connection.execute(sa.insert(sounds), rows)


def downgrade() -> None:
    op.drop_table("glossary_sounds")


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
