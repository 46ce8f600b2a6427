"""A small library with real media, for tests in a browser: made once, read by all of them."""

import math
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.chapters.models import Chapter, Outline, SummarySentence
from mediashare.checks.models import Check, Finding, FindingKind, FindingState, WatchedWord
from mediashare.db.base import new_id
from mediashare.db.session import Database, begin_writing
from mediashare.discussion.models import Comment, Unplayed
from mediashare.glossary.models import GlossaryEntry, GlossaryProposal
from mediashare.groups.models import Group
from mediashare.jobs.models import JobRow, JobState, WorkerReport
from mediashare.library.models import Audience, Episode, EpisodeKind, EpisodeState, EpisodeTag, Tag
from mediashare.media.models import (
    Picture,
    PictureKind,
    Recording,
    Rendition,
    RenditionKind,
    Version,
    VersionState,
    Waveform,
)
from mediashare.storage.port import Storage
from mediashare.transcripts.models import Origin, Segment, Transcript, Word
from tests.e2e.pictures import make_poster, make_storyboard
from tests.factories import make_episode, make_group, make_transcript, make_user
from workers.tools import cover

LENGTH_S = 40
# How much of one recording was cut off at its start.
CUT_S = 2
ENTRY = "e" * 32
FRAGMENTS = ("-movflags", "+frag_keyframe+empty_moov+default_base_moof+global_sidx")
SOUND = ("-f", "lavfi", "-i", f"sine=220:r=48000:d={LENGTH_S}")
PICTURE = ("-f", "lavfi", "-i", f"testsrc2=s=640x360:r=5:d={LENGTH_S}")

SENTENCES = (
    (0.6, 7.0, "The pods came up healthy and then the first outbound call to ledger failed."),
    (7.2, 13.0, "The sidecar was reading the trust store before the agent had written it."),
    (13.2, 19.0, "So it came up with yesterday's authorities."),
    (21.5, 28.0, "A subPath mount is resolved once, when the container starts."),
    (28.2, 34.0, "If you take one thing away, mount the directory and not the single file."),
    (34.2, 39.0, "Ask trustctl drift which pods still hold the old trust store."),
)


@dataclass(frozen=True)
class Library:
    """Addresses of what is in it; `reader` is the e-mail address of somebody who made none."""

    reader: str
    author: str
    keeper: str
    video: str
    audio: str
    failed: str
    waiting: str
    hidden: str
    wordy: str
    spare: str
    edited: str
    bilingual: str
    person: str
    embedded: str


def encode_media(folder: Path) -> None:
    """What the library is played from, and one of its pictures."""
    _ffmpeg(*PICTURE, *SOUND, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
            "-g", "10", "-c:a", "aac", "-shortest", *FRAGMENTS, folder / "video.mp4")  # fmt: skip
    _ffmpeg(*SOUND, "-c:a", "aac", *FRAGMENTS, "-f", "mp4", folder / "audio.m4a")
    _ffmpeg("-i", folder / "video.mp4", "-frames:v", "1", folder / "frame.png")


def seed(database: Database, storage: Storage, media: Path, scratch: Path) -> Library:
    """Put three people and three episodes there, as the pipeline leaves them."""
    with database.sessions() as session:
        author = make_user(session, "Priya Raman", handle="priya", team="Platform Security")
        reader = make_user(session, "Jonas Weber", handle="jonas", team="Payments")
        keeper = make_user(session, "Ade Okoro", handle="ade", role=Role.ADMIN)
        group = make_group(session, author, reader, name="Service Mesh guild")
        video = _make_video(session, storage, media, author=author)
        audio = _make_audio(session, storage, media / "audio.m4a", scratch, author=author)
        reason = {"failure": "This file holds neither sound nor pictures.", "groups": [group]}
        unheard = {"published_at": None, "state": EpisodeState.FAILED, **reason}
        failed = make_episode(session, author, "A recording that is no recording", **unheard)
        waiting = make_episode(
            session, author, "Still on its way", state=EpisodeState.PROCESSING, published_at=None
        )
        _make_jobs(session, waiting, failed)
        hidden = make_episode(session, author, "Taken out of sight", hidden_at=clock.now())
        wordy = _make_wordy(session, author, group)
        spare = _make_spare(session, storage, media / "audio.m4a", author=author)
        edited = _make_edited(session, storage, media / "video.mp4", author=author)
        bilingual = _make_bilingual(session, storage, media / "video.mp4", author=author)
        _comment(session, video, reader.id)
        _fill_glossary(session)
        for episode in (video, audio):
            _outline(session, episode)
        _save(session, *_find_things(video))
        session.commit()
        return Library(
            reader=reader.email,
            author=author.email,
            keeper=keeper.email,
            video=video.path,
            audio=audio.path,
            failed=failed.path,
            waiting=waiting.path,
            hidden=hidden.path,
            wordy=wordy.path,
            spare=spare.path,
            edited=edited.path,
            bilingual=bilingual.path,
            person="/p/priya",
            embedded=f"/embed/{video.slug}",
        )


