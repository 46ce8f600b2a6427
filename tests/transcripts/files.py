"""Transcripts as files, written as the server does."""

from collections.abc import Sequence

from mediashare.accounts.models import User
from mediashare.chapters.queries import Line
from mediashare.library.models import Episode
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.models import Transcript
from mediashare.transcripts.queries import SaidSegment

ADDRESS = "https://media.example/e/clip-1"


def written(
    kind: str,
    transcript: Transcript,
    segments: Sequence[SaidSegment],
    *,
    chapters: Sequence[Line] = (),
    title: str = "A clip",
    author: str = "Ada Lovelace",
) -> str:
    """The whole file of a transcript."""
    write = transcripts_views.WRITERS[kind]
    episode = Episode(title=title, author=User(name=author))
    source = transcripts_views.Source(
        episode=episode,
        address=ADDRESS,
        transcript=transcript,
        segments=segments,
        chapters=chapters,
    )
    return b"".join(transcripts_views.in_blocks(write(source), 100)).decode()
