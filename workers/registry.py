"""Which handler does which job, on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from mediashare.chapters.jobs import ProposeOutline
from mediashare.edits.jobs import DropOriginals
from mediashare.errors import UnavailableError
from mediashare.freshness.jobs import RemindOfReviews
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow
from mediashare.jobs.pruning import PruneJobs
from mediashare.meaning.jobs import EmbedTranscripts
from mediashare.media import jobs as media_jobs
from mediashare.saved.jobs import LookForNew
from mediashare.search.jobs import CompactIndex, ForgetAsked
from mediashare.sentences import said
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.uploads.jobs import ExpireUploads
from workers.context import Context
from workers.handlers import (
    check,
    cleanup,
    compact_index,
    cover,
    drop_originals,
    embed,
    expire_uploads,
    forget_asked,
    ladder,
    look_for_new,
    outline,
    pictures,
    poster,
    probe,
    prune_jobs,
    remind_of_reviews,
    remove_retired,
    rendition,
    storyboard,
    transcribe,
    transcribe_part,
    translate,
)


def _leave(_session: Session, _job: object, _sentence: str) -> None:
    """Nobody but the job's own row needs to know that it failed."""


@dataclass(frozen=True, kw_only=True)
class Handler:
    """How a kind of job is done, and what else changes when it is given up.

    `run` gets the context and the job. `failed` gets the session of the transaction that gives
    the job up or ends it as cancelled, the job, and the sentence that people read. By then
    somebody may have deleted what the job was about.
    """

    run: Callable[[Context, Any], None]
    failed: Callable[[Session, Any, str], None] = _leave


Registry = Mapping[type[Job], Handler]

REGISTRY: Registry = {
    media_jobs.Probe: Handler(run=probe.run, failed=probe.failed),
    media_jobs.MakeRendition: Handler(run=rendition.run, failed=rendition.failed),
    media_jobs.MakeLadder: Handler(run=ladder.run, failed=ladder.failed),
    media_jobs.MakePictures: Handler(run=pictures.run, failed=pictures.failed),
    media_jobs.MakeStoryboard: Handler(run=storyboard.run, failed=storyboard.failed),
    media_jobs.DrawCover: Handler(run=cover.run, failed=cover.failed),
    media_jobs.PreparePoster: Handler(run=poster.run, failed=poster.failed),
    transcripts_jobs.Transcribe: Handler(run=transcribe.run, failed=transcribe.failed),
    transcripts_jobs.Translate: Handler(run=translate.run, failed=translate.failed),
    transcripts_jobs.TranscribePart: Handler(run=transcribe_part.run),
    ProposeOutline: Handler(run=outline.run),
    transcripts_jobs.CheckTranscript: Handler(run=check.run, failed=check.failed),
    EmbedTranscripts: Handler(run=embed.run),
    media_jobs.DeleteObjects: Handler(run=cleanup.run),
    media_jobs.RemoveRetired: Handler(run=remove_retired.run),
    DropOriginals: Handler(run=drop_originals.run),
    ExpireUploads: Handler(run=expire_uploads.run),
    CompactIndex: Handler(run=compact_index.run),
    ForgetAsked: Handler(run=forget_asked.run),
    LookForNew: Handler(run=look_for_new.run),
    RemindOfReviews: Handler(run=remind_of_reviews.run),
    PruneJobs: Handler(run=prune_jobs.run),
}

UNKNOWN = said("No worker here knows this kind of work; another version may.")


def find(registry: Registry, row: JobRow) -> tuple[Job, Handler]:
    """The job that a row asks for, and its handler.

    What an older or a newer version asked for gets a handler that has it tried again later.
    """
    kinds = {job.kind: job for job in registry}
    try:
        kind = kinds[row.kind]
        return kind(subject=row.subject, **row.payload), registry[kind]
    except (KeyError, TypeError):
        return Job(subject=row.subject), Handler(run=_refuse)


def _refuse(_context: Context, _job: Job) -> None:
    raise UnavailableError(UNKNOWN)
