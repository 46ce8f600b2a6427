"""What recognisers are told of the glossary before each chunk, and what becomes of their words."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mediashare.glossary.models import GlossaryEntry
from mediashare.groups.models import Group
from mediashare.library.models import Audience, EpisodeGroup
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.queries import SaidSegment
from mediashare.transcripts.service import read_captions
from tests.workers.pipeline import Pipeline
from tests.workers.speech import make_samples, speak, speak_twice
from workers.tools.speech import prompting
from workers.tools.speech.cleaning import clean
from workers.tools.speech.port import Heard

pytestmark = pytest.mark.slow

TERMS = ["Kubernetes", "kubectl", "PX-4711"]
START = "<|startoftranscript|><|en|><|transcribe|>"


def listen(model: Path, engine: str, sound: Path, *requests: dict[str, Any]) -> dict[str, Any]:
    load = {"do": "load", "engine": engine, "path": str(model), "device": "cpu"}
    chunk = {"do": "transcribe", "sound": str(sound), "start": 0, "end": 400, "language": "en"}
    lines = [load, *({**chunk, "bounded": False, **request} for request in requests)]
    found = subprocess.run(
        [sys.executable, "-m", "tests.workers.listening"],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(found.stdout)
    return told


@pytest.mark.parametrize(
    ("engine", "model", "prompt"),
    [
        ("faster-whisper", "base", "Kubernetes, kubectl, PX-4711"),
        ("whisper", "base.pt", "PX-4711, kubectl, Kubernetes"),
    ],
)
def test_each_chunk_is_told_the_terms_in_the_order_that_the_engine_wants(
    engine: str, model: str, prompt: str, speech_models: Path, tmp_path: Path
) -> None:
    sound = make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))

    found = listen(
        speech_models / model,
        engine,
        sound,
        {"terms": ["<|translate|>", *TERMS]},
        {"terms": TERMS, "language": "de", "start": 400, "end": 800},
        {"terms": []},
        {"terms": TERMS, "bounded": True},
    )

    german = START.replace("|en|", "|de|")
    assert found["told"] == [
        [],
        [f"<|startofprev|> {prompt}{START}"],
        [f"<|startofprev|> {prompt}{german}"],
        [START],
        [START],
    ], found["answers"]


def test_the_prompt_stays_within_its_budget_and_keeps_what_matters_most(
    speech_models: Path, tmp_path: Path
) -> None:
    sound = make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))
    many = [f"Velmora-{number}" for number in range(200)]

    prompts = {}
    for engine, model in (("faster-whisper", "base"), ("whisper", "base.pt")):
        found = listen(speech_models / model, engine, sound, {"terms": many})
        prompts[engine] = found["told"][1][0].removeprefix("<|startofprev|> ").split("<|start")[0]

    forwards = prompts["faster-whisper"].split(", ")
    backwards = prompts["whisper"].split(", ")
    # A term has seven tokens or so, and neither engine has cut into one.
    assert 15 < len(forwards) < 60
    assert forwards == many[: len(forwards)]
    assert backwards == forwards[::-1]


def test_terms_fit_by_the_engines_own_count_and_long_ones_do_not_keep_others_out() -> None:
    terms = ["a" * 100, "b" * 200, "c" * 50, "d" * 50, "e" * 20]

    assert prompting.fit(terms, len) == ["a" * 100, "c" * 50, "e" * 20]
    assert prompting.fit([], len) == []
    assert prompting.write([]) is None


@pytest.fixture(scope="session")
def told_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models that speak of a part, with a number misheard, when they were told two terms."""
    folder = tmp_path_factory.mktemp("told")
    words = "please order well mora today", "Zanderhoff, Velmora"
    command = [sys.executable, "-m", "tests.speechmodels", str(folder), *words]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
    return folder


def _fill(pipeline: Pipeline) -> str:
    """Entries of the house, of a group, of another group, and in another language; the group."""
    with pipeline.database.transaction() as session:
        groups = [Group(slug=f"g{number}", name="Parts") for number in range(2)]
        session.add_all(groups)
        session.flush()
        entries = [
            _entry("Velmora", "well mora"),
            _entry("Zanderhoff", group_id=groups[0].id),
            _entry("Oyelaran", group_id=groups[1].id),
            _entry("Bestellung", language="de"),
        ]
        session.add_all(entries)
        return groups[0].id


