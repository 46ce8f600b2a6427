"""Job meaning: make vectors of what is said, wherever words have none of their own.

The model computes in this process, because it is arithmetic on mapped arrays and no engine: there
is nothing that could be killed alone, and for a minute of speech it takes a fraction of a second.
"""

from collections.abc import Sequence

from mediashare.library.models import Episode
from mediashare.meaning import policy
from mediashare.meaning import queries as meaning_queries
from mediashare.meaning import service as meaning_service
from mediashare.meaning.jobs import EmbedTranscripts
from mediashare.meaning.policy import Stretch
from mediashare.meaning.queries import Due
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import TranscriptState
from mediashare.vectors import choice, compact, encoder
from workers.context import Context

# Stretches between two looks at whether the work should end.
AT_ONCE = 8
# Episodes of one job; then others have their turn, and the next sweep asks for what is left.
MOST = 200


def run(context: Context, _job: EmbedTranscripts) -> None:
    """Some episodes, with one transaction for each: what is done stays done."""
    choice.require_model()
    with context.database.reading() as session:
        due = meaning_queries.list_due(session, choice.MODEL, MOST)
    for done, one in enumerate(due):
        context.progress(done / len(due))
        _embed(context, one)
    with context.finishing():
        pass


def _embed(context: Context, due: Due) -> None:
    stretches = _read(context, due.episode_id)
    texts = [stretch.text for stretch in stretches]
    vectors = []
    for start in range(0, len(texts), AT_ONCE):
        context.check()
        vectors.append(compact.pack(encoder.load().passages(texts[start : start + AT_ONCE])))
    spans = compact.pack_spans([(stretch.start_ms, stretch.end_ms) for stretch in stretches])
    with context.database.transaction() as session:
        meaning_service.keep_vectors(session, due, choice.MODEL, spans, b"".join(vectors))


def _read(context: Context, episode_id: str) -> Sequence[Stretch]:
    """What gets a vector now: nothing where there is no transcript, or not in a language that the
    model knows."""
    with context.database.reading() as session:
        episode = session.get(Episode, episode_id)
        transcript = transcripts_queries.find_transcript(session, episode_id)
        if episode is None or transcript is None or transcript.state is not TranscriptState.READY:
            return ()
        if not policy.is_understood(transcript.language):
            return ()
        segments = transcripts_queries.list_segments(session, transcript.id, with_words=False)
        return list(policy.cut(segments, episode.title))
