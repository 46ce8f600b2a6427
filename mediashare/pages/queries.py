"""What the screens show, read from many slices in a fixed number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, func, literal, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.chapters import queries as chapters_queries
from mediashare.chapters.models import Outline
from mediashare.chapters.queries import ShownOutline
from mediashare.db.paging import Page, PageRequest
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion.queries import Thread
from mediashare.freshness import policy as freshness_policy
from mediashare.groups import queries as groups_queries
from mediashare.jobs import steps as job_steps
from mediashare.jobs.steps import Step
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode, EpisodeKind, EpisodeState
from mediashare.listening import policy as listening_policy
from mediashare.listening import queries as listening_queries
from mediashare.media import queries as media_queries
from mediashare.media.jobs import PreparePoster
from mediashare.media.models import Picture, PictureKind, Rendition, Waveform
from mediashare.media.queries import Remarks
from mediashare.pages import policy as pages_policy
from mediashare.ratings import queries as ratings_queries
from mediashare.ratings.queries import Mine
from mediashare.requests import queries as requests_queries
from mediashare.sentences import said
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment

# How long a finished upload stays among "your uploads", so that its author sees it arrive.
FRESH = timedelta(hours=12)
LEFT_GROUP = said("A group that you have left")


@dataclass(frozen=True)
class Cards:
    """Episodes of a list and what their cards show beside the row: loudness and first words."""

    page: Page[Episode]
    peaks: dict[str, Sequence[int]]
    sentences: dict[str, str]


@dataclass(frozen=True)
class OwnUpload:
    """One of the viewer's episodes on its way, with the steps of its processing."""

    episode: Episode
    steps: Sequence[Step]

    @property
    def is_waiting(self) -> bool:
        """Whether something more will come of it by itself."""
        return self.episode.state is EpisodeState.PROCESSING or any(
            step.is_active for step in self.steps
        )


@dataclass(frozen=True, kw_only=True)
class ProgressScreen:
    """How far the processing of one episode is; `steps` are for its author and for admins. While
    `is_rendition_coming`, it may play as it was sent, and nobody has asked for its transcript."""

    episode: Episode
    renditions: Sequence[Rendition]
    transcript: Transcript | None
    is_rendition_coming: bool
    steps: Sequence[Step]

    @property
    def is_playable(self) -> bool:
        """Whether there is something to play."""
        return self.episode.state is EpisodeState.READY and bool(self.renditions)

    @property
    def is_transcript_coming(self) -> bool:
        """Whether what is said is being recognised, or will be as soon as there are files that
        last."""
        if self.transcript is None:
            return self.is_rendition_coming
        return self.transcript.state in {TranscriptState.QUEUED, TranscriptState.RUNNING}

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will come of processing by itself."""
        return self.episode.state is not EpisodeState.PROCESSING and not self.is_transcript_coming

    @property
    def is_over(self) -> bool:
        """Whether no step at all waits or runs any more."""
        return self.is_settled and not any(step.is_active for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class StepsScreen(ProgressScreen):
    """Every step of processing, and what is to be said of the recording."""

    remarks: Remarks


@dataclass(frozen=True, kw_only=True)
class EpisodeScreen(ProgressScreen):
    """All that the page of one episode shows, as far as this viewer may see it. `shown` is the one
    of its transcripts to read, whose `segments` these are; `position` is where the viewer has
    stopped, 0 where that is not known. It `is_planned` as an answer to a request."""

    more_coming: bool
    peaks: Sequence[int]
    storyboard: Picture | None
    transcripts: Sequence[Transcript]
    shown: Transcript | None
    segments: Sequence[SaidSegment]
    outline: ShownOutline
    may_name_speakers: bool
    may_confirm: bool
    mine: Mine
    position: float
    is_planned: bool
    threads: Page[Thread]

    @property
    def tracks(self) -> Sequence[Transcript]:
        """The transcripts that there are to read, each in another language."""
        return [one for one in self.transcripts if one.state is TranscriptState.READY]


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What is found beside an episode in one statement: a row for each of its transcripts."""

    peaks: Sequence[int]
    transcripts: Sequence[Transcript]
    storyboard: Picture | None
    outline: Outline | None
    more_coming: bool
    is_rendition_coming: bool
    is_tended: bool
    mine: Mine
    position: float
    is_planned: bool