def _entry(term: str, *sounds: str, **values: Any) -> GlossaryEntry:
    return GlossaryEntry(term=term, key=term.casefold(), sounds_like=list(sounds), **values)


def _said(pipeline: Pipeline, ident: str) -> list[SaidSegment]:
    with pipeline.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident)
        assert transcript is not None
        return list(transcripts_queries.list_segments(session, transcript.id))


@pytest.mark.parametrize(("engine", "model"), [("whisper", "base.pt"), ("faster-whisper", "base")])
def test_the_words_of_house_and_group_go_all_the_way_and_come_back(
    engine: str, model: str, pipeline: Pipeline, told_models: Path, tmp_path: Path
) -> None:
    group = _fill(pipeline)
    clip = speak_twice(tmp_path / "twice.wav")
    ident = pipeline.send(clip, "twice.wav", language="en-GB", audience=Audience.GROUP)
    with pipeline.database.transaction() as session:
        session.add(EpisodeGroup(episode_id=ident, group_id=group))

    pipeline.work(
        ("media", "default", "speech"), asr_engine=engine, asr_model=str(told_models / model)
    )

    # The model says this only after a prompt as long as "Zanderhoff, Velmora", in each chunk.
    segments = _said(pipeline, ident)
    assert [segment.text for segment in segments] == ["please order Velmora today"] * 2
    for segment in segments:
        assert [(word.text, word.heard) for word in segment.words] == [
            ("please", None),
            ("order", None),
            ("Velmora", "well mora"),
            ("today", None),
        ]
        times = [t for word in segment.words for t in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
    with pipeline.database.reading() as session:
        uses = {entry.term: entry.uses for entry in session.query(GlossaryEntry)}
    assert uses == {"Velmora": 2, "Zanderhoff": 0, "Oyelaran": 0, "Bestellung": 0}


def test_a_rough_engine_that_is_told_nothing_has_its_words_replaced_too(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    clip = speak(tmp_path / "clip.wav")
    queues = ("media", "default", "speech")
    first = pipeline.send(clip, "clip.wav")
    pipeline.work(queues, asr_engine="pocketsphinx")
    heard = next(one.words[:2] for one in _said(pipeline, first) if len(one.words) > 1)
    sound = " ".join(word.text for word in heard)
    with pipeline.database.transaction() as session:
        session.add(_entry("Velmora", sound))

    second = pipeline.send(clip, "clip.wav")
    pipeline.work(queues, asr_engine="pocketsphinx")

    words = [word for one in _said(pipeline, second) for word in one.words if word.heard]
    assert (words[0].text, words[0].heard) == ("Velmora", sound)
    assert (words[0].start_ms, words[0].end_ms) == (heard[0].start_ms, heard[1].end_ms)


def test_what_a_person_has_written_stays_as_it_is(pipeline: Pipeline, tmp_path: Path) -> None:
    _fill(pipeline)
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    pipeline.work(("media", "default"))
    with pipeline.database.transaction() as session:
        captions = read_captions("WEBVTT\n\n00:01.000 --> 00:03.000\norder well mora\n")
        transcripts_service.import_captions(
            session, pipeline.episode(ident), captions, language="en"
        )

    pipeline.work(("speech",))

    assert [segment.text for segment in _said(pipeline, ident)] == ["order well mora"]


TOLD = ["Kubernetes", "kubectl", "PX-4711", "Nord Lys", "Velmora"]


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("Kubernetes, kubectl, PX-4711.", True),
        ("velmora nord lys px 4711", True),
        ("kubectl, PX-4711", False),
        ("Kubernetes and kubectl and PX-4711", False),
        ("PX-4711, Kubernetes, Velmora", False),
        ("Velmora", False),
        ("Hello.", False),
    ],
)
def test_terms_read_off_the_prompt_are_marked_as_doubtful(text: str, *, echo: bool) -> None:
    segments = clean([Heard(0, 1, text)], 0, 28_000, TOLD)

    assert [segment.is_suspect for segment in segments] == [echo]


def test_a_segment_that_is_the_whole_prompt_is_dropped() -> None:
    heard = [Heard(0, 1, " kubectl, Velmora"), Heard(1, 2, " Kubectl velmora."), Heard(2, 3, "Hi")]

    assert [one.text for one in prompting.without_echo(heard, ["kubectl", "Velmora"])] == ["Hi"]
    assert prompting.without_echo([Heard(0, 1, "Velmora")], ["Velmora"]) != []
    assert prompting.without_echo([Heard(0, 1, "")], []) != []
