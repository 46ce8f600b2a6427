"""Two changes that the database does not let stand side by side."""

from flask import Flask
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.transcripts.models import Transcript
from mediashare.web import db
from tests.factories import Browser, make_episode, make_transcript, make_user


def test_a_change_that_no_longer_fits_is_a_conflict_and_no_failure_of_ours(
    own_app: Flask, database: Database, session: Session
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode)

    def clash() -> str:
        with db.committing() as writing:
            writing.add(Transcript(episode_id=episode.id))
        return ""

    own_app.add_url_rule("/api/v1/clash", view_func=clash)

    answer = Browser(own_app, database, ada).get("/api/v1/clash")

    assert answer.status_code == 409
    assert answer.json["detail"] == (
        "That has changed in the meantime. Reload the page and try again."
    )
