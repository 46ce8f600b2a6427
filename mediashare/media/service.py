"""What happens to media: a recording comes in, files are made from it, all of it is forgotten."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Extent
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media.models import Picture, Recording, Rendition, Waveform


def add_recording(
    session: Session, *, episode_id: str, owner_id: str, storage_key: str, filename: str, size: int
) -> Recording:
    """The original bytes of a new episode; looking into them is the first step of processing."""
    recording = Recording(
        episode_id=episode_id, storage_key=storage_key, filename=filename, size=size
    )
    session.add(recording)
    probe, extent = media_jobs.Probe(subject=episode_id), Extent(size=size)
    job_queue.put(session, probe, owner_id=owner_id, extent=extent)
    return recording


def describe_recording(
    session: Session, episode_id: str, *, sha256: str, demuxer: str, facts: dict[str, Any]
) -> None:
    """Keep what probing has found, and whether the author has sent the same bytes before."""
    recording = media_queries.get_recording(session, episode_id)
    recording.sha256, recording.demuxer = sha256, demuxer
    twin = media_queries.find_twin(session, recording)
    recording.facts = {**facts, "same_as": twin}


def add_rendition(session: Session, rendition: Rendition) -> None:
    """Another playable file."""
    session.add(rendition)


def set_picture(session: Session, picture: Picture) -> None:
    """The one picture that stands for the episode; the objects of earlier ones are removed."""
    earlier = [
        found.storage_key
        for found in media_queries.list_pictures(session, picture.episode_id)
        if found.id != picture.id
    ]
    session.execute(delete(Picture).where(Picture.storage_key.in_(earlier)))
    session.add(picture)
    if earlier:
        job_queue.put(session, media_jobs.DeleteObjects(subject=picture.episode_id, keys=earlier))


def set_waveform(session: Session, episode_id: str, peaks: list[int]) -> None:
    """How loud the episode is over time."""
    session.merge(Waveform(episode_id=episode_id, peaks=peaks))


def forget_media(session: Session, episode_id: str) -> None:
    """Everything that is being made stops, and every object goes once the caller has committed.

    Called before the episode is deleted, while the rows still name the objects.
    """
    job_queue.cancel(session, episode_id)
    keys = media_queries.list_storage_keys(session, episode_id)
    job_queue.put(session, media_jobs.DeleteObjects(subject=episode_id, keys=list(keys)))
