"""The results of words that were put right, where nothing has any of those typed.

They say so, and their further pages look for what was typed too: their cursors tell that the words
are to be put right again, and not how, so that nobody can have them be anything else.
"""

from dataclasses import replace

from mediashare.db.paging import PageRequest, encode_cursor
from mediashare.search.queries import meaning
from mediashare.search.queries.question import read_question
from mediashare.search.queries.request import SearchPage, SearchRequest

CURSOR = "right"


def behind(cursor: str | None) -> str | None:
    """After which cursor of the words put right a page begins; None for others."""
    return meaning.behind(cursor, CURSOR)


def ask(request: SearchRequest, instead: str) -> SearchRequest:
    """The same search by these words."""
    page = PageRequest(request.page.limit, behind(request.page.cursor))
    return replace(request, text=instead, question=read_question(instead), page=page)


def show(right: SearchPage, instead: str) -> SearchPage:
    """The results of these words as those of what was typed."""
    cursor = right.next_cursor and encode_cursor(CURSOR, right.next_cursor)
    return replace(right, next_cursor=cursor, instead=instead, put_right=instead)
