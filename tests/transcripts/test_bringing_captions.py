"""Authors bring captions of their own, through the API and through a form."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.accounts.models import Scope
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Origin, TranscriptState
from mediashare.transcripts.service import read_captions
from tests.factories import Browser, make_episode, make_token, make_transcript, make_user

Browse = Callable[[object], Browser]

VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ada>mind the gap</v>\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nmind the gap\n"


@pytest.mark.parametrize(("body", "kind"), [(VTT, "text/vtt"), (SRT, "application/x-subrip")])
def test_captions_replace_what_was_recognised(
    body: str, kind: str, session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 3, "mined the cap"), is_draft=True, note="Rough draft.")
    path = f"/api/v1/episodes/{episode.id}/transcript"

    answer = browse(ada).send("PUT", f"{path}?language=en-gb", data=body, content_type=kind)

    summary = answer.json
    files = [file["url"].rpartition(".")[2] for file in summary.pop("files")]
    assert files == ["vtt", "srt", "txt", "json", "md"]
    assert summary == {
        "state": "ready",
        "language": "en-GB",
        "engine": None,
        "sent_to": None,
        "is_draft": False,
        "note": "Captions by the author.",
    }
    shown = browse(ada).get(path).json
    assert [segment["text"] for segment in shown["segments"]] == ["mind the gap"]
    assert [word["start"] for word in shown["segments"][0]["words"]] == [1.0, 1.8, 2.4]
    assert shown["origin"] == "author"


def test_captions_come_by_token_as_well(app: Flask, session: Session) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    path = f"/api/v1/episodes/{episode.id}/transcript"
    reading = {"Authorization": f"Bearer {make_token(session, ada, Scope.READ)}"}
    writing = {"Authorization": f"Bearer {make_token(session, ada)}"}
    client = app.test_client()

    refused = client.put(path, data=VTT, content_type="text/vtt", headers=reading)
    taken = client.put(path, data=VTT, content_type="text/vtt", headers=writing)

    assert refused.status_code == 403
    assert taken.status_code == 200


def test_only_the_author_brings_captions(session: Session, browse: Browse) -> None:
    ada, bob = make_user(session), make_user(session)
    episode = make_episode(session, ada)
    path = f"/api/v1/episodes/{episode.id}/transcript"

    put = browse(bob).send("PUT", path, data=VTT, content_type="text/vtt")
    retried = browse(bob).post(f"{path}/retry")
    sent = browse(bob).post(f"/e/{episode.slug}/transcript", data={"captions": _file(VTT)})

    assert (put.status_code, retried.status_code, sent.status_code) == (403, 403, 403)
    assert transcripts_queries.find_transcript(session, episode.id) is None


@pytest.mark.parametrize(
    ("query", "body", "status", "errors"),
    [
        ("", "words", 422, ["captions"]),
        ("", "x" * 2_000_001, 413, ["captions"]),
        ("?language=../../etc/passwd", VTT, 422, ["language"]),
        ("?language=..%2F..%2Fx", VTT, 422, ["language"]),
        ("?language=" + "a" * 5000, VTT, 422, ["language"]),
        ("?language=klingonese", VTT, 422, ["language"]),
    ],
)
def test_what_can_not_be_used_is_refused_and_changes_nothing(
    query: str, body: str, status: int, errors: list[str], session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 3, "hello"))
    path = f"/api/v1/episodes/{episode.id}/transcript"

    answer = browse(ada).send("PUT", path + query, data=body, content_type="text/vtt")

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert list(answer.json.get("errors", {})) == errors
    assert browse(ada).get(f"{path}.txt").text == "hello\n"


def test_other_kinds_of_content_are_not_taken(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    path = f"/api/v1/episodes/{episode.id}/transcript"

    answer = browse(ada).send("PUT", path, data=VTT, content_type="application/json")

    assert answer.status_code == 415
    assert answer.json["detail"] == "This kind of content is not understood here."


def test_a_format_parameter_has_no_meaning(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    path = f"/api/v1/episodes/{episode.id}/transcript"

    answer = browse(ada).send("PUT", f"{path}?format=../../x", data=VTT, content_type="text/vtt")

    assert answer.status_code == 200
    assert browse(ada).get(f"{path}.srt").text == SRT


def test_a_form_brings_captions_without_javascript(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)

    answer = browse(ada).post(
        f"/e/{episode.slug}/transcript", data={"captions": _file(SRT), "language": "en"}
    )

    assert answer.status_code == 302
    assert answer.location == f"/e/{episode.slug}"
    assert browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript.srt").text == SRT


def test_captions_keep_recognition_from_being_asked_for(
    session: Session, database: Database
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    with database.transaction() as writing:
        transcripts_service.import_captions(
            writing, writing.get_one(Episode, episode.id), read_captions(VTT), language=None
        )

    with database.transaction() as writing:
        transcripts_service.request_recognition(writing, episode.id, ada.id)

    found = transcripts_queries.find_transcript(session, episode.id)
    assert found is not None
    assert (found.state, found.origin) == (TranscriptState.READY, Origin.AUTHOR)


def _file(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "../../captions.vtt"
