"""Which recogniser this house uses, and why; who may ask for another try, and who says who speaks.

Torch-free on purpose: pages ask the same question as the workers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.config import Settings
from mediashare.library import policy as library_policy
from mediashare.library.models import Episode
from mediashare.sentences import said
from mediashare.transcripts.models import Origin, Transcript, TranscriptState

# What faster-whisper needs beside the weights; without the tokenizer it would ask the internet.
CT2_FILES = ("model.bin", "config.json", "tokenizer.json")


SPEAKER_LIMIT = "120 per 10 minutes"
# The one language that Whisper translates into.
ENGLISH = "en"
# What an author says of a recording in several languages (ISO 639-2).
MULTIPLE = "mul"
# Models that were taught English alone, and those that were not taught to translate.
_NO_TRANSLATOR = re.compile(r"\.en(\.pt)?/?$|turbo|distil", re.IGNORECASE)


class EngineName(StrEnum):
    """The recognisers that can be chosen."""

    FASTER_WHISPER = "faster-whisper"
    WHISPER = "whisper"
    POCKETSPHINX = "pocketsphinx"
    REMOTE = "remote"


PACKAGES = {
    EngineName.FASTER_WHISPER: "faster_whisper",
    EngineName.WHISPER: "whisper",
    EngineName.POCKETSPHINX: "pocketsphinx",
    EngineName.REMOTE: "urllib3",
}


TRANSLATORS = frozenset({EngineName.FASTER_WHISPER, EngineName.WHISPER, EngineName.REMOTE})


@dataclass(frozen=True)
class Remote:
    """A speech server elsewhere that speaks the protocol of OpenAI, by the address under which
    its calls are. Its key is shown nowhere."""

    url: str
    key: SecretStr
    timeout_s: float
    certificates: Path | None = None

    @property
    def host(self) -> str:
        """Whom people are told that speech is sent to."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True)
class EngineChoice:
    """The recogniser to use, or None, and the sentence that says why.

    `is_draft` marks an engine whose words are good enough to search, not to publish.
    `remote` is the server that recognises, where that is none of this house's machines.
    """

    engine: EngineName | None
    reason: str
    model: str | None = None
    path: Path | None = None
    is_draft: bool = False
    remote: Remote | None = None

    @property
    def sent_to(self) -> str | None:
        """The host that speech is sent to; None where it stays in the house."""
        return self.remote.host if self.remote else None

    def has_made(self, transcript: Transcript) -> bool:
        """Whether the words of a transcript are those of this recogniser, so that it can go on
        with them."""
        made_by = (transcript.engine, transcript.model, transcript.sent_to)
        return made_by == (self.engine, self.model, self.sent_to)


def choose_engine(settings: Settings) -> EngineChoice:
    """The recogniser that the settings name, or with `auto` the best one that is at hand.

    A model is only ever taken from a path or the model folder; nothing is downloaded. Speech is
    sent elsewhere only where the settings say so by name.
    """
    if settings.asr_engine == "none":
        return EngineChoice(
            None, said("Speech recognition is switched off (MEDIASHARE_ASR_ENGINE=none).")
        )
    if settings.asr_engine == "remote":
        return _remote(settings)
    if settings.asr_engine != "auto":
        return _choose_named(settings, EngineName(settings.asr_engine))
    for engine in (EngineName.FASTER_WHISPER, EngineName.WHISPER):
        path = find_model(settings, engine)
        if path is not None and _is_installed(engine):
            reason = said(
                "Speech is recognised by %(engine)s with the model %(path)s.",
                engine=engine,
                path=path,
            )
            return EngineChoice(engine, reason, settings.asr_model, path)
    return _choose_rough(settings)


def find_model(settings: Settings, engine: EngineName) -> Path | None:
    """Where the model of a Whisper engine lies, if it is complete: at the path that the settings
    give, or under `models` in the data folder."""
    for path in _places(settings, engine):
        if engine is EngineName.WHISPER and path.is_file():
            return path
        if engine is EngineName.FASTER_WHISPER and all((path / n).is_file() for n in CT2_FILES):
            return path
    return None


def may_retry(transcript: Transcript, *, has_gaps: bool, language: str | None) -> bool:
    """Recognition may be tried again where it failed, left gaps, found nothing, was rough, or
    listened for another language than the episode is in."""
    if transcript.origin is Origin.AUTHOR:
        return False
    if transcript.state in {TranscriptState.FAILED, TranscriptState.NONE}:
        return True
    is_poor = has_gaps or transcript.is_draft or is_misheard(transcript, language)
    return transcript.state is TranscriptState.READY and is_poor


