"""The documents name what there is."""

import re
from pathlib import Path

from mediashare.config import Settings
from workers.tools import formats, probe, refusals, streams

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("make run", "make test", "make demo")


def test_every_setting_is_documented_under_its_name() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    names = {
        str(field.validation_alias or f"MEDIASHARE_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }

    documented = set(re.findall(r"^\| `([A-Z0-9_]+)`", page, flags=re.MULTILINE))

    assert documented == names


def test_every_make_target_says_what_it_does() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    targets = [line for line in lines if re.match(r"^[a-z-]+:(?!=)", line)]

    silent = [line for line in targets if "## " not in line]

    assert silent == []


def test_the_readme_names_the_commands() -> None:
    readme = (ROOT / "README.md").read_text()

    missing = [command for command in COMMANDS if command not in readme]

    assert missing == []


def test_every_refusal_is_documented_in_the_words_that_people_read() -> None:
    page = (ROOT / "docs" / "formats.md").read_text().partition("## Refused")[2]

    documented = re.findall(r"^\| ([^|]+\.) \|", page, flags=re.MULTILINE)

    assert documented == [re.sub(r"%\(\w+\)s", "…", one) for one in refusals.SENTENCES]


def test_the_limits_of_the_gate_are_documented() -> None:
    page = (ROOT / "docs" / "formats.md").read_text()

    for limit in (
        f"{formats.MAX_PIXELS // 2304} x 2304 points",
        f"More than {formats.MAX_STREAMS}.",
        f"More than {probe.MAX_CHAPTERS}.",
        f"More than {probe.MAX_ATTACHED_MB} MB",
        f"More than {probe.MAX_FPS}, over",
        f"More than {probe.MAX_PACKETS} packets",
        f"Less than {streams.SHORTEST_S} s",
    ):
        assert limit in page
