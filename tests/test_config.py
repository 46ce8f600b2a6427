"""Settings: refused all at once when unsafe, with the secret kept where nobody else reads it."""

import stat
from pathlib import Path

import pytest

from mediashare.config import Settings, SettingsError

GOOD = {
    "MEDIASHARE_ENV": "production",
    "MEDIASHARE_SECRET_KEY": "q7Zr-4kPw9xTt2LmVb8sHd3JfYc6NgAe5RuE1",
    "MEDIASHARE_URL": "https://clips.example.com",
    "DATABASE_URL": "postgresql://clips:fZ8kq2Lm@db/clips",
}

REMOTE = {
    "MEDIASHARE_ASR_ENGINE": "remote",
    "MEDIASHARE_ASR_REMOTE_URL": "https://speech.example.com/v1",
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - the one test that looks at the whole environment

    for name in list(os.environ):
        if name.startswith(("MEDIASHARE_", "DATABASE_URL", "CELERY_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_production_starts_on_safe_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, GOOD)

    settings = Settings.from_env()

    assert (settings.env, settings.is_https) == ("production", True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"MEDIASHARE_SECRET_KEY": ""}, "MEDIASHARE_SECRET_KEY: production needs one"),
        ({"MEDIASHARE_SECRET_KEY": "aB3$xYz9"}, "MEDIASHARE_SECRET_KEY: production needs one"),
        (
            {"MEDIASHARE_SECRET_KEY": "changeme-changeme-changeme-changeme"},
            "MEDIASHARE_SECRET_KEY: this one is well known",
        ),
        ({"MEDIASHARE_SECRET_KEY": "ab" * 20}, "MEDIASHARE_SECRET_KEY: this one is well known"),
        ({"MEDIASHARE_DEBUG": "1"}, "MEDIASHARE_DEBUG: never in production"),
        (
            {"DATABASE_URL": "postgresql://postgres:postgres@db/clips"},
            "DATABASE_URL: the password is a well-known default",
        ),
        (
            {
                "MEDIASHARE_STORAGE": "s3",
                "AWS_ACCESS_KEY_ID": "minioadmin",
                "AWS_SECRET_ACCESS_KEY": "minioadmin",
            },
            "AWS_SECRET_ACCESS_KEY: the credentials are a well-known default",
        ),
        ({"MEDIASHARE_URL": "https://example.com/clips"}, "MEDIASHARE_URL: must look like"),
        ({"MEDIASHARE_ASR_ENGINE": "remote"}, "MEDIASHARE_ASR_REMOTE_URL: must look like"),
        (
            {**REMOTE, "MEDIASHARE_ASR_REMOTE_URL": "https://me:mine@speech.example.com"},
            "MEDIASHARE_ASR_REMOTE_URL: must look like",
        ),
        (
            {**REMOTE, "MEDIASHARE_ASR_REMOTE_URL": "http://speech:8000/v1"},
            "MEDIASHARE_ASR_REMOTE_URL: http needs MEDIASHARE_ASR_REMOTE_HTTP=yes",
        ),
        (
            {**REMOTE, "MEDIASHARE_ASR_REMOTE_URL": "https://speech.example.com/v1?v=1"},
            "MEDIASHARE_ASR_REMOTE_URL: must have no query",
        ),
        (
            {**REMOTE, "MEDIASHARE_ASR_REMOTE_CA": "nowhere.pem"},
            "MEDIASHARE_ASR_REMOTE_CA: there is no such file",
        ),
        (
            {**REMOTE, "MEDIASHARE_ASR_REMOTE_KEY": "two\nlines"},
            "MEDIASHARE_ASR_REMOTE_KEY: must be one word",
        ),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_why(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], sentence: str
) -> None:
    _set(monkeypatch, {**GOOD, **changes})

    with pytest.raises(SettingsError, match=sentence):
        Settings.from_env()


def test_a_speech_server_elsewhere_is_asked_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, {**GOOD, **REMOTE, "MEDIASHARE_ASR_REMOTE_KEY": "sk-9f"})

    settings = Settings.from_env()

    assert settings.asr_engine == "remote"
    assert "sk-9f" not in repr(settings)


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, {**GOOD, "MEDIASHARE_SECRET_KEY": "short", "MEDIASHARE_DEBUG": "true"})

    with pytest.raises(SettingsError) as caught:
        Settings.from_env()

    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "MEDIASHARE_SECRET_KEY",
        "MEDIASHARE_DEBUG",
    ]


def test_values_of_the_wrong_kind_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, {"MEDIASHARE_PORT": "many", "MEDIASHARE_STORAGE": "tape"})

    with pytest.raises(SettingsError) as caught:
        Settings.from_env()

    assert sorted(line.split(":")[0] for line in str(caught.value).splitlines()) == [
        "MEDIASHARE_PORT",
        "MEDIASHARE_STORAGE",
    ]


def test_no_mistake_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, {**GOOD, "MEDIASHARE_SECRET_KEY": "tooshort-canary"})

    with pytest.raises(SettingsError) as caught:
        Settings.from_env()

    assert "canary" not in str(caught.value)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, GOOD)

    assert GOOD["MEDIASHARE_SECRET_KEY"] not in repr(Settings.from_env())


def test_a_development_secret_is_made_once_and_readable_by_its_owner_alone(
    tmp_path: Path,
) -> None:
    first, second = (Settings(data=tmp_path / "var").signing_key for _ in range(2))

    mode = stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode)
    assert first == second
    assert len(first) >= 32
    assert mode == 0o600


def _set(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
