"""What happens to episodes: made, edited, made ready, published, hidden, deleted."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from slugify import slugify
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.db import upsert
from mediashare.errors import InvalidInputError
from mediashare.groups.models import Membership
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import (
    Audience,
    Episode,
    EpisodeGroup,
    EpisodeKind,
    EpisodeState,
    EpisodeTag,
    Tag,
)
from mediashare.sentences import said

NO_REVIEW_DAY = said("Choose a day to come, within ten years.")
SLUG_WORDS_LENGTH = 60
# An unlisted link is the key to its episode: 16 bytes, as ASVS 11.5.1 asks of secrets.
SLUG_SECRET_BYTES = 16
SLUG_SUFFIX_BYTES = 4


@dataclass(frozen=True)
class EpisodeDetails:
    """What an author says about an episode, checked by library/forms.py."""

    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    language: str | None = None
    audience: Audience = Audience.INTERNAL
    group_ids: tuple[str, ...] = ()
    review_by: date | None = None


def create_episode(
    session: Session, viewer: Viewer, details: EpisodeDetails, *, publish: bool = True
) -> Episode:
    """A new episode of the viewer, in the state `processing`, published as soon as it is ready."""
    episode = Episode(
        slug=_make_slug(details.title, details.audience),
        author_id=viewer.id,
        state=EpisodeState.PROCESSING,
        publish_when_ready=publish,
        title=details.title,
    )
    session.add(episode)
    session.flush()
    _describe(session, viewer, episode, details)
    return episode


def edit_episode(
    session: Session, viewer: Viewer, episode: Episode, details: EpisodeDetails
) -> None:
    """Change what is said about an episode and who may see it. Its address stays, except that
    one which becomes unlisted gets an address nobody can guess."""
    if details.audience is Audience.UNLISTED and episode.audience is not Audience.UNLISTED:
        episode.slug = _make_slug(details.title, details.audience)
    _describe(session, viewer, episode, details)
    episode.updated_at = clock.now()


def check_groups(session: Session, viewer: Viewer, details: EpisodeDetails) -> None:
    """People show episodes to groups of their own only; raises InvalidInputError for others."""
    _require_own(session, viewer, _wanted_groups(details))


def publish(episode: Episode) -> None:
    """Let the audience see the episode: now if it is ready and nothing holds it, else as soon as
    that is so."""
    episode.publish_when_ready = True
    _publish_if_wanted(episode)


def unpublish(episode: Episode) -> None:
    """Take the episode back from everybody but its author."""
    episode.publish_when_ready = False
    episode.published_at = None


def hold(episode: Episode) -> None:
    """An episode that nobody else sees yet is not published before somebody lets it go."""
    if episode.published_at is None:
        episode.is_held = True


def let_go(episode: Episode) -> None:
    """Nothing holds the episode any more: it is published now if it is ready and that is wanted."""
    if episode.is_held:
        episode.is_held = False
        _publish_if_wanted(episode)


def describe_media(
    session: Session, episode_id: str, *, kind: EpisodeKind, duration_ms: int
) -> None:
    """Note what probing the recording has found, unless another recording is still played."""
    episode = _get(session, episode_id)
    if episode.state is not EpisodeState.READY:
        episode.kind, episode.duration_ms = kind, duration_ms


def set_kind(session: Session, episode_id: str, kind: EpisodeKind) -> None:
    """Whether what is played now is sound or picture."""
    _get(session, episode_id).kind = kind


def make_ready(session: Session, episode_id: str, *, duration_ms: int) -> Episode:
    """The first rendition is up: the episode is playable, and published if that was wanted."""
    episode = _get(session, episode_id)
    episode.state, episode.failure = EpisodeState.READY, None
    episode.duration_ms = duration_ms
    _publish_if_wanted(episode)
    return episode


def make_failed(session: Session, episode_id: str, reason: str) -> None:
    """Nothing can be made of what the author has sent, for a reason that the author reads; what
    plays already plays on."""
    episode = _get(session, episode_id)
    if episode.state is not EpisodeState.READY:
        episode.state, episode.failure = EpisodeState.FAILED, reason


def process_again(session: Session, episode_id: str) -> None:
    """A failed episode gets another try."""
    episode = _get(session, episode_id)
    if episode.state is EpisodeState.FAILED:
        episode.state, episode.failure = EpisodeState.PROCESSING, None


def withhold(session: Session, episode_id: str) -> None:
    """Nobody but its author sees a playable episode until it is made ready again; when it was
    published is kept."""
    episode = _get(session, episode_id)
    if episode.state is EpisodeState.READY:
        episode.publish_when_ready = episode.is_released
        episode.state = EpisodeState.PROCESSING


def set_poster(session: Session, episode_id: str, name: str | None) -> None:
    """The file name of the picture that stands for this episode, or None while there is none."""
    _get(session, episode_id).poster = name


def set_language(
    session: Session, episode_id: str, language: str, *, instead_of: str | None = None
) -> None:
    """The language that was heard, unless the author has said which it is; also in place of the one
    that was thought to be heard before."""
    episode = _get(session, episode_id)
    if episode.language in {None, instead_of}:
        episode.language = language


def mark_checked(episode: Episode) -> None:
    """Somebody has looked: all of it is still true. The next review is as far ahead as the last one
    was when it was set."""
    episode.checked_at = clock.now()
    if episode.review_by is not None:
        days = timedelta(days=episode.review_days or 0)
        episode.review_by = episode.checked_at.date() + days
        episode.review_told_at = None


def hide(episode: Episode) -> None:
    """Nobody but author and moderators sees it any more."""
    episode.hidden_at = episode.hidden_at or clock.now()


def restore(episode: Episode) -> None:
    """It is seen again by whom it was for."""
    episode.hidden_at = None


def delete_episode(session: Session, episode: Episode) -> None:
    """Remove the episode and all rows about it; its objects are removed by a job of media."""
    session.execute(delete(Episode).where(Episode.id == episode.id))


def lock_episode(session: Session, episode_id: str) -> Episode:
    """The episode as it is now; others who want to lock it wait until this transaction ends.

    Whoever counts, or decides by what others may be changing, locks first and looks then.
    """
    episode = session.get(Episode, episode_id, with_for_update=True, populate_existing=True)
    if episode is None:
        raise EpisodeNotFoundError
    return episode


def record_rating(session: Session, episode_id: str, *, stars: int, count: int) -> None:
    """Add to the sum and number of ratings (negative to take back)."""
    episode = lock_episode(session, episode_id)
    episode.rating_sum += stars
    episode.rating_count += count


def record_outcome(session: Session, episode_id: str, counter: str, change: int) -> None:
    """Add `change` to one of the outcome counters."""
    episode = lock_episode(session, episode_id)
    setattr(episode, counter, getattr(episode, counter) + change)


def record_comments(session: Session, episode_id: str, change: int) -> None:
    """Add `change` to the number of comments."""
    lock_episode(session, episode_id).comment_count += change


def record_play(session: Session, episode_id: str) -> None:
    """Count one play; by the database, so that nobody waits for who plays at the same time."""
    counting = update(Episode).values(play_count=Episode.play_count + 1)
    session.execute(counting.where(Episode.id == episode_id))


def _publish_if_wanted(episode: Episode) -> None:
    is_possible = episode.state is EpisodeState.READY and not episode.is_held
    if episode.publish_when_ready and is_possible and episode.published_at is None:
        episode.published_at = clock.now()


def _describe(session: Session, viewer: Viewer, episode: Episode, details: EpisodeDetails) -> None:
    episode.title = details.title
    episode.description = details.description
    episode.language = details.language
    episode.audience = details.audience
    episode.tags_text = " ".join(details.tags)
    _set_review(episode, details.review_by)
    _set_tags(session, episode.id, details.tags)
    _set_groups(session, viewer, episode.id, details)


def _set_review(episode: Episode, day: date | None) -> None:
    """A day that has come since it was set may stay; another one lies ahead."""
    if day == episode.review_by:
        return
    days = None if day is None else (day - clock.now().date()).days
    if days is not None and not 0 < days <= library_policy.LONGEST_REVIEW_DAYS:
        raise InvalidInputError(errors={"review_by": NO_REVIEW_DAY})
    episode.review_by, episode.review_days, episode.review_told_at = day, days, None


def _set_tags(session: Session, episode_id: str, names: Sequence[str]) -> None:
    # Somebody else may be making the same tags now: in one order for all, so that nobody waits
    # for somebody who waits for them.
    upsert.add_missing(session, Tag, "name", sorted(names))
    known = session.scalars(select(Tag.id).where(Tag.name.in_(names))).all()
    session.execute(delete(EpisodeTag).where(EpisodeTag.episode_id == episode_id))
    session.add_all(EpisodeTag(episode_id=episode_id, tag_id=ident) for ident in known)


def _set_groups(session: Session, viewer: Viewer, episode_id: str, details: EpisodeDetails) -> None:
    """Authors name groups they belong to; one that they have left since may stay named."""
    wanted = _wanted_groups(details)
    named = set(library_queries.list_group_ids(session, episode_id))
    added = wanted - named
    _require_own(session, viewer, added)
    dropped = EpisodeGroup.group_id.in_(named - wanted)
    session.execute(delete(EpisodeGroup).where(EpisodeGroup.episode_id == episode_id, dropped))
    session.add_all(EpisodeGroup(episode_id=episode_id, group_id=ident) for ident in added)


def _wanted_groups(details: EpisodeDetails) -> set[str]:
    return set(details.group_ids) if details.audience is Audience.GROUP else set()


def _require_own(session: Session, viewer: Viewer, wanted: Collection[str]) -> None:
    own = select(Membership.group_id).where(
        Membership.user_id == viewer.id, Membership.group_id.in_(wanted)
    )
    if set(wanted) != set(session.scalars(own)):
        raise InvalidInputError(
            errors={"group_ids": said("You can only name groups you belong to.")}
        )


def _make_slug(title: str, audience: Audience) -> str:
    size = SLUG_SECRET_BYTES if audience is Audience.UNLISTED else SLUG_SUFFIX_BYTES
    words = slugify(title, max_length=SLUG_WORDS_LENGTH) or "episode"
    return f"{words}-{secrets.token_hex(size)}"


def _get(session: Session, episode_id: str) -> Episode:
    episode = session.get(Episode, episode_id)
    if episode is None:
        raise EpisodeNotFoundError
    return episode
