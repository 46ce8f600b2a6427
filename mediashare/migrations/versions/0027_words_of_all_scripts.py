"""PostgreSQL reads words as mediashare/stems.py does since then: letters of scripts without blanks
each for itself, letters of one look as one (`²`, `ﬁ`, full-width ones), `ß`, `ø`, `ł` and others
without what is special about them, and `C++`, `C#`, `F#` as names.

What was said before is found so after `mediashare reindex`, on both databases.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LONE = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    r"\U00020000-\U0003ffff"
)
# Accents, points of Hebrew and Arabic with the stroke that makes words longer, and what is unseen.
LEFT_OUT = (
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    r"\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u00ad\u200b\u2060\ufeff]"
)
# Signs of Indic scripts, Thai, Lao, Burmese and Khmer, which are no letters to Python and FTS5.
SIGNS = (
    r"[\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc"
    r"\u09be-\u09cd\u09d7\u09e2\u09e3\u09fe-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a75\u0a81-\u0a83\u0abc"
    r"\u0abe-\u0acd\u0ae2\u0ae3\u0afa-\u0b03\u0b3c\u0b3e-\u0b57\u0b62\u0b63\u0b82\u0bbe-\u0bcd\u0bd7"
    r"\u0c00-\u0c04\u0c3c\u0c3e-\u0c56\u0c62\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0ce2\u0ce3"
    r"\u0d00-\u0d03\u0d3b\u0d3c\u0d3e-\u0d4d\u0d57\u0d62\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2\u0df3"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059"
    r"\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d"
    r"\u17b4-\u17d3\u17dd]"
)
ONE_FOR_ONE = ("øØłŁđĐ\u03c2", "oOlLdD\u03c3")
LONGER = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
NAMES = {r"\mc\+\+": "cpp", r"\m([cf])#": r"\1sharp"}
# Of 0024.
NAME_LIKE_NUMBER = (r"\m(\d+)e(?=\d+[[:alpha:]])", r"\1ɘ")
PUNCTUATION = r"[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+"
FORMER = rf"""
    regexp_replace(regexp_replace(
        normalize(regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g'), NFC),
        '{PUNCTUATION}', ' ', 'g'), '{NAME_LIKE_NUMBER[0]}', '{NAME_LIKE_NUMBER[1]}', 'gi')
"""


def upgrade() -> None:
    rule = f"normalize(regexp_replace(normalize(words, NFKD), '{LEFT_OUT}', '', 'g'), NFC)"
    for letter, plain in LONGER.items():
        rule = f"replace({rule}, '{letter}', '{plain}')"
    rule = f"translate({rule}, '{ONE_FOR_ONE[0]}', '{ONE_FOR_ONE[1]}')"
    for name, word in NAMES.items():
        rule = _replacing(rule, name, word, "gi")
    rule = _replacing(rule, SIGNS, " ", "g")
    rule = _replacing(rule, f"([{LONE}])", r" \1 ", "g")
    rule = _replacing(rule, PUNCTUATION, " ", "g")
    _read_words_by(_replacing(rule, *NAME_LIKE_NUMBER, "gi"))


def downgrade() -> None:
    _read_words_by(FORMER)


def _replacing(rule: str, pattern: str, by: str, flags: str) -> str:
    return f"regexp_replace({rule}, '{pattern}', '{by}', '{flags}')"


def _read_words_by(rule: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"""
            CREATE OR REPLACE FUNCTION search_plain(words text) RETURNS text
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT {rule} $$
        """)
