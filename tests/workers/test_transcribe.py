"""Recordings go through the real pipeline and come out with what is said in them."""

import itertools
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mediashare.jobs.models import JobState
from mediashare.library.models import EpisodeState
from mediashare.media import queries as media_queries
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.queries import SaidSegment
from mediashare.transcripts.service import read_captions
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline
from tests.workers.speech import SILENCES, make_samples, make_silence, speak, speak_twice
from workers.tools.speech.host import EngineHost
from workers.tools.speech.port import Options
from workers.tools.speech.process import Limits

pytestmark = pytest.mark.slow

QUEUES = ("media", "default", "speech")
SCRIPT = "ask what you can do for your country"


def _make(pipeline: Pipeline, path: Path, **settings: Any) -> str:
    ident = pipeline.send(path, path.name)
    pipeline.work(QUEUES, **settings)
    return ident


def _found(pipeline: Pipeline, ident: str) -> tuple[Transcript, list[SaidSegment]]:
    with pipeline.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident)
        assert transcript is not None
        return transcript, list(transcripts_queries.list_segments(session, transcript.id))


def _chunks(pipeline: Pipeline, transcript: Transcript) -> list[int]:
    """In which chunk each segment was heard."""
    found = select(Segment.chunk).where(Segment.transcript_id == transcript.id)
    with pipeline.database.reading() as session:
        return list(session.scalars(found.order_by(Segment.start_ms)))


