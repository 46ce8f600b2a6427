"""Starts a worker process or the scheduler, and stops it in order."""

import logging
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready, worker_shutting_down
from sqlalchemy.exc import SQLAlchemyError

from mediashare import logs
from mediashare.config import Settings
from mediashare.errors import MediashareError
from mediashare.jobs.job import QueueName
from mediashare.jobs.wake import CeleryWaker
from mediashare.transcripts import policy as transcripts_policy
from workers import schedule, scratch
from workers.celery_app import make_celery
from workers.lanes import long_places
from workers.parts import Parts, open_parts
from workers.registry import REGISTRY, Registry
from workers.reporting import Reporter
from workers.run import Runner
from workers.tools import ffmpeg
from workers.tools.speech import models as official_models
from workers.tools.speech.models import OnProgress

log = logging.getLogger(__name__)

ALL_QUEUES = ",".join(QueueName)


@click.group()
def main() -> None:
    """Run a part of mediashare that works in the background."""


@main.command()
@click.option("--queues", default=ALL_QUEUES, show_default=True)
@click.option("--concurrency", type=click.IntRange(1, 256))
def worker(queues: str, concurrency: int | None) -> None:
    """Do jobs of the named queues."""
    settings = Settings.from_env()
    run_worker(settings, REGISTRY, queues, concurrency or settings.worker_concurrency)


@main.command()
def scheduler() -> None:
    """Send lost messages again and put periodic jobs."""
    run_scheduler(Settings.from_env(), REGISTRY)


@main.group()
def models() -> None:
    """Look after the models of the speech recognisers."""


@models.command("list")
def list_models() -> None:
    """Name the official models, and say which of them are here."""
    folder = _models_folder()
    for name in official_models.list_names():
        is_here = official_models.is_installed(name, folder)
        click.echo(f"{name}\t{'installed' if is_here else ''}".rstrip())


@models.command()
@click.argument("name")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fetch(name: str, file: Path | None) -> None:
    """Install an official model for both Whisper engines."""
    folder = _models_folder()
    try:
        official = official_models.find(name)
        with _progress(f"Fetching {name}") as on_progress:
            official_models.install(official, folder, file=file, on_progress=on_progress)
    except (MediashareError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The model {name} is installed under {folder}.")


@contextmanager
def _progress(label: str) -> Iterator[OnProgress]:
    """A bar on the terminal, which knows its end with the first bytes."""
    with click.progressbar(length=0, label=label) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of or done
            bar.update(done - bar.pos)

        yield show


def _models_folder() -> Path:
    return transcripts_policy.models_folder(Settings.from_env())


def run_worker(settings: Settings, registry: Registry, queues: str, concurrency: int) -> None:
    """Work until SIGTERM; then hand back what is running and exit with 0, within ten seconds."""
    logs.configure(env=settings.env, level=settings.log_level)
    parts = open_parts(settings)
    runner = Runner(parts, registry, CeleryWaker(settings).wake)
    reporter = Reporter(parts, queues, runner.room)
    ffmpeg.share_cores(long_places(settings.media_concurrency))
    scratch.sweep(settings, parts.database)

    def stop(**_signal: object) -> None:
        # Called inside a signal handler, where nothing may wait.
        threading.Thread(target=_leave, args=[runner, reporter, parts], name="stopping").start()

    worker_shutting_down.connect(stop, weak=False)
    # Celery warns root of messages that carry programs; ours are JSON and name a queue.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    worker_ready.connect(reporter.start, weak=False)
    try:
        make_celery(settings, runner).worker_main(_arguments(settings, queues, concurrency))
    finally:
        reporter.stop()
        _pass_on(parts)


def run_scheduler(settings: Settings, registry: Registry) -> None:
    """Sweep until SIGTERM or SIGINT."""
    logs.configure(env=settings.env, level=settings.log_level)
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sweeper = schedule.Sweeper(
        open_parts(settings), CeleryWaker(settings), registry, schedule.PERIODIC
    )
    schedule.run(sweeper, stopping)


def _arguments(settings: Settings, queues: str, concurrency: int) -> list[str]:
    return [
        "--quiet",
        "worker",
        "--pool=threads",
        f"--queues={queues}",
        f"--concurrency={concurrency}",
        f"--loglevel={settings.log_level}",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def _leave(runner: Runner, reporter: Reporter, parts: Parts) -> None:
    runner.stop()
    if not runner.is_idle():
        runner.abandon()
        reporter.stop()
        _pass_on(parts)
        # Threads that do not end would keep the interpreter; all they hold has been given up.
        os._exit(0)


def _pass_on(parts: Parts) -> None:
    """Send hints again that this worker took off the broker while it was ending."""
    try:
        schedule.wake_waiting(parts.database, CeleryWaker(parts.settings))
    except SQLAlchemyError:
        log.warning("no hints were left for the other workers; the sweeper will", exc_info=True)
