"""`mediashare verify`: what an admin asks after an accident. It reads, and names what is wrong.

Every finding is a sentence about one thing. It may run while people use the house: whatever looks
wrong is looked at twice, so that work in progress is not taken for damage.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.discussion.models import Comment
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode, EpisodeState
from mediashare.media.models import (
    PictureFile,
    Recording,
    Rendition,
    Sound,
    Version,
    VersionState,
)
from mediashare.ratings.models import Outcome, Rating, Verdict
from mediashare.storage import keys
from mediashare.storage.choice import open_storage
from mediashare.storage.port import ObjectMissingError, Storage
from mediashare.uploads.models import Upload, UploadState

# A scheduler that runs has repaired an ended lease long before this.
LEASE_GRACE = timedelta(minutes=1)
# What is made is stored first and named right after; what a killed process has left stays.
OBJECT_GRACE_MINUTES = 60
ACTIVE = (JobState.QUEUED, JobState.RUNNING)
PREFIXES = ("recordings/", "episodes/")


def verify(settings: Settings, *, grace: timedelta) -> Sequence[str]:
    """Everything that is wrong in the house of these settings, one sentence each.

    Objects that nothing refers to count once they are older than `grace`.
    """
    database = Database(settings.sqlalchemy_url)
    try:
        if not migrate.is_current(database):
            return ["The database has another version than this program: run `mediashare migrate`."]
        return list_findings(database, open_storage(settings), grace=grace)
    finally:
        database.dispose()


def list_findings(database: Database, storage: Storage, *, grace: timedelta) -> Sequence[str]:
    """Everything that is wrong in this database and this store."""
    found = set(_look(database, storage, grace))
    return sorted(found & set(_look(database, storage, grace))) if found else []


def _look(database: Database, storage: Storage, grace: timedelta) -> Iterator[str]:
    # The store is listed first: what is stored and named after that is then known to the rows.
    stored = [key for prefix in PREFIXES for key in storage.list(prefix)]
    with database.reading() as session:
        yield from _list_damage(session, database.dialect)
        for check in CHECKS:
            yield from check(session)
        unnamed = list(_list_unnamed(session, stored))
        named = list(_list_named_objects(session))
    yield from _list_lost_objects(storage, named)
    yield from _list_left_objects(storage, unnamed, clock.now() - grace)


def _list_damage(session: Session, dialect: str) -> Iterator[str]:
    # PostgreSQL has its own tool for this, pg_amcheck, which is the operator's.
    if dialect != "sqlite":
        return
    for (word,) in session.connection().exec_driver_sql("PRAGMA integrity_check"):
        if word != "ok":
            yield f"The database file is damaged: {word}"
    for table, *_rest in session.connection().exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"A row of {table} refers to one that is not there."


def _list_named_objects(session: Session) -> Iterator[tuple[str, int]]:
    for model in (Rendition, PictureFile, Sound):
        yield from session.execute(select(model.storage_key, model.size))
    kept = select(Recording.storage_key, Recording.size).where(Recording.dropped_at.is_(None))
    yield from session.execute(kept)
    complete = select(Upload.storage_key, Upload.offset).where(Upload.state == UploadState.COMPLETE)
    yield from session.execute(complete)


def _list_lost_objects(storage: Storage, named: Iterable[tuple[str, int]]) -> Iterator[str]:
    for key, size in named:
        try:
            found = storage.stat(key).size
        except ObjectMissingError:
            yield f"The object {key} ({size} bytes) is missing from the store."
        else:
            if found != size:
                yield f"The object {key} has {found} bytes instead of {size}."


def _list_left_objects(storage: Storage, unnamed: Iterable[str], before: datetime) -> Iterator[str]:
    for key in unnamed:
        with contextlib.suppress(ObjectMissingError):
            written_at = storage.stat(key).written_at
            if written_at is not None and written_at < before:
                yield f"The object {key} is in the store, but nothing refers to it."


def _list_unnamed(session: Session, stored: Sequence[str]) -> Iterator[str]:
    if not stored:
        return
    coming = select(Upload.storage_key).where(Upload.state != UploadState.USED)
    named: set[str] = set(session.scalars(coming))
    for model in (Rendition, PictureFile, Sound):
        named.update(session.scalars(select(model.storage_key)))
    kept = select(Recording.storage_key).where(Recording.dropped_at.is_(None))
    named.update(session.scalars(kept))
    busy: set[str] = set()
    for subject, payload in session.execute(
        select(JobRow.subject, JobRow.payload).where(JobRow.state.in_(ACTIVE))
    ):
        busy.add(keys.episode(subject).rstrip("/"))
        named.update(payload.get("keys", ()))
    for key in stored:
        # Whatever lies below an episode on which a job works may be named any moment.
        if key not in named and "/".join(key.split("/")[:2]) not in busy:
            yield key


def _list_stuck_jobs(session: Session) -> Iterator[str]:
    query = select(JobRow).where(
        JobRow.state == JobState.RUNNING, JobRow.lease_until < clock.now() - LEASE_GRACE
    )
    for row in session.scalars(query):
        yield (
            f"The job {row.id} ({row.kind}) has had no live worker since {row.lease_until}: "
            "is a scheduler running?"
        )


def _list_stuck_episodes(session: Session) -> Iterator[str]:
    works = select(JobRow.id).where(JobRow.subject == Episode.id, JobRow.state.in_(ACTIVE))
    playable = select(Rendition.id).where(
        Rendition.episode_id == Episode.id, Rendition.retired_at.is_(None)
    )
    unmade = select(Version.id).where(
        Version.episode_id == Episode.id, Version.state == VersionState.MAKING
    )
    wrong: Sequence[tuple[ColumnElement[bool], str]] = (
        (
            and_(Episode.state == EpisodeState.PROCESSING, ~works.exists()),
            "is being processed, but no job works on it",
        ),
        (
            and_(Episode.state == EpisodeState.READY, ~playable.exists()),
            "is ready, but there is nothing to play",
        ),
        (
            and_(Episode.state == EpisodeState.READY, unmade.exists(), ~works.exists()),
            "has a version in the making, but no job works on it",
        ),
        (
            and_(Episode.state == EpisodeState.FAILED, or_(*_empty(Episode.failure))),
            "has failed without a reason",
        ),
    )
    for condition, words in wrong:
        for slug in session.scalars(select(Episode.slug).where(condition)):
            yield f"The episode {slug} {words}."


def _empty(column: InstrumentedAttribute[str | None]) -> tuple[ColumnElement[bool], ...]:
    return column.is_(None), column == ""


def _list_miscounts(session: Session) -> Iterator[str]:
    ratings = select(func.count()).where(Rating.episode_id == Episode.id)
    stars = select(func.coalesce(func.sum(Rating.stars), 0)).where(Rating.episode_id == Episode.id)
    comments = select(func.count()).where(
        Comment.episode_id == Episode.id, Comment.deleted_at.is_(None), Comment.hidden_at.is_(None)
    )
    yield from _compare(session, Episode.rating_count, ratings)
    yield from _compare(session, Episode.rating_sum, stars)
    yield from _compare(session, Episode.comment_count, comments)
    for verdict in Verdict:
        outcomes = select(func.count()).where(
            Outcome.episode_id == Episode.id, Outcome.verdict == verdict
        )
        yield from _compare(session, getattr(Episode, f"{verdict.value}_count"), outcomes)


def _compare(
    session: Session, counter: InstrumentedAttribute[int], counted: Select[int]
) -> Iterator[str]:
    truth = counted.correlate(Episode).scalar_subquery()
    wrong = select(Episode.slug, counter, truth).where(counter != truth)
    for slug, kept, found in session.execute(wrong):
        yield f"The episode {slug} has {counter.key} {kept}; counted, it is {found}."


CHECKS: tuple[Callable[[Session], Iterator[str]], ...] = (
    _list_stuck_jobs,
    _list_stuck_episodes,
    _list_miscounts,
)
