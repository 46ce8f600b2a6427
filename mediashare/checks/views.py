"""How the check of an episode looks, to people and to programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediashare.checks import policy as checks_policy
from mediashare.checks.models import Finding, FindingKind, FindingState, WatchedWord
from mediashare.checks.policy import Policy
from mediashare.checks.queries import CheckState, CheckStatus, Wording
from mediashare.library.models import Episode, EpisodeState
from mediashare.sentences import said, said_many, together
from mediashare.transcripts.models import TranscriptState
from mediashare.web.json_api import iso, seconds

WAITS = said("This episode waits for the check before publishing: it looks through what is said.")
WAITS_IN_VAIN = said("This episode waits for the check before publishing, which has failed.")
KINDS = {
    FindingKind.KEY: said("Key or token"),
    FindingKind.PASSWORD: said("Password"),
    FindingKind.CARD: said("Card number"),
    FindingKind.EMAIL: said("E-mail address"),
    FindingKind.PHONE: said("Phone number"),
    FindingKind.WATCHED: said("Watched word"),
}
STATES = {
    FindingState.OPEN: said("Undecided"),
    FindingState.KEPT: said("Kept"),
    FindingState.MUTED: said("Muted"),
    FindingState.GONE: said("Not said any more"),
}


@dataclass(frozen=True)
class Sentence:
    """What is said around a finding in one language: pieces of it, and which of them are found."""

    language: str | None
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Shown:
    """A finding with the sentence around it; `start` is the second of what is played, or None
    where that part is not played at present."""

    finding: Finding
    start: float | None
    sentences: Sequence[Sentence]


def shown_findings(status: CheckStatus, said: Sequence[Wording]) -> Sequence[Shown]:
    """What was found, each with its sentence, in which the found words are marked."""
    return [_shown(finding, status.offset_ms, said) for finding in status.findings]


def status_json(episode: Episode, status: CheckStatus, policy: Policy) -> dict[str, Any]:
    """The check of an episode, as programs read it."""
    return {
        "policy": policy.value,
        "state": status.state.value,
        "is_passed": status.is_passed,
        "is_held": episode.is_held,
        "checked_at": iso(status.checked_at),
        "findings": [finding_json(one, status.offset_ms) for one in status.findings],
    }


def finding_json(finding: Finding, offset_ms: int) -> dict[str, Any]:
    """One finding, in seconds of what is played; what it is about is only hinted at."""
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "state": finding.state.value,
        "start": seconds(max(0, finding.start_ms - offset_ms)),
        "end": seconds(max(0, finding.end_ms - offset_ms)),
        "masked": finding.masked,
        "decided_at": iso(finding.decided_at),
    }


def word_json(word: WatchedWord) -> dict[str, Any]:
    """A watched word."""
    return {"id": word.id, "word": word.word, "created_at": iso(word.created_at)}


def found_sentence(episode: Episode, count: int) -> str:
    """That so much is undecided, for the pages of an episode."""
    found = said_many(
        "The check before publishing has found %(num)s thing to decide about.",
        "The check before publishing has found %(num)s things to decide about.",
        count,
    )
    rest = said("It is published once you have decided.")
    return together([found, rest]) if episode.is_held else found


def status_sentence(status: CheckStatus) -> str:
    """What came of the check, for its own page."""
    if status.state is CheckState.WAITING:
        return said(
            "What is said is being looked through, or will be as soon as it is written down."
        )
    if status.state is CheckState.FAILED:
        return said("What is said could not be looked through. Look again, or tell an admin.")
    if status.state is CheckState.NEVER:
        return said("What is said has not been looked through yet.")
    if not status.findings:
        return _nothing_found(status)
    if status.open:
        return said(
            "Decide about each: nobody but you, and who may edit this episode, sees this page."
        )
    return said("You have decided about all that was found.")


def may_publish_now(episode: Episode, status: CheckStatus, policy: Policy) -> bool:
    """Whether its author can publish the episode, or have it published, from the page."""
    is_ready = episode.state is EpisodeState.READY and episode.published_at is None
    return is_ready and (policy is not Policy.REQUIRE or status.is_passed)


def is_undecided(shown: Shown) -> bool:
    """Whether there is something to choose."""
    return checks_policy.is_undecided(shown.finding)


def _nothing_found(status: CheckStatus) -> str:
    if status.has_words:
        return said("Nothing was found.")
    transcript = status.transcript
    if transcript is not None and transcript.state is TranscriptState.FAILED:
        return said(
            "Speech could not be recognised, so that nothing could be looked through. "
            "That keeps nobody from publishing: listen to it yourself."
        )
    return said("No speech was found, so that there was nothing to look through.")


def _shown(finding: Finding, offset_ms: int, said: Sequence[Wording]) -> Shown:
    start_ms, end_ms = finding.start_ms - offset_ms, finding.end_ms - offset_ms
    start = start_ms / 1000 if start_ms >= 0 else None
    if finding.state is FindingState.MUTED:
        return Shown(finding, start, ())
    found = [_sentence(one, start_ms, end_ms) for one in said]
    return Shown(finding, start, [one for one in found if one.pieces])


def _sentence(said: Wording, start_ms: int, end_ms: int) -> Sentence:
    near = [one for one in said.segments if one.start_ms < end_ms and one.end_ms > start_ms]
    words = [word for segment in near for word in segment.timed_words]
    marked = [
        (word.text.strip(), word.start_ms < end_ms and word.end_ms > start_ms) for word in words
    ]
    return Sentence(said.language, list(_joined(marked)))


def _joined(words: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Neighbouring words that are marked, or not, as one piece."""
    waiting: list[str] = []
    for number, (text, is_marked) in enumerate(words):
        waiting.append(text)
        if number + 1 == len(words) or words[number + 1][1] != is_marked:
            yield " ".join(waiting), is_marked
            waiting = []
