"""PostgreSQL: names that begin as a number does (`3e8f12`, `12e5f`) are words.

Its parser reads 3e8 as a number and goes on with another word behind it, so that such a name was
found nowhere. With another letter in place of that e it is one word to the parser, in the index as
in what is asked. What was said before is found after `mediashare reindex`.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

FORMER = r"""
    regexp_replace(
        normalize(regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g'), NFC),
        '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g')
"""
NAMES_KEPT = rf"regexp_replace({FORMER}, '\m(\d+)e(?=\d+[[:alpha:]])', '\1ɘ', 'gi')"


def upgrade() -> None:
    _read_words_by(NAMES_KEPT)


def downgrade() -> None:
    _read_words_by(FORMER)


def _read_words_by(rule: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"""
            CREATE OR REPLACE FUNCTION search_plain(words text) RETURNS text
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT {rule} $$
        """)
