"""How long a job will still take, as far as that can be known."""

import pytest

from workers.pace import Pace


def heard(*reports: tuple[float, float]) -> Pace:
    pace = Pace()
    for at, fraction in reports:
        pace.hear(at, fraction)
    return pace


@pytest.mark.parametrize(
    "reports",
    [
        [],
        [(0, 0.5)],
        [(0, 0.0), (4.9, 0.5)],
        [(0, 0.0), (60, 0.02)],
        [(0, 0.3), (60, 0.3)],
    ],
)
def test_nothing_is_said_before_it_means_something(reports: list[tuple[float, float]]) -> None:
    assert heard(*reports).seconds_left() is None


def test_a_steady_job_takes_as_long_as_its_rest() -> None:
    pace = heard(*((second, second / 100) for second in range(26)))

    assert pace.seconds_left() == pytest.approx(75)


def test_what_an_earlier_attempt_has_done_was_not_quick() -> None:
    pace = heard((0, 0.6), (10, 0.7))

    assert pace.seconds_left() == pytest.approx(30)


def test_one_slow_moment_does_not_double_the_estimate() -> None:
    steady = [(second, second / 100) for second in range(26)]
    pace = heard(*steady, (30, 0.26))

    left = pace.seconds_left()

    assert left is not None
    assert 75 < left < 90


def test_a_job_that_has_become_slower_is_believed_after_a_while() -> None:
    quick = [(second, second / 100) for second in range(26)]
    slow = [(25 + second, 0.25 + second / 1000) for second in range(1, 121)]
    pace = heard(*quick, *slow)

    left = pace.seconds_left()

    # At its present pace 630 s, at the average of all 245 s.
    assert left is not None
    assert left > 500


def test_two_reports_of_one_moment_do_no_harm() -> None:
    pace = heard((0, 0.0), (10, 0.1), (10, 0.1))

    assert pace.seconds_left() == pytest.approx(90)
