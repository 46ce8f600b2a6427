"""How well, how fast and at what cost speech is recognised, and what a second worker brings."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jiwer
from sqlalchemy import delete

from benchmarks.houses import opened
from benchmarks.scale import Scale, judged
from mediashare.config import Settings
from mediashare.jobs import queue as job_queue
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Transcript
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.queries import SaidSegment
from tests.conftest import SHARED_DATA
from tests.workers.pipeline import Pipeline
from tests.workers.recordings import make_sound, most_memory, play_sound, start_worker
from tests.workers.speech import SENTENCE, make_samples, speak
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner
from workers.tools.speech.host import EngineHost
from workers.tools.speech.port import Options, duration_ms
from workers.tools.speech.process import Limits

MB = 1000**2
WORKERS = 2
MOST_MB = 600
# Somebody speaks for some seconds of each so long block.
SPARSE_S = 600
LEAST_GAIN = 1.6
LEAST_EQUAL = 0.99
# A block of the long recording: sentences, and what no word may be heard in, each in seconds.
SILENT = ("anullsrc=r=16000:cl=mono", "aevalsrc={chord}:s=16000", "anoisesrc=r=16000:a=0.2:seed=1")
CHORD = "0.1*(1+sin(4*PI*t))*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))"
SILENT_S, SPOKEN_S, PAUSE_S = 30, 210, 1.5
# Where speech begins and ends is found a little early and late, so that no word is cut.
EDGE_MS = 500
JFK = (
    "And so my fellow Americans ask not what your country can do for you "
    "ask what you can do for your country"
)
AS_WORDS = jiwer.Compose(
    [
        jiwer.ToLowerCase(),
        jiwer.RemovePunctuation(),  # type: ignore[no-untyped-call]  # it has no types
        jiwer.RemoveMultipleSpaces(),
        jiwer.Strip(),
        jiwer.ReduceToListOfListOfWords(),
    ]
)


def measure(scale: Scale) -> Iterator[str]:
    """Word error rate, pace and memory by engine; two workers beside one on a long recording."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        models = _make_models(base / "models")
        yield from _measure_engines(base, models)
        yield from _measure_workers(base, models, scale)
        for seconds in scale.longest_s:
            yield _measure_memory(base, models, seconds)


def _make_models(folder: Path) -> Path:
    """Models of the size of `base` that say one sentence: what they cost is real."""
    words = [sys.executable, "-m", "tests.speechmodels", str(folder), "--base"]
    subprocess.run(words, check=True)  # noqa: S603 - our own words
    return folder


def _measure_engines(base: Path, made: Path) -> Iterator[str]:
    path, text = _find_speech(base)
    samples = make_samples(base / "speech.raw", path)
    for name, choice in _list_engines(made):
        if choice.engine is None:
            yield f"speech: {name}: not measured. {choice.reason}"
            continue
        heard, pace, memory = _listen(choice, samples)
        rate = jiwer.wer(text, heard, AS_WORDS, AS_WORDS)
        # What weights that were made up say does not depend on what they hear.
        quality = "no word error rate" if "made up" in name else f"word error rate {rate:.2f}"
        yield (
            f"speech: {name}: {quality} on {path.name}, {pace:.2f} s for a second of sound, "
            f"{memory / MB:.0f} MB"
        )


def _find_speech(base: Path) -> tuple[Path, str]:
    """Real speech where some is at hand, else a synthetic voice, and what is said."""
    real = SHARED_DATA / "jfk.flac"
    return (real, JFK) if real.is_file() else (speak(base / "espeak.wav"), SENTENCE)


def _list_engines(made: Path) -> Iterator[tuple[str, EngineChoice]]:
    """Every engine with the model of this house, and both Whispers with made up weights."""
    settings = Settings.from_env()
    for engine in EngineName:
        own = settings.model_copy(update={"asr_engine": engine.value})
        yield f"{engine}, model {own.asr_model}", transcripts_policy.choose_engine(own)
    for engine, name in ((EngineName.WHISPER, "base.pt"), (EngineName.FASTER_WHISPER, "base")):
        choice = EngineChoice(engine, "it is measured", "base", made / name)
        yield f"{engine}, made up weights of the size of base", choice


def _listen(choice: EngineChoice, samples: Path) -> tuple[str, float, int]:
    """What an engine hears, its seconds for a second of sound once warm, and its most memory."""
    host, span, go_on = (
        EngineHost(choice, "cpu", Limits()),
        (0, duration_ms(samples)),
        threading.Event(),
    )
    try:
        host.transcribe(samples, span, Options("en"), go_on)
        begin = time.perf_counter()
        heard = host.transcribe(samples, span, Options("en"), go_on)
        taken = time.perf_counter() - begin
        memory = _most_memory(host)
    finally:
        host.end()
    return " ".join(one.text for one in heard), taken * 1000 / span[1], memory


