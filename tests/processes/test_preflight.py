"""A worker does not start without tools that are new enough to be held back."""

from pathlib import Path

import pytest

from mediashare import preflight


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole search path, with all programs in it."""
    for name in preflight.PROGRAMS:
        put(tmp_path / name, "#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)


def test_this_machine_has_what_a_worker_needs() -> None:
    assert preflight.list_worker_problems(["media", "speech"]) == []


def test_each_missing_program_is_named_with_how_to_get_it(tools: Path) -> None:
    (tools / "ffprobe").unlink()

    [problem] = preflight.list_worker_problems(["media"])

    assert problem == "The program ffprobe is missing: apt-get install ffmpeg"
    assert preflight.list_worker_problems(["default"]) == []


@pytest.mark.parametrize(
    ("version", "problems"),
    [
        ("4.4.2-0ubuntu0.22.04.1", ["ffmpeg 4.4 is too old: 5.1 or newer is needed."]),
        ("n5.0.1", ["ffmpeg 5.0 is too old: 5.1 or newer is needed."]),
        ("5.1.9-0+deb12u1", []),
        ("n8.1.3", []),
        ("N-125000-g1a2b3c4d5e", []),
    ],
)
def test_ffmpeg_must_not_be_older_than_its_oldest_version_with_our_options(
    tools: Path, version: str, problems: list[str]
) -> None:
    put(tools / "ffmpeg", f"#!/bin/sh\necho 'ffmpeg version {version} Copyright (c) 2000-2026'\n")

    assert preflight.list_worker_problems(["media"]) == problems
