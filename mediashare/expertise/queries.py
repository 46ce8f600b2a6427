"""Find what somebody talks about: tags and spoken words of episodes that the viewer may find, and
of nothing else."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Integer, func, literal, select, union_all
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.expertise import policy
from mediashare.expertise.models import HiddenTopic
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode, EpisodeTag, Tag
from mediashare.search import queries as search_queries
from mediashare.search.queries.question import Term, read_question
from mediashare.transcripts.models import Segment, Transcript


@dataclass(frozen=True)
class Topic:
    """What somebody talks about: in how many clips they have tagged it or said it, and in how many
    lines it is said."""

    name: str
    clips: int
    said: int


@dataclass(frozen=True)
class Expertise:
    """What the profile of one person says of what they know. `hidden` is for themselves alone."""

    topics: Sequence[Topic] = ()
    hidden: Sequence[str] = ()
    solved: int = 0


@dataclass
class _Clips:
    """Someone's newest episodes that the viewer may find, for whom they have solved something, and
    by tag those that bear it."""

    solved: dict[str, int] = field(default_factory=dict)
    tagged: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def get_expertise(session: Session, viewer: Viewer, person: User) -> Expertise:
    """What a person talks about and how many people that has helped, as far as the viewer may find
    those clips."""
    clips = _list_clips(session, viewer, person)
    common, hidden = _list_common(session, viewer, person)
    own = sorted(clips.tagged, key=lambda name: (-len(clips.tagged[name]), name))
    names = [name for name in dict.fromkeys([*own, *common]) if name not in hidden]
    names = names[: policy.MOST_LOOKED_FOR]
    lines = _count_lines(session, list(clips.solved)[: policy.LISTENED_TO], names)
    return Expertise(
        topics=_rank(names, clips.tagged, lines),
        hidden=sorted(hidden) if viewer.id == person.id else (),
        solved=sum(clips.solved.values()),
    )


def _list_clips(session: Session, viewer: Viewer, person: User) -> _Clips:
    newest = (
        select(Episode.id, Episode.solved_count, Episode.published_at)
        .where(Episode.author_id == person.id, library_queries.listed_for(viewer))
        .order_by(Episode.published_at.desc(), Episode.id)
        .limit(policy.LOOKED_AT)
        .subquery()
    )
    rows = session.execute(
        select(newest.c.id, newest.c.solved_count, Tag.name)
        .outerjoin(EpisodeTag, EpisodeTag.episode_id == newest.c.id)
        .outerjoin(Tag, Tag.id == EpisodeTag.tag_id)
        .order_by(newest.c.published_at.desc(), newest.c.id)
    )
    clips = _Clips()
    for episode_id, solved, tag in rows:
        clips.solved[episode_id] = solved
        if tag is not None:
            clips.tagged[tag].add(episode_id)
    return clips


def _list_common(
    session: Session, viewer: Viewer, person: User
) -> tuple[Sequence[str], Collection[str]]:
    """The most used tags of what the viewer may find, for what this person has said without tagging
    it; and the topics that this person has hidden."""
    uses = func.count().label("uses")
    tags = (
        select(Tag.name, uses)
        .join(EpisodeTag, EpisodeTag.tag_id == Tag.id)
        .join(Episode, Episode.id == EpisodeTag.episode_id)
        .where(library_queries.listed_for(viewer))
        .group_by(Tag.id, Tag.name)
        .order_by(uses.desc(), Tag.name)
        .limit(policy.MOST_LOOKED_FOR)
        .subquery()
    )
    hidden = select(HiddenTopic.topic, literal(0, Integer)).where(HiddenTopic.user_id == person.id)
    rows = session.execute(union_all(select(tags.c.name, tags.c.uses), hidden)).all()
    common = sorted((-uses, name) for name, uses in rows if uses)
    return [name for _uses, name in common], {name for name, uses in rows if not uses}


def _count_lines(
    session: Session, episode_ids: Sequence[str], names: Sequence[str]
) -> Mapping[str, Counter[str]]:
    """By topic, how many lines of which of these episodes say it."""
    terms = {name: found[0] for name in names if (found := read_question(f'"{name}"').terms)}
    lines: dict[str, Counter[str]] = defaultdict(Counter)
    if not episode_ids or not terms:
        return lines
    index = search_queries.choose_index(session)
    ranges = index.list_ranges(session, episode_ids)
    if not ranges:
        return lines
    said = index.said(ranges, list(terms.values()), policy.MOST_LINES)
    rows = session.execute(
        select(Segment.episode_id, Segment.text, Transcript.language)
        .join(Transcript, Transcript.id == Segment.transcript_id)
        .where(Segment.id.in_(said), Segment.is_suspect.is_(False), Transcript.is_primary)
    )
    for episode_id, text, language in rows:
        rules = stems.algorithm_for(language)
        line = f" {stems.stems(text, rules)} "
        for name, term in terms.items():
            if _phrase(term, rules) in line:
                lines[name][episode_id] += 1
    return lines


def _phrase(term: Term, rules: str) -> str:
    return f" {stems.stems(term.text, rules)} "


def _rank(
    names: Sequence[str], tagged: Mapping[str, set[str]], lines: Mapping[str, Counter[str]]
) -> Sequence[Topic]:
    """The topics with the most clips first, then those that are said most."""
    found = []
    for name in names:
        by_tag, by_line = tagged.get(name, set()), lines.get(name, Counter())
        if policy.is_topic(tagged=len(by_tag), said=by_line.total()):
            found.append(Topic(name, len(by_tag | by_line.keys()), by_line.total()))
    found.sort(key=lambda topic: (-topic.clips, -topic.said, topic.name))
    return found[: policy.MOST_SHOWN]
