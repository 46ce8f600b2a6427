"""What episodes are worth whatever is asked for, beside the search index: so that all that have a
common word can be put in order without reading each of their rows.

Whoever recreates `episodes` in a later migration must make its triggers again: SQLite drops them
with the table.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNTS = ("solved_count", "did_not_work_count", "outdated_count", "rating_sum", "rating_count")
CHANGING = ", ".join((*COUNTS, "published_at", "checked_at"))
COUNTED = ", ".join(f"e.{name}" for name in COUNTS)
# Years from 2020 to when somebody has last said that all is still true, else to the publishing.
YEARS = {
    "sqlite": """
        (julianday(coalesce(e.checked_at, e.published_at)) - julianday('2020-01-01')) / 365.25
    """,
    "postgresql": """
        date_part('epoch', coalesce(e.checked_at, e.published_at)
            - make_timestamptz(2020, 1, 1, 0, 0, 0, 'UTC')) / 31557600
    """,
}


def _write(dialect: str, which: str = "true") -> str:
    """Write the worth of these documents, whatever it was."""
    is_sqlite = dialect == "sqlite"
    columns = [*COUNTS, "published_at", "years"]
    anew = ", ".join(f"{one} = EXCLUDED.{one}" for one in columns)
    known = "" if is_sqlite else f"ON CONFLICT (no) DO UPDATE SET {anew}"
    return f"""
        INSERT {"OR REPLACE" if is_sqlite else ""} INTO search_worth
            (no, episode_id, {", ".join(columns)})
        SELECT d.no, d.episode_id, {COUNTED}, e.published_at, {YEARS[dialect]}
        FROM search_documents d JOIN episodes e ON e.id = d.episode_id WHERE {which} {known};
    """  # noqa: S608 - our own words


def _write_for_each(name: str, which: str) -> str:
    """A function for triggers of PostgreSQL."""
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {_write("postgresql", which)}
            RETURN NULL;
        END
        $$
    """


SQLITE = (
    """
    CREATE TABLE search_worth (
        no INTEGER PRIMARY KEY,
        episode_id VARCHAR(32) NOT NULL UNIQUE,
        solved_count INTEGER NOT NULL,
        did_not_work_count INTEGER NOT NULL,
        outdated_count INTEGER NOT NULL,
        rating_sum INTEGER NOT NULL,
        rating_count INTEGER NOT NULL,
        published_at DATETIME,
        years REAL
    )
    """,
    _write("sqlite"),
    f"""
    CREATE TRIGGER search_worth_added AFTER INSERT ON search_documents BEGIN
        {_write("sqlite", "d.no = new.no")}
    END
    """,
    f"""
    CREATE TRIGGER search_worth_changed AFTER UPDATE OF {CHANGING} ON episodes BEGIN
        {_write("sqlite", "e.id = NEW.id")}
    END
    """,
    """
    CREATE TRIGGER search_worth_removed AFTER DELETE ON search_documents BEGIN
        DELETE FROM search_worth WHERE no = old.no;
    END
    """,
)
# Rows have room for what changes, so that no index has to be told.
POSTGRESQL = (
    """
    CREATE TABLE search_worth (
        no integer PRIMARY KEY REFERENCES search_documents ON DELETE CASCADE,
        episode_id varchar(32) NOT NULL UNIQUE,
        solved_count integer NOT NULL,
        did_not_work_count integer NOT NULL,
        outdated_count integer NOT NULL,
        rating_sum integer NOT NULL,
        rating_count integer NOT NULL,
        published_at timestamptz,
        years double precision
    ) WITH (fillfactor = 80)
    """,
    _write("postgresql"),
    _write_for_each("search_add_worth", "d.no = NEW.no"),
    _write_for_each("search_keep_worth", "e.id = NEW.id"),
    """
    CREATE TRIGGER search_worth_added AFTER INSERT ON search_documents
    FOR EACH ROW EXECUTE FUNCTION search_add_worth()
    """,
    f"""
    CREATE TRIGGER search_worth_changed AFTER UPDATE OF {CHANGING} ON episodes
    FOR EACH ROW EXECUTE FUNCTION search_keep_worth()
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER search_worth_removed",
    "DROP TRIGGER search_worth_changed",
    "DROP TRIGGER search_worth_added",
    "DROP TABLE search_worth",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER search_worth_changed ON episodes",
    "DROP TRIGGER search_worth_added ON search_documents",
    "DROP FUNCTION search_keep_worth, search_add_worth",
    "DROP TABLE search_worth",
)


def upgrade() -> None:
    _run(POSTGRESQL if _is_postgresql() else SQLITE)


def downgrade() -> None:
    _run(POSTGRESQL_BACK if _is_postgresql() else SQLITE_BACK)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