def _fill_glossary(session: Session) -> None:
    """The house's: entries, one of them with an everyday sound, a proposal, and a use of one."""
    entry = GlossaryEntry(
        id=ENTRY, term="trustctl", key="trustctl", sounds_like=["trust cuttle"], language="en",
        note="Shows what trust stores hold. " * 8, uses=12,
    )  # fmt: skip
    everyday = GlossaryEntry(term="Ledger" * 12, key="ledger", sounds_like=["letter", "x" * 80])
    proposal = GlossaryProposal(key="a\tb", heard="side car" * 8, term="sidecar" * 8, times=3)
    _save(session, entry, everyday, proposal)
    session.execute(update(Word).where(Word.text == "trustctl").values(heard="trust cuttle"))
    session.commit()


def _outline(session: Session, episode: Episode) -> None:
    """What a machine proposes of an episode."""
    begin_writing(session)
    chapters = ((0, "The symptom"), (21_500, "Root cause"), (39_200, "The fix"))
    sentences = ((7200, 5800), (21_500, 6500), (28_200, 5800))
    said = {int(start * 1000): text for start, _end, text in SENTENCES}
    session.add(Outline(episode_id=episode.id))
    session.add_all(
        Chapter(episode_id=episode.id, start_ms=start_ms, title=title)
        for start_ms, title in chapters
    )
    session.add_all(
        SummarySentence(
            episode_id=episode.id, start_ms=start_ms, length_ms=length_ms, text=said[start_ms]
        )
        for start_ms, length_ms in sentences
    )
    session.commit()


def _make_jobs(session: Session, waiting: Episode, failed: Episode) -> None:
    """A worker in the middle of its work, some of which has failed."""
    now = clock.now()
    lease = {"attempt": 1, "lease_owner": "forge:1:7", "lease_until": now + timedelta(hours=9)}
    steps: Sequence[tuple[Episode, str, JobState, dict[str, object]]] = (
        (waiting, "probe", JobState.DONE, {"attempt": 1, "finished_at": now}),
        (waiting, "rendition", JobState.RUNNING, {**lease, "progress": 0.41}),
        (
            failed,
            "probe",
            JobState.FAILED,
            {"attempt": 1, "error": failed.failure, "finished_at": now},
        ),
    )
    for number, (episode, kind, state, values) in enumerate(steps):
        began = now - timedelta(seconds=30 - number)
        row = JobRow(
            kind=kind, queue="media", subject=episode.id, owner_id=episode.author_id, state=state,
            max_attempts=4, created_at=began, started_at=began, run_after=began,
            ends_at=now + timedelta(hours=3), **values,
        )  # fmt: skip
        _save(session, row)
    waits = JobRow(
        kind="storyboard", queue="media", subject=waiting.id, max_attempts=4,
        run_after=now + timedelta(hours=1), error="The media store does not answer.", attempt=1,
    )  # fmt: skip
    report = WorkerReport(
        name="forge:1", queues="media,speech", room=12_000_000_000,
        speech="Speech is recognised by whisper.", sandbox="Media tools run in bubblewrap.",
    )  # fmt: skip
    _save(session, waits, report)


