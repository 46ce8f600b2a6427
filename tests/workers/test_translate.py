"""What is said is put into English by the real engines: sentence by sentence, beside the words."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mediashare.jobs import queue as job_queue
from mediashare.library.models import Episode
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import Translate
from mediashare.transcripts.models import Chunk, Origin, Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment
from tests.servers.speech import SAID, TRANSLATED, running_speech
from tests.workers.pipeline import Pipeline
from tests.workers.speech import make_samples, speak, speak_twice
from tests.workers.test_transcribe_glossary import START, TERMS, listen

pytestmark = pytest.mark.slow

QUEUES = ("media", "default", "speech")
SCRIPT = "ask what you can do for your country"


def _translate(pipeline: Pipeline, ident: str, **settings: Any) -> None:
    """What the author asks for, and the work that follows."""
    choice = transcripts_policy.choose_engine(pipeline.settings.model_copy(update=settings))
    with pipeline.database.transaction() as session:
        episode = session.get_one(Episode, ident)
        transcripts_service.request_translation(session, episode, choice)
    pipeline.work(QUEUES, **settings)


def _found(
    pipeline: Pipeline, ident: str, beside: str | None = None
) -> tuple[Transcript, list[SaidSegment], list[tuple[int, int]]]:
    with pipeline.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident, beside)
        assert transcript is not None
        chunks = session.scalars(select(Chunk).where(Chunk.transcript_id == transcript.id))
        spans = sorted((chunk.start_ms, chunk.end_ms) for chunk in chunks)
        return transcript, list(transcripts_queries.list_segments(session, transcript.id)), spans


def test_a_translation_has_sentences_in_the_same_parts_and_no_words_of_its_own(
    pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    settings = {"asr_engine": "faster-whisper", "asr_model": str(speech_models / "base")}
    clip = speak_twice(tmp_path / "twice.wav")
    ident = pipeline.send(clip, "twice.wav", language="de")
    pipeline.work(QUEUES, **settings)
    before = _found(pipeline, ident)

    _translate(pipeline, ident, **settings)

    english, sentences, spans = _found(pipeline, ident, "en")
    assert (english.state, english.origin, english.engine, english.note) == (
        TranscriptState.READY,
        Origin.TRANSLATION,
        "faster-whisper",
        None,
    )
    assert [(one.text, one.words) for one in sentences] == [(SCRIPT, ())] * 2
    assert spans == before[2]
    for sentence, (start_ms, end_ms) in zip(sentences, spans, strict=True):
        assert start_ms <= sentence.start_ms < sentence.end_ms <= end_ms
    spoken, words, _spans = _found(pipeline, ident)
    assert (spoken.language, words) == ("de", before[1])
    assert all(one.words for one in words)


@pytest.mark.parametrize(("engine", "model"), [("faster-whisper", "base"), ("whisper", "base.pt")])
def test_the_engine_is_told_to_translate_what_is_said_in_a_language(
    engine: str, model: str, speech_models: Path, tmp_path: Path
) -> None:
    sound = make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))

    found = listen(
        speech_models / model,
        engine,
        sound,
        {"terms": [], "language": "de", "translate": True},
        {"terms": TERMS[:1], "language": "fr", "translate": True},
    )

    german = START.replace("|en|", "|de|").replace("transcribe|", "translate|")
    french = german.replace("|de|", "|fr|")
    assert found["told"][1:] == [[german], [f"<|startofprev|> Kubernetes{french}"]]


def test_a_server_elsewhere_is_asked_for_the_translation(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    with running_speech() as server:
        settings = {"asr_engine": "remote", "asr_remote_url": server.url, "asr_remote_http": True}
        ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav", language="de")
        pipeline.work(QUEUES, **settings)
        _translate(pipeline, ident, **settings)

    english, sentences, _spans = _found(pipeline, ident, "en")
    assert (english.sent_to, [one.text for one in sentences]) == (server.host, [TRANSLATED])
    assert [one.words for one in sentences] == [()]
    assert [one.text for one in _found(pipeline, ident)[1]] == [SAID]
    asked = server.asked[-1]
    assert asked.path == "/v1/audio/translations"
    assert asked.form.to_dict() == {
        "model": "whisper-1",
        "response_format": "verbose_json",
        "temperature": "0",
    }


def test_a_recogniser_that_does_not_translate_says_so(pipeline: Pipeline, tmp_path: Path) -> None:
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    pipeline.work(("media", "default"))
    with pipeline.database.transaction() as session:
        values = {"is_primary": False, "origin": Origin.TRANSLATION, "language": "en"}
        session.add(Transcript(episode_id=ident, **values))
        job_queue.put(session, Translate(subject=ident), owner_id=pipeline.author.id)

    pipeline.work(("speech",), asr_engine="pocketsphinx")

    english, sentences, _spans = _found(pipeline, ident, "en")
    assert (english.state, sentences) == (TranscriptState.NONE, [])
    assert english.note == "The speech recogniser of this site does not translate."


def test_captions_that_come_while_it_is_translated_stand(
    pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    settings = {"asr_engine": "faster-whisper", "asr_model": str(speech_models / "base")}
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav", language="de")
    pipeline.work(QUEUES, **settings)
    choice = transcripts_policy.choose_engine(pipeline.settings.model_copy(update=settings))
    captions = [transcripts_service.Caption(0, 1000, "My own words.")]
    with pipeline.database.transaction() as session:
        episode = session.get_one(Episode, ident)
        transcripts_service.request_translation(session, episode, choice)
        transcripts_service.import_beside(session, episode, captions, "en")

    pipeline.work(QUEUES, **settings)

    english, sentences, _spans = _found(pipeline, ident, "en")
    assert (english.origin, [one.text for one in sentences]) == (Origin.AUTHOR, ["My own words."])
