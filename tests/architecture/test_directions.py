"""Pages can be read from right to left: styles say start and end, not left and right."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_conventions import ROOT, relative

STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
PHYSICAL = re.compile(
    r"^(left|right|(margin|padding|border|scroll-margin|scroll-padding)-(left|right)(-\w+)?"
    r"|border-(top|bottom)-(left|right)-radius)$"
)
SIDES = {"margin", "padding", "inset", "border-width", "scroll-margin", "scroll-padding"}
KEYWORDS = {"text-align", "float", "clear"}
# Time runs from left to right in every player, whatever one reads.
TIMELINES = {".scrub .now": "where it plays; its second is the share of the way that a script says"}


def declarations(path: Path) -> Iterator[tuple[str, str, str]]:
    """Selector, property and value of each declaration of a file."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for selector, body in RULE.findall(text):
        for declaration in body.split(";"):
            name, found, value = declaration.partition(":")
            if found:
                yield " ".join(selector.split()), name.strip(), " ".join(value.split())


def is_physical(name: str, value: str) -> bool:
    """Whether it names a side, or gives the two sides different sizes."""
    if PHYSICAL.fullmatch(name):
        return True
    if name in KEYWORDS:
        return value in {"left", "right"}
    value = value.removesuffix(" !important")
    sides = re.findall(r"[^\s(]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?", value)
    return name in SIDES and len(sides) == 4 and sides[1] != sides[3]


def test_styles_name_no_side_but_on_timelines() -> None:
    found = [
        f"{relative(path)}: {selector} {{ {name}: {value} }}"
        for path in STYLES
        for selector, name, value in declarations(path)
        if is_physical(name, value) and selector not in TIMELINES
    ]

    assert found == []


def test_every_exception_is_there() -> None:
    physical = {
        selector
        for path in STYLES
        for selector, name, value in declarations(path)
        if is_physical(name, value)
    }

    assert set(TIMELINES) == physical
