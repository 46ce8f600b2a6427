"""Words of all scripts, and names that are not letters alone: the same on both databases."""

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.search.queries.question import read_question
from tests import factories
from tests.search.conftest import Ask


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def found(ask: Ask, user: User, words: str, **options: str) -> list[str]:
    return [result.episode.title for result in ask(user, words, **options).results]


def marked(ask: Ask, user: User, words: str) -> str:
    """The best moment of the only clip that is found."""
    [result] = ask(user, words).results
    assert result.best is not None
    return f"{result.episode.title}: {result.best.html}"


def say(session: Session, author: User, title: str, *lines: str, language: str = "en") -> None:
    episode = factories.make_episode(session, author, title, language=language)
    timed = [(n * 3.0, n * 3.0 + 2, line) for n, line in enumerate(lines)]
    factories.make_transcript(session, episode, *timed)


@pytest.mark.parametrize(
    ("language", "said", "asked"),
    [
        ("zh", "轮换证书之后重启服务器", "证书"),
        ("zh", "使用kubectl重启pod然后查看", "kubectl"),
        ("zh", "使用kubectl重启pod然后查看", "kubectl重启"),
        ("ja", "サーバーを再起動します", "サーバー"),
        ("ja", "サーバーを再起動します", "再起動"),
        ("ko", "서버를 다시 시작합니다", "서버"),
        ("th", "เปลี่ยนใบรับรองก่อน", "ใบรับรอง"),
    ],
)
def test_words_of_scripts_without_blanks_are_found_wherever_they_stand(
    session: Session, ada: User, ask: Ask, language: str, said: str, asked: str
) -> None:
    say(session, ada, "This", said, language=language)
    say(session, ada, "Other", "别的事情 其他 그것 อื่น のこと kube", language=language)

    told = marked(ask, ada, asked)

    assert told.startswith("This: ")
    assert f"<mark>{asked}</mark>" in told


def test_letters_that_do_not_follow_each_other_are_no_word(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "Apart", "证明的书", language="zh")

    assert found(ask, ada, "证书") == []


@pytest.mark.parametrize("name", ["C++", "C#", "F#"])
def test_languages_that_are_written_with_signs_are_words(
    session: Session, ada: User, ask: Ask, name: str
) -> None:
    say(session, ada, "This", f"we write it in {name}, mostly")
    say(session, ada, "Letters", "plan C, item F, and vitamin C again")

    assert marked(ask, ada, name) == f"This: we write it in <mark>{name}</mark>, mostly"


def test_languages_that_are_written_with_signs_are_found_as_they_are_called(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "C++", "templates of C++17 and c++")
    say(session, ada, "C#", "records in C#")

    assert found(ask, ada, "cpp") == ["C++"]
    assert found(ask, ada, "csharp") == ["C#"]
    assert found(ask, ada, "C") == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("the road is Straße 7", "STRASSE"),
        ("we ship from Łódź", "lodz"),
        ("an øl in Ærø", "ol aero"),
        ("the Œuvre", "oeuvre"),
        ("the name is Σίσυφος", "σισυφοσ"),
        ("kafka", "\uff4b\uff41\uff46\uff4b\uff41"),
        ("\uff4b\uff41\uff46\uff4b\uff41", "kafka"),
        ("ten m² of it", "m2"),
        ("यह हिन्दी है", "हिन्दी"),
        ("இது தமிழ் மொழி", "தமிழ்"),
        ("זה סֵפֶר טוב", "ספר"),
        ("هذا كِتَابٌ", "كتاب"),
        ("هذا كتـــاب", "كتاب"),
        ("the ﬁle", "file"),
    ],
)
def test_letters_with_something_special_about_them_are_found_without_it(
    session: Session, ada: User, ask: Ask, said: str, asked: str
) -> None:
    say(session, ada, "This", said)

    assert "<mark>" in marked(ask, ada, asked)


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u2060", "\ufeff"])
def test_what_nobody_sees_splits_no_word(
    session: Session, ada: User, ask: Ask, unseen: str
) -> None:
    say(session, ada, "This", f"a bun{unseen}dle of them")

    assert found(ask, ada, "bundle") == ["This"]
    assert found(ask, ada, f"bun{unseen}dle") == ["This"]
    assert read_question(f"kaf{unseen}ka").terms[0].text == "kafka"


@pytest.mark.parametrize("sign", ["\u0640", "\ufe77", "\ufc5e", "\u0640 kafka", "\u2475", "\ufdfb"])
def test_signs_that_are_nothing_by_themselves_are_no_error(
    session: Session, ada: User, ask: Ask, sign: str
) -> None:
    say(session, ada, "This", "kafka", language="ar")

    for typing in ("", "1"):
        assert found(ask, ada, sign, typing=typing) == (["This"] if "kafka" in sign else [])


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013"])
def test_a_minus_that_a_text_processor_has_made_longer_excludes_too(
    session: Session, ada: User, ask: Ask, minus: str
) -> None:
    say(session, ada, "With", "electricity and power")
    say(session, ada, "Without", "electricity alone")

    assert found(ask, ada, f"electricity {minus}power") == ["Without"]


def test_a_word_that_is_typed_with_its_accents_apart_is_unfinished_all_the_same() -> None:
    [_, last] = read_question("parse re\u0301su\u0301", is_typing=True).terms

    assert last.is_prefix


def test_blanks_before_a_question_cut_nothing_off(session: Session, ada: User, ask: Ask) -> None:
    say(session, ada, "This", "kafka zeppelin")
    say(session, ada, "Zepp", "kafka zepp")

    assert found(ask, ada, " " * 490 + "kafka zeppelin") == ["This"]
