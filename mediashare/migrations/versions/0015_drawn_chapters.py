"""How long the stretch is that the title of a chapter was drawn from."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What is proposed at present is drawn from everything up to the next chapter or the end. Of what is
# kept already nobody knows whose words it is: it stays, as what a person wrote does.
MEASURE = """
    UPDATE chapters SET length_ms = coalesce(
        (SELECT min(later.start_ms) FROM chapters later
         WHERE later.episode_id = chapters.episode_id AND later.start_ms > chapters.start_ms),
        (SELECT duration_ms FROM episodes WHERE episodes.id = chapters.episode_id),
        chapters.start_ms
    ) - chapters.start_ms
    WHERE start_ms IS NOT NULL AND episode_id IN (
        SELECT outlines.episode_id FROM outlines WHERE outlines.chapters = 'proposed'
    )
"""


def upgrade() -> None:
    # Added, not rebuilt: the triggers of the search index belong to this table.
    op.add_column(
        "chapters", sa.Column("length_ms", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute(MEASURE)


def downgrade() -> None:
    op.drop_column("chapters", "length_ms")
