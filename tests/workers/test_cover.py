"""Covers that we draw, and moments that are chosen."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workers.tools import cover, poster

TITLE = "Postmortem radio 14"
PEAKS = [number % 256 for number in range(800)]
SILENCE = [0] * 800
MARKER = (255, 219, 74)


def drawn(
    folder: Path, title: str = TITLE, key: str = "a", peaks: Sequence[int] = PEAKS
) -> Image.Image:
    name = cover.draw(folder, title=title, peaks=peaks, key=key)
    with Image.open(folder / name) as image:
        return image.copy()


def has_words(image: Image.Image) -> bool:
    """Whether something is written where titles stand, above the waveform."""
    return MARKER in set(image.crop((80, 60, 1100, 180)).get_flattened_data())


def test_the_same_episode_has_the_same_colour_and_others_have_others(tmp_path: Path) -> None:
    grounds = {key: drawn(tmp_path, key=key).getpixel((2, 2)) for key in "abcdefg"}

    assert drawn(tmp_path, key="a").tobytes() == drawn(tmp_path, key="a").tobytes()
    assert len(set(grounds.values())) == len(cover.GROUNDS)
    assert grounds["a"] == grounds["g"]


def test_the_title_is_written_and_the_waveform_drawn(tmp_path: Path) -> None:
    image = drawn(tmp_path)

    assert image.size == (1280, 720)
    assert has_words(image)
    # Louder towards the right: the first bar is low, the last of the bright ones is high.
    column = [image.getpixel((cover.MARGIN + 5, y)) for y in range(720)]
    assert 4 <= column.count(MARKER) <= 40


@pytest.mark.parametrize("title", ["Почему падает кластер", "クラスタ", "🎉🎉🎉", "\u202e\u0007"])
def test_a_title_in_other_letters_is_left_to_the_page(tmp_path: Path, title: str) -> None:
    image = drawn(tmp_path, title, peaks=SILENCE)

    assert image.getpixel((2, 2)) == drawn(tmp_path).getpixel((2, 2))
    assert not has_words(image)


@pytest.mark.parametrize("title", ["Čeština a łódź", "x" * 200, "a " * 100, "Übergrößen: naïve 🎉"])
def test_long_and_accented_titles_fit(tmp_path: Path, title: str) -> None:
    image = drawn(tmp_path, title)

    assert has_words(image)
    # Nothing runs into the corner where lists put their sign.
    corner = image.crop((cover.MARGIN + cover.TEXT_WIDTH + 8, 0, 1280, 160))
    assert len(set(corner.get_flattened_data())) == 1


def test_without_built_pages_another_typeface_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cover, "FONTS", tmp_path)
    for cached in (cover._fonts, cover._find_font):  # noqa: SLF001 - what they know is of the other typeface
        cached.cache_clear()
    try:
        assert has_words(drawn(tmp_path))
    finally:
        for cached in (cover._fonts, cover._find_font):  # noqa: SLF001 - and now of this one
            cached.cache_clear()


def look(level: int, noise: int = 0, seed: int = 1) -> poster.Look:
    random = np.random.default_rng(seed)
    grain = random.integers(-noise, noise + 1, (poster.LOOK_HEIGHT, poster.LOOK_WIDTH))
    return np.clip(level + grain, 0, 255).astype(np.float32)


def test_moments_come_from_each_third_and_black_and_empty_ones_never() -> None:
    black, empty = look(0), look(200, 2)
    looks = [black, empty, look(80, 40), black, look(120, 50, 2), empty, look(160, 60, 3), black]

    assert list(poster.choose(looks)) == [6, 4, 2]


def test_moments_that_look_the_same_are_proposed_once() -> None:
    slide, other = look(100, 60), look(100, 60, seed=2)

    assert list(poster.choose([slide, slide + 1, slide, slide, other, slide])) == [0, 4]


def test_where_a_third_is_empty_another_gives_two() -> None:
    looks = [look(90, 30), look(90, 40, 2), look(90, 50, 3), *[look(0)] * 6]

    assert list(poster.choose(looks)) == [2, 1, 0]


def test_where_all_is_black_the_middle_is_shown() -> None:
    assert list(poster.choose([look(0)] * 5)) == [2]
    assert list(poster.choose([])) == []
