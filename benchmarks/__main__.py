"""`make bench`: runs every measurement, or those named, and prints what they found, a line each."""

from collections.abc import Callable, Iterator, Mapping

import click

from benchmarks import encodes, media, queue, retrieval, search, seeking, speech, uploads
from benchmarks.scale import FULL, QUICK, Scale

# In an order that lets quick ones speak first.
MEASURES: Mapping[str, Callable[[Scale], Iterator[str]]] = {
    "queue": lambda _scale: queue.measure(),
    "search": search.measure,
    "retrieval": lambda _scale: retrieval.measure(),
    "uploads": lambda _scale: uploads.measure(),
    "seeking": seeking.measure,
    "speech": speech.measure,
    "media": media.measure,
    "encodes": encodes.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASURES)))
@click.option("--quick", is_flag=True, help="Clips of a few seconds: shows that it runs, no more.")
def main(names: tuple[str, ...], *, quick: bool) -> None:
    """Measure everything, or what is named, as ratios within this run."""
    if quick:
        click.echo("A quick run: its figures about media say nothing about the limits.")
    for name in names or MEASURES:
        for line in MEASURES[name](QUICK if quick else FULL):
            click.echo(line)


main()
