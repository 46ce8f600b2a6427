"""Streams of bytes leave room for everybody else, and end with the right to them."""

from collections.abc import Iterator

import pytest

from mediashare.web.streams import LOOK_EVERY_S, Place, RightLostError, Streams, TooManyStreamsError


class Watch:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def count_free(streams: Streams, who: str) -> int:
    places: list[Place] = []
    while len(places) < 1000:
        try:
            places.append(streams.enter(who))
        except TooManyStreamsError:
            break
    for place in places:
        place.leave()
    return len(places)


def blocks() -> Iterator[bytes]:
    yield from (b"1", b"2", b"3")


@pytest.mark.parametrize(("threads", "all_places", "own_places"), [(256, 192, 32), (8, 6, 6)])
def test_a_quarter_of_the_threads_is_left_and_nobody_has_all_the_rest(
    threads: int, all_places: int, own_places: int
) -> None:
    streams = Streams(threads)

    held = [streams.enter(f"person {number}") for number in range(all_places)]
    with pytest.raises(TooManyStreamsError):
        streams.enter("one more")
    for place in held:
        place.leave()

    assert count_free(streams, "ada") == own_places


def test_a_place_is_given_back_once() -> None:
    streams = Streams(8)
    free = count_free(streams, "ada")
    place, other = streams.enter("ada"), streams.enter("ada")

    place.leave()
    place.leave()

    assert count_free(streams, "ada") == free - 1
    other.leave()


def test_a_place_that_was_forgotten_is_free_again() -> None:
    streams = Streams(8)
    free = count_free(streams, "ada")

    streams.enter("ada")

    assert count_free(streams, "ada") == free


def test_a_stream_ends_in_an_error_when_the_right_to_it_is_lost() -> None:
    watch = Watch()
    streams = Streams(8, clock=watch)
    answers = iter([True, False])
    stream = streams.send(blocks(), streams.enter("ada"), lambda: next(answers))
    seen = [next(stream)]

    watch.time += LOOK_EVERY_S
    seen.append(next(stream))
    watch.time += LOOK_EVERY_S
    with pytest.raises(RightLostError):
        next(stream)

    assert seen == [b"1", b"2"]


def test_a_stream_gives_its_place_back_when_it_is_closed() -> None:
    streams = Streams(8)
    free = count_free(streams, "ada")
    stream = streams.send(blocks(), streams.enter("ada"), lambda: True)

    taken = count_free(streams, "ada")
    stream.close()

    assert (taken, count_free(streams, "ada")) == (free - 1, free)
