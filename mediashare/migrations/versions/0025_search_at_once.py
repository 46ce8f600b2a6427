"""PostgreSQL: the search index stays right, and nobody is refused, where many write at once.

A transaction notes what it changes (`search_stale`, and of lines `search_stale_lines`) and writes
the index at its end alone, all of it at the first of its deferred triggers. Notes are seen by
their own transaction only, since they are gone before it ends; so they need no unique key, and
nobody ever waits for another's.

Nobody waits in a circle, because locks are taken in one order:

1. rows of the tables that are indexed, by the statements of the application;
2. the rows of `search_documents`, by `episode_id`. `search_segments` and `search_languages` are
   written by who has the row of their document. Reading what a document is made of locks nothing.
   `search_worth` (0023) is written by who has the row of the episode, and by who has deleted it.
3. the lock of the words: shared by those who only add words, alone for who may take some away.
   It is taken once, the stronger one from the start, and kept to the end.
4. the rows of `search_words`, by `word`.

So who waits for a lock has none of a later kind. This is why no foreign key leads from documents
to episodes or from lines to segments any more: their rows went at the moment of the statement, in
its order. Foreign keys that are left lock rows of documents FOR KEY SHARE, which is no hindrance
to FOR NO KEY UPDATE. (A test that sets constraints to IMMEDIATE has its locks earlier.)

Nothing goes stale either: in READ COMMITTED each statement after a lock sees what those have
committed who had it before. Whoever changes what a document is made of makes it anew under its
lock, so that the last one sees the changes of all. The same goes for the language by which lines
are read: who adds lines reads it under the lock, and who changes it reads all lines anew under the
lock. A word leaves `search_words` if no document has it once the lock of the words is taken: who
adds it there has committed its document before, or comes later and adds it again; of two who take
away the last two, the second one sees that nobody has it.

The one exception is a person renamed in the same moment in which a clip of theirs is added: it
would need a lock of `users`, whose rows are taken early by others. `mediashare reindex` mends it.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FIELDS = ("title", "tags", "chapters", "people", "description", "comments")
MOST_COMMENTS = 150_000
# The advisory lock of the words; any fixed number that nobody else uses (mediashare/db/migrate.py
# has one too).
WORDS_LOCK = 7_340_025
# Of these, 0014 has the former text.
FORMER = (
    "search_make",
    "search_line",
    "search_stem_segments",
    "search_put_off",
    "search_catch_up",
    "search_keep_episode",
    "search_keep_segments",
    "search_keep_changed_segments",
    "search_keep_transcript",
    "search_keep_words",
)

TABLES = (
    "ALTER TABLE search_documents DROP CONSTRAINT search_documents_episode_id_fkey",
    "ALTER TABLE search_segments DROP CONSTRAINT search_segments_segment_id_fkey",
    # Whether all of its lines are to be read anew.
    "ALTER TABLE search_stale ADD is_anew boolean NOT NULL",
    # Lines that were added, changed or removed.
    """
    CREATE TABLE search_stale_lines (
        episode_id varchar(32) NOT NULL,
        segment_id integer NOT NULL
    )
    """,
    "CREATE INDEX search_stale_lines_episode_id ON search_stale_lines (episode_id)",
)
TABLES_BACK = (
    "DROP TABLE search_stale_lines",
    "ALTER TABLE search_stale DROP is_anew",
    """
    ALTER TABLE search_segments ADD CONSTRAINT search_segments_segment_id_fkey
    FOREIGN KEY (segment_id) REFERENCES segments ON DELETE CASCADE
    """,
    """
    ALTER TABLE search_documents ADD CONSTRAINT search_documents_episode_id_fkey
    FOREIGN KEY (episode_id) REFERENCES episodes ON DELETE CASCADE
    """,
)

# Notes are many and short-lived: what statistics say of their tables is always wrong.
BY_INDEX = "SET enable_seqscan = off"
NOTES = (
    f"""
    CREATE FUNCTION search_put_off(ident text, anew boolean DEFAULT false) RETURNS void
    LANGUAGE sql {BY_INDEX} AS $$
        INSERT INTO search_stale (episode_id, is_anew) SELECT ident, anew
        WHERE NOT EXISTS (
            SELECT FROM search_stale WHERE episode_id = ident AND is_anew >= anew)
    $$
    """,  # noqa: S608 - our own words
    # A document is there from the start, empty, so that what it is worth has its number.
    """
    CREATE FUNCTION search_keep_episode() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            PERFORM search_put_off(OLD.id);
        ELSIF TG_OP = 'INSERT' THEN
            INSERT INTO search_documents (episode_id, language)
            VALUES (NEW.id, search_algorithm_for(NEW.language));
            PERFORM search_put_off(NEW.id);
        ELSE
            PERFORM search_put_off(NEW.id,
                search_algorithm_for(NEW.language) <> search_algorithm_for(OLD.language));
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_transcript() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM search_put_off(NEW.episode_id, true);
        RETURN NULL;
    END
    $$
    """,
    # Of lines that are added or removed.
    """
    CREATE FUNCTION search_keep_segments() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_stale_lines (episode_id, segment_id) SELECT episode_id, id FROM changed;
        PERFORM search_put_off(episode_id) FROM (SELECT DISTINCT episode_id FROM changed) c;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_changed_segments() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_stale_lines (episode_id, segment_id)
        SELECT n.episode_id, n.id FROM changed n JOIN former o ON o.id = n.id
        WHERE n.text <> o.text;
        PERFORM search_put_off(episode_id) FROM (
            SELECT DISTINCT n.episode_id FROM changed n JOIN former o ON o.id = n.id
            WHERE n.text <> o.text OR n.speaker IS DISTINCT FROM o.speaker
        ) c;
        RETURN NULL;
    END
    $$
    """,
)

# All that follows runs with the lock of the document.
LINES = """
    CREATE FUNCTION search_make_lines(ident text, number integer, algorithm text, anew boolean)
    RETURNS void LANGUAGE sql SET enable_seqscan = on AS $$
        DELETE FROM search_segments i WHERE i.no = number AND (anew OR i.segment_id IN (
            SELECT c.segment_id FROM search_stale_lines c WHERE c.episode_id = ident));
        INSERT INTO search_segments (segment_id, no, text)
        SELECT s.id, number, search_vector(s.text,
            CASE WHEN t.is_primary THEN algorithm ELSE search_algorithm_for(t.language) END)
        FROM segments s JOIN transcripts t ON t.id = s.transcript_id
        WHERE s.episode_id = ident AND (anew OR s.id IN (
            SELECT c.segment_id FROM search_stale_lines c WHERE c.episode_id = ident));
    $$
