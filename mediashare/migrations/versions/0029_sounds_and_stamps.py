"""What terms sound like, without case: a row each, so that it is looked up by an index. Vectors of
meaning have a stamp that no others have: a number of changes comes again after a restore."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AT_ONCE = 1000
ANYTHING = {
    "sqlite": "random() & 9223372036854775807",
    "postgresql": "floor(random() * 9007199254740992)",
}
ENTRIES = sa.table(
    "glossary_entries", sa.column("id", sa.String), sa.column("sounds_like", sa.JSON)
)


def upgrade() -> None:
    _keep_sounds()
    op.add_column("meanings", sa.Column("stamp", sa.BigInteger()))
    anything = ANYTHING[op.get_bind().dialect.name]
    op.execute(f"UPDATE meanings SET stamp = {anything} WHERE embedded IS NOT NULL")  # noqa: S608 - our own words


def downgrade() -> None:
    op.drop_column("meanings", "stamp")
    op.drop_table("glossary_sounds")


def _keep_sounds() -> None:
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


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
