"""Machine-made requests to every call of the API: none is answered by 5xx, or otherwise than
the description promises."""

import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mediashare.accounts.models import Role, User
from mediashare.config import Settings
from mediashare.db.base import new_id
from mediashare.discussion.models import Comment
from mediashare.glossary.models import GlossaryEntry, GlossaryProposal
from mediashare.moderation.models import Reason, Report, TargetType
from mediashare.pages.api import describe
from mediashare.playlists.models import Playlist, PlaylistItem
from mediashare.repairs.models import Fix, FixedLine
from mediashare.requests.models import Answer, Request
from mediashare.saved.models import SavedSearch
from mediashare.storage.disk import DiskStorage
from tests import factories
from tests.api.caller import make_upload
from tests.apps import Apps
from tests.databases import KeptDatabases
from tests.fakes import RecordingWaker

EXAMPLES = 5
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

pytestmark = pytest.mark.slow


class House:
    """One running application at a time, and what really exists in it."""

    app: Any = None
    known: dict[str, str] = {}
    token = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.app(environ, start_response)
        return answer


schemathesis.serializer.alias(["text/vtt", "application/x-subrip"], "text/plain")
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
house = House()
# Requests are thought of when a call's test begins, not when all tests are collected: that takes
# each process seconds. Tests with names of their own are also what xdist needs to run them all.
CALLS = sorted(
    (method.upper(), path)
    for path, calls in describe()["paths"].items()
    for method in calls.keys() & {"get", "put", "post", "patch", "delete", "head", "options"}
)
OF_EACH = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@cache
def schema() -> Any:
    """The description as schemathesis reads it, before whatever `house` is."""
    found = schemathesis.openapi.from_dict(describe())
    found.app = house
    return found


@pytest.fixture
def furnished(
    apps: Apps,
    kept_databases: KeptDatabases,
    sqlite_template: Path,
    settings: Settings,
    storage: DiskStorage,
    tmp_path: Path,
) -> Iterator[House]:
    """An application on SQLite with one of everything, seen by a moderator."""
    shutil.copy(sqlite_template, tmp_path / "mediashare.db")
    database = kept_databases.open_sqlite(tmp_path / "mediashare.db")
    house.app = apps.get(settings, database, storage, RecordingWaker())
    with database.sessions() as session:
        moderator = factories.make_user(session, role=Role.MODERATOR)
        house.token = factories.make_token(session, moderator)
        house.known = _furnish(session, moderator)
    yield house
    database.dispose()


def _furnish(session: Any, user: User) -> dict[str, str]:
    episode = factories.make_episode(session, user, "Kafka")
    factories.make_transcript(session, episode, (0, 2, "the broker restarts"))
    others = factories.make_episode(session, factories.make_user(session), "Zookeeper")
    group = factories.make_group(session, user, stewards=[factories.make_user(session)])
    comment = Comment(episode_id=others.id, author_id=user.id, body="Thanks.")
    report = Report(
        episode_id=others.id,
        target_type=TargetType.EPISODE,
        target_id=others.id,
        reporter_id=user.id,
        reason=Reason.WRONG,
    )
    fix = Fix(episode_id=episode.id, author_id=others.author_id)
    fix.lines = [FixedLine(position=0, line_id=new_id(), before="the", after="a")]
    # Who may not keep a glossary is told so of each of its entries; here somebody may.
    kept = factories.make_group(session, stewards=[user])
    entry = GlossaryEntry(group_id=kept.id, term="kubectl", key="kubectl")
    proposal = GlossaryProposal(group_id=kept.id, key="x\ty", heard="x", term="y", times=2)
    asked = Request(asker_id=user.id, title="How?")
    saved = SavedSearch(user_id=user.id, name="Kafka", query="q=kafka")
    playlist = Playlist(owner_id=user.id, title="First week")
    session.begin()
    session.add_all([comment, report, fix, entry, proposal, asked, saved, playlist])
    session.flush()
    offered = Answer(request_id=asked.id, episode_id=others.id, offered_by_id=user.id)
    item = PlaylistItem(playlist_id=playlist.id, episode_id=others.id, position=1)
    session.add_all([offered, item])
    session.commit()
    return {
        "episode_id": episode.id,
        "comment_id": comment.id,
        "fix_id": fix.id,
        "report_id": report.id,
        "request_id": asked.id,
        "answer_id": offered.id,
        "search_id": saved.id,
        "playlist_id": playlist.id,
        "item_id": item.id,
        "group_id": group.id,
        "place_id": kept.id,
        "entry_id": entry.id,
        "proposal_id": proposal.id,
        "handle": user.handle,
        "upload_id": make_upload(session, user).id,
    }


def test_every_call_that_is_described_is_tried() -> None:
    assert len(CALLS) == len(list(schema().get_all_operations()))


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_answer_is_an_error_of_ours_or_other_than_described(
    call: tuple[str, str], furnished: House
) -> None:
    method, path = call

    def ask(case: schemathesis.Case[Any]) -> None:
        for name, value in (case.path_parameters or {}).items():
            # Half of the made-up ids become real ones.
            if name in furnished.known and len(str(value)) % 2:
                case.path_parameters[name] = furnished.known[name]
        answer = case.call(headers={"Authorization": f"Bearer {furnished.token}"})
        case.validate_response(answer, checks=CHECKS)

    build_operation_test(
        config=schema().config,
        operation=schema()[path][method],
        test_func=ask,
        given_kwargs={},
        feedback=FeedbackSources(),
        explicit_settings=OF_EACH,
    )()
