"""An edit or another recording through the real pipeline: what is played, said and found after."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.db.base import new_id
from mediashare.discussion.models import Comment
from mediashare.edits import service as edits_service
from mediashare.library import service as library_service
from mediashare.library.models import EpisodeKind, EpisodeState
from mediashare.media import queries as media_queries
from mediashare.media.models import PictureFile, Rendition, Sound, VersionState
from mediashare.media.policy import Edit
from mediashare.search import queries as search_queries
from mediashare.search.queries.question import read_question
from mediashare.search.queries.request import SearchRequest
from mediashare.storage import keys
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import TranscriptState
from mediashare.transcripts.queries import SaidSegment
from mediashare.uploads.models import Upload, UploadState
from mediashare.verify import list_findings
from tests import factories
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline
from tests.workers.speech import speak_twice
from tests.workers.voices import decibels, make, samples_of

pytestmark = pytest.mark.slow

QUEUES = ("media", "default", "speech")
PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10")
START_MS = 200
# As loud as digital silence is after coding, and as a voice at least.
NOTHING_DB, SPEECH_DB = -90, -30


class Author:
    """The author of one episode, and workers that do what is asked for."""

    def __init__(self, pipeline: Pipeline, models: Path) -> None:
        self.pipeline, self.viewer = pipeline, factories.viewer_of(pipeline.author)
        self._settings = {"asr_engine": "faster-whisper", "asr_model": str(models / "base")}
        self.ident = ""

    def send(self, path: Path) -> None:
        self.ident = self.pipeline.send(path, path.name)
        self.work()

    def work(self) -> None:
        self.pipeline.work(QUEUES, **self._settings)

    def save(self, edit: Edit) -> None:
        with self.pipeline.database.transaction() as session:
            edits_service.save_edit(session, self.viewer, self.ident, edit)

    def use(self, number: int) -> None:
        with self.pipeline.database.transaction() as session:
            edits_service.use_version(session, self.viewer, self.ident, number)

    def replace(self, path: Path) -> None:
        upload_id = self._upload(path)
        with self.pipeline.database.transaction() as session:
            edits_service.replace_recording(session, self.viewer, self.ident, upload_id)

    def comment(self, start_ms: int) -> str:
        comment = Comment(id=new_id(), episode_id=self.ident, author_id=self.viewer.id, body="!")
        comment.start_ms = start_ms
        with self.pipeline.database.transaction() as session:
            session.add(comment)
            library_service.record_comments(session, self.ident, 1)
        return comment.id

    def moments(self, *idents: str) -> list[Any]:
        with self.pipeline.database.reading() as session:
            found = {one.id: one for one in session.scalars(select(Comment))}
        return [found[ident].unplayed or found[ident].start_ms for ident in idents]

    def sounds(self, folder: Path) -> list[Path]:
        """Everything that can be heard of the episode, as files."""
        media, paths = self.pipeline.media(self.ident), []
        assert media.sound is not None
        files = {one.storage_key: one.filename for one in media.renditions}
        for key, name in {**files, media.sound.storage_key: "sound.flac"}.items():
            paths.append(folder / name)
            paths[-1].write_bytes(b"".join(self.pipeline.storage.open(key)))
        return paths

    def said(self) -> Sequence[SaidSegment]:
        with self.pipeline.database.reading() as session:
            transcript = transcripts_queries.find_transcript(session, self.ident)
            assert transcript is not None
            return transcripts_queries.list_segments(session, transcript.id)

    def transcript_state(self) -> TranscriptState:
        with self.pipeline.database.reading() as session:
            transcript = transcripts_queries.find_transcript(session, self.ident)
            assert transcript is not None
            return transcript.state

    def found(self, words: str, viewer: Viewer) -> list[float]:
        """Where a search leads to, in seconds."""
        request = SearchRequest(question=read_question(words))
        with self.pipeline.database.reading() as session:
            page = search_queries.search(session, viewer, request)
        return [moment.start for result in page.results for moment in result.moments]

    def _upload(self, path: Path) -> str:
        ident = new_id()
        with path.open("rb") as file:
            self.pipeline.storage.put(keys.recording(ident), file, content_type="audio/mp4")
        size = path.stat().st_size
        upload = Upload(
            id=ident,
            owner_id=self.viewer.id,
            filename=path.name,
            length=size,
            offset=size,
            state=UploadState.COMPLETE,
            storage_key=keys.recording(ident),
            storage_handle="",
            expires_at=clock.now() + timedelta(days=1),
        )
        with self.pipeline.database.transaction() as session:
            session.add(upload)
        return ident

    def made(self) -> set[str]:
        """Where everything that was made of the recording lies in the store."""
        with self.pipeline.database.reading() as session:
            found = [
                set(session.scalars(select(kind.storage_key).filter_by(episode_id=self.ident)))
                for kind in (Rendition, Sound, PictureFile)
            ]
        assert all(found)
        return set().union(*found)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A moving picture with a sentence, a pause, and the sentence again."""
    folder = tmp_path_factory.mktemp("talk")
    voice, path = speak_twice(folder / "voice.wav", pause=3), folder / "talk.mp4"
    make(*PICTURE, "-i", str(voice), "-shortest", *H264, "-c:a", "aac", str(path))
    return path


