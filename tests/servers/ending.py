"""The end of a server process: asked first, made to after a while."""

import subprocess

from tests.servers.forks import Fork


def end(process: subprocess.Popen[bytes] | Fork, within_s: float) -> None:
    """End the process in order, or by force when it takes too long."""
    process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
