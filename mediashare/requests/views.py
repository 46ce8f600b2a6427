"""How requests and answers look to programs."""

from typing import Any

from mediashare.library import views as library_views
from mediashare.requests.models import Answer, Request
from mediashare.web.json_api import iso, seconds
from mediashare.web.parts import parts


def request_json(request: Request, *, answers: int, is_wanted: bool) -> dict[str, Any]:
    """A request with its asker loaded, and its group as far as the viewer may know of it; `answers`
    are those that the viewer may see."""
    group = request.group
    return {
        "id": request.id,
        "url": parts().settings.base_url + request.path,
        "title": request.title,
        "details": request.details,
        "state": request.state.value,
        "asker": library_views.person_json(request.asker),
        "group": None if group is None else {"id": group.id, "name": group.name},
        "wanted_by": request.wanted_by,
        "mine": is_wanted,
        "answers": answers,
        "created_at": iso(request.created_at),
        "settled_at": iso(request.settled_at),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer with its clip loaded as a card, and who offered it."""
    return {
        "id": answer.id,
        "url": parts().settings.base_url + answer.path,
        "episode": library_views.episode_card(answer.episode),
        "start": answer.start,
        "end": seconds(answer.end_ms),
        "offered_by": library_views.person_json(answer.offered_by),
        "accepted_at": iso(answer.accepted_at),
        "created_at": iso(answer.created_at),
    }