def choose(transcripts: Iterable[Transcript], language: str | None) -> Transcript | None:
    """The primary one of the transcripts of an episode, or the one in a language: rather one that
    stands beside it, as the primary one can be had without saying which."""
    found = list(transcripts)
    if language is None:
        return next((one for one in found if one.is_primary), None)
    fitting = [one for one in found if one.language == language]
    return min(fitting, key=lambda one: one.is_primary, default=None)


def may_translate(spoken: Transcript | None, choice: EngineChoice) -> bool:
    """Whether what is said in an episode can be put into English by machine: as far as that is
    known, it is in another language, and the recogniser at hand was taught to translate."""
    if spoken is None or spoken.state is not TranscriptState.READY or is_english(spoken):
        return False
    # A recogniser that has made the transcript is there, on whichever machine.
    made_by = (spoken.engine, spoken.model) if spoken.engine else (choice.engine, choice.model)
    return made_by[0] in TRANSLATORS and _NO_TRANSLATOR.search(made_by[1] or "") is None


def is_settled(transcript: Transcript) -> bool:
    """Whether nothing more is recognised or translated by itself."""
    return transcript.state not in {TranscriptState.QUEUED, TranscriptState.RUNNING}


def is_english(transcript: Transcript) -> bool:
    """Whether it is in some kind of English."""
    return (transcript.language or "").partition("-")[0] == ENGLISH


def is_misheard(transcript: Transcript, said: str | None) -> bool:
    """Whether a recogniser listened for another language than this one, which the author says by
    now, whatever its region."""
    if said is None or said == MULTIPLE or transcript.language is None:
        return False
    is_recognised = transcript.is_primary and transcript.origin is Origin.RECOGNISER
    return is_recognised and said.split("-")[0] != transcript.language.split("-")[0]


def may_name_speakers(viewer: Viewer, episode: Episode, *, is_steward: bool) -> bool:
    """Authors, stewards of the groups that an episode is for, and moderators say who speaks."""
    is_author = library_policy.is_author(viewer, episode)
    entitled = is_author or is_steward or accounts_policy.is_moderator(viewer)
    return entitled and accounts_policy.may_write(viewer)


def _remote(settings: Settings) -> EngineChoice:
    remote = Remote(
        settings.asr_remote_url.rstrip("/"),
        settings.asr_remote_key,
        settings.asr_remote_timeout,
        Path(settings.asr_remote_ca).resolve() if settings.asr_remote_ca else None,
    )
    model = settings.asr_remote_model
    reason = said(
        "Speech is sent to %(host)s, which recognises it with the model %(model)s.",
        host=remote.host,
        model=model,
    )
    return EngineChoice(EngineName.REMOTE, reason, model, remote=remote)


def _choose_named(settings: Settings, engine: EngineName) -> EngineChoice:
    if not _is_installed(engine):
        return EngineChoice(
            None, said("The recogniser %(engine)s is not installed on this machine.", engine=engine)
        )
    if engine is EngineName.POCKETSPHINX:
        return _rough(said("as MEDIASHARE_ASR_ENGINE says"))
    path = find_model(settings, engine)
    if path is None:
        wanted = " or ".join(str(place) for place in _places(settings, engine))
        return EngineChoice(
            None,
            said(
                "The model of %(engine)s is missing: it belongs at %(place)s.",
                engine=engine,
                place=wanted,
            ),
        )
    reason = said(
        "Speech is recognised by %(engine)s with the model %(path)s.", engine=engine, path=path
    )
    return EngineChoice(engine, reason, settings.asr_model, path)


def _choose_rough(settings: Settings) -> EngineChoice:
    missing = said(
        "no model %(quoted)s was found under %(folder)s "
        "(`mediashare models fetch %(name)s` gets an official one)",
        quoted=repr(settings.asr_model),
        folder=models_folder(settings),
        name=settings.asr_model,
    )
    if _is_installed(EngineName.POCKETSPHINX):
        return _rough(said("because %(missing)s", missing=missing))
    return EngineChoice(
        None, said("No speech recogniser is at hand: %(missing)s.", missing=missing)
    )


def _rough(why: str) -> EngineChoice:
    reason = said(
        "Speech is recognised by pocketsphinx as a rough draft, English only, %(why)s.", why=why
    )
    return EngineChoice(EngineName.POCKETSPHINX, reason, "en-us", None, is_draft=True)


def _places(settings: Settings, engine: EngineName) -> tuple[Path, ...]:
    named = Path(settings.asr_model).expanduser()
    if named.is_absolute() or len(named.parts) > 1:
        return (named.resolve(),)
    stored = models_folder(settings) / settings.asr_model
    return (stored.with_name(stored.name + ".pt"),) if engine is EngineName.WHISPER else (stored,)


def models_folder(settings: Settings) -> Path:
    """Where models lie that the settings name by name."""
    return settings.data.resolve() / "models"


def _is_installed(engine: EngineName) -> bool:
    return find_spec(PACKAGES[engine]) is not None
