"""What this house does with what a check finds, and who decides about it."""

from enum import StrEnum

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.checks.models import Finding, FindingState
from mediashare.config import Settings
from mediashare.library import policy as library_policy
from mediashare.library.models import Episode
from mediashare.media.policy import Span

MOST_WORDS = 500


class Policy(StrEnum):
    """`advise` tells the author; `require` also keeps the episode from others until then."""

    OFF = "off"
    ADVISE = "advise"
    REQUIRE = "require"


def policy_of(settings: Settings) -> Policy:
    """What the settings say."""
    return Policy(settings.prepublish_check)


def may_decide(viewer: Viewer, episode: Episode) -> bool:
    """Who may change an episode decides what of it others hear; nobody else knows of findings."""
    return library_policy.may_edit(viewer, episode)


def may_watch(viewer: Viewer) -> bool:
    """Moderators keep the list of watched words."""
    return accounts_policy.is_moderator(viewer)


def is_undecided(finding: Finding) -> bool:
    """Whether its author has still to say what becomes of it."""
    return finding.state is FindingState.OPEN


def overlaps(finding: Finding, span: Span) -> bool:
    """Whether some of it lies in a span of the recording."""
    return finding.start_ms < span[1] and finding.end_ms > span[0]