def _make_video(session: Session, storage: Storage, media: Path, *, author: User) -> Episode:
    episode = make_episode(
        session,
        author,
        "Why mTLS handshakes fail right after a rollout",
        description="Sidecars read the trust store before the agent had written it.",
        duration_ms=LENGTH_S * 1000,
        solved_count=31,
    )
    _add_rendition(session, storage, episode, media / "video.mp4", RenditionKind.VIDEO)
    image = Image.open(media / "frame.png").convert("RGB")
    frames = [
        make_poster(storage, episode.id, image, PictureKind.FRAME, 2000),
        make_poster(storage, episode.id, ImageOps.invert(image), PictureKind.FRAME, 28_000),
        make_poster(storage, episode.id, ImageOps.mirror(image), PictureKind.OWN),
    ]
    tag = Tag(name="mtls")
    _save(session, *frames, make_storyboard(storage, episode.id, LENGTH_S), tag)
    _save(session, EpisodeTag(episode_id=episode.id, tag_id=tag.id))
    episode = _show(session, episode, frames[0])
    transcript = make_transcript(session, episode, *SENTENCES)
    _doubt_a_word(session, transcript)
    return episode


def _make_audio(
    session: Session, storage: Storage, path: Path, scratch: Path, *, author: User
) -> Episode:
    episode = make_episode(
        session,
        author,
        "Postmortem radio: the expired intermediate",
        kind=EpisodeKind.AUDIO,
        duration_ms=LENGTH_S * 1000,
    )
    _add_rendition(session, storage, episode, path, RenditionKind.AUDIO)
    peaks = [_loudness(number / 400) for number in range(400)]
    name = cover.draw(scratch, title=episode.title, peaks=peaks, key=episode.id)
    image = Image.open(scratch / name)
    drawn = make_poster(storage, episode.id, image, PictureKind.DRAWN)
    _save(session, drawn)
    episode = _show(session, episode, drawn)
    make_transcript(
        session,
        episode,
        (0.5, 9.0, "Every client that had cached the old authority kept working."),
        (9.5, 20.0, "The rotation job was green because nobody checked who had loaded it."),
        origin=Origin.AUTHOR,
        engine=None,
    )
    return episode


def _make_spare(session: Session, storage: Storage, path: Path, *, author: User) -> Episode:
    """One for the test that does everything without script, and changes it."""
    given = {"kind": EpisodeKind.AUDIO, "duration_ms": LENGTH_S * 1000}
    episode = make_episode(session, author, "Reading a stack trace", **given)
    _add_rendition(session, storage, episode, path, RenditionKind.AUDIO)
    note = "Recognised by a small model: a rough draft."
    lines = ((0.5, 9.0, "Begin at the bottom of the traceback."),)
    make_transcript(session, episode, *lines, is_draft=True, note=note)
    return episode


def _find_things(episode: Episode) -> Sequence[object]:
    """What a check has found: one that is open, one that is decided, one that is gone."""
    found = [
        Finding(kind=FindingKind.EMAIL, start_ms=21_000, end_ms=22_000, masked="a•••"),
        Finding(kind=FindingKind.CARD, start_ms=30_000, end_ms=31_000, masked="•••1111"),
        Finding(kind=FindingKind.PASSWORD, start_ms=10_500, end_ms=11_500, masked="s•••"),
    ]
    states = (FindingState.OPEN, FindingState.KEPT, FindingState.MUTED)
    for one, state in zip(found, states, strict=True):
        one.episode_id, one.state = episode.id, state
    word = WatchedWord(word="project falcon")
    return [Check(episode_id=episode.id, checked_at=clock.now()), *found, word]


def _make_edited(session: Session, storage: Storage, path: Path, *, author: User) -> Episode:
    """One whose start was cut off and in which a password was muted; the last edit failed."""
    episode = make_episode(
        session, author, "Rotating a password", duration_ms=LENGTH_S * 1000, comment_count=1
    )
    _add_rendition(session, storage, episode, path, RenditionKind.VIDEO)
    recording = Recording(
        id=new_id(), episode_id=episode.id, storage_key=f"recordings/{episode.id}",
        filename="screen recording.mp4", size=9,
        facts={"duration": LENGTH_S + CUT_S, "video": {}, "audio": {}},
    )  # fmt: skip
    storage.put(recording.storage_key, BytesIO(b"recording"), content_type="video/mp4")
    cut = Comment(episode_id=episode.id, author_id=author.id, body="Never mind the beginning.")
    cut.unplayed, cut.recorded_start_ms = Unplayed.CUT, 1000
    _save(session, recording, cut)
    made = {"episode_id": episode.id, "recording_id": recording.id, "made_by_id": author.id}
    versions = [
        Version(number=1, state=VersionState.FORMER, **made),
        Version(number=2, state=VersionState.CURRENT, start_ms=CUT_S * 1000, **made),
        Version(number=3, state=VersionState.FAILED, failure="The disk was full.", **made),
    ]
    versions[1].muted = [[10_000, 12_000]]
    for version in versions:
        version.settled_at = clock.now()
        _save(session, version)
    return episode


