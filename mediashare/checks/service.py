"""Keeping what a check finds, deciding about it, and letting the episode go to others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.checks import policy as checks_policy
from mediashare.checks import queries as checks_queries
from mediashare.checks.errors import (
    FindingGoneError,
    FindingMutedError,
    TooManyWordsError,
    WordKnownError,
    WordNotFoundError,
)
from mediashare.checks.models import Check, Finding, FindingKind, FindingState, WatchedWord
from mediashare.checks.policy import Policy
from mediashare.checks.queries import CheckState, Material
from mediashare.edits import service as edits_service
from mediashare.library import service as library_service
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode
from mediashare.media import policy as media_policy
from mediashare.media import queries as media_queries
from mediashare.media.models import Version, VersionState
from mediashare.media.policy import Edit, Span
from mediashare.notifications import service as notifications_service
from mediashare.sentences import said, together
from mediashare.transcripts import service as transcripts_service

# Recognisers are a little off, and half a word may be enough to guess the rest.
MARGIN_MS = 100
FOUND = (
    said("“%(title)s” may say 1 thing that others should not hear."),
    said("“%(title)s” may say %(count)s things that others should not hear."),
)
ASKS = {
    Policy.ADVISE: said("Look whether you want to mute them or keep them."),
    Policy.REQUIRE: said("It is published once you have decided about each."),
}
FAILED = said("What is said in “%(title)s” could not be checked. Ask for it again on its page.")


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """Something that may have slipped out, in milliseconds of what is played; `masked` tells which
    one it is without saying it."""

    kind: FindingKind
    start_ms: int
    end_ms: int
    masked: str


def hold_if_required(session: Session, episode: Episode, policy: Policy) -> None:
    """Where policy requires the check, an episode that nobody else sees yet waits for it; where it
    does not, nothing waits."""
    if policy is not Policy.REQUIRE:
        library_service.let_go(episode)
        return
    session.flush()
    status = checks_queries.get_status(session, episode.id)
    if status.is_passed:
        library_service.let_go(episode)
        return
    library_service.hold(episode)
    if episode.is_held and status.state in {CheckState.NEVER, CheckState.FAILED}:
        transcripts_service.request_check(session, episode.id)


def conclude(
    session: Session,
    material: Material,
    sightings: Sequence[Sighting],
    policy: Policy,
    *,
    job_id: str,
) -> None:
    """The words were looked through: keep what was found, and let the episode go if it was only
    held for that. What was decided stays decided, as long as the words are the same. Nothing is
    kept where the words have changed meanwhile: then another job looks through them, or has."""
    episode_id, offset_ms = material.episode_id, material.offset_ms
    try:
        episode = library_service.lock_episode(session, episode_id)
    except EpisodeNotFoundError:
        return
    if not checks_queries.is_newest(session, episode_id, job_id):
        return
    moved = [
        replace(one, start_ms=one.start_ms + offset_ms, end_ms=one.end_ms + offset_ms)
        for one in sightings
    ]
    finds_more = _keep_found(session, episode_id, moved)
    check = session.merge(Check(episode_id=episode_id, checked_at=clock.now()))
    session.flush()
    open_count = _settle(session, episode, policy)
    if open_count and finds_more:
        check.told_at = clock.now()
        _tell(session, episode, open_count, policy)


def skip(session: Session, episode_id: str) -> None:
    """Nothing is looked through here: nothing waits for it either."""
    try:
        library_service.let_go(library_service.lock_episode(session, episode_id))
    except EpisodeNotFoundError:
        return


def fail(session: Session, episode_id: str) -> None:
    """The words could not be looked through. The author of an episode that is held is told."""
    try:
        episode = library_service.lock_episode(session, episode_id)
    except EpisodeNotFoundError:
        return
    if episode.is_held:
        text = said(FAILED, title=episode.title)
        notifications_service.notify(session, episode.author_id, "check", text, _path(episode))


def look_again(session: Session, viewer: Viewer, episode_id: str) -> None:
    """Have the words looked through once more, with the words that are watched by now."""
    checks_queries.get_own_by_id(session, viewer, episode_id)
    library_service.lock_episode(session, episode_id)
    transcripts_service.request_check(session, episode_id)


def keep(
    session: Session,
    viewer: Viewer,
    finding: tuple[str, str],
    policy: Policy,
    *,
    address: str | None = None,
) -> Finding:
    """Others may hear this. `finding` are the ids of the episode and of the finding in it."""
    checks_queries.get_own_by_id(session, viewer, finding[0])
    library_service.lock_episode(session, finding[0])
    episode, found = _take(session, viewer, finding)
    if found.state is FindingState.MUTED:
        raise FindingMutedError
    _decide(session, viewer, found, FindingState.KEPT, address)
    session.flush()
    _settle(session, episode, policy)
    return found


def mute(
    session: Session, viewer: Viewer, finding: tuple[str, str], *, address: str | None = None
) -> Finding:
    """Nobody is to hear this: the stretch is muted in another version, and its words are gone at
    once. The words that are left are looked through again, which lets the episode go."""
    episode, found = _take(session, viewer, finding)
    edit = _with_muted(session, episode.id, found)
    edits_service.save_edit(session, viewer, episode.id, edit, address=address)
    found = checks_queries.get_finding(session, episode.id, found.id)
    _decide(session, viewer, found, FindingState.MUTED, address)
    session.flush()
    return found


def add_word(
    session: Session, viewer: Viewer, word: str, *, address: str | None = None
) -> WatchedWord:
    """Look for a word from now on; what was checked before is not checked again for it."""
    known = checks_queries.list_words(session)
    if any(row.word == word for row in known):
        raise WordKnownError
    if len(known) >= checks_policy.MOST_WORDS:
        raise TooManyWordsError
    row = WatchedWord(word=word, added_by_id=viewer.id)
    session.add(row)
    session.flush()
    _record(session, viewer, "watched_word_added", ("watched_word", row.id), address)
    return row


def remove_word(
    session: Session, viewer: Viewer, ident: str, *, address: str | None = None
) -> None:
    """Nobody looks for this word any more; what was found stays found."""
    row = session.get(WatchedWord, ident)
    if row is None:
        raise WordNotFoundError
    session.delete(row)
    _record(session, viewer, "watched_word_removed", ("watched_word", ident), address)


def _keep_found(session: Session, episode_id: str, sightings: Sequence[Sighting]) -> bool:
    """Whether anything is open now that was not before."""
    left = list(checks_queries.list_all(session, episode_id))
    asked = {found.id for found in left if checks_policy.is_undecided(found)}
    muted = _list_muted(session, episode_id)
    finds_more = False
    for one in sightings:
        found = _match(left, one)
        if found is None:
            found = Finding(episode_id=episode_id, kind=one.kind, state=FindingState.OPEN)
            session.add(found)
        else:
            left.remove(found)
            is_kept = found.state is FindingState.KEPT and found.masked == one.masked
            found.state = FindingState.KEPT if is_kept else FindingState.OPEN
        found.start_ms, found.end_ms, found.masked = one.start_ms, one.end_ms, one.masked
        # What is to be muted may still be written down until the muted version is there.
        found.state = _unless_muted(found, muted, found.state)
        finds_more |= checks_policy.is_undecided(found) and found.id not in asked
    for found in left:
        if found.state in {FindingState.OPEN, FindingState.KEPT}:
            found.state = _unless_muted(found, muted, FindingState.GONE)
    return finds_more


def _unless_muted(found: Finding, muted: Sequence[Span], state: FindingState) -> FindingState:
    is_muted = any(checks_policy.overlaps(found, span) for span in muted)
    return FindingState.MUTED if is_muted else state


def _match(findings: Collection[Finding], one: Sighting) -> Finding | None:
    span = (one.start_ms, one.end_ms)
    for found in findings:
        if found.kind is one.kind and checks_policy.overlaps(found, span):
            return found
    return None


def _list_muted(session: Session, episode_id: str) -> Sequence[Span]:
    """What is muted in what is played, or will be."""
    wanted = _find_wanted(session, episode_id)
    return Edit.of(wanted).muted if wanted is not None else ()


def _find_wanted(session: Session, episode_id: str) -> Version | None:
    """What its author has asked for last of the recording that is played."""
    base = media_queries.find_version(session, episode_id)
    newest = media_queries.find_newest_version(session, episode_id)
    if base is None or newest is None or newest.recording_id != base.recording_id:
        return base
    is_wanted = newest.state in {VersionState.MAKING, VersionState.FAILED}
    return newest if is_wanted else base


def _with_muted(session: Session, episode_id: str, found: Finding) -> Edit:
    wanted = _find_wanted(session, episode_id)
    if wanted is None:
        raise EpisodeNotFoundError
    edit = Edit.of(wanted)
    length_ms = media_policy.recorded_ms(media_queries.get_recording(session, wanted))
    latest = found.end_ms + MARGIN_MS if length_ms is None else length_ms
    span = (max(0, found.start_ms - MARGIN_MS), min(latest, found.end_ms + MARGIN_MS))
    return replace(edit, muted=(*edit.muted, span))


def _take(session: Session, viewer: Viewer, finding: tuple[str, str]) -> tuple[Episode, Finding]:
    episode_id, finding_id = finding
    checks_queries.get_own_by_id(session, viewer, episode_id)
    found = checks_queries.get_finding(session, episode_id, finding_id)
    if found.state is FindingState.GONE:
        raise FindingGoneError
    return session.get_one(Episode, episode_id), found


def _decide(
    session: Session, viewer: Viewer, found: Finding, state: FindingState, address: str | None
) -> None:
    found.state, found.decided_by_id, found.decided_at = state, viewer.id, clock.now()
    subject = ("episode", found.episode_id)
    _record(session, viewer, f"finding_{state}", subject, address, kind=found.kind.value)


def _settle(session: Session, episode: Episode, policy: Policy) -> int:
    """How much is undecided, and what that means for an episode that nobody else sees yet."""
    status = checks_queries.get_status(session, episode.id)
    if status.open and policy is Policy.REQUIRE:
        library_service.hold(episode)
    elif policy is not Policy.REQUIRE or status.is_passed:
        library_service.let_go(episode)
    return len(status.open)


def _tell(session: Session, episode: Episode, count: int, policy: Policy) -> None:
    found = said(FOUND[count != 1], title=episode.title, count=count)
    text = together([found, ASKS[policy]])
    notifications_service.notify(session, episode.author_id, "check", text, _path(episode))


def _path(episode: Episode) -> str:
    return f"{episode.path}/check"


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    subject: tuple[str, str],
    address: str | None,
    **details: str,
) -> None:
    audit_service.record(
        session, action, actor_id=viewer.id, subject=subject, address=address, **details
    )
