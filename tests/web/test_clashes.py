"""Two changes that the database does not let stand side by side."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from mediashare.transcripts.models import Transcript
from mediashare.web import db
from tests.factories import Browser, make_episode, make_transcript, make_user

Browse = Callable[[Any], Browser]


def test_a_change_that_no_longer_fits_is_a_conflict_and_no_failure_of_ours(
    app: Flask, session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode)

    def clash() -> str:
        with db.committing() as writing:
            writing.add(Transcript(episode_id=episode.id))
        return ""

    app.add_url_rule("/api/v1/clash", view_func=clash)

    answer = browse(ada).get("/api/v1/clash")

    assert answer.status_code == 409
    assert answer.json["detail"] == (
        "That has changed in the meantime. Reload the page and try again."
    )
