"""The box that tools run in: no network, no files but their folder, no rights (bubblewrap)."""

import functools
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from mediashare.errors import UnavailableError
from mediashare.sentences import said
from workers.context import Context
from workers.tools.process import Bench

log = logging.getLogger(__name__)

CHECK_S = 20
NOBODY = 65534
HOME = "/work"


class NoSandboxError(UnavailableError):
    """The operator wants a sandbox that this machine does not give."""

    message = said("The sandbox for media tools does not start on this machine.")


def prefix(
    choice: Literal["auto", "bubblewrap", "none"], folder: Path, readable: Sequence[str] = ()
) -> tuple[str, ...]:
    """The words before a command that box it in with `folder`; none where that is the choice.

    Beside the system's programs it can read the folders `readable`.

    `auto` takes bubblewrap where it runs, which a container may forbid; then the container
    itself has to be the box.
    """
    if choice == "none":
        return ()
    if _bubblewrap_runs():
        return _bubblewrap(folder, readable)
    if choice == "bubblewrap":
        raise NoSandboxError
    return ()


def describe(choice: Literal["auto", "bubblewrap", "none"]) -> str:
    """What box the tools of this machine run in, for the operator."""
    if choice == "none":
        return said("Media tools run without a sandbox, as MEDIASHARE_SANDBOX says.")
    if _bubblewrap_runs():
        return said("Media tools run in bubblewrap.")
    if choice == "bubblewrap":
        return NoSandboxError.message
    return said("Media tools run without a sandbox: bubblewrap does not start on this machine.")


def open_bench(context: Context, readable: Sequence[str] = ()) -> Bench:
    """The place where tools work for this attempt: boxed in with its scratch folder, and with the
    folders that a tool needs to read where those are not the system's."""
    box = prefix(context.settings.sandbox, context.scratch, readable)
    return Bench(context.scratch, box, context.cancelled)


@functools.cache
def _bubblewrap_runs() -> bool:
    if shutil.which("bwrap") is None:
        log.warning("bubblewrap is not installed: media tools run without a sandbox")
        return False
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(  # noqa: S603 - a list of our own words, never a shell
            [*_bubblewrap(Path(folder)), "true"], check=False, capture_output=True, timeout=CHECK_S
        )
    if tried.returncode != 0:
        log.warning("media tools run without a sandbox: %s", tried.stderr.decode(errors="replace"))
    return tried.returncode == 0


def _bubblewrap(folder: Path, readable: Sequence[str] = ()) -> tuple[str, ...]:
    # Run by root, the tools become nobody; run by anybody else, they already are not root.
    user = ("--uid", str(NOBODY), "--gid", str(NOBODY)) if os.getuid() == 0 else ()
    binds = [
        word
        for path in ("/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts")
        if Path(path).exists()
        for word in ("--ro-bind", path, path)
    ]
    more = [word for path in readable for word in ("--ro-bind", path, path)]
    links = [
        word
        for name in ("bin", "lib", "lib64", "sbin")
        if Path("/", name).exists()
        for word in ("--symlink", f"usr/{name}", f"/{name}")
    ]
    return (
        *("bwrap", "--unshare-all", "--die-with-parent"),
        *("--ro-bind", "/usr", "/usr", *links, *binds),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - inside the box
        *("--bind", str(folder.resolve()), HOME, *more, "--chdir", HOME),
        *("--cap-drop", "ALL", *user, "--"),
    )