"""
MAKE = f"""
    CREATE FUNCTION search_make(ident text, number integer, algorithm text) RETURNS tsvector
    LANGUAGE plpgsql SET enable_seqscan = on AS $$
    DECLARE
        made tsvector;
    BEGIN
        UPDATE search_documents d SET
            language = algorithm,
            {", ".join(f"{name} = v.{name}" for name in FIELDS)}, often = v.often,
            words = strip({" || ".join(f"v.{name}" for name in FIELDS)}) || v.words
        FROM (
            SELECT
                search_vector(e.title, algorithm) AS title,
                search_vector(e.tags_text, algorithm) AS tags,
                search_vector(
                    (SELECT coalesce(string_agg(c.title, ' ' ORDER BY c.start_ms), '')
                     FROM chapters c WHERE c.episode_id = ident AND c.start_ms IS NOT NULL),
                    algorithm) AS chapters,
                search_vector(
                    concat_ws(' ', u.name, u.handle,
                        (SELECT string_agg(DISTINCT s.speaker, ' ') FROM segments s
                         WHERE s.episode_id = ident)), algorithm) AS people,
                search_vector(
                    concat_ws(' ', e.description,
                        (SELECT string_agg(y.text, ' ' ORDER BY y.start_ms)
                         FROM summary_sentences y
                         WHERE y.episode_id = ident AND y.start_ms IS NOT NULL)),
                    algorithm) AS description,
                search_vector(
                    left((SELECT coalesce(string_agg(c.body, ' ' ORDER BY c.created_at), '')
                          FROM comments c WHERE c.episode_id = ident
                          AND c.deleted_at IS NULL AND c.hidden_at IS NULL), {MOST_COMMENTS}),
                    algorithm) AS comments,
                said.words, said.often
            FROM episodes e
            JOIN users u ON u.id = e.author_id
            CROSS JOIN search_said(ident) said
            WHERE e.id = ident
        ) v
        WHERE d.no = number
        RETURNING d.words INTO made;
        DELETE FROM search_languages WHERE no = number;
        INSERT INTO search_languages (language, no)
        SELECT algorithm, number
        UNION
        SELECT search_algorithm_for(t.language), number
        FROM transcripts t WHERE t.episode_id = ident AND NOT t.is_primary;
        RETURN made;
    END
    $$
"""  # noqa: S608 - our own words
# The words that it has then.
MAKE_OR_REMOVE = """
    CREATE FUNCTION search_make_or_remove(ident text, number integer, anew boolean)
    RETURNS text[] LANGUAGE plpgsql AS $$
    DECLARE
        algorithm text;
    BEGIN
        SELECT search_algorithm_for(language) INTO algorithm FROM episodes WHERE id = ident;
        IF NOT FOUND THEN
            DELETE FROM search_segments WHERE no = number;
            DELETE FROM search_documents WHERE no = number;
            RETURN '{}';
        END IF;
        IF anew OR EXISTS (SELECT FROM search_stale_lines WHERE episode_id = ident) THEN
            PERFORM search_make_lines(ident, number, algorithm, anew);
        END IF;
        RETURN tsvector_to_array(search_make(ident, number, algorithm));
    END
    $$
