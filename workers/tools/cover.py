"""Draws the cover of sound that came without one: its title and how loud it is, in our colours."""

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import mediashare

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Run = tuple[str, int]

NAME = "drawn.png"
WIDTH, HEIGHT = 1280, 720
MARGIN = 84
# Lists put a sign into the upper right corner, which must not cover words.
TEXT_WIDTH = 1010
# The grounds are the colours of people without a portrait, darkened; the marker reads well on all.
GROUNDS = ("#123a43", "#46281a", "#2b3152", "#1d4028", "#48203a", "#39351f")
MARKER = "#ffdb4a"
UNPLAYED = 0.55
FONT_SIZE, LINE_HEIGHT, WEIGHT = 92, 104, 800
MOST_LINES = 2
BARS = 64
BAR_SHARE = 0.56
LOUDEST = 255
LEAST_HEIGHT = 6
# Where the built front end keeps the typeface of our pages, Latin letters first.
FONTS = Path(mediashare.__file__).parents[1] / "static" / "dist"
FONT_FILES = ("schibsted-grotesk-latin-wght-*.woff2", "schibsted-grotesk-latin-ext-wght-*.woff2")
UNKNOWN_LETTER = "\uffff"
# A title of which less than this can be written in our typeface is left to the page.
LEAST_WRITTEN = 0.8


def draw(folder: Path, *, title: str, peaks: Sequence[int], key: str) -> str:
    """Draw the cover into the folder, and say what it is called; `key` decides its colour, always
    the same one."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _ground(key))
    pen = ImageDraw.Draw(image)
    lines = _lines(title) if _is_written(title) else []
    for number, line in enumerate(lines):
        _write(pen, line, MARGIN, MARGIN - 22 + number * LINE_HEIGHT)
    top = MARGIN + len(lines) * LINE_HEIGHT
    _draw_wave(pen, peaks, (top, HEIGHT - MARGIN), _ground(key))
    image.save(folder / NAME)
    return NAME


def _ground(key: str) -> str:
    return GROUNDS[sum(key.encode()) % len(GROUNDS)]


def _draw_wave(
    pen: ImageDraw.ImageDraw, peaks: Sequence[int], span: tuple[int, int], ground: str
) -> None:
    middle, most = sum(span) / 2, (span[1] - span[0]) * 0.8
    step = (WIDTH - 2 * MARGIN) / BARS
    loudest = max([*peaks, 1])
    for number, peak in enumerate(_resampled(peaks)):
        height = max(LEAST_HEIGHT, peak / loudest * most)
        left = MARGIN + number * step
        box = (left, middle - height / 2, left + step * BAR_SHARE, middle + height / 2)
        # As in the player: what has been heard is bright.
        share = 1.0 if number < BARS // 3 else UNPLAYED
        pen.rounded_rectangle(box, radius=step / 4, fill=_mixed(MARKER, ground, share))


def _resampled(peaks: Sequence[int]) -> Iterator[int]:
    for number in range(BARS):
        start = number * len(peaks) // BARS
        yield max(peaks[start : max(start + 1, (number + 1) * len(peaks) // BARS)], default=0)


def _mixed(colour: str, other: str, share: float) -> tuple[int, ...]:
    parts = (bytes.fromhex(text[1:]) for text in (colour, other))
    return tuple(round(a * share + b * (1 - share)) for a, b in zip(*parts, strict=True))


def _lines(title: str) -> Sequence[str]:
    """The title in as many lines as there is room for, the last cut short where it must be."""
    words, lines = title.split(), [""]
    while words:
        longer = f"{lines[-1]} {words[0]}".strip()
        if _fits(longer):
            lines[-1] = longer
            del words[0]
        elif lines[-1] and len(lines) < MOST_LINES:
            lines.append("")
        else:
            lines[-1] = _shortened(longer)
            break
    return lines


def _shortened(text: str) -> str:
    return next(
        (f"{text[:end].rstrip()}…" for end in range(len(text), 0, -1) if _fits(f"{text[:end]}…")),
        "…",
    )


def _fits(text: str) -> bool:
    return sum(_fonts()[at].getlength(run) for run, at in _runs(text)) <= TEXT_WIDTH


def _write(pen: ImageDraw.ImageDraw, line: str, left: float, top: int) -> None:
    for run, at in _runs(line):
        font = _fonts()[at]
        pen.text((left, top), run, font=font, fill=MARKER)
        left += font.getlength(run)


def _runs(text: str) -> Iterator[Run]:
    """The text in pieces of one font each; what no font has is left out."""
    known = [(letter, at) for letter in text if (at := _find_font(letter)) is not None]
    for at, letters in itertools.groupby(known, key=lambda pair: pair[1]):
        yield "".join(letter for letter, _at in letters), at


def _is_written(title: str) -> bool:
    known = [letter for letter in title if _find_font(letter) is not None]
    return len(known) >= LEAST_WRITTEN * len(title)


@cache
def _find_font(letter: str) -> int | None:
    if not letter.isprintable():
        return None
    return next((at for at, font in enumerate(_fonts()) if _has(font, letter)), None)


def _has(font: Font, letter: str) -> bool:
    # Fonts draw the same box for every letter that they do not have.
    return letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask(UNKNOWN_LETTER))


@cache
def _fonts() -> Sequence[Font]:
    found = [path for pattern in FONT_FILES for path in sorted(FONTS.glob(pattern))]
    if not found:
        return [ImageFont.load_default(FONT_SIZE)]
    fonts = [ImageFont.truetype(path, FONT_SIZE) for path in found]
    for font in fonts:
        font.set_variation_by_axes([WEIGHT])
    return fonts