@pytest.mark.parametrize(("engine", "model"), [("whisper", "base.pt"), ("faster-whisper", "base")])
def test_whisper_engines_give_sentences_words_times_and_confidence(
    engine: str, model: str, pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    clip = speak_twice(tmp_path / "twice.wav")

    ident = _make(pipeline, clip, asr_engine=engine, asr_model=str(speech_models / model))

    transcript, segments = _found(pipeline, ident)
    assert (transcript.state, transcript.note) == (TranscriptState.READY, None)
    assert (transcript.engine, transcript.language, transcript.is_draft) == (engine, "en", False)
    assert [segment.text for segment in segments] == [SCRIPT, SCRIPT]
    assert _chunks(pipeline, transcript) == [0, 1]
    assert segments[1].start_ms - segments[0].start_ms > 5000
    for segment in segments:
        assert [word.text for word in segment.words] == SCRIPT.split()
        times = [t for word in segment.words for t in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
        assert (segment.words[0].start_ms, segment.words[-1].end_ms) == (
            segment.start_ms,
            segment.end_ms,
        )
        assert segment.confidence is not None
        assert segment.confidence > 0.9
    episode = pipeline.episode(ident)
    assert (episode.state, episode.language) == (EpisodeState.READY, "en")
    assert segments[1].end_ms <= (episode.duration_ms or 0)
    assert pipeline.jobs(ident)["transcript"].progress == 1.0


def test_auto_finds_the_model_in_the_data_folder(
    pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    shutil.copytree(speech_models / "base", pipeline.settings.data / "models" / "base")

    ident = _make(pipeline, speak(tmp_path / "clip.wav"))

    assert _found(pipeline, ident)[0].engine == "faster-whisper"


def test_a_rough_draft_does_not_depend_on_what_was_heard_before(tmp_path: Path) -> None:
    voice = speak(tmp_path / "voice.wav")
    loud, soft = tmp_path / "loud.raw", tmp_path / "soft.raw"
    make_samples(loud, voice)
    make_samples(soft, make_silence(tmp_path / "noise.wav", "noise"))
    host = EngineHost(EngineChoice(EngineName.POCKETSPHINX, "because"), "cpu", Limits())

    heard = [
        host.transcribe(sound, (0, 4000), Options("en"), threading.Event())
        for sound in (loud, soft, loud)
    ]
    host.end()

    assert heard[0] == heard[2]


def test_a_house_without_a_model_makes_a_labelled_rough_draft(
    pipeline: Pipeline, shared_data: Path, tmp_path: Path
) -> None:
    real = shared_data / "jfk.flac"
    clip = real if real.exists() else speak(tmp_path / "clip.wav")

    ident = _make(pipeline, clip)

    transcript, segments = _found(pipeline, ident)
    assert transcript.state is TranscriptState.READY
    assert (transcript.engine, transcript.is_draft) == ("pocketsphinx", True)
    assert transcript.note == (
        "Rough draft, made by pocketsphinx: many words are wrong, but it helps to search."
    )
    words = [word for segment in segments for word in segment.words]
    assert all(one.end_ms <= two.start_ms for one, two in itertools.pairwise(words))
    assert all(0 <= (word.confidence or 0) <= 1 for word in words)
    if clip == real:
        starts = [word.start_ms for word in words if word.text == "country"]
        assert [start for start in starts if abs(start - 5900) < 2000] != []


@pytest.mark.parametrize("kept", ["sound", "rendition"])
def test_recognisers_listen_to_the_sound_kept_for_them_or_else_to_a_rendition(
    kept: str, pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    pipeline.work(("media", "default"))
    with pipeline.database.transaction() as session:
        version = media_queries.find_version(session, ident)
        assert version is not None
        sound = media_queries.find_sound(session, version)
        assert sound is not None
        # Episodes of earlier releases have no such row.
        lost = [sound.storage_key]
        if kept == "sound":
            lost = [one.storage_key for one in media_queries.list_renditions(session, ident)]
        else:
            session.delete(sound)
    for key in lost:
        pipeline.storage.delete(key)

    pipeline.work(QUEUES, asr_engine="faster-whisper", asr_model=str(speech_models / "base"))

    transcript, segments = _found(pipeline, ident)
    assert (transcript.state, transcript.note) == (TranscriptState.READY, None)
    assert [segment.text for segment in segments] == [SCRIPT]


@pytest.mark.parametrize("kind", SILENCES)
def test_where_nobody_speaks_no_words_are_made_up(
    kind: str, pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    clip = make_silence(tmp_path / f"{kind}.wav", kind)

    ident = _make(
        pipeline, clip, asr_engine="faster-whisper", asr_model=str(speech_models / "base")
    )

    transcript, segments = _found(pipeline, ident)
    assert (transcript.state, transcript.note) == (TranscriptState.NONE, "No speech was found.")
    assert segments == []


def test_a_roar_is_no_speech(pipeline: Pipeline, shared_data: Path, tmp_path: Path) -> None:
    real = shared_data / "trex.mp3"
    clip = real if real.exists() else make_silence(tmp_path / "noise.wav", "noise")

    ident = _make(pipeline, clip)

    assert pipeline.episode(ident).state is EpisodeState.READY
    assert _found(pipeline, ident)[0].note == "No speech was found."


def test_a_picture_without_sound_says_so(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = _make(pipeline, mediafiles.get("mute.mp4"))

    transcript, _segments = _found(pipeline, ident)
    assert (transcript.state, transcript.note) == (
        TranscriptState.NONE,
        "This recording has no sound.",
    )


@pytest.mark.parametrize("engine", ["none", "whisper"])
def test_a_house_without_a_recogniser_still_publishes(
    engine: str, pipeline: Pipeline, tmp_path: Path
) -> None:
    ident = _make(pipeline, speak(tmp_path / "clip.wav"), asr_engine=engine)

    transcript, _segments = _found(pipeline, ident)
    assert (transcript.state, transcript.engine) == (TranscriptState.NONE, None)
    assert transcript.note == (
        "Speech is not recognised here. Admins find the reason on the health page."
    )
    assert pipeline.episode(ident).state is EpisodeState.READY
    assert pipeline.jobs(ident)["transcript"].state is JobState.DONE


@pytest.mark.parametrize(("engine", "name"), [("whisper", "x.pt"), ("faster-whisper", "x")])
def test_a_broken_model_fails_the_transcript_and_not_the_episode(
    engine: str, name: str, pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    model = tmp_path / name
    if engine == "whisper":
        model.write_bytes((speech_models / "base.pt").read_bytes()[:100_000])
    else:
        shutil.copytree(speech_models / "base", model)
        (model / "model.bin").write_bytes((model / "model.bin").read_bytes()[:100_000])

    ident = _make(pipeline, speak(tmp_path / "clip.wav"), asr_engine=engine, asr_model=str(model))

    transcript, _segments = _found(pipeline, ident)
    sentence = "The speech model can't be loaded. An admin needs to look at it."
    assert (transcript.state, transcript.note) == (TranscriptState.FAILED, sentence)
    assert pipeline.episode(ident).state is EpisodeState.READY
    job = pipeline.jobs(ident)["transcript"]
    assert (job.state, job.error, job.attempt) == (JobState.FAILED, sentence, 1)


def test_a_language_that_the_engine_does_not_know_is_not_guessed_at(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav", language="de-AT")
    pipeline.work(QUEUES)

    transcript, segments = _found(pipeline, ident)
    assert (transcript.state, segments) == (TranscriptState.NONE, [])
    assert transcript.note == (
        "The speech recogniser of this site does not know the language German (Austria)."
    )


def test_captions_that_came_meanwhile_stay(pipeline: Pipeline, tmp_path: Path) -> None:
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    pipeline.work(("media", "default"))
    with pipeline.database.transaction() as session:
        transcripts_service.import_captions(
            session,
            pipeline.episode(ident),
            read_captions("WEBVTT\n\n00:01.000 --> 00:03.000\nmy own words\n"),
            language=None,
        )

    pipeline.work(QUEUES)

    transcript, segments = _found(pipeline, ident)
    assert transcript.state is TranscriptState.READY
    assert [segment.text for segment in segments] == ["my own words"]
    assert pipeline.jobs(ident)["transcript"].state is JobState.DONE


def test_an_episode_that_was_taken_back_is_left_alone(pipeline: Pipeline, tmp_path: Path) -> None:
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    pipeline.work(("media", "default"))
    with pipeline.database.transaction() as session:
        session.delete(session.get_one(Transcript, _found(pipeline, ident)[0].id))

    pipeline.work(QUEUES)

    assert pipeline.jobs(ident)["transcript"].state is JobState.DONE
