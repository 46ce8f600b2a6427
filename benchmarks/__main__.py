"""`make bench`: runs every measurement and prints what it found, one line each."""

from benchmarks import queue, search, uploads


def main() -> None:
    """Run all of them, in an order that lets quick ones speak first."""
    for measure in (queue.measure, search.measure, uploads.measure):
        for line in measure():
            print(line, flush=True)  # noqa: T201 - a command's output


main()
