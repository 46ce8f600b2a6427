"""What is said in the episode of the library that can be read in two languages."""

from typing import Any

from sqlalchemy.orm import Session

from mediashare.library.models import Audience, Episode
from mediashare.transcripts.models import Origin
from tests.factories import make_transcript

DETAILS: dict[str, Any] = {"title": "Nachtschicht", "audience": Audience.UNLISTED}
GERMAN = ((0.5, 9.0, "Das Kennwort wird jede Nacht getauscht."), (9.5, 20.0, "Das geht so."))
ENGLISH = ((0.5, 9.0, "The password changes every night."), (9.5, 20.0, "It works so."))


def speak(session: Session, episode: Episode) -> Episode:
    """It is spoken in German, and was put into English by a machine."""
    make_transcript(session, episode, *GERMAN, language="de")
    beside = {"is_primary": False, "origin": Origin.TRANSLATION, "language": "en"}
    make_transcript(session, episode, *ENGLISH, **beside)
    return episode