@pytest.fixture
def author(pipeline: Pipeline, speech_models: Path) -> Author:
    return Author(pipeline, speech_models)


@pytest.fixture
def reader(pipeline: Pipeline) -> Viewer:
    with pipeline.database.sessions() as session:
        return factories.viewer_of(factories.make_user(session))


def test_a_secret_is_gone_from_sound_words_search_and_store_and_everything_has_moved(
    author: Author, reader: Viewer, talk: Path, tmp_path: Path
) -> None:
    pipeline = author.pipeline
    author.send(talk)
    first, secret = author.said()
    made, episode = author.made(), pipeline.episode(author.ident)
    comments = [author.comment(at) for at in (100, 2000, secret.start_ms)]
    assert len(author.found("country", reader)) == 2

    author.save(Edit(START_MS, None, ((secret.start_ms - 300, secret.end_ms + 300),)))
    assert pipeline.episode(author.ident).state is EpisodeState.PROCESSING
    assert author.found("country", reader) == []
    author.work()

    after = pipeline.episode(author.ident)
    assert after.state is EpisodeState.READY
    assert after.duration_ms == pytest.approx((episode.duration_ms or 0) - START_MS, abs=60)
    start, end = ((at - START_MS) / 1000 for at in (secret.start_ms, secret.end_ms))
    for path in author.sounds(tmp_path):
        samples = samples_of(path)
        assert decibels(samples, start, end) < NOTHING_DB
        assert decibels(samples, 0, first.end_ms / 1000 - 1) > SPEECH_DB
    [left] = author.said()
    assert left.text == first.text
    assert [word.start_ms + START_MS for word in left.words[1:]] == [
        word.start_ms for word in first.words[1:]
    ]
    assert len(author.found("country", reader)) == 1
    assert author.moments(*comments) == ["cut", 2000 - START_MS, secret.start_ms - START_MS]
    assert made & set(pipeline.objects()) == set()
    assert list_findings(pipeline.database, pipeline.storage, grace=timedelta()) == []


def test_another_recording_keeps_address_and_comments_and_can_be_undone(
    author: Author, talk: Path, mediafiles: MediaFiles
) -> None:
    pipeline = author.pipeline
    author.send(talk)
    comment, before = author.comment(2000), pipeline.episode(author.ident)
    said = author.said()

    author.replace(mediafiles.get("tone.m4a"))
    author.work()

    after = pipeline.episode(author.ident)
    assert (after.slug, after.published_at) == (before.slug, before.published_at)
    assert (after.kind, after.state) == (EpisodeKind.AUDIO, EpisodeState.READY)
    assert after.duration_ms == pytest.approx(3000, abs=60)
    assert author.moments(comment) == ["earlier"]
    assert author.transcript_state() is TranscriptState.NONE
    author.use(1)
    author.work()
    assert pipeline.episode(author.ident).kind is EpisodeKind.VIDEO
    assert author.moments(comment) == [2000]
    assert [one.text for one in author.said()] == [one.text for one in said]


def test_a_recording_that_is_none_replaces_nothing(
    author: Author, talk: Path, mediafiles: MediaFiles
) -> None:
    pipeline = author.pipeline
    author.send(talk)
    before = {one.id for one in pipeline.media(author.ident).renditions}

    author.replace(mediafiles.script("text.mp4"))
    author.work()

    episode = pipeline.episode(author.ident)
    assert (episode.state, episode.kind) == (EpisodeState.READY, EpisodeKind.VIDEO)
    assert {one.id for one in pipeline.media(author.ident).renditions} == before
    with pipeline.database.reading() as session:
        versions = media_queries.list_versions(session, author.ident)
    assert [one.state for one in versions] == [VersionState.FAILED, VersionState.CURRENT]
    assert versions[0].failure
