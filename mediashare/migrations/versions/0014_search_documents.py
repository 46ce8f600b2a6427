"""Search by episode: one document for each, in its languages, beside the lines that are spoken.

As before, the index is kept by the database. Whoever recreates `episodes`, `transcripts`, `segments`, `chapters`,
`comments` or `users` in a later migration must make the triggers again: SQLite drops them with the
table.
"""

import json
from types import ModuleType

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FIELDS = ("title", "tags", "chapters", "people", "description", "comments")
# In the order in which search_standing is told their points.
STANDING = ("title", "tags", "chapters", "people", "often", "description")

# SQLite: `search_algorithm_for`, `search_stems`, `search_distinct` and `search_often` are rules of
# the application (mediashare/stems.py), known on each of its connections. A row of search_stale
# puts off the making of a document until it is deleted, which is done once before each commit.
SQLITE = (
    """
    CREATE TABLE search_documents (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        episode_id VARCHAR(32) NOT NULL UNIQUE,
        language VARCHAR(20) NOT NULL
    )
    """,
    # Its own language, and those of translations and captions beside what is spoken.
    """
    CREATE TABLE search_languages (
        language VARCHAR(20) NOT NULL,
        no INTEGER NOT NULL,
        PRIMARY KEY (language, no)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX search_languages_no ON search_languages (no)",
    "CREATE TABLE search_stale (episode_id VARCHAR(32) PRIMARY KEY) WITHOUT ROWID",
    """
    CREATE VIRTUAL TABLE search_episodes USING fts5(
        title, tags, chapters, people, description, comments, often, speech,
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
    """
    CREATE VIRTUAL TABLE search_segments USING fts5(
        text, tokenize='unicode61 remove_diacritics 0'
    )
    """,
    "CREATE VIRTUAL TABLE search_words USING fts5vocab(search_episodes, row)",
    """
    CREATE TRIGGER search_episode_added AFTER INSERT ON episodes BEGIN
        INSERT INTO search_documents (episode_id, language)
        VALUES (new.id, search_algorithm_for(new.language));
        INSERT OR IGNORE INTO search_stale VALUES (new.id);
    END
    """,
    """
    CREATE TRIGGER search_episode_changed
    AFTER UPDATE OF title, tags_text, description, author_id ON episodes BEGIN
        INSERT OR IGNORE INTO search_stale VALUES (new.id);
    END
    """,
    """
    CREATE TRIGGER search_episode_translated AFTER UPDATE OF language ON episodes
    WHEN search_algorithm_for(new.language) <> search_algorithm_for(old.language) BEGIN
        UPDATE search_documents SET language = search_algorithm_for(new.language)
        WHERE episode_id = new.id;
        DELETE FROM search_segments
        WHERE rowid IN (SELECT id FROM segments WHERE episode_id = new.id);
        INSERT INTO search_segments (rowid, text)
        SELECT s.id, search_stems(s.text, search_algorithm_for(
            CASE WHEN t.is_primary THEN new.language ELSE t.language END))
        FROM segments s JOIN transcripts t ON t.id = s.transcript_id WHERE s.episode_id = new.id;
        INSERT OR IGNORE INTO search_stale VALUES (new.id);
    END
    """,
    """
    CREATE TRIGGER search_transcript_translated AFTER UPDATE OF language, is_primary ON transcripts
    WHEN new.language IS NOT old.language OR new.is_primary <> old.is_primary BEGIN
        DELETE FROM search_segments
        WHERE rowid IN (SELECT id FROM segments WHERE transcript_id = new.id);
        INSERT INTO search_segments (rowid, text)
        SELECT s.id, search_stems(s.text, search_algorithm_for(
            CASE WHEN new.is_primary THEN e.language ELSE new.language END))
        FROM segments s JOIN episodes e ON e.id = s.episode_id WHERE s.transcript_id = new.id;
        INSERT OR IGNORE INTO search_stale VALUES (new.episode_id);
    END
    """,
    """
    CREATE TRIGGER search_episode_removed BEFORE DELETE ON episodes BEGIN
        DELETE FROM search_episodes
        WHERE rowid IN (SELECT no FROM search_documents WHERE episode_id = old.id);
        DELETE FROM search_languages
        WHERE no IN (SELECT no FROM search_documents WHERE episode_id = old.id);
        DELETE FROM search_documents WHERE episode_id = old.id;
    END
    """,
    """
    CREATE TRIGGER search_segment_added AFTER INSERT ON segments BEGIN
        INSERT INTO search_segments (rowid, text)
        SELECT new.id, search_stems(new.text, CASE WHEN t.is_primary THEN d.language
            ELSE search_algorithm_for(t.language) END)
        FROM search_documents d JOIN transcripts t ON t.id = new.transcript_id
        WHERE d.episode_id = new.episode_id;
        INSERT OR IGNORE INTO search_stale VALUES (new.episode_id);
    END
    """,
    """
    CREATE TRIGGER search_segment_changed AFTER UPDATE OF text, speaker ON segments
    WHEN new.text <> old.text OR new.speaker IS NOT old.speaker BEGIN
        DELETE FROM search_segments WHERE rowid = old.id;
        INSERT INTO search_segments (rowid, text)
        SELECT new.id, search_stems(new.text, CASE WHEN t.is_primary THEN d.language
            ELSE search_algorithm_for(t.language) END)
        FROM search_documents d JOIN transcripts t ON t.id = new.transcript_id
        WHERE d.episode_id = new.episode_id;
        INSERT OR IGNORE INTO search_stale VALUES (new.episode_id);
    END
    """,
    """
    CREATE TRIGGER search_segment_removed AFTER DELETE ON segments BEGIN
        DELETE FROM search_segments WHERE rowid = old.id;
        INSERT OR IGNORE INTO search_stale VALUES (old.episode_id);
    END
    """,
    *(
        f"""
        CREATE TRIGGER search_{table}_{moment.split()[0].lower()} AFTER {moment} ON {table} BEGIN
            INSERT OR IGNORE INTO search_stale VALUES ({row}.episode_id);
        END
        """  # noqa: S608 - our own words
        for table, columns in (
            ("chapters", "title, start_ms"),
            ("summary_sentences", "text, start_ms"),
            ("comments", "body, deleted_at, hidden_at"),
        )
        for moment, row in (("INSERT", "new"), (f"UPDATE OF {columns}", "new"), ("DELETE", "old"))
    ),
    """
    CREATE TRIGGER search_user_renamed AFTER UPDATE OF name, handle ON users
    WHEN new.name <> old.name OR new.handle <> old.handle BEGIN
        INSERT OR IGNORE INTO search_stale SELECT id FROM episodes WHERE author_id = new.id;
    END
    """,
    """
    CREATE TRIGGER search_made AFTER DELETE ON search_stale BEGIN
        DELETE FROM search_episodes
        WHERE rowid IN (SELECT no FROM search_documents WHERE episode_id = old.episode_id);
        INSERT INTO search_episodes (
            rowid, title, tags, chapters, people, description, comments, often, speech
        )
        SELECT
            d.no,
            search_stems(e.title, d.language),
            search_stems(e.tags_text, d.language),
            search_stems(
                (SELECT coalesce(group_concat(title, ' '), '') FROM chapters
                 WHERE episode_id = e.id AND start_ms IS NOT NULL), d.language),
            search_stems(
                u.name || ' ' || u.handle || ' ' || coalesce(
                    (SELECT group_concat(speaker, ' ') FROM (
                        SELECT DISTINCT speaker FROM segments WHERE episode_id = e.id
                    )), ''), d.language),
            search_stems(
                e.description || ' ' || coalesce(
                    (SELECT group_concat(text, ' ') FROM summary_sentences
                     WHERE episode_id = e.id AND start_ms IS NOT NULL), ''), d.language),
            search_stems(
                (SELECT coalesce(group_concat(body, ' '), '') FROM comments
                 WHERE episode_id = e.id AND deleted_at IS NULL AND hidden_at IS NULL), d.language),
            search_often(said.words),
            search_distinct(said.words)
        FROM search_documents d
        JOIN episodes e ON e.id = d.episode_id
        JOIN users u ON u.id = e.author_id
        JOIN (
            SELECT coalesce(group_concat(f.text, ' '), '') AS words
            FROM segments s JOIN search_segments f ON f.rowid = s.id
            WHERE s.episode_id = old.episode_id
        ) said
        WHERE d.episode_id = old.episode_id;
        DELETE FROM search_languages
        WHERE no IN (SELECT no FROM search_documents WHERE episode_id = old.episode_id);
        INSERT INTO search_languages (language, no)
        SELECT language, no FROM search_documents WHERE episode_id = old.episode_id
        UNION
        SELECT search_algorithm_for(t.language), d.no
        FROM transcripts t JOIN search_documents d ON d.episode_id = t.episode_id
        WHERE t.episode_id = old.episode_id AND NOT t.is_primary;
    END
    """,
    """
    INSERT INTO search_documents (episode_id, language)
    SELECT id, search_algorithm_for(language) FROM episodes
    """,
    """
    INSERT INTO search_segments (rowid, text)
    SELECT s.id, search_stems(s.text, CASE WHEN t.is_primary THEN d.language
        ELSE search_algorithm_for(t.language) END)
    FROM segments s
    JOIN search_documents d ON d.episode_id = s.episode_id
    JOIN transcripts t ON t.id = s.transcript_id
    """,
    "INSERT INTO search_stale SELECT id FROM episodes",
    "DELETE FROM search_stale",
)

LANGUAGES = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
ALGORITHMS = sorted(set(LANGUAGES.values()))
# A text vector holds at most 1 MiB; these keep a document well below, whatever people write.
MOST_COMMENTS, MOST_SPEECH = 150_000, 500_000

# PostgreSQL: documents are made right before the commit too, by a deferred trigger. The vectors of a document stand outside of its row, so that finding all that have a
# word reads little more than the index. The planner does not know what fetching a vector costs and
# would rather read them all, so that what finds documents is a function that may not.
POSTGRESQL = (
    *(
        statement
        for name in ALGORITHMS
        for statement in (
            f"CREATE TEXT SEARCH DICTIONARY search_{name} (TEMPLATE = snowball, LANGUAGE = {name})",
            f"CREATE TEXT SEARCH CONFIGURATION search_{name} (COPY = simple)",
            f"""
            ALTER TEXT SEARCH CONFIGURATION search_{name}
            ALTER MAPPING FOR asciiword, word WITH search_{name}
            """,
        )
    ),
    "CREATE TEXT SEARCH CONFIGURATION search_simple (COPY = simple)",
    r"""
    CREATE FUNCTION search_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT regexp_replace(
            normalize(regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g'), NFC),
            '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g')
    $$
    """,
    f"""
    CREATE FUNCTION search_algorithm_for(language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN coalesce(language, '') = '' THEN 'english' ELSE coalesce(
            '{json.dumps(LANGUAGES)}'::jsonb
                ->> split_part(replace(lower(language), '_', '-'), '-', 1),
            'simple') END
    $$
    """,
    """
    CREATE FUNCTION search_vector(words text, algorithm text) RETURNS tsvector
    LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
        SELECT to_tsvector(('search_' || algorithm)::regconfig, search_plain(words))
    $$
    """,
    """
    CREATE FUNCTION search_phrase(words text, algorithm text) RETURNS tsquery
    LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
        SELECT phraseto_tsquery(('search_' || algorithm)::regconfig, search_plain(words))
    $$
    """,
    f"""
    CREATE TABLE search_documents (
        no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        episode_id varchar(32) NOT NULL UNIQUE REFERENCES episodes ON DELETE CASCADE,
        language varchar(20) NOT NULL,
        {", ".join(f"{name} tsvector NOT NULL DEFAULT ''" for name in (*FIELDS, "often", "words"))}
    ) WITH (toast_tuple_target = 128)
    """,
    "ALTER TABLE search_documents ALTER words SET STORAGE EXTERNAL",
    # Its own language, and those of translations and captions beside what is spoken.
    """
    CREATE TABLE search_languages (
        language text NOT NULL,
        no integer NOT NULL REFERENCES search_documents ON DELETE CASCADE,
        PRIMARY KEY (language, no)
    )
    """,
    """
    CREATE TABLE search_segments (
        segment_id integer PRIMARY KEY REFERENCES segments ON DELETE CASCADE,
        no integer NOT NULL,
        text tsvector NOT NULL
    )
    """,
    'CREATE TABLE search_words (word text COLLATE "C" PRIMARY KEY)',
    # Each transaction sees its own rows alone: they are gone before it ends.
    "CREATE TABLE search_stale (episode_id varchar(32) NOT NULL)",
    "CREATE INDEX search_stale_episode_id ON search_stale (episode_id)",
    """
    CREATE FUNCTION search_is_in(number integer, spoken text[]) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT spoken IS NULL OR EXISTS (
            SELECT FROM search_languages WHERE no = number AND language = ANY (spoken))
    $$
    """,
    *(
        f"""
        CREATE FUNCTION search_by_{name}(wanted tsquery, spoken text[]) RETURNS SETOF integer
        LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000 SET enable_seqscan = off AS $$
        BEGIN
            RETURN QUERY SELECT d.no FROM search_documents d
            WHERE d.{name} @@ wanted AND search_is_in(d.no, spoken);
        END
        $$
        """  # noqa: S608 - our own words
        for name in (*FIELDS, "often", "words")
    ),
    # Where a term stands: the points of each field that has it.
    f"""
    CREATE FUNCTION search_standing(
        wanted tsquery, spoken text[], fields integer[], OUT no integer, OUT points integer
    ) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000 SET enable_seqscan = off AS $$
    BEGIN
        {
        "".join(
            f'''
            IF fields[{number}] IS NOT NULL THEN
                RETURN QUERY SELECT d.no, fields[{number}] FROM search_documents d
                WHERE d.{name} @@ wanted AND search_is_in(d.no, spoken);
            END IF;
            '''
            for number, name in enumerate(STANDING, 1)
        )
    }
    END
    $$
    """,  # noqa: S608 - our own words
    # Documents in which words follow each other.
    f"""
    CREATE FUNCTION search_in_order(wanted tsquery, spoken text[]) RETURNS SETOF integer
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000 SET enable_seqscan = off AS $$
    BEGIN
        RETURN QUERY SELECT f.no FROM (
            {
        " UNION ".join(
            f"SELECT d.no FROM search_documents d WHERE d.{name} @@ wanted" for name in FIELDS
        )
    }
            UNION SELECT s.no FROM search_segments s WHERE s.text @@ wanted
        ) f WHERE search_is_in(f.no, spoken);
    END
    $$
    """,  # noqa: S608 - our own words
    # The words of a document count once, however often they are said; what has been said most
    # often comes first where there are too many.
    f"""
    CREATE FUNCTION search_said(ident text, OUT words tsvector, OUT often tsvector)
    LANGUAGE sql STABLE AS $$
        WITH said AS (
            SELECT w.lexeme, sum(cardinality(w.positions)) AS times
            FROM search_documents d JOIN search_segments s ON s.no = d.no, unnest(s.text) w
            WHERE d.episode_id = ident GROUP BY w.lexeme
        ), known AS (
            SELECT lexeme, times, sum(times) OVER () AS total,
                sum(octet_length(lexeme) + 8) OVER (ORDER BY times DESC, lexeme) AS size
            FROM said
        )
        SELECT
            coalesce(array_to_tsvector(array_agg(lexeme)), ''),
            coalesce(array_to_tsvector(array_agg(lexeme) FILTER (
                WHERE times >= greatest(3, total / 400.0))), '')
        FROM known WHERE size <= {MOST_SPEECH}
    $$
    """,  # noqa: S608 - our own words
    # Whoever changes the same episode at this moment waits for the row of its document and then
    # sees what the other has done.
    f"""
    CREATE FUNCTION search_make(ident text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM search_documents WHERE episode_id = ident FOR UPDATE;
        UPDATE search_documents d SET
            {", ".join(f"{name} = v.{name}" for name in FIELDS)}, often = v.often,
            words = strip({" || ".join(f"v.{name}" for name in FIELDS)}) || v.words
        FROM (
            SELECT
                search_vector(e.title, o.language) AS title,
                search_vector(e.tags_text, o.language) AS tags,
                search_vector(
                    (SELECT coalesce(string_agg(c.title, ' ' ORDER BY c.start_ms), '')
                     FROM chapters c WHERE c.episode_id = ident AND c.start_ms IS NOT NULL),
                    o.language) AS chapters,
                search_vector(
                    concat_ws(' ', u.name, u.handle,
                        (SELECT string_agg(DISTINCT s.speaker, ' ') FROM segments s
                         WHERE s.episode_id = ident)), o.language) AS people,
                search_vector(
                    concat_ws(' ', e.description,
                        (SELECT string_agg(y.text, ' ' ORDER BY y.start_ms)
                         FROM summary_sentences y
                         WHERE y.episode_id = ident AND y.start_ms IS NOT NULL)),
                    o.language) AS description,
                search_vector(
                    left((SELECT coalesce(string_agg(c.body, ' ' ORDER BY c.created_at), '')
                          FROM comments c WHERE c.episode_id = ident
                          AND c.deleted_at IS NULL AND c.hidden_at IS NULL), {MOST_COMMENTS}),
                    o.language) AS comments,
                said.words, said.often
            FROM episodes e
            JOIN search_documents o ON o.episode_id = e.id
            JOIN users u ON u.id = e.author_id
            CROSS JOIN search_said(ident) said
            WHERE e.id = ident
        ) v
        WHERE d.episode_id = ident;
        DELETE FROM search_languages l USING search_documents d
        WHERE d.episode_id = ident AND l.no = d.no;
        INSERT INTO search_languages (language, no)
        SELECT language, no FROM search_documents WHERE episode_id = ident
        UNION
        SELECT search_algorithm_for(t.language), d.no
        FROM transcripts t JOIN search_documents d ON d.episode_id = t.episode_id
        WHERE t.episode_id = ident AND NOT t.is_primary;
    END
    $$
    """,  # noqa: S608 - our own words
    """
    CREATE FUNCTION search_line(words text, episode text, transcript text) RETURNS tsvector
    LANGUAGE sql STABLE AS $$
        SELECT search_vector(words, search_algorithm_for(
            CASE WHEN t.is_primary THEN e.language ELSE t.language END))
        FROM episodes e JOIN transcripts t ON t.id = transcript WHERE e.id = episode
    $$
    """,
    """
    CREATE FUNCTION search_stem_segments(ident text) RETURNS void LANGUAGE sql AS $$
        DELETE FROM search_segments
        WHERE no = (SELECT no FROM search_documents WHERE episode_id = ident);
        INSERT INTO search_segments (segment_id, no, text)
        SELECT s.id, d.no, search_line(s.text, s.episode_id, s.transcript_id)
        FROM segments s JOIN search_documents d ON d.episode_id = s.episode_id
        WHERE s.episode_id = ident;
    $$
    """,
    """
    CREATE FUNCTION search_put_off(ident text) RETURNS void LANGUAGE sql AS $$
        INSERT INTO search_stale SELECT ident
        WHERE NOT EXISTS (SELECT FROM search_stale WHERE episode_id = ident)
    $$
    """,
    """
    CREATE FUNCTION search_catch_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM search_make(NEW.episode_id);
        DELETE FROM search_stale WHERE episode_id = NEW.episode_id;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_episode() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO search_documents (episode_id, language)
            VALUES (NEW.id, search_algorithm_for(NEW.language));
        ELSIF search_algorithm_for(NEW.language) <> search_algorithm_for(OLD.language) THEN
            UPDATE search_documents SET language = search_algorithm_for(NEW.language)
            WHERE episode_id = NEW.id;
            PERFORM search_stem_segments(NEW.id);
        END IF;
        PERFORM search_put_off(NEW.id);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_segments() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_segments (segment_id, no, text)
        SELECT s.id, d.no, search_line(s.text, s.episode_id, s.transcript_id)
        FROM changed s JOIN search_documents d ON d.episode_id = s.episode_id
        ON CONFLICT (segment_id) DO UPDATE SET text = EXCLUDED.text;
        PERFORM search_put_off(episode_id)
        FROM (SELECT DISTINCT episode_id FROM changed ORDER BY 1) c;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_changed_segments() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE search_segments i SET text = search_line(n.text, n.episode_id, n.transcript_id)
        FROM changed n JOIN former o ON o.id = n.id
        WHERE i.segment_id = n.id AND n.text <> o.text;
        PERFORM search_put_off(episode_id) FROM (
            SELECT DISTINCT n.episode_id FROM changed n JOIN former o ON o.id = n.id
            WHERE n.text <> o.text OR n.speaker IS DISTINCT FROM o.speaker ORDER BY 1
        ) c;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM search_put_off(episode_id)
        FROM (SELECT DISTINCT episode_id FROM changed ORDER BY 1) c;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM search_put_off(NEW.episode_id);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_transcript() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE search_segments i SET text = search_line(s.text, s.episode_id, s.transcript_id)
        FROM segments s WHERE s.transcript_id = NEW.id AND i.segment_id = s.id;
        PERFORM search_put_off(NEW.episode_id);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION search_keep_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM search_put_off(id)
        FROM (SELECT id FROM episodes WHERE author_id = NEW.id ORDER BY id) e;
        RETURN NULL;
    END
    $$
    """,
    # The words of the library, for those who mistype: one leaves with the last document that has
    # it.
    """
    CREATE FUNCTION search_keep_words() RETURNS trigger
    LANGUAGE plpgsql SET enable_seqscan = off AS $$
    DECLARE
        gone text;
        former text[] := '{}';
        present text[] := '{}';
    BEGIN
        IF TG_OP <> 'INSERT' THEN former := tsvector_to_array(OLD.words); END IF;
        IF TG_OP <> 'DELETE' THEN present := tsvector_to_array(NEW.words); END IF;
        INSERT INTO search_words
        SELECT word FROM (SELECT unnest(present) AS word EXCEPT SELECT unnest(former)) w
        ORDER BY word ON CONFLICT DO NOTHING;
        FOREACH gone IN ARRAY ARRAY(SELECT unnest(former) EXCEPT SELECT unnest(present)) LOOP
            PERFORM 1 FROM search_documents d
            WHERE d.words @@ ('''' || gone || '''')::tsquery LIMIT 1;
            IF NOT FOUND THEN DELETE FROM search_words k WHERE k.word = gone; END IF;
        END LOOP;
        RETURN NULL;
    END
    $$
    """,
    """
    INSERT INTO search_documents (episode_id, language)
    SELECT id, search_algorithm_for(language) FROM episodes
    """,
    """
    INSERT INTO search_segments (segment_id, no, text)
    SELECT s.id, d.no, search_line(s.text, s.episode_id, s.transcript_id)
    FROM segments s JOIN search_documents d ON d.episode_id = s.episode_id
    """,
    "CREATE INDEX search_segments_no ON search_segments (no)",
    "CREATE INDEX search_languages_no ON search_languages (no)",
    "SELECT search_make(episode_id) FROM search_documents",
    "INSERT INTO search_words SELECT DISTINCT unnest(tsvector_to_array(words)) FROM search_documents",
    "CREATE INDEX search_segments_text ON search_segments USING gin (text)",
    *(
        f"CREATE INDEX search_documents_{name} ON search_documents "
        f"USING gin ({name}) WITH (fastupdate = off)"
        for name in (*FIELDS, "often", "words")
    ),
    """
    CREATE TRIGGER search_episode_kept
    AFTER INSERT OR UPDATE OF title, tags_text, description, author_id, language ON episodes
    FOR EACH ROW EXECUTE FUNCTION search_keep_episode()
    """,
    """
    CREATE TRIGGER search_transcript_translated
    AFTER UPDATE OF language, is_primary ON transcripts FOR EACH ROW
    WHEN (NEW.language IS DISTINCT FROM OLD.language OR NEW.is_primary <> OLD.is_primary)
    EXECUTE FUNCTION search_keep_transcript()
    """,
    """
    CREATE TRIGGER search_segments_added AFTER INSERT ON segments
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION search_keep_segments()
    """,
    """
    CREATE TRIGGER search_segments_changed AFTER UPDATE ON segments
    REFERENCING NEW TABLE AS changed OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION search_keep_changed_segments()
    """,
    *(
        f"""
        CREATE TRIGGER search_{table}_{word} AFTER {moment} ON {table}
        REFERENCING {rows} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION search_keep_changed()
        """
        for table, word, moment, rows in (
            ("segments", "removed", "DELETE", "OLD"),
            ("chapters", "added", "INSERT", "NEW"),
            ("chapters", "removed", "DELETE", "OLD"),
            ("comments", "added", "INSERT", "NEW"),
            ("comments", "removed", "DELETE", "OLD"),
            ("summary_sentences", "added", "INSERT", "NEW"),
            ("summary_sentences", "removed", "DELETE", "OLD"),
        )
    ),
    """
    CREATE TRIGGER search_chapters_changed AFTER UPDATE OF title, start_ms ON chapters
    FOR EACH ROW EXECUTE FUNCTION search_keep_row()
    """,
    """
    CREATE TRIGGER search_summary_sentences_changed
    AFTER UPDATE OF text, start_ms ON summary_sentences
    FOR EACH ROW EXECUTE FUNCTION search_keep_row()
    """,
    """
    CREATE TRIGGER search_comments_changed AFTER UPDATE OF body, deleted_at, hidden_at ON comments
    FOR EACH ROW EXECUTE FUNCTION search_keep_row()
    """,
    """
    CREATE TRIGGER search_user_renamed AFTER UPDATE OF name, handle ON users
    FOR EACH ROW WHEN (NEW.name <> OLD.name OR NEW.handle <> OLD.handle)
    EXECUTE FUNCTION search_keep_user()
    """,
    """
    CREATE CONSTRAINT TRIGGER search_made AFTER INSERT ON search_stale
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_catch_up()
    """,
    """
    CREATE TRIGGER search_words_kept AFTER INSERT OR UPDATE OF words OR DELETE ON search_documents
    FOR EACH ROW EXECUTE FUNCTION search_keep_words()
    """,
)

SQLITE_BACK = (
    "DROP TRIGGER search_made",
    "DROP TRIGGER search_user_renamed",
    *(
        f"DROP TRIGGER search_{table}_{word}"
        for table in ("chapters", "summary_sentences", "comments")
        for word in ("insert", "update", "delete")
    ),
    "DROP TRIGGER search_segment_removed",
    "DROP TRIGGER search_segment_changed",
    "DROP TRIGGER search_segment_added",
    "DROP TRIGGER search_episode_removed",
    "DROP TRIGGER search_transcript_translated",
    "DROP TRIGGER search_episode_translated",
    "DROP TRIGGER search_episode_changed",
    "DROP TRIGGER search_episode_added",
    "DROP TABLE search_words",
    "DROP TABLE search_segments",
    "DROP TABLE search_episodes",
    "DROP TABLE search_stale",
    "DROP TABLE search_languages",
    "DROP TABLE search_documents",
)
POSTGRESQL_BACK = (
    "DROP TABLE search_segments, search_languages, search_documents, search_words, search_stale",
    "DROP TRIGGER search_user_renamed ON users",
    *(
        f"DROP TRIGGER search_{table}_{word} ON {table}"
        for table in ("comments", "summary_sentences", "chapters", "segments")
        for word in ("added", "changed", "removed")
    ),
    "DROP TRIGGER search_transcript_translated ON transcripts",
    "DROP TRIGGER search_episode_kept ON episodes",
    *(
        f"DROP FUNCTION search_{name}"
        for name in (
            "keep_words", "keep_user", "keep_transcript", "keep_row", "keep_changed", "keep_changed_segments",
            "keep_segments", "keep_episode", "catch_up", "put_off", "stem_segments", "line", "make", "said", "in_order", "standing",
            *(f"by_{field}" for field in (*FIELDS, "often", "words")), "is_in",
            "phrase", "vector", "algorithm_for", "plain",
        )
    ),
    *(f"DROP TEXT SEARCH CONFIGURATION search_{name}" for name in ("simple", *ALGORITHMS)),
    *(f"DROP TEXT SEARCH DICTIONARY search_{name}" for name in ALGORITHMS),
)  # fmt: skip


def upgrade() -> None:
    former = _former()
    if op.get_bind().dialect.name == "postgresql":
        _run(*former.POSTGRESQL_BACK, *POSTGRESQL)
    else:
        _run(*former.SQLITE_BACK, *SQLITE)


def downgrade() -> None:
    former = _former()
    if op.get_bind().dialect.name == "postgresql":
        _run(*POSTGRESQL_BACK, *former.POSTGRESQL)
    else:
        _run(*SQLITE_BACK, *former.SQLITE)


def _former() -> ModuleType:
    """The index that this one replaces."""
    return op.get_context().script.get_revision("0002").module


def _run(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
