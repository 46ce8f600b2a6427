"""Reads library.yaml: who the demo people are, what they say, and what others answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mediashare.accounts.models import Role


@dataclass(frozen=True)
class Person:
    """Somebody in the demo house. `voice` is how espeak-ng speaks for them."""

    key: str
    name: str
    team: str
    place: str
    voice: str
    role: Role = Role.MEMBER


@dataclass(frozen=True)
class Guild:
    """The group of the demo house; its first member is the steward."""

    name: str
    purpose: str
    members: Sequence[str]


@dataclass(frozen=True)
class Part:
    """A stretch of a clip: the slide that stands (if it is a video), and the sentences spoken."""

    title: str
    points: Sequence[str]
    sentences: Sequence[str]


@dataclass(frozen=True)
class Remark:
    """A comment of one person, at the second where `at` (some spoken words) begins."""

    by: str
    text: str
    at: str = ""


@dataclass(frozen=True)
class Clip:
    """One episode, with the stars, the outcomes and the remarks that it got."""

    by: str
    title: str
    summary: str
    tags: Sequence[str]
    parts: Sequence[Part]
    is_video: bool = True
    in_guild: bool = False
    stars: Mapping[str, int] = field(default_factory=dict)
    solved_for: Sequence[str] = ()
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True)
class Library:
    """The whole demo house."""

    people: Sequence[Person]
    guild: Guild
    clips: Sequence[Clip]


def read_library() -> Library:
    """The library that stands beside this file."""
    data = yaml.safe_load(Path(__file__).with_name("library.yaml").read_text())
    people = [Person(**{**row, "role": Role(row.get("role", "member"))}) for row in data["people"]]
    return Library(people, Guild(**data["guild"]), [_read_clip(row) for row in data["clips"]])


def _read_clip(row: dict[str, Any]) -> Clip:
    parts = [Part(**part) for part in row["parts"]]
    remarks = [Remark(**remark) for remark in row.get("remarks", ())]
    return Clip(**{**row, "parts": parts, "remarks": remarks})
