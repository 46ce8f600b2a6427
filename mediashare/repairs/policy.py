"""Who may put a transcript right, how two changes of a line are joined, and where words stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.library import policy as library_policy
from mediashare.library.models import Episode
from mediashare.repairs.models import Fix, FixState
from mediashare.text import compare_words

# A person who goes through a transcript saves a line every few seconds.
FIX_LIMIT = "300 per 10 minutes"
EVERYWHERE_LIMIT = "30 per 10 minutes"


@dataclass(frozen=True)
class Change:
    """Words of a line, from one position to before another, and what stands there instead."""

    start: int
    end: int
    words: tuple[str, ...]

    def clashes(self, other: "Change") -> bool:
        """Whether both touch the same words, or put different ones into the same place."""
        if self == other:
            return False
        if self.start == self.end == other.start == other.end:
            return True
        return max(self.start, other.start) < min(self.end, other.end) or (
            other.start < self.start == self.end < other.end
            or self.start < other.start == other.end < self.end
        )


def may_fix(viewer: Viewer, episode: Episode, *, is_steward: bool) -> bool:
    """Authors, stewards of the groups that an episode is for, and moderators save at once."""
    entitled = (
        library_policy.is_author(viewer, episode)
        or is_steward
        or accounts_policy.is_moderator(viewer)
    )
    return entitled and accounts_policy.may_write(viewer)


def may_suggest(viewer: Viewer, episode: Episode) -> bool:
    """Whoever may discuss an episode suggests how its transcript is right; authors do so before
    it is published."""
    return library_policy.may_discuss(viewer, episode) or library_policy.may_edit(viewer, episode)


def may_read(viewer: Viewer, fix: Fix, *, is_fixer: bool) -> bool:
    """Everybody reads what became part of the transcript; suggestions are for who made them and
    for those who decide."""
    is_public = fix.state in {FixState.APPLIED, FixState.UNDONE}
    return is_public or is_fixer or is_maker(viewer, fix)


def is_maker(viewer: Viewer, fix: Fix) -> bool:
    """Whether the viewer has made this fix."""
    return viewer.id is not None and viewer.id == fix.author_id


def merged(base: str, mine: str, theirs: str) -> str | None:
    """A line with two changes of it, word by word; None where they clash."""
    words = base.split()
    changes = [*_changes(words, mine.split()), *_changes(words, theirs.split())]
    changes = sorted(set(changes), key=lambda change: (change.start, change.end))
    for number, change in enumerate(changes):
        if any(change.clashes(other) for other in changes[number + 1 :]):
            return None
    # An insertion stands before the word at its place, also where that is changed.
    for change in sorted(changes, key=lambda change: (change.start, change.end), reverse=True):
        words[change.start : change.end] = change.words
    return " ".join(words)


def moved_positions(positions: Sequence[int], before: str, after: str) -> Sequence[int]:
    """Where words of one text stand in another, as far as they do."""
    places: dict[int, int] = {}
    for is_same, old, new in compare_words(before.split(), after.split()):
        if is_same:
            numbers = zip(range(old.start, old.stop), range(new.start, new.stop), strict=True)
            places |= dict(numbers)
    return [places[position] for position in positions if position in places]


def replaced(text: str, wanted: str, replacement: str) -> tuple[str, int]:
    """A line in which whole words, whatever their case, are exchanged; in how many places."""
    pattern = r"\s+".join(map(re.escape, wanted.split()))
    found = re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)
    made, count = found.subn(lambda _match: replacement, text)
    return " ".join(made.split()), count


def _changes(base: Sequence[str], other: Sequence[str]) -> Iterator[Change]:
    for is_same, old, new in compare_words(base, other):
        if not is_same:
            yield Change(old.start, old.stop, tuple(other[new]))


def exchanged(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The words that somebody has put in place of others, each with those."""
    old_words, new_words = before.split(), after.split()
    for is_same, old, new in compare_words(old_words, new_words):
        if not is_same and old_words[old] and new_words[new]:
            yield " ".join(old_words[old]), " ".join(new_words[new])
