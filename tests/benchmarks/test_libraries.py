"""What a benchmark asks of a made-up library."""

from benchmarks.libraries import Language


def test_what_is_mistyped_or_made_up_begins_as_words_of_the_language_do() -> None:
    language = Language()
    known, starts = set(language.words), {word[0] for word in language.words}

    mistyped = [(word, language.mistype(word)) for word in language.words[500:600]]
    made_up = [language.make_up() for _ in range(100)]

    for word, other in mistyped:
        assert sum(a != b for a, b in zip(word, other, strict=True)) == 1
        assert (other in known, other[0]) == (False, word[0])
    assert not known & set(made_up)
    assert {word[0] for word in made_up} <= starts
