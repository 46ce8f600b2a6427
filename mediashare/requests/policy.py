"""What people may do with requests, how often, and by which words they are found."""

from collections.abc import Collection, Sequence

from mediashare import stems
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.groups.models import GroupRole, Membership
from mediashare.requests.models import WORD_LENGTH, Answer, Request, RequestState

ASK_LIMIT = "30 per hour"
ACT_LIMIT = "60 per minute"
# A request is found by so many of its words at most.
MOST_WORDS = 200


def may_ask(viewer: Viewer, group_id: str | None) -> bool:
    """Members ask everybody; guests ask the groups that they were invited to."""
    is_somewhere = accounts_policy.is_member(viewer) or group_id is not None
    return accounts_policy.may_write(viewer) and is_somewhere


def is_asker(viewer: Viewer, request: Request) -> bool:
    """Whose question it is."""
    return viewer.id is not None and viewer.id == request.asker_id


def may_want(viewer: Viewer, request: Request) -> bool:
    """Others say that they want it too, while it is open."""
    is_open = request.state is RequestState.OPEN
    return is_open and accounts_policy.may_write(viewer) and not is_asker(viewer, request)


def may_settle(viewer: Viewer, request: Request, membership: Membership | None) -> bool:
    """Whoever asked says what answers it; so do stewards in their group, and moderators, as far
    as they may read it."""
    if not accounts_policy.may_write(viewer):
        return False
    is_steward = (
        membership is not None
        and membership.group_id == request.group_id
        and membership.role is GroupRole.STEWARD
    )
    return is_asker(viewer, request) or is_steward or accounts_policy.is_moderator(viewer)


def may_withdraw(viewer: Viewer, answer: Answer) -> bool:
    """People take back what they offered."""
    return accounts_policy.may_write(viewer) and viewer.id == answer.offered_by_id


def words_of(text: str) -> Sequence[str]:
    """The words that a request is found by: each once, without its ending, as search reads a text
    of which nobody has said the language."""
    words = (stems.stem(word, stems.UNSAID) for word in stems.WORD.findall(text))
    known = dict.fromkeys(word for word in words if len(word) <= WORD_LENGTH)
    return list(known)[:MOST_WORDS]


def least_common(words: Collection[str]) -> int:
    """How many of so many words a request must have to be about the same: half of them."""
    return (len(words) + 1) // 2
