"""A thousand ordinary English sentences, made from words of our own, the same each time."""

import itertools
import random
from collections.abc import Sequence

WHO = (
    "I", "we", "they", "my colleague", "the customer", "our team", "the new engineer", "she", "he",
    "the speaker", "everybody", "nobody", "somebody at the office", "the manager", "my friend",
)  # fmt: skip
DID = (
    "restarted", "opened", "closed", "moved", "checked", "forgot", "found", "painted", "sold",
    "cooked", "wrote down", "looked at", "talked about", "put away", "explained", "counted",
    "cleaned", "carried", "measured", "waited for", "paid for", "asked about", "turned off",
)  # fmt: skip
WHAT = (
    "the old server", "a cup of tea", "the green door", "three boxes", "the last page", "a cube",
    "the net", "the sequel", "the engine", "a piece of pie", "the test", "the lab", "the post",
    "the dress", "the sea", "a group of children", "the code", "two chairs", "the map", "a letter",
    "the spark", "the rust on the car", "a bar of soap", "the cattle", "the helmet", "the ball",
    "the docks", "a reader", "the form", "the terrace", "the coupon", "the ticket", "a control",
)  # fmt: skip
WHEN = (
    "yesterday", "on Monday", "at half past four", "before lunch", "in the morning", "last week",
    "after the meeting", "when it rained", "for the second time", "without a word", "at once",
    "because it was late", "and went home", "so that we could see it", "as far as I know",
)  # fmt: skip
SHAPES = (
    "{who} {did} {what} {when}.",
    "{when}, {who} {did} {what}.",
    "{who} never {did} {what}, but {who2} {did2} {what2} {when}.",
    "Why has {who} {did} {what} {when}?",
    "“{who} {did} {what},” said {who2}.",
    "{who} {did} {what} ({what2} too) {when}!",
    "Well, {who} {did} {what}; {who2} didn't.",
)


def sentences(count: int = 1000) -> Sequence[str]:
    """So many different sentences."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    made: dict[str, None] = {}
    shapes = itertools.cycle(SHAPES)
    while len(made) < count:
        first, second = (
            {"who": chance.choice(WHO), "did": chance.choice(DID), "what": chance.choice(WHAT)}
            for _ in range(2)
        )
        others = {f"{name}2": value for name, value in second.items()}
        text = next(shapes).format(**first, **others, when=chance.choice(WHEN))
        made[text[0].upper() + text[1:]] = None
    return list(made)
