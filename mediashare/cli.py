"""The command line: `mediashare <command>`; `--help` says what each does."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NoReturn

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import mediashare.schema  # noqa: F401 - all tables are known before the first query
from mediashare import logs, preflight
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Role, Scope, User
from mediashare.config import Settings, SettingsError
from mediashare.db import migrate as migrations
from mediashare.db.session import Database
from mediashare.demo import run as demo_run
from mediashare.errors import MediashareError
from mediashare.jobs.job import QueueName
from mediashare.processes import PROGRAMS, Supervisor
from mediashare.search import service as search_service
from mediashare.verify import OBJECT_GRACE_MINUTES
from mediashare.verify import verify as verify_house
from mediashare.webserver import WebServer

# Exit codes: 1 when something is wrong or went wrong, 2 when the command can't be carried out as
# it was given.
WRONG, MISTAKEN = 1, 2
# So few that nobody who writes has to wait for long.
REINDEXED_AT_ONCE = 20


class Commands(click.Group):
    """Turns expected failures into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            _end(MISTAKEN, "The settings can't be used:", *str(error).splitlines())
        except MediashareError as error:
            _end(WRONG, str(error))
        except OperationalError as error:
            _end(WRONG, f"The database does not answer: {error.orig}")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mediashare")
@click.pass_context
def main(context: click.Context) -> None:
    """Run and look after mediashare. Settings come from the environment (docs/settings.md)."""
    settings = Settings.from_env()
    logs.configure(env=settings.env, level=settings.log_level)
    context.obj = settings


@main.command()
@click.pass_obj
def up(settings: Settings) -> NoReturn:
    """Start everything on this machine: web, worker and scheduler."""
    _refuse(preflight.list_web_problems(settings), preflight.list_worker_problems(list(QueueName)))
    with _open_database(settings) as database:
        migrations.upgrade(database)

    def started() -> None:
        click.echo(f"mediashare is ready at {settings.base_url}")
        _offer_setup(settings)

    sys.exit(Supervisor(PROGRAMS, preflight.address_of(settings), started).run())


@main.command()
@click.pass_obj
def web(settings: Settings) -> None:
    """Start the web server alone."""
    _refuse(preflight.list_web_problems(settings), preflight.list_database_problems(settings))
    WebServer(settings).run()


@main.command()
@click.option("--queues", default=",".join(QueueName), show_default=True, help="Which work to do.")
@click.option("--concurrency", type=click.IntRange(1, 256), help="How many jobs at once.")
@click.pass_obj
def worker(settings: Settings, queues: str, concurrency: int | None) -> NoReturn:
    """Start a worker alone."""
    unknown = set(queues.split(",")) - set(QueueName)
    if unknown:
        raise click.BadParameter(f"there is no queue {', '.join(sorted(unknown))}")
    _refuse(
        preflight.list_worker_problems(queues.split(",")),
        preflight.list_database_problems(settings),
    )
    jobs_at_once = str(concurrency or settings.worker_concurrency)
    _become_worker("worker", "--queues", queues, "--concurrency", jobs_at_once)


@main.command()
@click.pass_obj
def scheduler(settings: Settings) -> NoReturn:
    """Start the scheduler alone; one for the whole house is enough."""
    _refuse(preflight.list_database_problems(settings))
    _become_worker("scheduler")


@main.group()
def models() -> None:
    """Look after the models of the speech recognisers."""


@models.command("list")
def list_models() -> NoReturn:
    """Name the official Whisper models, and say which of them are here."""
    _become_worker("models", "list")


