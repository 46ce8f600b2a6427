"""Transcripts as resources of the API."""

from collections.abc import Iterable
from typing import Any

import langcodes

from mediashare.sentences import said
from mediashare.transcripts.models import Chunk, Origin, Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment
from mediashare.web import languages
from mediashare.web.json_api import seconds
from mediashare.web.languages import translated

MIME_TYPES = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "json": "application/json",
    "md": "text/markdown",
}
# What players show line by line, in time.
CAPTIONS = ("vtt", "srt")


def transcript_json(
    transcript: Transcript, segments: Iterable[SaidSegment], gaps: Iterable[Chunk] = ()
) -> dict[str, Any]:
    """All that is known of what is said; times in seconds, confidence from 0 to 1 or null."""
    return {
        "state": transcript.state.value,
        "origin": transcript.origin.value,
        "is_primary": transcript.is_primary,
        "language": transcript.language,
        "engine": transcript.engine,
        "model": transcript.model,
        "sent_to": transcript.sent_to,
        "is_draft": transcript.is_draft,
        "note": translated(transcript.note),
        "files": files_json(transcript),
        "segments": [segment_json(segment, transcript.language) for segment in segments],
        "gaps": [{"start": seconds(gap.start_ms), "end": seconds(gap.end_ms)} for gap in gaps],
    }


def summary_json(transcript: Transcript | None) -> dict[str, Any] | None:
    """What an episode says of its transcript; None while there is none at all."""
    if transcript is None:
        return None
    return {
        "state": transcript.state.value,
        "language": transcript.language,
        "engine": transcript.engine,
        "sent_to": transcript.sent_to,
        "is_draft": transcript.is_draft,
        "note": translated(transcript.note),
        "files": files_json(transcript),
    }


def language_json(transcript: Transcript) -> dict[str, Any]:
    """One of the languages of an episode, in a list of them."""
    return {
        **(summary_json(transcript) or {}),
        "origin": transcript.origin.value,
        "is_primary": transcript.is_primary,
        "label": label(transcript),
    }


def label(transcript: Transcript) -> str:
    """What a transcript is called in a list of languages."""
    name = name_language(transcript.language)
    is_translation = transcript.origin is Origin.TRANSLATION
    if not is_translation:
        return name
    return translated(said("%(language)s, translated by machine", language=name))


def name_language(code: str | None) -> str:
    """What people call a language, in the language of this answer."""
    if not code:
        return translated(said("Unknown language"))
    return langcodes.Language.get(code).display_name(languages.current())


def files_json(transcript: Transcript) -> list[dict[str, Any]]:
    """The files of a transcript that is ready, as feeds and pages name them: `rel` says which of
    them are captions."""
    if transcript.state is not TranscriptState.READY:
        return []
    base = f"/api/v1/episodes/{transcript.episode_id}/transcript"
    beside = "" if transcript.is_primary else f"?lang={transcript.language}"
    return [
        {
            "url": f"{base}.{kind}{beside}",
            "type": mime_type,
            "language": transcript.language,
            "rel": "captions" if kind in CAPTIONS else "transcript",
        }
        for kind, mime_type in MIME_TYPES.items()
    ]


def segment_json(segment: SaidSegment, language: str | None) -> dict[str, Any]:
    """One line, with its words; `language` is that of the transcript."""
    return {
        "id": str(segment.ident),
        "start": seconds(segment.start_ms),
        "end": seconds(segment.end_ms),
        "text": segment.text,
        "language": segment.language or language,
        "speaker": segment.speaker,
        "confidence": segment.confidence,
        "is_suspect": segment.is_suspect,
        "heard": segment.heard,
        "words": [
            {
                "start": seconds(word.start_ms),
                "end": seconds(word.end_ms),
                "text": word.text,
                "confidence": word.confidence,
                "heard": word.heard,
            }
            for word in segment.timed_words
        ],
    }
