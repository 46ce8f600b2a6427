"""Moments: where in the recording the answer is, to the second."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Result, delete, select, update
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import begin_writing
from mediashare.search import views
from mediashare.search.queries import choose_index, sqlite
from mediashare.search.queries import moments as search_moments
from mediashare.transcripts.models import Origin, Segment, Word
from tests import factories
from tests.search.conftest import Ask


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session)


def test_a_moment_starts_just_before_the_word_not_with_its_sentence(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(session, episode, (10, 20, "a b c d e f rebalance h i j"))

    (result,) = ask(ada, "rebalance").results

    assert [(moment.start, moment.end) for moment in result.moments] == [(15.5, 20.0)]


def test_without_word_times_a_moment_starts_where_the_word_is_likely(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(session, episode, (10, 20, "a b c d e f rebalance h i j"))
    begin_writing(session)
    session.execute(delete(Word))
    session.commit()

    (result,) = ask(ada, "rebalance").results

    # Six of eighteen letters come before it, and it is played half a second early.
    assert [moment.start for moment in result.moments] == [12.833]


def test_hits_are_marked_and_everything_else_is_escaped(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session, episode, (0, 4, "Retry <script>alert(1)</script> & retries of CVE-2026-1234")
    )

    (result,) = ask(ada, "retry CVE-2026-1234").results

    (moment,) = result.moments
    assert moment.html == (
        "<mark>Retry</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp; "
        "<mark>retries</mark> of <mark>CVE-2026-1234</mark>"
    )
    assert moment.text == "Retry <script>alert(1)</script> & retries of CVE-2026-1234"


def test_neighbouring_sentences_with_hits_are_one_moment(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session, episode, (0, 2, "kafka is"), (2.5, 4, "and kafka was"), (9, 10, "kafka far away")
    )

    (result,) = ask(ada, "kafka").results

    assert [(moment.start, moment.end, moment.text) for moment in result.moments] == [
        (0.0, 4.0, "kafka is and kafka was"),
        (9.0, 10.0, "kafka far away"),
    ]
    assert result.more == 0


def test_a_moment_that_has_more_of_the_words_goes_first(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session, episode, (0, 2, "kafka"), (10, 12, "streams"), (20, 22, "kafka streams")
    )

    (result,) = ask(ada, "kafka streams").results

    assert [moment.text for moment in result.moments] == ["kafka streams", "kafka", "streams"]


def test_three_moments_are_shown_and_the_others_counted_up_to_a_bound(
    session: Session, ada: User, ask: Ask
) -> None:
    few, many = factories.make_episode(session, ada), factories.make_episode(session, ada, "kafka")
    factories.make_transcript(session, few, *((n * 10, n * 10 + 1, "kafka") for n in range(5)))
    factories.make_transcript(session, many, *((n * 10, n * 10 + 1, "kafka") for n in range(210)))

    results = ask(ada, "kafka").results

    assert [(len(result.moments), result.more) for result in results] == [(3, 197), (3, 2)]


def test_an_episode_found_by_its_title_alone_has_no_moments(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada, "Kafka")
    factories.make_transcript(session, episode, (0, 2, "something else"))

    (result,) = ask(ada, "kafka").results

    assert (list(result.moments), result.more) == ([], 0)


def test_what_is_said_is_found_by_its_translation_and_by_captions_in_other_languages(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(session, episode, (10, 14, "Das Gleis ist gesperrt"), language="de")
    beside = {"is_primary": False, "origin": Origin.TRANSLATION, "language": "en"}
    factories.make_transcript(session, episode, (10, 14, "the track is closed"), **beside)

    (english,) = ask(ada, "track closed").results
    (german,) = ask(ada, "gesperrt").results
    nothing = ask(ada, "gesperrt -track").results

    (moment,) = english.moments
    assert (moment.start, moment.text, moment.language) == (10.5, "the track is closed", "en")
    assert views.moment_path(english.episode, moment).endswith("?t=10.5&end=14&lang=en")
    assert [one.language for one in german.moments] == [None]
    assert nothing == []


def test_the_same_words_in_two_languages_are_one_moment(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session, episode, (10, 14, "Kafka ist da"), (30, 34, "nichts"), language="de"
    )
    beside = {"is_primary": False, "origin": Origin.TRANSLATION, "language": "en"}
    lines = ((10, 14, "Kafka is there"), (30, 34, "no Kafka"))
    factories.make_transcript(session, episode, *lines, **beside)

    (result,) = ask(ada, "kafka").results

    assert [(one.text, one.language) for one in result.moments] == [
        ("Kafka ist da", None),
        ("no Kafka", "en"),
    ]
    assert result.more == 0


def test_a_moment_is_quoted_to_the_ends_of_its_sentence(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session,
        episode,
        (0, 2, "That was it."),
        (2.2, 4, "When the broker"),
        (4.1, 6, "loses its kafka lease,"),
        (6.2, 8, "it restarts."),
        (8.1, 9, "Next one."),
    )

    (result,) = ask(ada, "kafka").results

    (moment,) = result.moments
    assert moment.text == "When the broker loses its kafka lease, it restarts."
    # It plays from the word, not from the start of the sentence.
    assert (moment.start, moment.end) == (4.55, 8.0)
    assert list(result.ticks) == [4.55]


def test_a_sentence_with_two_hits_far_from_each_other_is_one_moment(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session,
        episode,
        (0, 2, "That was it."),
        (2, 4, "We use kafka for all of it,"),
        (4, 6, "which is the well known"),
        (6, 8, "thing that is called kafka."),
        (8, 10, "Nobody else does."),
        (10, 12, "Kafka is a writer."),
    )

    (result,) = ask(ada, "kafka").results

    assert [moment.text for moment in result.moments] == [
        "We use kafka for all of it, which is the well known thing that is called kafka.",
        "Kafka is a writer.",
    ]
    assert (result.more, list(result.ticks)) == (0, [moment.start for moment in result.moments])


def test_words_far_from_each_other_in_one_sentence_count_together(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session,
        episode,
        (0, 2, "Kafka here, kafka there."),
        (2, 4, "Nobody minds."),
        (4, 6, "When kafka has"),
        (6, 8, "nothing to do for an hour,"),
        (8, 10, "it will rebalance."),
    )

    (result,) = ask(ada, "kafka rebalance").results

    assert [sorted(moment.terms) for moment in result.moments] == [[0, 1], [0]]
    assert result.moments[0].text.startswith("When kafka has nothing")


def test_where_nobody_sets_full_stops_a_moment_is_the_segment_alone(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(
        session, episode, (0, 2, "so we"), (2.2, 4, "restart kafka"), (4.1, 6, "and wait")
    )

    (result,) = ask(ada, "kafka").results

    assert [moment.text for moment in result.moments] == ["restart kafka"]


def test_all_moments_of_one_episode_are_listed_on_request(
    client: FlaskClient,
    browse: Callable[[User], factories.Browser],
    session: Session,
    ada: User,
) -> None:
    episode = factories.make_episode(session, ada, "Long")
    factories.make_transcript(session, episode, *((n * 10, n * 10 + 1, "kafka") for n in range(5)))
    headers = {"Authorization": f"Bearer {factories.make_token(session, ada)}"}

    told = client.get(f"/api/v1/episodes/{episode.id}/moments?q=kafka", headers=headers).json
    refused = client.get(f"/api/v1/episodes/{episode.id}/moments?q={'a' * 501}", headers=headers)
    page = browse(ada).get(f"{episode.path}/moments?q=kafka").text
    part = browse(ada).get(f"{episode.path}/moments?q=kafka", headers={"HX-Request": "true"}).text

    assert [moment["start"] for moment in (told or {})["moments"]] == [0, 10, 20, 30, 40]
    assert refused.status_code == 422
    assert page.count("<mark>kafka</mark>") == part.count("<mark>kafka</mark>") == 5
    assert ("<html" in page, "<html" in part) == (True, False)


def test_of_one_episode_no_moment_says_what_is_excluded(
    client: FlaskClient, session: Session, ada: User
) -> None:
    episode = factories.make_episode(session, ada, "Trust")
    lines = ("trust nobody", "the trust", "stores are stale.", "trust me.", "trust the store.")
    timed = ((n * 10, n * 10 + 1, line) for n, line in enumerate(lines))
    factories.make_transcript(session, episode, *timed)
    # One sentence that goes on in the next line.
    session.execute(update(Segment).where(Segment.start_ms == 20_000).values(start_ms=11_000))
    session.commit()
    headers = {"Authorization": f"Bearer {factories.make_token(session, ada)}"}

    told = client.get(f"/api/v1/episodes/{episode.id}/moments?q=trust -store", headers=headers).json

    assert [moment["text"] for moment in (told or {})["moments"]] == ["trust nobody", "trust me."]


def test_of_one_episode_too_the_words_that_do_not_count_are_named(
    client: FlaskClient,
    browse: Callable[[User], factories.Browser],
    session: Session,
    ada: User,
) -> None:
    episode = factories.make_episode(session, ada, "Long")
    factories.make_transcript(session, episode, (0, 2, "trust"))
    asked = "+".join([*(f"w{n}" for n in range(12)), "trust"])
    headers = {"Authorization": f"Bearer {factories.make_token(session, ada)}"}

    told = client.get(f"/api/v1/episodes/{episode.id}/moments?q={asked}", headers=headers).json
    page = browse(ada).get(f"{episode.path}/moments?q={asked}").text

    assert told == {"moments": [], "left_out": ["trust"]}
    assert "not counted: <bdi>trust</bdi>" in page


def test_lines_of_others_take_no_place_among_the_moments_of_a_clip(
    session: Session, ada: User, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_moments, "MOST_SEGMENTS", 3)
    episode = factories.make_episode(session, ada)
    factories.make_transcript(session, episode, (0, 2, "the zebra"))
    hidden = factories.make_episode(session, factories.make_user(session), audience="private")
    factories.make_transcript(session, hidden, *((n, n + 1, "a zebra") for n in range(5)))
    # Somebody has captions made months later, so that their lines stand behind those of others.
    factories.make_transcript(
        session, episode, (40, 42, "das zebra"), language="de", is_primary=False
    )

    (result,) = ask(ada, "zebra").results

    assert [moment.text for moment in result.moments] == ["the zebra", "das zebra"]


def test_lines_that_were_added_long_after_others_are_looked_for_by_themselves(
    session: Session, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "MOST_BETWEEN", 2)
    episode, other = (factories.make_episode(session, ada) for _ in range(2))
    factories.make_transcript(session, episode, (0, 1, "one"), (1, 2, "two"))
    factories.make_transcript(session, other, *((n, n + 1, "a zebra") for n in range(4)))
    factories.make_transcript(session, episode, (5, 6, "drei"), language="de", is_primary=False)

    ranges = choose_index(session).list_ranges(session, [episode.id, other.id])

    idents = session.scalars(select(Segment.id).order_by(Segment.id)).all()
    places = {(place.first, place.last) for place in ranges if place.episode_id == episode.id}
    if session.get_bind().dialect.name == "sqlite":
        assert places == {(idents[0], idents[1]), (idents[6], idents[6])}
    assert {place.languages for place in ranges if place.episode_id == episode.id} == {
        ("english", "german")
    }


def test_segments_are_in_the_order_of_time_whatever_their_numbers(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    others = [(10 + n, 10.5 + n, "Something else.") for n in range(20)]
    factories.make_transcript(
        session,
        episode,
        (3, 5, "zebra two."),
        *others,
        (1, 2.5, "zebra one."),
        (0.5, 1, "And a"),
        (0, 0.5, "Good morning."),
    )

    (result,) = ask(ada, "zebra").results

    assert [(moment.text, moment.end) for moment in result.moments] == [
        ("And a zebra one. zebra two.", 5.0)
    ]


def test_only_what_is_near_a_moment_is_read_to_complete_it(
    session: Session, ada: User, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = factories.make_episode(session, ada)
    others = [(100 + n, 101 + n, "Something else.") for n in range(40)]
    factories.make_transcript(
        session, episode, (1, 2, "The zebra one."), *others, (2, 3, "zebra two.")
    )
    read: list[int] = []
    execute = Session.execute

    def count(self: Session, *args: Any, **options: Any) -> Result[Any]:
        rows = execute(self, *args, **options).freeze()
        read.append(len(rows.data))
        return rows()

    monkeypatch.setattr(Session, "execute", count)
    (result,) = ask(ada, "zebra").results

    assert [moment.text for moment in result.moments] == ["The zebra one. zebra two."]
    assert 0 < max(read) < 10