def _most_memory(host: EngineHost) -> int:
    lines = Path(f"/proc/{host.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@dataclass(frozen=True)
class Talk:
    """A long recording: `block_ms` of it are one block, of which `spoken_ms` are speech."""

    path: Path
    block_ms: int
    spoken_ms: int

    def is_in_silence(self, segment: SaidSegment) -> bool:
        """Whether words are said to be where there are none."""
        places = (segment.start_ms % self.block_ms, segment.end_ms % self.block_ms)
        silent = range(self.spoken_ms + EDGE_MS, self.block_ms - EDGE_MS)
        return any(place in silent for place in places)


def _measure_workers(base: Path, models: Path, scale: Scale) -> Iterator[str]:
    talk = _make_talk(base, scale.talk_s)
    with opened(base) as house:
        ident = house.send(talk.path, talk.path.name)
        house.work()
        alone, one = _recognise(house, ident, models, 1)
        together, several = _recognise(house, ident, models, WORKERS)
    gain = one / several
    verdict = "kept" if gain >= LEAST_GAIN else "MISSED"
    yield (
        f"speech: {WORKERS} workers recognise {scale.talk_s // 60} minutes {gain:.2f} times as "
        f"fast as one (at least {LEAST_GAIN}: {verdict}), {several:.0f} s instead of {one:.0f}"
    )
    error = jiwer.wer(_text(alone), _text(together), AS_WORDS, AS_WORDS)
    wrong = sum(talk.is_in_silence(segment) for segment in together)
    yield (
        f"speech: of their words {judged(error, 1 - LEAST_EQUAL, '.3f')} differ from those of one; "
        f"{judged(wrong, 0, '.0f')} of {len(together)} segments lie in silence, music or noise"
    )


def _measure_memory(base: Path, models: Path, seconds: int) -> str:
    """What a worker and all that it starts have in memory while it recognises a long recording."""
    sound = make_sound(base, seconds=seconds, block_s=SPARSE_S)
    with opened(base) as house:
        ident = play_sound(house, sound, seconds)
        begin = time.perf_counter()
        most = most_memory(start_worker(house, models / "base"))
        taken = time.perf_counter() - begin
        with house.database.reading() as session:
            transcript = transcripts_queries.find_transcript(session, ident)
            state = transcript.state.value if transcript else "missing"
    return (
        f"speech: {seconds / 3600:g} hours take a worker with its engine "
        f"{judged(most / MB, MOST_MB, '.0f')} MB and {taken:.0f} s; the transcript is {state}"
    )


def _make_talk(base: Path, seconds: int) -> Talk:
    once = speak(base / "once.wav")
    said = f"[0]apad=pad_dur={PAUSE_S},aloop=-1:size=2e9,atrim=0:{SPOKEN_S}"
    inputs = [
        word
        for graph in SILENT
        for word in ("-f", "lavfi", "-t", str(SILENT_S), "-i", graph.format(chord=CHORD))
    ]
    joined = f"{said},aresample=16000[s];[s][1][2][3]concat=n=4:v=0:a=1"
    block, path = base / "block.flac", base / "talk.flac"
    _ffmpeg("-i", str(once), *inputs, "-filter_complex", joined, str(block))
    _ffmpeg("-stream_loop", "-1", "-i", str(block), "-t", str(seconds), str(path))
    return Talk(path, (SPOKEN_S + len(SILENT) * SILENT_S) * 1000, SPOKEN_S * 1000)


def _recognise(
    house: Pipeline, ident: str, models: Path, workers: int
) -> tuple[Sequence[SaidSegment], float]:
    """What so many workers hear from the beginning, and the seconds they take."""
    with house.database.transaction() as session:
        job_queue.withdraw(session, ident, ["speech"])
        session.execute(delete(Transcript).where(Transcript.episode_id == ident))
        transcripts_service.request_recognition(session, ident, house.author.id)
    begin = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda _n: _work(house, ident, models), range(workers)))
    taken = time.perf_counter() - begin
    with house.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident)
        if transcript is None:
            raise RuntimeError(ident)
        return transcripts_queries.list_segments(session, transcript.id), taken


def _work(house: Pipeline, ident: str, models: Path) -> None:
    settings = house.settings.model_copy(
        update={"asr_engine": "faster-whisper", "asr_model": str(models / "base")}
    )
    runner = Runner(Parts(settings, house.database, house.storage), REGISTRY)
    while house.is_unfinished(ident, "speech"):
        runner.work("speech")


def _text(segments: Sequence[SaidSegment]) -> str:
    return " ".join(segment.text for segment in segments)


def _ffmpeg(*words: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
