"""The command line, as far as it ends by itself."""

import logging
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mediashare.accounts.models import ApiToken, Role, User
from mediashare.cli import main
from mediashare.config import Settings
from mediashare.db.session import Database
from tests.servers.web import environment_of

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """The commands set up logging for their process; here that process goes on."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def run(settings: Settings, *arguments: str, **more: str) -> Result:
    given = more.pop("given", None)
    return CliRunner().invoke(
        main, arguments, input=given, env={**environment_of(settings), **more}
    )


@pytest.fixture
def house(settings: Settings) -> Settings:
    """Settings of a house with a migrated database."""
    assert run(settings, "migrate").exit_code == 0
    return settings


def create_ada(house: Settings) -> Result:
    arguments = ["--email", "Ada@Example.com", "--name", "Ada Lovelace", "--role", "admin"]
    return run(house, "create-user", *arguments, "--password-stdin", given=f"{PASSWORD}\n")


def test_help_needs_no_settings() -> None:
    result = CliRunner().invoke(main, ["--help"], env={"MEDIASHARE_PORT": "many"})

    assert result.exit_code == 0
    commands = re.findall(r"^  ([a-z-]+)  ", result.output, re.MULTILINE)
    assert set(commands) >= {
        *("up", "web", "worker", "scheduler", "migrate", "demo", "verify"),
        *("create-user", "create-token"),
    }


def test_all_mistakes_in_the_settings_are_named_at_once(settings: Settings) -> None:
    result = run(
        settings, "migrate", MEDIASHARE_PORT="many", MEDIASHARE_WEB_THREADS="0", MEDIASHARE_URL="x"
    )

    assert result.exit_code == 2
    assert "MEDIASHARE_PORT" in result.stderr
    assert "MEDIASHARE_WEB_THREADS" in result.stderr


def test_migrating_offers_a_link_while_nobody_has_an_account(settings: Settings) -> None:
    first = run(settings, "migrate")
    create_ada(settings)
    second = run(settings, "migrate")

    assert re.search(r"first admin at http://localhost:8000/join/\S{40,}", first.output)
    assert second.output == "The database is up to date.\n"


def test_an_account_is_made_with_a_password_from_standard_input(house: Settings) -> None:
    result = create_ada(house)

    assert result.output == "Ada Lovelace can sign in as ada@example.com.\n"
    database = Database(house.sqlalchemy_url)
    with database.reading() as session:
        user = session.query(User).one()
        assert (user.email, user.role) == ("ada@example.com", Role.ADMIN)
        assert user.password_hash is not None
        assert PASSWORD not in user.password_hash
    database.dispose()


def test_a_weak_password_is_refused_with_a_sentence(house: Settings) -> None:
    arguments = ["--email", "ada@example.com", "--name", "Ada", "--password-stdin"]

    result = run(house, "create-user", *arguments, given="short\n")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Use at least 8 characters.\n"


def test_a_token_is_printed_once_and_kept_as_a_hash(house: Settings) -> None:
    create_ada(house)

    result = run(house, "create-token", "--email", "ada@example.com", "--scopes", "read,write")

    token = result.output.strip()
    assert re.fullmatch(r"ms_\S{40,}", token)
    database = Database(house.sqlalchemy_url)
    with database.reading() as session:
        kept = session.query(ApiToken).one()
        assert kept.scopes == "read write"
        assert kept.token_hash != token
    database.dispose()


@pytest.mark.parametrize(
    ("email", "scopes", "words"),
    [
        ("nobody@example.com", "read", "nobody has an account as nobody@example.com"),
        ("ada@example.com", "read,destroy", "choose from read and write"),
    ],
)
def test_a_token_for_nobody_or_for_anything_is_refused(
    house: Settings, email: str, scopes: str, words: str
) -> None:
    create_ada(house)

    result = run(house, "create-token", "--email", email, "--scopes", scopes)

    assert result.exit_code == 2
    assert words in result.stderr


def test_a_token_that_may_only_write_is_refused_in_a_sentence(house: Settings) -> None:
    create_ada(house)

    result = run(house, "create-token", "--email", "ada@example.com", "--scopes", "write")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "A token that may write must also read.\n"


def test_a_worker_of_an_unknown_queue_is_refused(house: Settings) -> None:
    result = run(house, "worker", "--queues", "media,gpu")

    assert result.exit_code == 2
    assert "there is no queue gpu" in result.stderr


@pytest.mark.parametrize("command", ["worker", "scheduler", "web"])
def test_nothing_starts_on_a_database_of_another_version(settings: Settings, command: str) -> None:
    settings.data.mkdir(parents=True)

    result = run(settings, command)

    assert result.exit_code == 1
    assert "run `mediashare migrate`" in result.stderr


def test_missing_programs_are_named_with_their_remedy(house: Settings) -> None:
    result = run(house, "worker", PATH="/nonexistent")

    assert result.exit_code == 1
    assert "The program ffmpeg is missing: apt-get install ffmpeg" in result.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    (settings.data / "mediashare.db").mkdir()

    result = run(settings, "migrate")

    assert result.exit_code == 1
    assert result.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in result.stderr


def test_verify_finds_nothing_in_a_new_house(house: Settings) -> None:
    result = run(house, "verify")

    assert (result.exit_code, result.output) == (0, "All is well.\n")


def test_verify_says_what_is_wrong_and_fails(house: Settings) -> None:
    with sqlite3.connect(house.data / "mediashare.db") as connection:
        connection.execute(
            "INSERT INTO jobs (id, kind, queue, subject, payload, priority, state, attempt,"
            " max_attempts, run_after, lease_until, cancel_requested, progress, created_at)"
            " VALUES ('j1', 'probe', 'media', 'clip', '{}', 0, 'running', 1, 4, '2020-01-01',"
            " '2020-01-01 00:00:00', 0, 0, '2020-01-01')"
        )
    connection.close()

    result = run(house, "verify")

    assert result.exit_code == 1
    assert "The job j1 (probe) has had no live worker since" in result.stdout
    assert result.stderr == "1 findings.\n"


def test_it_is_a_module_too(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mediashare", "--version"],
        cwd=ROOT,
        env=environment_of(settings),
        check=True,
        capture_output=True,
        text=True,
    )

    assert re.fullmatch(r".*version \d+\.\d+\.\d+\n", done.stdout)


def test_models_of_unknown_names_and_other_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "base.pt").write_bytes(b"no model")
    command = [sys.executable, "-m", "mediashare", "models", "fetch"]
    asked = [["huge"], ["base", "--file", str(tmp_path / "base.pt")]]

    ended = [
        subprocess.run(  # noqa: S603 - our own words
            [*command, *words],
            check=False,
            cwd=ROOT,
            env=environment_of(Settings(data=tmp_path)),
            capture_output=True,
            text=True,
        )
        for words in asked
    ]

    assert [one.returncode for one in ended] == [1, 1]
    assert "There is no model 'huge'. There are: tiny.en, tiny" in ended[0].stderr
    assert "is not the model 'base': its SHA-256 is not" in ended[1].stderr
    assert not (tmp_path / "models" / "base").exists()
