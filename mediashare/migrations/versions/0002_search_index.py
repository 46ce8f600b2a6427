"""The search index, kept by the database itself: what is deleted or changed is so in search too.

Whoever recreates `episodes` or `segments` in a later migration must make the triggers again:
SQLite drops them with the table.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Rows of episodes have no lasting number in SQLite (VACUUM may change rowids), so
# search_documents gives them one. The text itself stays where it is: both full text tables have
# external content.
SQLITE = (
    """
    CREATE TABLE search_documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        episode_id VARCHAR(32) NOT NULL UNIQUE
    )
    """,
    """
    CREATE VIEW search_texts AS
    SELECT d.id, e.title, e.tags_text, e.description
    FROM search_documents d JOIN episodes e ON e.id = d.episode_id
    """,
    """
    CREATE VIRTUAL TABLE search_episodes USING fts5(
        title, tags_text, description, content='search_texts', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE VIRTUAL TABLE search_segments USING fts5(
        text, content='segments', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER search_episode_added AFTER INSERT ON episodes BEGIN
        INSERT INTO search_documents (episode_id) VALUES (new.id);
        INSERT INTO search_episodes (rowid, title, tags_text, description)
        SELECT id, new.title, new.tags_text, new.description
        FROM search_documents WHERE episode_id = new.id;
    END
    """,
    """
    CREATE TRIGGER search_episode_changed AFTER UPDATE OF title, tags_text, description ON episodes
    BEGIN
        INSERT INTO search_episodes (search_episodes, rowid, title, tags_text, description)
        SELECT 'delete', id, old.title, old.tags_text, old.description
        FROM search_documents WHERE episode_id = old.id;
        INSERT INTO search_episodes (rowid, title, tags_text, description)
        SELECT id, new.title, new.tags_text, new.description
        FROM search_documents WHERE episode_id = new.id;
    END
    """,
    """
    CREATE TRIGGER search_episode_removed BEFORE DELETE ON episodes BEGIN
        INSERT INTO search_episodes (search_episodes, rowid, title, tags_text, description)
        SELECT 'delete', id, old.title, old.tags_text, old.description
        FROM search_documents WHERE episode_id = old.id;
        DELETE FROM search_documents WHERE episode_id = old.id;
    END
    """,
    """
    CREATE TRIGGER search_segment_added AFTER INSERT ON segments BEGIN
        INSERT INTO search_segments (rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER search_segment_changed AFTER UPDATE OF text ON segments BEGIN
        INSERT INTO search_segments (search_segments, rowid, text)
        VALUES ('delete', old.id, old.text);
        INSERT INTO search_segments (rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER search_segment_removed AFTER DELETE ON segments BEGIN
        INSERT INTO search_segments (search_segments, rowid, text)
        VALUES ('delete', old.id, old.text);
    END
    """,
    "INSERT INTO search_documents (episode_id) SELECT id FROM episodes",
    "INSERT INTO search_episodes (search_episodes) VALUES ('rebuild')",
    "INSERT INTO search_segments (search_segments) VALUES ('rebuild')",
)

# PostgreSQL's own parser reads CVE-2026-1234 as a word and two negative numbers and foo.bar as a
# host name. search_plain makes ASCII punctuation spaces and drops accents, as FTS5 does, so that
# both databases find the same. Stop words are indexed, because phrases need them; which words of
# a question do not matter is decided by the application, alike for both.
POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY search_stems (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION search_words (COPY = simple)",
    """
    ALTER TEXT SEARCH CONFIGURATION search_words
    ALTER MAPPING FOR asciiword, word WITH search_stems
    """,
    r"""
    CREATE FUNCTION search_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT regexp_replace(
            normalize(regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g'), NFC),
            '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g')
    $$
    """,
    """
    CREATE FUNCTION search_vector(words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT to_tsvector('search_words', search_plain(words))
    $$
    """,
    """
    CREATE FUNCTION search_phrase(words text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT phraseto_tsquery('search_words', search_plain(words))
    $$
    """,
    """
    CREATE TABLE search_episodes (
        episode_id varchar(32) PRIMARY KEY REFERENCES episodes ON DELETE CASCADE,
        title tsvector NOT NULL,
        tags_text tsvector NOT NULL,
        description tsvector NOT NULL
    )
    """,
    """
    CREATE TABLE search_segments (
        segment_id integer PRIMARY KEY REFERENCES segments ON DELETE CASCADE,
        episode_id varchar(32) NOT NULL,
        text tsvector NOT NULL
    )
    """,
    """
    CREATE FUNCTION search_keep_episode() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_episodes (episode_id, title, tags_text, description)
        VALUES (NEW.id, search_vector(NEW.title), search_vector(NEW.tags_text),
                search_vector(NEW.description))
        ON CONFLICT (episode_id) DO UPDATE SET
            title = EXCLUDED.title, tags_text = EXCLUDED.tags_text,
            description = EXCLUDED.description;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_segment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_segments (segment_id, episode_id, text)
        VALUES (NEW.id, NEW.episode_id, search_vector(NEW.text))
        ON CONFLICT (segment_id) DO UPDATE SET text = EXCLUDED.text;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER search_episode_kept
    AFTER INSERT OR UPDATE OF title, tags_text, description ON episodes
    FOR EACH ROW EXECUTE FUNCTION search_keep_episode()
    """,
    """
    CREATE TRIGGER search_segment_kept
    AFTER INSERT OR UPDATE OF text ON segments
    FOR EACH ROW EXECUTE FUNCTION search_keep_segment()
    """,
    """
    INSERT INTO search_episodes
    SELECT id, search_vector(title), search_vector(tags_text), search_vector(description)
    FROM episodes
    """,
    "INSERT INTO search_segments SELECT id, episode_id, search_vector(text) FROM segments",
    "CREATE INDEX search_episodes_title ON search_episodes USING gin (title)",
    "CREATE INDEX search_episodes_tags_text ON search_episodes USING gin (tags_text)",
    "CREATE INDEX search_episodes_description ON search_episodes USING gin (description)",
    "CREATE INDEX search_segments_text ON search_segments USING gin (text)",
    "CREATE INDEX search_segments_episode_id ON search_segments (episode_id)",
)

SQLITE_BACK = (
    "DROP TRIGGER search_segment_removed",
    "DROP TRIGGER search_segment_changed",
    "DROP TRIGGER search_segment_added",
    "DROP TRIGGER search_episode_removed",
    "DROP TRIGGER search_episode_changed",
    "DROP TRIGGER search_episode_added",
    "DROP TABLE search_segments",
    "DROP TABLE search_episodes",
    "DROP VIEW search_texts",
    "DROP TABLE search_documents",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER search_segment_kept ON segments",
    "DROP TRIGGER search_episode_kept ON episodes",
    "DROP FUNCTION search_keep_segment",
    "DROP FUNCTION search_keep_episode",
    "DROP TABLE search_segments",
    "DROP TABLE search_episodes",
    "DROP FUNCTION search_phrase",
    "DROP FUNCTION search_vector",
    "DROP FUNCTION search_plain",
    "DROP TEXT SEARCH CONFIGURATION search_words",
    "DROP TEXT SEARCH DICTIONARY search_stems",
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in POSTGRESQL if dialect == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in POSTGRESQL_BACK if dialect == "postgresql" else SQLITE_BACK:
        op.execute(statement)
