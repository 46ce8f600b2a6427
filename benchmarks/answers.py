"""Questions with known answers: the demo library, what is asked of it, and texts to hide it in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from mediashare.demo.script import read_library

ROOT = Path(__file__).resolve().parents[1]
# How fast people speak.
WORD_S, PAUSE_S = 0.4, 0.4
BLOCK, MARKS = re.compile(r"```.*?```", re.DOTALL), re.compile(r"[`*#|>]")
SENTENCE_END = re.compile(r"(?<=[.:!?])\s+")
LEAST_LETTERS = 20
# What nobody has said anything about.
ELSEWHERE = (
    "recipe for sourdough bread",
    "best hiking trails in the alps",
    "who won the football match",
    "cheap flights to tokyo in april",
    "how to prune apple trees",
    "qwer asdf zxcv uiop",
    "canteen menu today",
    "parking garage opening hours",
    "how do I book a meeting room",
    "printer out of toner",
    "holiday calendar",
    "zeppelin",
)

Said = tuple[float, float, str]


@dataclass(frozen=True)
class Talk:
    """A clip of the benchmark: sentences with their times in seconds."""

    title: str
    description: str
    tags: str
    said: Sequence[Said]


@dataclass(frozen=True)
class Question:
    """What is asked, in words `near` to those of the answer or `far` from them, and where that
    is said."""

    kind: str
    ask: str
    title: str
    start: float
    end: float

    def is_answered_by(self, title: str, start: float, end: float) -> bool:
        """Whether the answer is heard in this stretch: at least its middle."""
        return title == self.title and start <= (self.start + self.end) / 2 <= end


def list_talks() -> Sequence[Talk]:
    """The clips of the demo library."""
    return [
        Talk(
            clip.title,
            clip.summary,
            " ".join(clip.tags),
            _timed([sentence for part in clip.parts for sentence in part.sentences]),
        )
        for clip in read_library().clips
    ]


def list_documents() -> Sequence[Talk]:
    """The documents of this repository, as if somebody had read them out."""
    paths = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
    return [Talk(path.stem, "", "", _timed(list(_sentences(path)))) for path in paths]


def list_questions(talks: Sequence[Talk]) -> Sequence[Question]:
    """The questions beside this file; each must have exactly one answer."""
    data = yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text())
    return [
        _find(kind, row["ask"], row["answer"], talks) for kind, rows in data.items() for row in rows
    ]


def _find(kind: str, ask: str, answer: str, talks: Sequence[Talk]) -> Question:
    [found] = [
        Question(kind, ask, talk.title, start, end)
        for talk in talks
        for start, end, text in talk.said
        if answer in text
    ]
    return found


def _sentences(path: Path) -> Iterator[str]:
    text = MARKS.sub(" ", BLOCK.sub("", path.read_text()))
    for sentence in SENTENCE_END.split(text):
        if len(sentence) > LEAST_LETTERS:
            yield " ".join(sentence.split())


def _timed(sentences: Sequence[str]) -> Sequence[Said]:
    said, at = [], 0.0
    for sentence in sentences:
        length = len(sentence.split()) * WORD_S
        said.append((at, at + length, sentence))
        at += length + PAUSE_S
    return said