def _make_bilingual(session: Session, storage: Storage, path: Path, *, author: User) -> Episode:
    """One in German, translated by machine; in nobody's list."""
    given = {"duration_ms": LENGTH_S * 1000, "audience": Audience.UNLISTED}
    episode = make_episode(session, author, "Kennwort", **given)
    _add_rendition(session, storage, episode, path, RenditionKind.VIDEO)
    spoken = ((0.5, 9.0, "Das Kennwort wird jede Nacht getauscht."), (9.5, 20.0, "Das geht so."))
    make_transcript(session, episode, *spoken, language="de")
    translated = ((0.5, 9.0, "The password changes every night."), (9.5, 20.0, "It works so."))
    beside = {"is_primary": False, "origin": Origin.TRANSLATION, "language": "en"}
    make_transcript(session, episode, *translated, **beside)
    return episode


def _make_wordy(session: Session, author: User, group: Group) -> Episode:
    """Words that do not break, and words from right to left."""
    return make_episode(
        session,
        author,
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz: " + "ab" * 40,
        state=EpisodeState.FAILED,
        failure="https://example.com/" + "x" * 120,
        description="שלום עולם " * 20 + "y" * 120,
        groups=[group],
    )


def _add_rendition(
    session: Session, storage: Storage, episode: Episode, path: Path, kind: RenditionKind
) -> None:
    is_video = kind is RenditionKind.VIDEO
    key = f"episodes/{episode.id}/{path.name}"
    mime_type = "video/mp4" if is_video else "audio/mp4"
    stat = storage.put(key, BytesIO(path.read_bytes()), content_type=mime_type)
    rendition = Rendition(
        episode_id=episode.id, kind=kind, storage_key=key, mime_type=mime_type,
        codecs="avc1.42C01E,mp4a.40.2" if is_video else "mp4a.40.2", size=stat.size,
        sha256=stat.sha256 or "0" * 64, duration_ms=LENGTH_S * 1000, bitrate=128_000,
        width=640 if is_video else None, height=360 if is_video else None,
        init_size=0, segments=[],
    )  # fmt: skip
    peaks = [_loudness(number / 400) for number in range(400)]
    _save(session, rendition, Waveform(episode_id=episode.id, peaks=peaks))


def _loudness(share: float) -> int:
    seconds = share * LENGTH_S
    speaks = any(start <= seconds <= end for start, end, _text in SENTENCES)
    swing = abs(math.sin(share * 131) * math.sin(share * 37 + 1)) * 0.6 + 0.3
    return int(230 * swing) if speaks else 18


def _show(session: Session, episode: Episode, picture: Picture) -> Episode:
    begin_writing(session)
    shown = session.merge(episode)
    shown.poster = picture.filename
    session.commit()
    return shown


def _doubt_a_word(session: Session, transcript: Transcript) -> None:
    begin_writing(session)
    segments = select(Segment.id).where(Segment.transcript_id == transcript.id)
    doubted = (Word.segment_id.in_(segments), Word.text == "trustctl")
    session.execute(update(Word).where(*doubted).values(confidence=0.2))
    session.commit()


def _comment(session: Session, episode: Episode, author_id: str) -> None:
    comment = Comment(
        episode_id=episode.id,
        author_id=author_id,
        start_ms=21_500,
        body="Does the same hold for a *projected* volume?",
    )
    answer = Comment(episode_id=episode.id, author_id=episode.author_id, body="Yes, it does.")
    _save(session, comment)
    answer.parent_id = comment.id
    _save(session, answer)
    begin_writing(session)
    session.merge(episode).comment_count = 2
    session.commit()


def _save(session: Session, *rows: object) -> None:
    begin_writing(session)
    session.add_all(rows)
    session.commit()


def _ffmpeg(*arguments: object) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=60)  # noqa: S603 - our own arguments