"""
# The words of the library, for those who mistype: one leaves with the last document that has it.
WORDS = f"""
    CREATE FUNCTION search_keep_words(came text[], gone text[]) RETURNS void
    LANGUAGE plpgsql {BY_INDEX} AS $$
    DECLARE
        one text;
    BEGIN
        IF cardinality(gone) > 0 THEN
            PERFORM pg_advisory_xact_lock({WORDS_LOCK});
        ELSIF cardinality(came) > 0 THEN
            PERFORM pg_advisory_xact_lock_shared({WORDS_LOCK});
        END IF;
        INSERT INTO search_words SELECT DISTINCT word FROM unnest(came) word ORDER BY word
        ON CONFLICT DO NOTHING;
        FOREACH one IN ARRAY ARRAY(SELECT DISTINCT word FROM unnest(gone) word ORDER BY word) LOOP
            PERFORM 1 FROM search_documents d
            WHERE d.words @@ ('''' || one || '''')::tsquery LIMIT 1;
            IF NOT FOUND THEN DELETE FROM search_words k WHERE k.word = one; END IF;
        END LOOP;
    END
    $$
"""  # noqa: S608 - our own words
CATCH_UP = f"""
    CREATE FUNCTION search_catch_up() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$
    DECLARE
        stale record;
        document record;
        former text[];
        present text[];
        came text[] := '{{}}';
        gone text[] := '{{}}';
    BEGIN
        -- The first one does it for all.
        IF NOT EXISTS (SELECT FROM search_stale WHERE episode_id = NEW.episode_id) THEN
            RETURN NULL;
        END IF;
        FOR stale IN
            SELECT episode_id AS ident, bool_or(is_anew) AS is_anew FROM search_stale
            GROUP BY episode_id ORDER BY episode_id
        LOOP
            SELECT no, words INTO document FROM search_documents
            WHERE episode_id = stale.ident FOR NO KEY UPDATE;
            IF FOUND THEN
                former := tsvector_to_array(document.words);
                present := search_make_or_remove(stale.ident, document.no, stale.is_anew);
                came := came || ARRAY(SELECT unnest(present) EXCEPT SELECT unnest(former));
                gone := gone || ARRAY(SELECT unnest(former) EXCEPT SELECT unnest(present));
            END IF;
            DELETE FROM search_stale WHERE episode_id = stale.ident;
            DELETE FROM search_stale_lines WHERE episode_id = stale.ident;
        END LOOP;
        PERFORM search_keep_words(came, gone);
        RETURN NULL;
    END
    $$
"""  # noqa: S608 - our own words

TRIGGERS = (
    """
    CREATE TRIGGER search_episode_removed AFTER DELETE ON episodes
    FOR EACH ROW EXECUTE FUNCTION search_keep_episode()
    """,
    "DROP TRIGGER search_segments_removed ON segments",
    """
    CREATE TRIGGER search_segments_removed AFTER DELETE ON segments
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION search_keep_segments()
    """,
)
TRIGGERS_BACK = (
    "DROP TRIGGER search_episode_removed ON episodes",
    "DROP TRIGGER search_segments_removed ON segments",
    """
    CREATE TRIGGER search_segments_removed AFTER DELETE ON segments
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION search_keep_changed()
    """,
    """
    CREATE TRIGGER search_words_kept AFTER INSERT OR UPDATE OF words OR DELETE ON search_documents
    FOR EACH ROW EXECUTE FUNCTION search_keep_words()
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(
            "DROP TRIGGER search_words_kept ON search_documents",
            "DROP FUNCTION search_keep_words, search_put_off, search_make, search_stem_segments",
            "DROP FUNCTION search_line",
            *TABLES,
            *map(_replacing, (*NOTES, LINES, MAKE, MAKE_OR_REMOVE, WORDS, CATCH_UP)),
            *TRIGGERS,
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(
            "DROP FUNCTION search_keep_words, search_put_off, search_make, search_make_lines",
            "DROP FUNCTION search_make_or_remove",
            *TABLES_BACK,
            *map(_replacing, _former_functions()),
            *TRIGGERS_BACK,
        )


def _replacing(function: str) -> str:
    # Those of triggers stay where they are; the others have been dropped.
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def _former_functions() -> list[str]:
    first = op.get_context().script.get_revision("0014").module
    starts = tuple(f"CREATE FUNCTION {name}(" for name in FORMER)
    return [one for one in first.POSTGRESQL if one.strip().startswith(starts)]


def _run(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
