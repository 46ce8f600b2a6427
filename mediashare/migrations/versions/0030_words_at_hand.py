"""SQLite keeps the words of its index in a table, as PostgreSQL does. FTS5 counts each of them where
it stands whenever it is asked which there are, which takes the longer the larger a library is.

A word that leaves a document is looked for in the others, and goes if none has it. Those that a
document had wait in `search_gone` meanwhile, within one transaction.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

VOCABULARY = "USING fts5vocab(search_episodes, row)"
# What is said often is among what is said.
FIELDS = ("title", "tags", "chapters", "people", "description", "comments", "speech")
IDENTS = {"search_made": "old.episode_id", "search_episode_removed": "old.id"}
END = "END"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TABLE search_words")
    op.execute(f"CREATE VIRTUAL TABLE search_vocabulary {VOCABULARY}")
    for name in ("search_words", "search_gone"):
        op.execute(f"CREATE TABLE {name} (word TEXT PRIMARY KEY) WITHOUT ROWID")
    op.execute("INSERT INTO search_words SELECT term FROM search_vocabulary")
    for name, ident in IDENTS.items():
        former = _read(name)
        begin, body = former.split("BEGIN", 1)
        _replace(name, f"{begin}BEGIN{_before(ident)}{body.removesuffix(END)}{_after(ident)}{END}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, ident in IDENTS.items():
        former = _read(name).replace(_before(ident), "").replace(_after(ident), "")
        _replace(name, former)
    for name in ("search_words", "search_gone", "search_vocabulary"):
        op.execute(f"DROP TABLE {name}")
    op.execute(f"CREATE VIRTUAL TABLE search_words {VOCABULARY}")


def _read(trigger: str) -> str:
    known = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    return str(op.get_bind().execute(known, {"name": trigger}).scalar_one()).strip()


def _replace(trigger: str, statement: str) -> None:
    op.execute(f"DROP TRIGGER {trigger}")
    op.get_bind().exec_driver_sql(statement)


def _before(ident: str) -> str:
    return f"""
        INSERT INTO search_gone {_words_of(ident)};"""


def _after(ident: str) -> str:
    return f"""
        INSERT OR IGNORE INTO search_words {_words_of(ident)};
        DELETE FROM search_gone WHERE word IN ({_words_of(ident)});
        DELETE FROM search_words WHERE word IN (SELECT word FROM search_gone) AND NOT EXISTS (
            SELECT 1 FROM search_episodes WHERE search_episodes MATCH '"' || word || '"');
        DELETE FROM search_gone;
    """  # noqa: S608 - our own words


def _words_of(ident: str) -> str:
    written = " || ' ' || ".join(f"f.{field}" for field in FIELDS)
    return f"""SELECT w.value FROM search_documents d
            JOIN search_episodes f ON f.rowid = d.no
            JOIN json_each(search_listed({written})) w
            WHERE d.episode_id = {ident}"""  # noqa: S608 - our own words