@dataclass(frozen=True)
class PosterChoice:
    """The pictures that can stand for an episode, and how far that is which its author sent."""

    pictures: Sequence[Picture]
    sent: Step | None

    @property
    def is_waiting(self) -> bool:
        """Whether another picture comes by itself."""
        return self.sent is not None and self.sent.is_active


def get_poster_choice(session: Session, episode: Episode) -> PosterChoice:
    """What its author can choose from."""
    steps = job_steps.list_steps(session, episode.id)
    return PosterChoice(
        media_queries.list_posters(session, episode.id),
        next((step for step in steps if step.name == PreparePoster.kind), None),
    )


def list_group_choices(
    session: Session, viewer: Viewer, episode: Episode | None = None
) -> dict[str, str]:
    """Ids and names of the groups that an episode can be for: the viewer's own, and those that
    it names already, though the viewer may have left them and know no more of them."""
    choices = {group.id: group.name for group in groups_queries.list_own(session, viewer)}
    if episode is not None:
        choices |= {group.id: group.name for group in episode.groups}
        for ident in library_queries.list_group_ids(session, episode.id):
            choices.setdefault(ident, LEFT_GROUP)
    return choices


def list_newest(session: Session, viewer: Viewer, page: PageRequest) -> Cards:
    """Published episodes for the home page, newest first."""
    return make_cards(session, library_queries.list_newest(session, viewer, page))


def list_of_person(session: Session, viewer: Viewer, person: User, page: PageRequest) -> Cards:
    """A person's episodes: all of them for oneself, else what the viewer may see listed."""
    if viewer.id == person.id:
        return make_cards(session, library_queries.list_own(session, viewer, page))
    found = library_queries.list_newest(session, viewer, page, author_id=person.id)
    return make_cards(session, found)


def list_uploads(session: Session, viewer: Viewer) -> Sequence[OwnUpload]:
    """The viewer's episodes that are on their way, failed, or have just arrived."""
    shown = library_queries.list_arriving(session, viewer, since=clock.now() - FRESH)
    steps = job_steps.list_steps_of(session, [episode.id for episode in shown])
    newest_first = sorted(shown, key=lambda episode: episode.created_at, reverse=True)
    return [OwnUpload(episode, steps.get(episode.id, ())) for episode in newest_first]


def get_episode_screen(
    session: Session, viewer: Viewer, slug: str, language: str | None = None
) -> EpisodeScreen:
    """The page of an episode, with its transcript in a language if there is one; raises
    EpisodeNotFoundError unless the viewer may see it."""
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    found = _find_parts(session, viewer, episode.id)
    transcript = transcripts_policy.choose(found.transcripts, None)
    shown = transcripts_policy.choose(found.transcripts, language) or transcript
    segments: Sequence[SaidSegment] = ()
    if shown is not None and shown.state is TranscriptState.READY:
        segments = transcripts_queries.list_segments(session, shown.id)
    return EpisodeScreen(
        episode=episode,
        renditions=media_queries.list_renditions(session, episode.id),
        more_coming=found.more_coming,
        peaks=found.peaks,
        storyboard=found.storyboard,
        transcript=transcript,
        is_rendition_coming=found.is_rendition_coming,
        transcripts=found.transcripts,
        shown=shown,
        segments=segments,
        outline=chapters_queries.show(session, found.outline),
        may_name_speakers=transcripts_policy.may_name_speakers(
            viewer, episode, is_steward=found.is_tended
        ),
        may_confirm=freshness_policy.may_confirm(viewer, episode, is_steward=found.is_tended),
        mine=found.mine,
        position=listening_policy.place_to_go_on(found.position, episode.duration),
        is_planned=found.is_planned,
        threads=discussion_queries.list_threads(session, viewer, episode.id),
        steps=() if segments else _list_steps(session, viewer, episode),
    )


