"""PostgreSQL: where a question reads alike in all languages, nobody looks which a document has.

Asking a function for each document that has a common word took longer than finding them all.
"""

from collections.abc import Callable, Iterator

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FIELDS = ("title", "tags", "chapters", "people", "description", "comments")
# In the order in which search_standing is told their points.
STANDING = ("title", "tags", "chapters", "people", "often", "description")
READING = "LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000 SET enable_seqscan = off"
IS_SPOKEN = """EXISTS (
    SELECT FROM search_languages l WHERE l.no = d.no AND l.language = ANY (spoken))"""
FORMER = """
    CREATE FUNCTION search_is_in(number integer, spoken text[]) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT spoken IS NULL OR EXISTS (
            SELECT FROM search_languages WHERE no = number AND language = ANY (spoken))
    $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(*_functions(_ask_where_it_matters), "DROP FUNCTION search_is_in")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(FORMER, *_functions(_ask_always))


def _ask_where_it_matters(documents: str) -> str:
    return f"""
        IF spoken IS NULL THEN RETURN QUERY {documents};
        ELSE RETURN QUERY {documents} AND {IS_SPOKEN};
        END IF;
    """


def _ask_always(documents: str) -> str:
    return f"RETURN QUERY {documents} AND search_is_in(d.no, spoken);"


def _functions(ask: Callable[[str], str]) -> Iterator[str]:
    for name in (*FIELDS, "often", "words"):
        documents = f"SELECT d.no FROM search_documents d WHERE d.{name} @@ wanted"  # noqa: S608 - our own words
        yield f"""
            CREATE OR REPLACE FUNCTION search_by_{name}(wanted tsquery, spoken text[])
            RETURNS SETOF integer {READING} AS $$
            BEGIN {ask(documents)} END
            $$
        """
    places = [
        f"SELECT d.no, fields[{number}] FROM search_documents d WHERE d.{name} @@ wanted"  # noqa: S608 - our own words
        for number, name in enumerate(STANDING, 1)
    ]
    standing = (
        f"IF fields[{number}] IS NOT NULL THEN {ask(place)} END IF;"
        for number, place in enumerate(places, 1)
    )
    yield f"""
        CREATE OR REPLACE FUNCTION search_standing(
            wanted tsquery, spoken text[], fields integer[], OUT no integer, OUT points integer
        ) RETURNS SETOF record {READING} AS $$
        BEGIN {" ".join(standing)} END
        $$
    """
    described = " UNION ".join(
        f"SELECT d.no FROM search_documents d WHERE d.{name} @@ wanted"  # noqa: S608 - our own words
        for name in FIELDS
    )
    said = "SELECT s.no FROM search_segments s WHERE s.text @@ wanted"
    yield f"""
        CREATE OR REPLACE FUNCTION search_in_order(wanted tsquery, spoken text[])
        RETURNS SETOF integer {READING} AS $$
        BEGIN {ask(f"SELECT d.no FROM ({described} UNION {said}) d WHERE true")} END
        $$
    """  # noqa: S608 - our own words


def _run(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
