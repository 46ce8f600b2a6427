"""When a place is worth keeping, and what counts as having been played."""

from datetime import timedelta

# Who has heard less has hardly begun, and who has less left is through.
BEGUN_S = 5.0
LEFT_S = 5.0
LEFT_SHARE = 0.05
# What somebody has not gone on with for so long they will not miss.
KEPT = timedelta(days=180)
# Players save every ten seconds, and when somebody stops or jumps.
SAVE_LIMIT = "120 per minute"
# Going back to the same clip soon after is not another play.
PLAY_LIMIT = "1 per 30 minutes"


def is_worth_keeping(position: float, duration: float | None) -> bool:
    """Whether it is worth to go on there: begun, and not as good as over."""
    if position < BEGUN_S:
        return False
    return duration is None or duration - position >= max(LEFT_S, duration * LEFT_SHARE)


def place_to_go_on(position: float, duration: float | None) -> float:
    """Where to go on, 0 for the beginning: an edit may have made the episode shorter meanwhile."""
    return position if is_worth_keeping(position, duration) else 0.0