@models.command()
@click.argument("name")
@click.option("--file", type=click.Path(), help="The checkpoint, brought from elsewhere.")
def fetch(name: str, file: str | None) -> NoReturn:
    """Fetch an official Whisper model, once, for both of its engines."""
    _become_worker("models", "fetch", name, *(("--file", file) if file else ()))


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database up to date."""
    with _open_database(settings) as database:
        migrations.upgrade(database)
    click.echo("The database is up to date.")
    _offer_setup(settings)


@main.command("draft-migration")
@click.argument("name")
@click.pass_obj
def draft_migration(settings: Settings, name: str) -> None:
    """Write a migration file from how the models differ from the database."""
    with _open_database(settings) as database:
        migrations.draft(database, name)


@main.command("create-user")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.MEMBER.value)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def create_user(
    settings: Settings, email: str, name: str, role: str, *, password_stdin: bool
) -> None:
    """Make an account; asks for the password unless it comes by standard input."""
    password = _read_password(from_stdin=password_stdin)
    kept = accounts_service.hash_new_password(password, name=name, email=email)
    with _open_database(settings) as database, database.transaction() as session:
        user = accounts_service.create_user(
            session, email=email, name=name, password_hash=kept, role=Role(role)
        )
    click.echo(f"{user.name} can sign in as {user.email}.")


@main.command("set-password")
@click.option("--email", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def set_password(settings: Settings, email: str, *, password_stdin: bool) -> None:
    """Give somebody a new password; their sessions and tokens end."""
    password = _read_password(from_stdin=password_stdin)
    with _open_database(settings) as database:
        with database.reading() as session:
            name = _get_user(session, email).name
        kept = accounts_service.hash_new_password(password, name=name, email=email)
        with database.transaction() as session:
            accounts_service.reset_password(session, _get_user(session, email), kept)
    click.echo("The password is changed.")


@main.command("create-token")
@click.option("--email", required=True, help="Whose token it is.")
@click.option("--scopes", default="read", show_default=True, help="read, or read,write.")
@click.option("--name", default="command line", show_default=True)
@click.pass_obj
def create_token(settings: Settings, email: str, scopes: str, name: str) -> None:
    """Make a bearer token for programs and print it; it can't be shown again."""
    try:
        wanted = [Scope(scope.strip()) for scope in scopes.split(",")]
    except ValueError as error:
        raise click.BadParameter("choose from read and write") from error
    with _open_database(settings) as database, database.transaction() as session:
        user = _get_user(session, email)
        token = accounts_service.create_token(session, user, name=name, scopes=wanted)
    click.echo(token)


@main.command()
@click.option(
    "--grace",
    type=click.IntRange(min=0),
    default=OBJECT_GRACE_MINUTES,
    show_default=True,
    help="Minutes for which an object may stand without anything that refers to it.",
)
@click.pass_obj
def verify(settings: Settings, grace: int) -> None:
    """Check that nothing is lost, stuck or miscounted; exit code 1 if something is."""
    findings = verify_house(settings, grace=timedelta(minutes=grace))
    for finding in findings:
        click.echo(finding)
    if findings:
        _end(WRONG, f"{len(findings)} findings.")
    click.echo("All is well.")


@main.command()
@click.pass_obj
def reindex(settings: Settings) -> None:
    """Make the search index anew, a few episodes at a time, while everything runs."""
    with _open_database(settings) as database:
        with database.reading() as session:
            idents = search_service.list_indexable(session)
        starts = range(0, len(idents), REINDEXED_AT_ONCE)
        with click.progressbar(starts, label="Reading the library") as bar:
            for start in bar:
                with database.transaction() as session:
                    search_service.reindex(session, idents[start : start + REINDEXED_AT_ONCE])
        with database.transaction() as session:
            search_service.sweep(session)
    click.echo(f"{len(idents)} episodes can be found as they are now.")


@main.command()
@click.pass_obj
def demo(settings: Settings) -> NoReturn:
    """Fill the library with people, clips and what they said about them."""
    sys.exit(demo_run.run(settings, click.echo))


@contextmanager
def _open_database(settings: Settings) -> Iterator[Database]:
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sqlalchemy_url)
    try:
        yield database
    finally:
        database.dispose()


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _get_user(session: Session, email: str) -> User:
    user = accounts_queries.find_user_by_email(session, accounts_policy.normalise_email(email))
    if user is None:
        raise click.BadParameter(f"nobody has an account as {email}")
    return user


def _offer_setup(settings: Settings) -> None:
    with _open_database(settings) as database, database.transaction() as session:
        link = accounts_service.create_setup_link(session, settings.base_url)
    if link:
        click.echo(f"Nobody has an account yet. Make the first admin at {link}")


def _become_worker(*arguments: str) -> NoReturn:
    # The application never imports the workers, so it becomes them instead.
    os.execv(sys.executable, [sys.executable, "-m", "workers", *arguments])  # noqa: S606 - our own words


def _refuse(*lists: Sequence[str]) -> None:
    problems = [problem for found in lists for problem in found]
    if problems:
        _end(WRONG, *problems)


def _end(code: int, *lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)
