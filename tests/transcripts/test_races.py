"""Captions and recognition at the same moment: one of the two comes after the other."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import CaptionsStandError, TranscriptNotFoundError
from mediashare.transcripts.models import Origin, Transcript
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import Caption
from tests.crowds import all_at_once
from tests.factories import make_episode, make_user

CAPTIONS = [Caption(1000, 2000, "my own words")]
CHOICE = EngineChoice(EngineName.WHISPER, "because", "base")
Act = Callable[[Session, Episode], object]


def _bring(session: Session, episode: Episode) -> None:
    transcripts_service.import_captions(session, episode, CAPTIONS, language="de")


def _request(session: Session, episode: Episode) -> None:
    transcripts_service.request_recognition(session, episode.id, episode.author_id)


def _begin(session: Session, episode: Episode) -> None:
    transcripts_service.begin(session, episode.id, CHOICE)
    transcripts_service.find_language(session, episode.id, "en")
    library_service.set_language(session, episode.id, "en")


def _give_up(session: Session, episode: Episode) -> None:
    transcripts_service.fail(session, episode.id, "It hung.")


@pytest.mark.parametrize("other", [_request, _begin, _give_up])
def test_captions_stand_whatever_recognition_does_at_the_same_moment(
    other: Act, session: Session, database: Database
) -> None:
    author = make_user(session)
    episodes = [make_episode(session, author) for _ in range(10)]
    if other is not _request:
        with database.transaction() as writing:
            for episode in episodes:
                _request(writing, episode)

    for episode in episodes:
        assert _failures(database, episode, _bring, other) <= {
            CaptionsStandError,
            TranscriptNotFoundError,
        }

    assert session.scalars(select(Transcript.origin)).all() == [Origin.AUTHOR] * len(episodes)
    for episode in episodes:
        found = transcripts_queries.find_transcript(session, episode.id)
        assert found is not None
        assert (found.state, found.note) == ("ready", "Captions by the author.")


def test_recognition_is_asked_for_once_by_two_at_the_same_moment(
    session: Session, database: Database
) -> None:
    author = make_user(session)
    episodes = [make_episode(session, author) for _ in range(10)]

    failures = [_failures(database, episode, _request, _request) for episode in episodes]

    assert failures == [set()] * len(episodes)
    assert session.scalar(select(func.count()).select_from(Transcript)) == len(episodes)


def _failures(database: Database, episode: Episode, *acts: Act) -> set[type[BaseException]]:
    """Do all at once; what the ones that failed have raised."""

    def run(act: Act) -> type[BaseException] | None:
        try:
            with database.transaction() as session:
                act(session, session.get_one(Episode, episode.id))
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return type(error)
        return None

    return {kind for kind in all_at_once([partial(run, act) for act in acts]) if kind}