def get_progress_screen(session: Session, viewer: Viewer, slug: str) -> ProgressScreen:
    """How far an episode is, for a page that asks again and again, so nothing else is read;
    raises EpisodeNotFoundError unless the viewer may see it."""
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    renditions = media_queries.list_renditions(session, episode.id)
    # In one statement, because the transcript is asked for at the moment when the files are there.
    query = (
        select(Transcript, media_queries.is_rendition_coming(episode.id))
        .select_from(select(literal(1)).subquery())
        .outerjoin(Transcript, transcripts_queries.is_of(episode.id))
    )
    transcript, is_rendition_coming = session.execute(query).one()
    return ProgressScreen(
        episode=episode,
        renditions=renditions,
        transcript=transcript,
        is_rendition_coming=bool(is_rendition_coming),
        steps=_list_steps(session, viewer, episode),
    )


def get_steps_screen(session: Session, viewer: Viewer, slug: str) -> StepsScreen:
    """The same for the page that has nothing else, which is for the author and for admins: for
    everybody else it does not exist."""
    screen = get_progress_screen(session, viewer, slug)
    if not pages_policy.may_see_steps(viewer, screen.episode):
        raise EpisodeNotFoundError
    remarks = media_queries.get_remarks(session, viewer, screen.episode.id)
    return StepsScreen(**vars(screen), remarks=remarks)


def _list_steps(session: Session, viewer: Viewer, episode: Episode) -> Sequence[Step]:
    if not pages_policy.may_see_steps(viewer, episode):
        return ()
    return job_steps.list_steps_of(session, [episode.id]).get(episode.id, ())


def _find_parts(session: Session, viewer: Viewer, episode_id: str) -> _Parts:
    is_storyboard = Picture.kind == PictureKind.STORYBOARD
    query = (
        select(
            Waveform,
            Transcript,
            Picture,
            Outline,
            media_queries.is_more_coming(Episode.id).label("more_coming"),
            media_queries.is_rendition_coming(Episode.id).label("is_rendition_coming"),
            library_queries.is_tended_by(viewer).label("is_tended"),
            requests_queries.is_planned(Episode.id).label("is_planned"),
        )
        .select_from(Episode)
        .outerjoin(Waveform, Waveform.episode_id == Episode.id)
        .outerjoin(Transcript, Transcript.episode_id == Episode.id)
        .outerjoin(Picture, and_(Picture.episode_id == Episode.id, is_storyboard))
        .outerjoin(Outline, Outline.episode_id == Episode.id)
        .where(Episode.id == episode_id)
        .order_by(Transcript.is_primary.desc(), Transcript.language)
    )
    query = listening_queries.add_position(ratings_queries.add_mine(query, viewer), viewer)
    rows = session.execute(query).all()
    row = rows[0]
    return _Parts(
        peaks=row.Waveform.peaks if row.Waveform else (),
        transcripts=[each.Transcript for each in rows if each.Transcript is not None],
        storyboard=row.Picture,
        outline=row.Outline,
        more_coming=bool(row.more_coming),
        is_rendition_coming=bool(row.is_rendition_coming),
        is_tended=bool(row.is_tended),
        mine=ratings_queries.mine_of(row),
        position=(row.position_ms or 0) / 1000,
        is_planned=bool(row.is_planned),
    )


def make_cards(session: Session, page: Page[Episode]) -> Cards:
    """What the cards of these episodes show, of which the viewer may see all."""
    audio = [
        episode.id
        for episode in page.items
        if episode.kind is EpisodeKind.AUDIO and not episode.poster
    ]
    everything = [episode.id for episode in page.items]
    return Cards(
        page, media_queries.list_peaks(session, audio), _list_first_sentences(session, everything)
    )


def _list_first_sentences(session: Session, idents: Collection[str]) -> dict[str, str]:
    first = (
        select(Segment.episode_id, func.min(Segment.start_ms).label("start_ms"))
        .join(Transcript, Transcript.id == Segment.transcript_id)
        .where(
            Segment.episode_id.in_(idents),
            Segment.is_suspect.is_(False),
            Transcript.is_primary,
        )
        .group_by(Segment.episode_id)
        .subquery()
    )
    rows = session.execute(
        select(Segment.episode_id, Segment.text)
        .join(
            first,
            (Segment.episode_id == first.c.episode_id) & (Segment.start_ms == first.c.start_ms),
        )
        .join(Transcript, Transcript.id == Segment.transcript_id)
        .where(Transcript.is_primary)
    )
    return {row.episode_id: row.text for row in rows}
